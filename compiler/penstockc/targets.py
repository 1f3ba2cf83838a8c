"""The chains that contracts compile for, as values: which opcodes exist there and what they can handle.

On every target IF is given nothing but 01 or an empty item: btc's policy asks for it (MINIMALIF), and so do some who
judge scripts of bsv.
"""

from dataclasses import dataclass
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.script.opcodes import BTC_DISABLED, Op
from penstockc.language.operations import Freedom, Operation
from penstockc.meaning import limits
from penstockc.meaning.limits import Limits

SHORT_NUMBER: Final = 520  # bytes; numbers of bsv may be millions of bytes long, which no honest spend comes near


LOCK_TIMES: Final = frozenset({Operation.CHECK_LOCK_TIME, Operation.CHECK_SEQUENCE})
"""Operations that read numbers by rules of their own."""
REWRITTEN: Final = frozenset({Operation.NORMALIZE})
"""Operations for which code generation has other opcodes where the target lacks their own."""

EXPANDED_INTO: Final = frozenset(
    {Op.OP_SPLIT, Op.OP_CAT, Op.OP_NUM2BIN, Op.OP_BIN2NUM, Op.OP_MUL, Op.OP_DIV, Op.OP_AND, Op.OP_OR, Op.OP_XOR}
)
"""What operations without opcodes of their own are expanded into, all of them together."""


@dataclass(frozen=True, slots=True)
class Target:
    """A chain's script rules, as far as they change what the compiler writes.

    Attributes:
        name: what users call it, and what the artifact says.
        missing: opcodes that fail there.
        limits: how long numbers and byte strings may be.
        has_exit: a script can end early with success (RETURN).
        script_size: bytes of the longest script that runs.
        opcode_count: opcodes other than pushes that a script may have; each key that a CHECKMULTISIG runs over counts.
        multisig_keys: keys that a CHECKMULTISIG may have.
    """

    name: str
    missing: frozenset[Op]
    limits: Limits
    has_exit: bool
    script_size: int | None
    opcode_count: int | None
    multisig_keys: int | None

    def is_partial(self, operation: Operation) -> bool:
        """Tell whether an operation may abort there: for its own reasons, or because a number is too long to read."""
        reads_number = Kind.INT in operation.takes and operation.opcodes != ()
        return operation.freedom is Freedom.PARTIAL or (reads_number and self.has_short_numbers)

    def has(self, operation: Operation) -> bool:
        """Tell whether the target has the opcodes of an operation, or those that it is expanded into."""
        return self.missing.isdisjoint(EXPANDED_INTO if operation.opcodes is None else operation.opcodes)

    def number_limit(self, operation: Operation) -> int | None:
        """Return how many bytes the numbers may have that an operation reads; None if any will do."""
        if operation.opcodes == ():  # without an opcode nothing is read
            return None
        return self.limits.lock_time if operation in LOCK_TIMES else self.limits.operand

    @property
    def has_short_numbers(self) -> bool:
        """Whether ordinary arithmetic can meet a number that is too long."""
        return self.limits.operand is not None and self.limits.operand <= SHORT_NUMBER


BSV: Final = Target(
    name="bsv",
    missing=frozenset({Op.OP_CHECKLOCKTIMEVERIFY, Op.OP_CHECKSEQUENCEVERIFY}),  # NOPs since Genesis
    limits=limits.BSV,
    has_exit=True,
    script_size=None,
    opcode_count=None,
    multisig_keys=None,
)

BTC: Final = Target(
    name="btc",
    missing=BTC_DISABLED,
    limits=limits.BTC,
    has_exit=False,
    script_size=10_000,
    opcode_count=201,
    multisig_keys=20,
)

TARGETS: Final = {target.name: target for target in (BSV, BTC)}
"""Every target by its name."""
