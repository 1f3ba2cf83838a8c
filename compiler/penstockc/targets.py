"""Targets: the opcodes and value limits of each chain that contracts compile for.

A target is made from a chain's record. Contracts are compiled for outputs of the newest era.

On every target IF gets 01 or an empty item only: btc's policy requires it (MINIMALIF), and so do some
validators of bsv scripts.
"""

from functools import lru_cache
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.records import Record
from penstock.script.chains import DEFAULT_CHAIN, Chain
from penstock.script.consensus import LOCK_TIME_NUMBER_SIZE
from penstock.script.opcodes import Op
from penstock.script.pushes import MAX_PUSH
from penstockc.language.operations import Freedom, Operation
from penstockc.language.value_limits import ValueLimits

SHORT_NUMBER: Final = 520  # bytes; numbers of bsv may be millions of bytes long, far above any honest spend


LOCK_TIMES: Final = frozenset({Operation.CHECK_LOCK_TIME, Operation.CHECK_SEQUENCE})
"""Operations that read numbers by their own rules."""
REWRITTEN: Final = frozenset({Operation.NORMALIZE})
"""Operations that have a replacement in code generation where the target lacks their opcodes."""

EXPANDED_INTO: Final = frozenset(
    {Op.OP_SPLIT, Op.OP_CAT, Op.OP_NUM2BIN, Op.OP_BIN2NUM, Op.OP_MUL, Op.OP_DIV, Op.OP_AND, Op.OP_OR, Op.OP_XOR}
)
"""Opcodes that operations without opcodes of their own are expanded into, all of them together."""


class Target(Record, frozen=True):
    """A chain's script rules, as far as they affect the compiler's output.

    Attributes:
        chain: the chain.
        missing: opcodes that fail or do nothing there.
        limits: how long numbers and byte strings may be.
        has_exit: whether a script can end early with success (RETURN).
        script_size: bytes of the longest script that runs.
        opcode_count: opcodes other than pushes that a script may have; each key of an executed CHECKMULTISIG counts.
        multisig_keys: keys that a CHECKMULTISIG may have.
    """

    chain: Chain
    missing: frozenset[Op]
    limits: ValueLimits
    has_exit: bool
    script_size: int | None
    opcode_count: int | None
    multisig_keys: int | None

    @property
    def name(self) -> str:
        """The chain's name."""
        return self.chain.name

    def is_partial(self, operation: Operation) -> bool:
        """Return whether an operation may abort there: by itself, or because a number is too long to read."""
        reads_number = Kind.INT in operation.takes and operation.opcodes != ()
        return operation.freedom is Freedom.PARTIAL or (reads_number and self.has_short_numbers)

    def has(self, operation: Operation) -> bool:
        """Return whether the target has the opcodes of an operation, or those that it is expanded into."""
        return self.missing.isdisjoint(EXPANDED_INTO if operation.opcodes is None else operation.opcodes)

    def number_limit(self, operation: Operation) -> int | None:
        """Return the size limit, in bytes, of the numbers that an operation reads; None without a limit."""
        if operation.opcodes == ():  # without an opcode nothing is read
            return None
        return self.limits.lock_time if operation in LOCK_TIMES else self.limits.operand

    @property
    def has_short_numbers(self) -> bool:
        """Whether ordinary arithmetic can meet a number that is too long."""
        return self.limits.operand is not None and self.limits.operand <= SHORT_NUMBER


@lru_cache(maxsize=16)
def target_of(chain: Chain) -> Target:
    """Return the target of a chain."""
    era = chain.newest
    limits = era.limits
    number = _bound(limits.number_size)
    return Target(
        chain=chain,
        missing=era.absent | era.disabled | era.nops | era.tapscript_only,
        limits=ValueLimits(
            operand=number,
            result=number if era.refuses_long_results else None,
            lock_time=LOCK_TIME_NUMBER_SIZE,
            element=_bound(limits.element_size),
        ),
        has_exit=era.return_ends,
        script_size=_bound(limits.script_size),
        opcode_count=_bound(limits.opcodes),
        multisig_keys=_bound(limits.multisig_keys),
    )


def _bound(limit: int) -> int | None:
    """Return a limit, or None if no script can reach it."""
    return None if limit >= MAX_PUSH else limit


DEFAULT_TARGET: Final = target_of(DEFAULT_CHAIN)
