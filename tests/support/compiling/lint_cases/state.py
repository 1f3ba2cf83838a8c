"""State that a call does not pass on."""

from typing import Final

from tests.support.compiling.lint_cases.case import CHECK, SAME_STATE, Case, counter

_BY_HAND: Final = (
    "bytes output = Utils.buildOutput(this.getStateScript(), 1000); "
    "require(hash256(output) == SigHash.hashOutputs(preimage));"
)

STATE: Final = (
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
            f"if (b) {{ this.count++; {SAME_STATE} }} else {{ require(checkSig(sig, this.owner) && this.count > 3); }} "
            "require(true);",
            "SigHashPreimage preimage, Sig sig, bool b",
            "    PubKey owner;\n",
        ),
        counter(
            f"if (b) {{ this.count++; {SAME_STATE} }} else {{ require(checkSig(sig, this.owner)); }} require(true);",
            "SigHashPreimage preimage, Sig sig, bool b",
            "    PubKey owner;\n",
        ),
    ),
    Case(
        "state-without-check",
        "used by an exit",
        counter(f"if (this.count > 3) {{ exit(true); }} {SAME_STATE}", "SigHashPreimage preimage"),
        counter(f"if (this.count > 3) {{ exit(false); }} {SAME_STATE}", "SigHashPreimage preimage"),
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
        counter(f"this.count++;\n***\n{SAME_STATE}", "SigHashPreimage preimage"),
        counter(f"this.count++; {SAME_STATE}\n***\nrequire(true);", "SigHashPreimage preimage"),
    ),
    Case(
        "state-not-handed-on",
        "no output",
        counter(f"this.count++; {CHECK}", "SigHashPreimage preimage"),
        counter(f"this.count++; {SAME_STATE}", "SigHashPreimage preimage"),
    ),
    Case(
        "state-not-handed-on",
        "on one path",
        counter(f"this.count++; if (b) {{ {SAME_STATE} }} else {{ {CHECK} }} require(true);"),
        counter(f"if (b) {{ this.count++; {SAME_STATE} }} else {{ {CHECK} }} require(true);"),
    ),
    Case(
        "state-not-handed-on",
        "changed too late",
        counter(f"{SAME_STATE} this.count++; require(this.count > 3);", "SigHashPreimage preimage"),
        counter(f"this.count++; {SAME_STATE} require(this.count > 3);", "SigHashPreimage preimage"),
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
            f"require(this.all.add({{7, 0}})); {SAME_STATE}",
            "SigHashPreimage preimage",
            "    @state HashedSet<int> all;\n",
        ),
    ),
)
