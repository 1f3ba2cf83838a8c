"""Pieces of advice and of source that several rows share."""

from typing import Final

REQUIRE: Final = "`require(c);` fails the script where c is false"
PREIMAGE: Final = "take a `SigHashPreimage p` as an argument, check it, and use"
CHECKED: Final = "SigHashPreimage p = SigHashPreimage(this.data); require(Tx.checkPreimage(p));"
SIGNED: Final = "require(checkSig(sig, this.owner));"
CONTRACT: Final = "contract Sample { public function open(int x) { require(x == 1); } }"
"""A small contract."""
