"""Examples of what can be wrong with functions, statements, calls, inline assembly and state."""

from typing import Final

from penstockc.catalogue.example import Example
from penstockc.errors import advice, assembly, functions, state
from penstockc.habits.phrases import CONTRACT
from penstockc.habits.rows import Place

_INNER: Final = "contract Inner { public function open(int x) { require(x == 1); } }\n"
_TALLY: Final = "contract Tally {\n    @state int votes;\n\n    public function vote(...) {\n        |\n    }\n}"


def _tally(parameters: str, *statements: str) -> str:
    """A contract with state, whose public function has these parameters and statements."""
    return _TALLY.replace("...", parameters).replace("|", "\n        ".join(statements))


def _member(kind: type, failing: str, mended: str) -> Example:
    return Example(kind, failing, mended, place=Place.MEMBERS)


def _file(kind: type, failing: str, mended: str) -> Example:
    return Example(kind, failing, mended, place=Place.FILE)


FUNCTIONS: Final = (
    _file(functions.NoEntryPoint, "contract Sample { int x; }", CONTRACT),
    _file(
        functions.LibraryEntryPoint,
        "library Sums { public function twice(int x) { require(x == 1); } }",
        "library Sums { static function twice(int x) : int { return x + x; } }",
    ),
    _member(
        functions.CodeTooLarge,
        "function all(int y) : int {\n    loop (500) { y = this.some(y); }\n    return y;\n}\n"
        "function some(int y) : int {\n    loop (500) { y = this.next(y); }\n    return y;\n}\n"
        "function next(int y) : int { return y * 5 % 7; }\n"
        "public function far(int y) { require(this.all(y) == 1); }",
        "function all(int y) : int {\n    loop (50) { y = this.some(y); }\n    return y;\n}\n"
        "function some(int y) : int {\n    loop (2) { y = this.next(y); }\n    return y;\n}\n"
        "function next(int y) : int { return y * 5 % 7; }\n"
        "public function far(int y) { require(this.all(y) == 1); }",
    ),
    _file(functions.GenericContract, CONTRACT.replace("Sample", "Sample<T>"), CONTRACT),
    _member(
        functions.GenericFunction,
        "static function same<T>(int y) : int { return y; }",
        "static function same(int y) : int { return y; }",
    ),
    _file(
        functions.SecondConstructor,
        "contract Sample {\n    int x;\n    constructor(int y) { this.x = y; }\n    constructor() { this.x = 1; }\n"
        "    public function open(int y) { require(this.x == y); }\n}",
        "contract Sample {\n    int x;\n    constructor(int y) { this.x = y; }\n"
        "    public function open(int y) { require(this.x == y); }\n}",
    ),
    _member(
        functions.EntryPointWithResult,
        "public function check(int y) : bool { require(y == 1); }",
        "public function check(int y) { require(y == 1); }",
    ),
    _member(
        functions.EntryPointWithoutRequire,
        "public function check(int y) { if (y > 1) { require(y < 9); } else { require(y == 0); } }",
        "public function check(int y) { if (y > 1) { require(y < 9); } else { require(y == 0); } require(true); }",
    ),
    _file(
        functions.EntryPointOutsideRequire,
        _INNER
        + "contract Sample { Inner inner; public function open(int x) { this.inner.open(x); require(x == 1); } }",
        _INNER + "contract Sample { Inner inner; public function open(int x) { require(this.inner.open(x)); } }",
    ),
    _member(
        functions.MissingResultType,
        "static function twice(int y) { return y + y; }",
        "static function twice(int y) : int { return y + y; }",
    ),
    _member(
        functions.MissingReturn,
        "static function twice(int y) : int { y += y; }",
        "static function twice(int y) : int { y += y; return y; }",
    ),
    Example(functions.MisplacedReturn, "if (x == 1) { return; }\nx--;", "if (x != 1) { x--; }"),
    _member(
        functions.ReturnWithoutValue,
        "static function twice(int y) : int { return; }",
        "static function twice(int y) : int { return y + y; }",
    ),
    Example(functions.UselessStatement, "x;", "x++;"),
    _member(
        functions.Recursion,
        "static function sum(int y) : int { return y == 0 ? 0 : y + sum(y - 1); }",
        "static function sum(int y) : int { int n = 0; loop (10) : i { if (i <= y) { n += i; } } return n; }",
    ),
    _file(
        functions.NotConstructible,
        "library Meter { int reading; }\n"
        "contract Sample { public function open(int x) { Meter m = Meter(x); require(m.reading == 1); } }",
        "library Meter { int reading; }\n"
        "contract Sample { public function open(int x) { Meter m = new Meter(x); require(m.reading == 1); } }",
    ),
    Example(functions.WrongArgumentCount, "require(checkSig(sig));", "require(checkSig(sig, this.owner));"),
    Example(functions.SwappedArguments, "require(checkSig(this.owner, sig));", "require(checkSig(sig, this.owner));"),
    Example(
        functions.MoreSignaturesThanKeys,
        "require(checkMultiSig([sig, sig], [this.owner]));",
        "require(checkMultiSig([sig], [this.owner]));",
    ),
)

ASSEMBLY: Final = (
    Example(assembly.AsmNotAlone, "asm { OP_1ADD }", "x++;"),
    _member(
        assembly.BadAssemblyWord,
        "static function next(int y) : int { asm { OP_ADD1 } }",
        "static function next(int y) : int { asm { OP_1ADD } }",
    ),
    _member(
        assembly.UnbalancedAssembly,
        "static function pick(int y) : int { asm { OP_IF OP_1 OP_ELSE OP_2 } }",
        "static function pick(int y) : int { asm { OP_IF OP_1 OP_ELSE OP_2 OP_ENDIF } }",
    ),
    _member(
        assembly.VaryingAssembly,
        "static function kept(int y) : int { asm { OP_IFDUP OP_NIP } }",
        "static function kept(int y) : int { asm { OP_DUP OP_NIP } }",
    ),
)

STATE: Final = (
    _file(
        state.StateWithoutPreimage,
        _tally("int x", "this.votes++;", "require(this.votes == x);"),
        _tally("SigHashPreimage p", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
    ),
    _file(
        state.StateWithoutCheck,
        _tally("SigHashPreimage p, int x", "require(this.votes == x);"),
        _tally("SigHashPreimage p, int x", "require(Tx.checkPreimage(p));", "require(this.votes == x);"),
    ),
    _file(
        state.StateBehindSeparator,
        _tally("SigHashPreimage p", "***", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
        _tally("SigHashPreimage p", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
    ),
    _file(
        state.StateOutsideContract,
        f"library Meter {{ @state int reading; }}\n{CONTRACT}",
        f"library Meter {{ int reading; }}\n{CONTRACT}",
    ),
)

ADVICE: Final = (Example(advice.Backslash, 'bytes path = "a\\b";', 'bytes path = "a\\\\b";'),)
