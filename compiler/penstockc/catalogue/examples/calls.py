"""Examples of errors in calls."""

from typing import Final

from penstockc.catalogue.example import Example, in_file, in_members
from penstockc.errors import calls

_INNER: Final = "contract Inner { public function open(int x) { require(x == 1); } }\n"

CALLS: Final = (
    in_members(
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
    in_file(
        calls.EntryPointOutsideRequire,
        _INNER
        + "contract Sample { Inner inner; public function open(int x) { bool b = this.inner.open(x); require(b); } }",
        _INNER + "contract Sample { Inner inner; public function open(int x) { require(this.inner.open(x)); } }",
    ),
    in_file(
        calls.EntryPointAsStatement,
        "contract Inner { public function open(int x) { asm { OP_1 OP_EQUAL } } }\n"
        "contract Sample { Inner inner; public function open(int x) { this.inner.open(x); require(x == 1); } }",
        "contract Inner { function isOne(int x) : bool { asm { OP_1 OP_EQUAL } } }\n"
        "contract Sample { Inner inner; public function open(int x) { require(this.inner.isOne(x)); } }",
    ),
    in_members(
        calls.Recursion,
        "static function sum(int y) : int { return y == 0 ? 0 : y + sum(y - 1); }",
        "static function sum(int y) : int { int n = 0; loop (10) : i { if (i <= y) { n += i; } } return n; }",
    ),
    in_file(
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
