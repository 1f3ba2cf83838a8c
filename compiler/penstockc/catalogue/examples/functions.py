"""Examples of errors in functions, statements, calls, inline assembly and state."""

from typing import Final

from penstockc.catalogue.example import Example
from penstockc.errors import calls, declarations, statements
from penstockc.errors.warnings import assembly, expressions, guards
from penstockc.habits.phrases import CONTRACT
from penstockc.habits.rows import SourceLevel

_INNER: Final = "contract Inner { public function open(int x) { require(x == 1); } }\n"
_TALLY: Final = "contract Tally {\n    @state int votes;\n\n    public function vote(...) {\n        |\n    }\n}"


def _tally(parameters: str, *statements: str) -> str:
    """Return a contract with state, whose public function has these parameters and statements."""
    return _TALLY.replace("...", parameters).replace("|", "\n        ".join(statements))


def _member(kind: type, failing: str, mended: str) -> Example:
    return Example(kind, failing, mended, place=SourceLevel.MEMBERS)


def _file(kind: type, failing: str, mended: str) -> Example:
    return Example(kind, failing, mended, place=SourceLevel.FILE)


FUNCTIONS: Final = (
    _file(declarations.NoEntryPoint, "contract Sample { int x; }", CONTRACT),
    _file(
        declarations.LibraryEntryPoint,
        "library Sums { public function twice(int x) { require(x == 1); } }",
        "library Sums { static function twice(int x) : int { return x + x; } }",
    ),
    _member(
        calls.CodeTooLarge,
        "function all(int y) : int {\n    loop (500) { y = this.some(y); }\n    return y;\n}\n"
        "function some(int y) : int {\n    loop (500) { y = this.next(y); }\n    return y;\n}\n"
        "function next(int y) : int { return y * 5 % 7; }\n"
        "public function far(int y) { require(this.all(y) == 1); }",
        "function all(int y) : int {\n    loop (50) { y = this.some(y); }\n    return y;\n}\n"
        "function some(int y) : int {\n    loop (2) { y = this.next(y); }\n    return y;\n}\n"
        "function next(int y) : int { return y * 5 % 7; }\n"
        "public function far(int y) { require(this.all(y) == 1); }",
    ),
    _file(declarations.GenericContract, CONTRACT.replace("Sample", "Sample<T>"), CONTRACT),
    _member(
        declarations.GenericFunction,
        "static function same<T>(int y) : int { return y; }",
        "static function same(int y) : int { return y; }",
    ),
    _file(
        declarations.SecondConstructor,
        "contract Sample {\n    int x;\n    constructor(int y) { this.x = y; }\n    constructor() { this.x = 1; }\n"
        "    public function open(int y) { require(this.x == y); }\n}",
        "contract Sample {\n    int x;\n    constructor(int y) { this.x = y; }\n"
        "    public function open(int y) { require(this.x == y); }\n}",
    ),
    _member(
        declarations.EntryPointWithResult,
        "public function check(int y) : bool { require(y == 1); }",
        "public function check(int y) { require(y == 1); }",
    ),
    _member(
        statements.EntryPointWithoutRequire,
        "public function check(int y) { if (y > 1) { require(y < 9); } else { require(y == 0); } }",
        "public function check(int y) { if (y > 1) { require(y < 9); } else { require(y == 0); } require(true); }",
    ),
    _file(
        calls.EntryPointOutsideRequire,
        _INNER
        + "contract Sample { Inner inner; public function open(int x) { this.inner.open(x); require(x == 1); } }",
        _INNER + "contract Sample { Inner inner; public function open(int x) { require(this.inner.open(x)); } }",
    ),
    _member(
        declarations.MissingResultType,
        "static function twice(int y) { return y + y; }",
        "static function twice(int y) : int { return y + y; }",
    ),
    _member(
        statements.MissingReturn,
        "static function twice(int y) : int { y += y; }",
        "static function twice(int y) : int { y += y; return y; }",
    ),
    Example(statements.MisplacedReturn, "if (x == 1) { return; }\nx--;", "if (x != 1) { x--; }"),
    _member(
        statements.ReturnWithoutValue,
        "static function twice(int y) : int { return; }",
        "static function twice(int y) : int { return y + y; }",
    ),
    Example(expressions.UselessStatement, "x;", "x++;"),
    _member(
        calls.Recursion,
        "static function sum(int y) : int { return y == 0 ? 0 : y + sum(y - 1); }",
        "static function sum(int y) : int { int n = 0; loop (10) : i { if (i <= y) { n += i; } } return n; }",
    ),
    _file(
        calls.NotConstructible,
        "library Meter { int reading; }\n"
        "contract Sample { public function open(int x) { Meter m = Meter(x); require(m.reading == 1); } }",
        "library Meter { int reading; }\n"
        "contract Sample { public function open(int x) { Meter m = new Meter(x); require(m.reading == 1); } }",
    ),
    Example(calls.WrongArgumentCount, "require(checkSig(sig));", "require(checkSig(sig, this.owner));"),
    Example(calls.SwappedArguments, "require(checkSig(this.owner, sig));", "require(checkSig(sig, this.owner));"),
    Example(
        calls.MoreSignaturesThanKeys,
        "require(checkMultiSig([sig, sig], [this.owner]));",
        "require(checkMultiSig([sig], [this.owner]));",
    ),
)

ASSEMBLY: Final = (
    Example(statements.AsmNotAlone, "asm { OP_1ADD }", "x++;"),
    _member(
        statements.BadAssemblyWord,
        "static function next(int y) : int { asm { OP_ADD1 } }",
        "static function next(int y) : int { asm { OP_1ADD } }",
    ),
    _member(
        statements.UnbalancedAssembly,
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
        declarations.StateWithoutPreimage,
        _tally("int x", "this.votes++;", "require(this.votes == x);"),
        _tally("SigHashPreimage p", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
    ),
    _file(
        guards.StateWithoutCheck,
        _tally("SigHashPreimage p, int x", "require(this.votes == x);"),
        _tally("SigHashPreimage p, int x", "require(Tx.checkPreimage(p));", "require(this.votes == x);"),
    ),
    _file(
        guards.StateBehindSeparator,
        _tally("SigHashPreimage p", "***", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
        _tally("SigHashPreimage p", "this.votes++;", "require(this.updateState(p, SigHash.value(p)));"),
    ),
    _file(
        declarations.StateOutsideContract,
        f"library Meter {{ @state int reading; }}\n{CONTRACT}",
        f"library Meter {{ int reading; }}\n{CONTRACT}",
    ),
)

ADVICE: Final = (Example(expressions.Backslash, 'bytes path = "a\\b";', 'bytes path = "a\\\\b";'),)
