"""For each warning contracts that get it, and near ones that do not.

The failing text of a case gets the warning; the mended one differs as little as can be, and gets no warning at all.
`in_function` makes a contract of statements; the rest of it requires a signature, so that nothing but the
statements is at fault.
"""
# ruff: noqa: E501 - statements of a contract stand on one line

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Case:
    """A warning's code, the subject of the case, a contract with the warning, and one without it."""

    code: str
    name: str
    failing: str
    mended: str


def in_function(statements: str, parameters: str = "", members: str = "") -> str:
    """A contract with these statements in a public function, after the demand of a signature."""
    more = f", {parameters}" if parameters else ""
    return f"""contract Sample {{
    PubKey owner;
{members}
    public function unlock(Sig sig{more}) {{
        require(checkSig(sig, this.owner));
        {statements}
        require(true);
    }}
}}
"""


def with_preimage(
    statements: str, parameters: str = "SigHashPreimage preimage, bool b, int x", members: str = ""
) -> str:
    """The same, with a preimage, `b` and `x`, which are read."""
    return in_function(f"require(b || x > 0); {statements}", parameters, members)


READ = "require(SigHash.value(preimage) > 5);"
CHECK = "require(Tx.checkPreimage(preimage));"


def _preimage(
    name: str, failing: str, mended: str, parameters: str = "SigHashPreimage preimage, bool b, int x"
) -> Case:
    return Case("preimage-without-check", name, with_preimage(failing, parameters), with_preimage(mended, parameters))


_TWO: Final = "SigHashPreimage preimage, SigHashPreimage other, bool b, int x"
_CHOSEN: Final = "SigHashPreimage preimage, PubKey key, bytes rBytes, bool b, int x"

_PREIMAGES: Final = (
    _preimage("no check", READ, READ + CHECK),
    _preimage("in one branch", f"if (b) {{ {CHECK} }} {READ}", f"if (b) {{ {CHECK} }} else {{ {CHECK} }} {READ}"),
    _preimage(
        "in the other branch",
        f"if (b) {{ {CHECK} }} else {{ {READ} }}",
        f"if (b) {{ {CHECK} {READ} }} else {{ x = 1; }}",
    ),
    _preimage(
        "of another condition",
        f"if (b) {{ {CHECK} }} if (x > 3) {{ {READ} }}",
        f"if (b) {{ {CHECK} }} if (b) {{ {READ} }}",
    ),
    _preimage(
        "of the two conditions one",
        f"if (b) {{ {CHECK} }} if (x > 3) {{ {CHECK} }} {READ}",
        f"if (b) {{ {CHECK} }} if (!b) {{ require(Tx.checkPreimageOpt(preimage)); }} {READ}",
    ),
    _preimage(
        "in an or",
        f"require(b || Tx.checkPreimage(preimage)); {READ}",
        f"require(b && Tx.checkPreimage(preimage)); {READ}",
    ),
    _preimage(
        "in an or, first",
        f"require(Tx.checkPreimage(preimage) || b); {READ}",
        f"require(Tx.checkPreimage(preimage) && b); {READ}",
    ),
    _preimage(
        "in one choice",
        f"require(b ? Tx.checkPreimage(preimage) : x > 3); {READ}",
        f"require(b ? Tx.checkPreimage(preimage) : Tx.checkPreimageOpt(preimage)); {READ}",
    ),
    _preimage(
        "must be false",
        f"require(!Tx.checkPreimage(preimage)); {READ}",
        f"require(!!Tx.checkPreimage(preimage)); {READ}",
    ),
    _preimage(
        "may be either",
        f"require(Tx.checkPreimage(preimage) == b); {READ}",
        f"require(Tx.checkPreimage(preimage) == true); {READ}",
    ),
    _preimage(
        "only as a condition",
        f"if (Tx.checkPreimage(preimage)) {{ x = 3; }} {READ}",
        f"if (Tx.checkPreimage(preimage)) {{ x = 3; {READ} }}",
    ),
    _preimage(
        "forgotten",
        f"bool ok = Tx.checkPreimage(preimage); if (b) {{ ok = x > 3; }} require(ok); {READ}",
        f"bool ok = Tx.checkPreimage(preimage); if (b) {{ ok = ok && x > 3; }} require(ok); {READ}",
    ),
    _preimage(
        "flag of another branch",
        f"bool ok = false; if (b) {{ ok = Tx.checkPreimage(preimage); }} else {{ ok = x > 3; }} require(ok); {READ}",
        f"bool ok = false; if (b) {{ ok = Tx.checkPreimage(preimage); }} require(ok); {READ}",
    ),
    _preimage(
        "after an exit",
        f"{READ} if (b) {{ exit(x > 3); }} {CHECK}",
        f"{READ} {CHECK} if (b) {{ exit(x > 3); }}",
    ),
    _preimage(
        "an exit that refuses",
        f"if (Tx.checkPreimage(preimage)) {{ exit(x > 3); }} {READ}",
        f"if (!Tx.checkPreimage(preimage)) {{ exit(false); }} {READ}",
    ),
    _preimage(
        "of another preimage",
        f"require(Tx.checkPreimage(other)); {READ}",
        f"require(Tx.checkPreimage(other)); {READ} {CHECK}",
        _TWO,
    ),
    _preimage(
        "of a copy that is assigned again",
        "SigHashPreimage copy = preimage; require(Tx.checkPreimage(copy)); copy = other; require(SigHash.value(copy) > 5);",
        f"SigHashPreimage copy = other; copy = preimage; require(Tx.checkPreimage(copy)); {READ} require(Tx.checkPreimage(other));",
        _TWO,
    ),
    _preimage(
        "of the one that is chosen",
        f"SigHashPreimage one = b ? preimage : other; {CHECK} require(SigHash.value(one) > 5);",
        "SigHashPreimage one = b ? preimage : other; require(Tx.checkPreimage(one)); require(SigHash.value(one) > 5);",
        _TWO,
    ),
    _preimage(
        "of one of the two",
        f"SigHashPreimage one = b ? preimage : other; {CHECK} require(SigHash.value(one) > 5);",
        f"SigHashPreimage one = b ? preimage : other; {CHECK} require(Tx.checkPreimage(other)); require(SigHash.value(one) > 5);",
        _TWO,
    ),
    _preimage(
        "of a changed one",
        f"{CHECK} require(SigHash.value(SigHashPreimage(preimage + b'00')) > 5);",
        "require(Tx.checkPreimage(SigHashPreimage(preimage + b'00'))); require(SigHash.value(SigHashPreimage(preimage + b'00')) > 5);",
    ),
    _preimage(
        "used where it is not checked",
        f"int value = SigHash.value(preimage); if (b) {{ {CHECK} require(value > 5); }} require(value > x);",
        f"int value = SigHash.value(preimage); if (b) {{ {CHECK} require(value > 5); }} require(x > 3);",
    ),
    _preimage(
        "a condition that decides",
        f"if (SigHash.value(preimage) > 5) {{ require(x > 3); }} if (b) {{ {CHECK} }}",
        f"if (SigHash.value(preimage) > 5) {{ require(x > 3); }} {CHECK}",
    ),
    _preimage(
        "checked where both hold",
        f"if (b) {{ {CHECK} }} if (b && x > 3) {{ require(x > 4); }} else {{ {READ} }}",
        f"if (b) {{ {CHECK} }} if (b && x > 3) {{ {READ} }} else {{ require(x > 4); }}",
    ),
    _preimage(
        "the same condition three times",
        f"if (b) {{ {CHECK} }} if (b) {{ require(x > 4); }} if (!b) {{ {READ} }}",
        f"if (b) {{ {CHECK} }} if (b) {{ require(x > 4); }} if (b) {{ {READ} }}",
    ),
    _preimage(
        "cut by hand",
        "require(hash256(preimage[68 : 104]) == sha256(b'00') && b);",
        f"{CHECK} require(hash256(preimage[68 : 104]) == sha256(b'00') && b);",
    ),
    _preimage(
        "by a key that the spender chooses",
        f"require(Tx.checkPreimageAdvanced(preimage, Tx.privKey, key, Tx.invK, Tx.r, rBytes, SigHash.ALL)); {READ}",
        f"require(Tx.checkPreimageAdvanced(preimage, Tx.privKey, Tx.pubKey, Tx.invK, Tx.r, Tx.rBigEndian, SigHash.ALL | SigHash.FORKID)); "
        f"require(len(key) == 33 && len(rBytes) == 32); {READ}",
        _CHOSEN,
    ),
    Case(
        "preimage-without-check",
        "in a function of that name",
        with_preimage(
            f"require(this.checkPreimage(preimage)); {READ}",
            members="    function checkPreimage(SigHashPreimage preimage) : bool { return len(preimage) > 104; }\n",
        ),
        with_preimage(
            f"require(this.isWhole(preimage)); {READ}",
            members="    function isWhole(SigHashPreimage preimage) : bool { return Tx.checkPreimage(preimage); }\n",
        ),
    ),
    Case(
        "preimage-without-check",
        "read in a function",
        with_preimage(
            "require(this.worth(preimage) > 5);",
            members="    function worth(SigHashPreimage preimage) : int { return SigHash.value(preimage); }\n",
        ),
        with_preimage(
            f"require(this.worth(preimage) > 5); {CHECK}",
            members="    function worth(SigHashPreimage preimage) : int { return SigHash.value(preimage); }\n",
        ),
    ),
    Case(
        "preimage-without-check",
        "beside a choice of an element",
        with_preimage(f"int[2] a = [1, 2]; if (b) {{ a[x] = 7; {CHECK} }} require(a[0] > x); {READ}"),
        with_preimage(f"int[2] a = [1, 2]; if (b) {{ a[x] = 7; }} require(a[0] > x); {CHECK} {READ}"),
    ),
    Case(
        "preimage-without-check",
        "read in assembly",
        with_preimage(
            "require(unpack(first(preimage)) > 5);",
            members="    static function first(SigHashPreimage p) : bytes { asm { OP_4 OP_SPLIT OP_DROP } }\n",
        ),
        with_preimage(
            f"require(unpack(first(preimage)) > 5); {CHECK}",
            members="    static function first(SigHashPreimage p) : bytes { asm { OP_4 OP_SPLIT OP_DROP } }\n",
        ),
    ),
    Case(
        "preimage-without-check",
        "a check in assembly",
        with_preimage(
            f"bool ok = isWhole(preimage); require(ok || b); {READ}",
            members="    static function isWhole(SigHashPreimage p) : bool { asm { OP_HASH256 OP_DUP $key OP_CHECKSIG OP_NIP } }\n",
        ),
        with_preimage(
            f"bool ok = isWhole(preimage); require(ok && b); {READ}",
            members="    static function isWhole(SigHashPreimage p) : bool { asm { OP_HASH256 OP_DUP $key OP_CHECKSIG OP_NIP } }\n",
        ),
    ),
    Case(
        "preimage-without-check",
        "rounds that there are not",
        with_preimage(f"loop (0) {{ {CHECK} }} {READ}"),
        with_preimage(f"loop (1) {{ {CHECK} }} {READ}"),
    ),
)


def counter(statements: str, parameters: str = "SigHashPreimage preimage, bool b", members: str = "") -> str:
    """A contract with state and these statements in a public function."""
    return f"""contract Counter {{
    @state int count;
{members}
    public function increment({parameters}) {{
        {statements}
    }}
}}
"""


_SAME: Final = "require(this.updateState(preimage, 1000));"
_BY_HAND: Final = (
    "bytes output = Utils.buildOutput(this.getStateScript(), 1000); "
    "require(hash256(output) == SigHash.hashOutputs(preimage));"
)

_STATE: Final = (
    Case(
        "state-without-check",
        "no check",
        counter(f"this.count++; {_BY_HAND}", "SigHashPreimage preimage"),
        counter(f"this.count++; {CHECK} {_BY_HAND}", "SigHashPreimage preimage"),
    ),
    Case(
        "state-without-check",
        "in one branch",
        counter(f"if (b) {{ {CHECK} }} require(hash256(preimage) != b'00' && this.count > 3);"),
        counter(f"if (b) {{ {CHECK} }} else {{ require(Tx.checkPreimageOpt(preimage)); }} require(this.count > 3);"),
    ),
    Case(
        "state-without-check",
        "of another preimage",
        counter(
            "require(Tx.checkPreimage(other)); require(this.count > 3);",
            "SigHashPreimage preimage, SigHashPreimage other",
        ),
        counter(
            f"{CHECK} require(Tx.checkPreimage(other)); require(this.count > 3);",
            "SigHashPreimage preimage, SigHashPreimage other",
        ),
    ),
    Case(
        "state-without-check",
        "where it is used",
        counter(
            f"if (b) {{ this.count++; {_SAME} }} else {{ require(checkSig(sig, this.owner) && this.count > 3); }} "
            "require(true);",
            "SigHashPreimage preimage, Sig sig, bool b",
            "    PubKey owner;\n",
        ),
        counter(
            f"if (b) {{ this.count++; {_SAME} }} else {{ require(checkSig(sig, this.owner)); }} require(true);",
            "SigHashPreimage preimage, Sig sig, bool b",
            "    PubKey owner;\n",
        ),
    ),
    Case(
        "state-without-check",
        "used by an exit",
        counter(f"if (this.count > 3) {{ exit(true); }} {_SAME}", "SigHashPreimage preimage"),
        counter(f"if (this.count > 3) {{ exit(false); }} {_SAME}", "SigHashPreimage preimage"),
    ),
    Case(
        "state-behind-separator",
        "checked after a separator",
        counter(f"this.count++; require(Tx.checkPreimageOCS(preimage)); {_BY_HAND}", "SigHashPreimage preimage"),
        counter(f"this.count++; require(Tx.checkPreimage(preimage)); {_BY_HAND}", "SigHashPreimage preimage"),
    ),
    Case(
        "state-behind-separator",
        "a separator of its own",
        counter(f"this.count++;\n***\n{_SAME}", "SigHashPreimage preimage"),
        counter(f"this.count++; {_SAME}\n***\nrequire(true);", "SigHashPreimage preimage"),
    ),
    Case(
        "state-not-handed-on",
        "no output",
        counter(f"this.count++; {CHECK}", "SigHashPreimage preimage"),
        counter(f"this.count++; {_SAME}", "SigHashPreimage preimage"),
    ),
    Case(
        "state-not-handed-on",
        "on one path",
        counter(f"this.count++; if (b) {{ {_SAME} }} else {{ {CHECK} }} require(true);"),
        counter(f"if (b) {{ this.count++; {_SAME} }} else {{ {CHECK} }} require(true);"),
    ),
    Case(
        "state-not-handed-on",
        "changed too late",
        counter(f"{_SAME} this.count++; require(this.count > 3);", "SigHashPreimage preimage"),
        counter(f"this.count++; {_SAME} require(this.count > 3);", "SigHashPreimage preimage"),
    ),
    Case(
        "state-not-handed-on",
        "by a method of its property",
        counter(
            f"require(this.all.add({{7, 0}})); {CHECK}",
            "SigHashPreimage preimage",
            "    @state HashedSet<int> all;\n",
        ),
        counter(
            f"require(this.all.add({{7, 0}})); {_SAME}",
            "SigHashPreimage preimage",
            "    @state HashedSet<int> all;\n",
        ),
    ),
)

_GUARDS: Final = (
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

_LOSSES: Final = (
    Case(
        "discarded-result",
        "checkSig",
        in_function("checkSig(s, this.owner); require(len(s) > 0 && checkSig(s, this.owner));", "Sig s"),
        in_function("require(checkSig(s, this.owner));", "Sig s"),
    ),
    Case(
        "discarded-result",
        "checkMultiSig",
        in_function("checkMultiSig([s], [this.owner]); require(checkSig(s, this.owner));", "Sig s"),
        in_function("require(checkMultiSig([s], [this.owner]));", "Sig s"),
    ),
    Case("discarded-result", "checkPreimage", with_preimage("Tx.checkPreimage(preimage);"), with_preimage(CHECK)),
    Case(
        "discarded-result",
        "updateState",
        counter(f"this.updateState(preimage, 1000); {_SAME}", "SigHashPreimage preimage"),
        counter(_SAME, "SigHashPreimage preimage"),
    ),
    Case(
        "discarded-result",
        "a map",
        in_function("map.delete(k); require(map.has(k));", "HashedMap<int, int> map, SortedItem<int> k"),
        in_function("map.clear(); require(map.has(k));", "HashedMap<int, int> map, SortedItem<int> k"),
    ),
    Case(
        "discarded-result",
        "within",
        in_function("within(x, 0, 5); require(x > 3);", "int x"),
        in_function("require(within(x, 0, 5)); require(x > 3);", "int x"),
    ),
    Case(
        "discarded-result",
        "a function",
        in_function(
            "this.isLarge(x); require(x > 3);", "int x", "    function isLarge(int x) : bool { return x > 7; }\n"
        ),
        in_function(
            "this.demand(x); require(x > 3);",
            "int x",
            "    function demand(int x) : bool { require(x > 7); return true; }\n",
        ),
    ),
    Case(
        "unassigned-property",
        "on one path",
        "contract C { int a; PubKey k; constructor(int a, PubKey k) { this.k = k; if (a > 3) { this.a = a; } } public function f(Sig s) { require(checkSig(s, this.k) && this.a > 1); } }",
        "contract C { int a; PubKey k; constructor(int a, PubKey k) { this.k = k; if (a > 3) { this.a = a; } else { this.a = 0; } } public function f(Sig s) { require(checkSig(s, this.k) && this.a > 1); } }",
    ),
    Case(
        "lost-assignment",
        "in a function that it calls",
        in_function(
            "require(this.next() > 3);",
            "",
            "    int count;\n    function next() : int { this.count += 1; return this.count; }\n",
        ),
        in_function(
            "require(this.next() > 3);",
            "",
            "    int count;\n    function next() : int { int count = this.count; count += 1; return count; }\n",
        ),
    ),
    Case(
        "lost-assignment",
        "beside state",
        counter(f"this.count++; this.last = 7; {_SAME}", "SigHashPreimage preimage", "    int last;\n"),
        counter(f"this.count++; this.last = 7; {_SAME}", "SigHashPreimage preimage", "    @state int last;\n"),
    ),
)


def _plain(  # noqa: PLR0917 - the columns of the table
    code: str, name: str, failing: str, mended: str, parameters: str = "int x", members: str = ""
) -> Case:
    return Case(code, name, in_function(failing, parameters, members), in_function(mended, parameters, members))


_CONSTANT: Final = (
    _plain("always-false", "numbers", "require(1 == 2 || x > 3);", "require(x == 2 || x > 3);"),
    _plain("always-true", "numbers", "require(2 > 1 && x > 3);", "require(x > 1 && x < 3);"),
    _plain(
        "always-false",
        "lengths of hashes",
        "require(hash160(b) == sha256(b));",
        "require(hash160(b) == ripemd160(sha256(b)));",
        "bytes b",
    ),
    _plain(
        "always-true",
        "lengths that differ",
        "require(hash160(b) != sha256(b));",
        "require(sha256(b) != hash256(b));",
        "bytes b",
    ),
    _plain(
        "always-false",
        "a declared length",
        "require(hash160(b) == this.digest);",
        "require(sha256(b) == this.digest);",
        "bytes b",
        "    Sha256 digest;\n",
    ),
    _plain(
        "always-false",
        "a declared length and a constant that says that there is none",
        "require(this.digest == b'00' && sha256(b) == b'00');",
        "require(this.digest == b'00' || sha256(b) == this.digest);",
        "bytes b",
        "    Sha256 digest;\n",
    ),
    _plain(
        "always-false",
        "a length that was demanded",
        "require(len(b) == 20); require(b == sha256(c));",
        "require(len(b) == 32); require(b == sha256(c));",
        "bytes b, bytes c",
    ),
    _plain("always-false", "ranges", "require(x > 5); require(x < 3);", "require(x > 3); require(x < 5);"),
    _plain("always-false", "ranges in one condition", "require(x > 5 && x < 3);", "require(x > 3 && x < 5);"),
    _plain("always-true", "ranges", "require(x > 5); require(x > 3);", "require(x > 3); require(x > 5);"),
    _plain("always-true", "the same on both sides", "require(x == x);", "int y = x + 1; require(x < y);"),
    _plain(
        "always-false",
        "a local",
        "int y = 3; require(x > y && y > 5);",
        "int y = 3; if (x > 7) { y = 9; } require(x > y && y > 5);",
    ),
    _plain("always-true", "a length is not negative", "require(len(b) >= 0);", "require(len(b) > 0);", "bytes b"),
    _plain("always-true", "a remainder", "require(x % 5 < 5);", "require(x % 5 < 4);"),
    _plain("always-fails", "division", "require(x / 0 == 1);", "require(x / 2 == 1);"),
    _plain(
        "always-fails",
        "a divisor that is zero after folding",
        "int y = 3 - 3; require(x % y == 1);",
        "int y = 3 - 2; require(x % y < x);",
    ),
    _plain("always-fails", "a shift", "require(x << -1 == 2);", "require(x << 1 == 2);"),
    _plain("always-fails", "a constant shift", "require(x > 1 << -1);", "require(x > 1 << 1);"),
    _plain("always-fails", "a slice", "require(sha256(b)[33 :] == b);", "require(sha256(b)[31 :] == b);", "bytes b"),
    _plain(
        "always-fails",
        "bits of two lengths",
        "require((sha256(b) & hash160(b)) == b);",
        "require((sha256(b) & hash256(b)) == b);",
        "bytes b",
    ),
    _plain(
        "always-fails",
        "an index",
        "require(x > 3); require(a[x] == 1);",
        "require(x > 1); require(a[x] == 1);",
        "int[3] a, int x",
    ),
    _plain(
        "dead-arm",
        "if (false)",
        "if (false) { require(x > 3); } require(x > 1);",
        "if (x > 7) { require(x > 8); } require(x > 1);",
    ),
    _plain(
        "dead-arm",
        "else",
        "require(x > 5); if (x > 3) { require(x < 9); } else { require(x < 7); }",
        "require(x > 5); if (x > 7) { require(x < 9); } else { require(x < 7); }",
    ),
    _plain("dead-arm", "a choice", "require(1 > 2 ? x > 3 : x > 4);", "require(x > 2 ? x > 3 : x > 1);"),
    _plain(
        "dead-arm",
        "a setting is none",
        "if (false) { require(x > 3); } require(x > 1);",
        "if (DEBUG) { require(x > 3); } require(x > 1);",
        "int x",
        "    static const bool DEBUG = false;\n",
    ),
    _plain(
        "unreachable-code",
        "after exit",
        "if (x > 3) { exit(x > 4); require(x > 5); }",
        "if (x > 3) { require(x > 5); exit(x > 7); }",
    ),
    _plain(
        "unreachable-code",
        "after two exits",
        "if (x > 3) { exit(x > 4); } else { exit(x > 1); } x = 1; require(x > 7);",
        "if (x > 3) { exit(x > 4); } else { exit(x > 1); }",
    ),
)

_NAMES: Final = (
    _plain(
        "unused-local",
        "never read",
        "int y = x; y = 7; y++; require(x > 3);",
        "int y = x; y = 7; y++; require(y > 3 + x);",
    ),
    _plain(
        "unused-local",
        "the inner one",
        "int y = x; { int z = 3; z += x; } require(y > 3);",
        "int y = x; { int z = 3; z += x; require(z > 7); } require(y > 3);",
    ),
    _plain("unused-parameter", "never read", "require(x > 3);", "require(x > 3 && y > 3);", "int x, int y"),
    Case(
        "unused-parameter",
        "an underscore says that it is meant",
        in_function("require(x > 3);", "int x, int y"),
        in_function("require(x > 3);", "int x, int _y"),
    ),
    Case(
        "hidden-builtin",
        "a static function",
        in_function(
            "require(abs(x) > 3);", "int x", "    static function abs(int x) : int { return x < 0 ? -x : x; }\n"
        ),
        in_function("require(this.abs(x) > 3);", "int x", "    function abs(int x) : int { return x < 0 ? -x : x; }\n"),
    ),
    _plain("hidden-builtin", "a class", "int Utils = x; require(Utils > 3);", "int len = x; require(len > 3);"),
)

_ASSEMBLY: Final = tuple(
    Case(
        "assembly-effect",
        name,
        in_function(
            "require(f(x, x) > 3);", "int x", f"    static function f(int a, int b) : int {{ asm {{ {failing} }} }}\n"
        ),
        in_function(
            "require(f(x, x) > 3);", "int x", f"    static function f(int a, int b) : int {{ asm {{ {mended} }} }}\n"
        ),
    )
    for name, failing, mended in (
        ("leaves too much", "OP_DUP OP_ADD", "OP_ADD"),
        ("leaves nothing", "OP_2DROP", "OP_2DROP OP_1"),
        ("takes too much", "OP_ADD OP_ADD", "OP_DUP OP_ADD OP_ADD"),
        ("arms that differ", "OP_IF OP_1 OP_ENDIF", "OP_IF OP_1ADD OP_ENDIF"),
        (
            "arms that differ, with else",
            "OP_IF OP_DROP OP_1 OP_ELSE OP_1 OP_ENDIF",
            "OP_IF OP_1ADD OP_ELSE OP_1SUB OP_ENDIF",
        ),
        ("the second stack", "OP_FROMALTSTACK OP_2DROP", "OP_TOALTSTACK OP_FROMALTSTACK OP_ADD"),
        ("rolled", "OP_1 OP_ROLL", "OP_1 OP_ROLL OP_ADD"),
        ("unrolled", "loop (2) { OP_DUP } OP_ADD", "loop (2) { OP_DUP } OP_ADD OP_ADD OP_ADD"),
    )
)

_CUT: Final = "    static function cut(bytes script, int start) : bytes { return script[start :]; }\n"
_CUTS: Final = tuple(
    Case(
        "cut-at-fixed-place",
        name,
        *(
            with_preimage(f"{CHECK} require(hash160({part}) == b'{'ab' * 20}');", members=_CUT)
            for part in (failing, mended)
        ),
    )
    for name, failing, mended in (
        ("the rest of the script", "SigHash.scriptCode(preimage)[34 :]", "SigHash.scriptCode(preimage)"),
        ("its head", "SigHash.scriptCode(preimage)[: 34]", "SigHash.scriptCode(preimage)[0 :]"),
        ("a part of it", "SigHash.scriptCode(preimage)[0 : 34]", "SigHash.scriptCode(preimage)[x : x + 34]"),
        ("of the preimage", "preimage[163 :]", "preimage[104 :]"),
        ("of the preimage's middle", "preimage[178 : 179]", "preimage[68 : 104]"),
        ("up to there", "preimage[: 163]", "preimage[: 104]"),
        ("in two steps", "preimage[104 :][6 : 20]", "preimage[100 :][5 : 9]"),
        ("after its length", "preimage[105 :][34 :]", "preimage[105 :][: 2]"),
        ("with a length of its own", "preimage[140 : 105 + x]", "preimage[107 : 107 + x]"),
        ("in a function", "cut(SigHash.scriptCode(preimage), 34)", "cut(SigHash.scriptCode(preimage), x)"),
        ("of a constant sum", "SigHash.scriptCode(preimage)[1 + 33 :]", "SigHash.scriptCode(preimage)[1 + x :]"),
        (
            "counted from the end",
            "SigHash.scriptCode(preimage)[: 34]",
            "SigHash.scriptCode(preimage)[len(SigHash.scriptCode(preimage)) - 34 :]",
        ),
        (
            "of the same part in both arms",
            "(b ? preimage[100 :] : preimage[100 :])[30 :]",
            "(b ? preimage[100 :] : preimage[x :])[30 :]",
        ),
        (
            "in one arm",
            "(b ? SigHash.scriptCode(preimage)[34 :] : b'')",
            "(b ? SigHash.scriptCode(preimage) : b'')",
        ),
        ("of something else", "preimage[111 :]", "cut(sha256(preimage), 30)"),
    )
)

CASES: Final = (*_PREIMAGES, *_STATE, *_GUARDS, *_LOSSES, *_CONSTANT, *_NAMES, *_ASSEMBLY, *_CUTS)
