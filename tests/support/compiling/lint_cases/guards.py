"""Functions that ask for nothing."""
# ruff: noqa: E501 - statements of a contract stand on one line

from typing import Final

from tests.support.compiling.lint_cases.case import CHECK, Case, in_function, with_preimage

GUARDS: Final = (
    Case(
        "unguarded-function",
        "a plain comparison",
        "contract Sum { int a; public function f(int x) { require(x > this.a); } }",
        "contract Sum { Sha256 a; public function f(bytes x) { require(sha256(x) == this.a); } }",
    ),
    Case(
        "unguarded-function",
        "on one path",
        "contract Sum { PubKey k; public function f(Sig s, bool b) { if (b) { require(checkSig(s, this.k)); } require(true); } }",
        "contract Sum { PubKey k; public function f(Sig s, bool b) { if (b) { require(checkSig(s, this.k)); } "
        "else { require(checkMultiSig([s], [this.k])); } require(true); } }",
    ),
    Case(
        "unguarded-function",
        "a hash that must not fit",
        "contract Sum { Sha256 a; public function f(bytes x) { require(sha256(x) != this.a); } }",
        "contract Sum { Sha256 a; public function f(bytes x) { require(!(sha256(x) != this.a)); } }",
    ),
    Case(
        "unguarded-function",
        "a hash of something else",
        "contract Sum { Sha256 a; public function f(int x) { require(sha256(b'00') == this.a && x > 3); } }",
        "contract Sum { Sha256 a; public function f(int x) { require(sha256(pack(x)) == this.a && x > 3); } }",
    ),
    Case(
        "unguarded-function",
        "a hash of the spender's choice",
        "contract Sum { Sha256 a; public function f(bytes x, Sha256 y) { require(sha256(x) == y && y != this.a); } }",
        "contract Sum { Sha256 a; public function f(bytes x, Sha256 y) { require(sha256(x) == this.a && y != this.a); } }",
    ),
    Case(
        "unguarded-function",
        "a key of the spender's choice",
        "contract Sum { Ripemd160 a; public function f(Sig s, PubKey k) { require(checkSig(s, k) && len(this.a) > 1); } }",
        "contract Sum { Ripemd160 a; public function f(Sig s, PubKey k) { require(checkSig(s, k) && hash160(k) == this.a); } }",
    ),
    Case(
        "unguarded-function",
        "keys of the spender's choice",
        "contract Sum { PubKey a; public function f(Sig s, PubKey k) { require(checkMultiSig([s], [k]) && k != this.a); } }",
        "contract Sum { PubKey a; public function f(Sig s, PubKey k) { require(checkMultiSig([s], [k, this.a])); } }",
    ),
    Case(
        "unguarded-function",
        "how many have signed",
        "contract Sum { PubKey a; PubKey b; public function f(Sig s, Sig t) { int n = 0; "
        "if (checkSig(s, this.a)) { n++; } if (checkSig(t, this.b)) { n++; } require(n >= len(s)); } }",
        "contract Sum { PubKey a; PubKey b; public function f(Sig s, Sig t) { int n = 0; "
        "if (checkSig(s, this.a)) { n++; } if (checkSig(t, this.b)) { n++; } require(n >= 2); } }",
    ),
    Case(
        "unguarded-function",
        "work",
        "contract Work { int target; public function f(bytes nonce) { require(unpack(nonce) < this.target); } }",
        "contract Work { int target; public function f(bytes nonce) { require(unpack(sha256(nonce)) < this.target); } }",
    ),
    Case(
        "unchecked-signature",
        "no check",
        in_function("require(x > 3);", "Sig second, int x"),
        in_function("require(x > 3 && checkSig(second, this.owner));", "Sig second, int x"),
    ),
    Case(
        "unchecked-signature",
        "a check that decides nothing",
        in_function("bool _ok = checkSig(second, this.owner); require(x > 3);", "Sig second, int x"),
        in_function("bool ok = checkSig(second, this.owner); require(ok || x > 3);", "Sig second, int x"),
    ),
    Case(
        "unchecked-signature",
        "by hand",
        in_function("require(unpack(sha256(b)) == this.n && len(second) > 1);", "Sig second, bytes b", "    int n;\n"),
        in_function(
            "require(unpack(sha256(b)) == unpack(second) * unpack(second) % this.n);",
            "Sig second, bytes b",
            "    int n;\n",
        ),
    ),
    Case(
        "unchecked-signature",
        "one of an array",
        in_function("require(checkMultiSig([more[0]], [this.owner]));", "Sig[2] more"),
        in_function("require(checkMultiSig([more[0], more[1]], [this.owner, this.owner]));", "Sig[2] more"),
    ),
    Case(
        "lock-time-by-hand",
        "in a local",
        with_preimage(f"{CHECK} int time = SigHash.nLocktime(preimage); require(time >= 800000);"),
        with_preimage(f"{CHECK} int time = SigHash.nLocktime(preimage); require(time == x);"),
    ),
)
