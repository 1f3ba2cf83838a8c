"""Examples of code that a target does not have; all are compiled for Bitcoin."""

from typing import Final

from penstock.script.chains import BTC
from penstockc.catalogue.example import Example
from penstockc.errors import target
from penstockc.habits.rows import SourceLevel

_LONG: Final = "00" * 521

_PAGES: Final = ", ".join(f"b'{page:02x}{'00' * 519}'" for page in range(20))

_MANY: Final = ", ".join(["this.owner"] * 21)

_TEN: Final = ", ".join(["this.owner"] * 10)


def _on_btc(kind: type, failing: str, mended: str, place: SourceLevel = SourceLevel.STATEMENTS) -> Example:
    return Example(kind, failing, mended, place=place, chain=BTC)


TARGET: Final = (
    _on_btc(target.MissingOpcode, "require(x * 3 == 12);", "require(x + x + x == 12);"),
    _on_btc(
        target.LibraryOnTarget,
        "public function later(SigHashPreimage p) { require(Tx.checkPreimage(p)); }",
        "public function later(int y) { require(checkLockTime(800000)); require(y == 1); }",
        SourceLevel.MEMBERS,
    ),
    _on_btc(target.NoExit, "if (x == 1) { exit(true); }\nx--;", "if (x != 1) { x--; }"),
    _on_btc(target.ElementTooLong, f"require(this.data != b'{_LONG}');", "require(hash256(this.data) != b'00ff');"),
    _on_btc(target.NumberTooLong, "require(x < 2147483648);", "require(x <= 2147483647);"),
    _on_btc(target.LockOutOfRange, "require(checkSequence(65536));", "require(checkSequence(65535));"),
    _on_btc(
        target.TooManyKeys,
        f"require(checkMultiSig([sig], [{_MANY}]));",
        f"require(checkMultiSig([sig], [{_TEN}]));",
    ),
    _on_btc(
        target.ScriptTooLong,
        f"bytes[20] ys = [{_PAGES}];\nloop (20) : i {{ require(this.data != ys[i]); }}",
        "require(hash160(this.data) == b'00ff'); // the hash of the argument",
    ),
    _on_btc(
        target.TooManyOpcodes,
        "loop (150) : i { require(x != i); }",
        "require(x < 0 || x >= 150);",
    ),
)
