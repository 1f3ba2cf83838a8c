"""Figures of the size table: one row per contract of the folder `contracts`.

All sizes are bytes of a locking script, each constructor argument counted as one byte. The floor is the shortest script
that was written by hand, with the same arguments in the same order, the same refusals and a clean stack. cashc is
version 0.13.2 with its loops unrolled, since the loop opcodes of its chain exist on no other; Rúnar is version 0.5.

A figure is missing where a language cannot express the contract, where the script uses an opcode of another chain
(`OP_REVERSEBYTES`), and where it accepts what the contract refuses (state of a preimage that nothing checks).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "contracts"


@dataclass(frozen=True, slots=True)
class Row:
    """One contract: its file, the chain that it is compiled for, and the sizes of other scripts for it in bytes."""

    name: str
    target: str
    floor: int | None = None
    cashc: int | None = None
    runar: int | None = None

    @property
    def path(self) -> Path:
        """The file of the contract."""
        return FOLDER / f"{self.name}.scrypt"


ROWS: Final = (
    # Keys, hashes and lock times
    Row("p2pkh", "bsv", floor=5, cashc=5, runar=5),
    Row("streaming", "bsv", floor=12, cashc=18, runar=14),
    Row("swap_by_signatures", "bsv", floor=15, cashc=32, runar=20),
    Row("swap_by_time", "btc", floor=16, cashc=36),
    Row("two_of_three", "bsv", floor=9, cashc=13, runar=13),
    Row("timeout", "btc", floor=12, cashc=29),
    Row("hash_choice", "bsv", floor=14, cashc=30),
    Row("vault", "btc", floor=11, cashc=25),
    Row("three_functions", "bsv", floor=22, cashc=49, runar=29),
    Row("rpuzzle", "bsv", floor=16, cashc=29, runar=24),
    Row("pay_word", "bsv", floor=53, cashc=77, runar=61),
    # Numbers
    Row("min_max", "bsv", floor=9, cashc=14, runar=10),
    Row("clamp", "bsv", floor=12, cashc=24, runar=24),
    Row("factorial", "bsv", floor=67, cashc=101, runar=113),
    Row("gcd", "bsv", floor=45, cashc=132, runar=134),
    Row("modular_power", "bsv", floor=350, cashc=1197, runar=410),
    Row("square_root", "bsv", floor=87, cashc=450),
    Row("rabin", "bsv", floor=15, cashc=21, runar=22),
    Row("sum", "bsv", floor=9, cashc=17, runar=23),
    Row("ranges", "bsv", floor=17, cashc=28, runar=32),
    Row("bit_count", "bsv", floor=54, cashc=73, runar=126),
    Row("dot_product", "bsv", floor=17, cashc=18, runar=25),
    Row("else_if", "bsv", floor=36, cashc=62, runar=65),
    Row("vote", "bsv", floor=19, cashc=50, runar=61),
    Row("fibonacci", "bsv", floor=21, cashc=57, runar=75),
    Row("polynomial", "bsv", floor=26, cashc=32, runar=29),
    Row("curve_addition", "bsv", cashc=52, runar=50),
    # Bytes
    Row("parse_struct", "bsv", floor=24, cashc=37, runar=58),
    Row("slices", "bsv", floor=21, cashc=27, runar=26),
    Row("reverse_argument", "bsv", floor=61, runar=5726),
    Row("reverse_hash", "bsv", floor=58),
    Row("varint", "bsv"),
    Row("merkle4", "bsv", floor=69, cashc=200, runar=96),
    Row("merkle4_index", "bsv", floor=77),
    Row("merkle4_arrays", "bsv", floor=38),
    Row("merkle20", "bsv", floor=341, cashc=2043, runar=451),
    Row("merkle20_index", "bsv", floor=397),
    Row("merkle20_arrays", "bsv", floor=200),
    # Arrays
    Row("constant_table", "bsv", floor=25),
    Row("property_table", "bsv", floor=38),
    Row("write_at_index", "bsv", floor=38),
    Row("sort_array", "bsv", floor=42, runar=124),
    Row("sort_locals", "bsv", cashc=199),
    # Preimages
    Row("covenant", "bsv"),
    Row("counter", "bsv", floor=219),
    Row("counter_short", "bsv"),
    Row("counter_in_code", "bsv"),
    Row("token", "bsv"),
    Row("hashed_map", "bsv"),
)
