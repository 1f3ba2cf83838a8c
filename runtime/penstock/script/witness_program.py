"""Witness programs in locking scripts (BIP141)."""

from typing import NamedTuple

from penstock.script.opcodes import Op


class WitnessProgram(NamedTuple):
    """A witness program in a locking script.

    Attributes:
        version: 0 to 16.
        program: 2 to 40 bytes.
    """

    version: int
    program: bytes


def witness_program(script: bytes) -> WitnessProgram | None:
    """Return the witness program of `script`: a version as a number and one push of 2 to 40 bytes (BIP141)."""
    if not 4 <= len(script) <= 42 or script[1] != len(script) - 2:
        return None
    if script[0] == Op.OP_0:
        return WitnessProgram(0, script[2:])
    if Op.OP_1 <= script[0] <= Op.OP_16:
        return WitnessProgram(script[0] - Op.OP_1 + 1, script[2:])
    return None
