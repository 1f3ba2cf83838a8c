"""Preimages that some path does not check."""
# ruff: noqa: E501 - statements of a contract stand on one line

from typing import Final

from tests.support.compiling.lint_cases.case import CHECK, READ, Case, with_preimage


def _preimage(
    name: str, failing: str, mended: str, parameters: str = "SigHashPreimage preimage, bool b, int x"
) -> Case:
    return Case("preimage-without-check", name, with_preimage(failing, parameters), with_preimage(mended, parameters))


_TWO: Final = "SigHashPreimage preimage, SigHashPreimage other, bool b, int x"
_CHOSEN: Final = "SigHashPreimage preimage, PubKey key, bytes rBytes, bool b, int x"

PREIMAGES: Final = (
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
