"""The chains that contracts compile for, as the compiler sees them: which opcodes exist and what they can handle.

A target is made from a chain's record. Contracts are compiled for outputs of the newest era.

On every target IF is given nothing but 01 or an empty item: btc's policy asks for it (MINIMALIF), and so do some who
judge scripts of bsv.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.script.chains import DEFAULT_CHAIN, Chain
from penstock.script.consensus import LOCK_TIME_NUMBER_SIZE
from penstock.script.opcodes import Op
from penstock.script.pushes import MAX_PUSH
from penstockc.language.operations import Freedom, Operation
from penstockc.language.value_limits import ValueLimits

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
        chain: the chain.
        missing: opcodes that fail or do nothing there.
        limits: how long numbers and byte strings may be.
        has_exit: a script can end early with success (RETURN).
        script_size: bytes of the longest script that runs.
        opcode_count: opcodes other than pushes that a script may have; each key that a CHECKMULTISIG runs over counts.
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


@lru_cache(maxsize=16)
def target_of(chain: Chain) -> Target:
    """Return the target that a chain is."""
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
    """Return a limit, or None for one that no script reaches."""
    return None if limit >= MAX_PUSH else limit


DEFAULT_TARGET: Final = target_of(DEFAULT_CHAIN)
