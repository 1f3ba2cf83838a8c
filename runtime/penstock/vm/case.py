"""One input to judge: everything that its verdict depends on, as a value.

The same case gives the same verdict whenever it is judged; that is how a verdict can explain itself afterwards.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple, Protocol, Self, TypeAlias

from penstock.script.errors import PenstockError
from penstock.tx.transaction import Transaction, TxOut
from penstock.vm.rules import RuleSet

SpentOutputs: TypeAlias = Sequence[TxOut | tuple[int, bytes]]


_MOST_VALUE: Final = (1 << 63) - 1
_LEAST_VALUE: Final = -_MOST_VALUE - 1


class CaseError(PenstockError, ValueError):
    """What was given does not make a case: there is no such input, or a spent output is missing."""


class Phase(Enum):
    """The scripts of an input, in the order in which they run."""

    UNLOCKING = "unlocking script"
    LOCKING = "locking script"
    REDEEM = "redeem script"
    WITNESS = "witness script"
    TAPROOT = "taproot output"
    TAPSCRIPT = "tapscript"


class SourceMap(Protocol):
    """Whoever knows which source line an opcode of the contract came from: an artifact."""

    def source_line(self, opcode_index: int) -> str | None:
        """Return the source line of an opcode, if known."""


class Case(NamedTuple):
    """One input to judge.

    Attributes:
        unlocking: the unlocking script.
        locking: the locking script of the output that is spent.
        tx: the spending transaction; the witness is taken from it.
        input_index: which of its inputs.
        value: satoshis in the output that is spent.
        rules: the rules to judge by.
        spent_outputs: the outputs that all inputs spend; taproot signs them.
        artifact: who knows the source lines of the contract; None for nobody.
    """

    unlocking: bytes
    locking: bytes
    tx: Transaction
    input_index: int
    value: int
    rules: RuleSet
    spent_outputs: SpentOutputs | None = None
    artifact: SourceMap | None = None

    def checked(self) -> Self:
        """Return the case itself.

        Raises:
            CaseError: the transaction has no such input, or the value is no number of satoshis.
        """
        if not 0 <= self.input_index < len(self.tx.inputs):
            raise CaseError(f"there is no input {self.input_index}: the transaction has {len(self.tx.inputs)}")
        if not _LEAST_VALUE <= self.value <= _MOST_VALUE:
            raise CaseError(f"the value {self.value} is no number of satoshis in 64 bits")
        return self

    @property
    def witness(self) -> tuple[bytes, ...]:
        """The witness items of the input, bottom of the stack first."""
        return self.tx.witnesses[self.input_index] if self.tx.witnesses else ()

    @property
    def size(self) -> int:
        """The bytes of the scripts and of the witness."""
        size = len(self.unlocking) + len(self.locking)
        return size + sum(map(len, self.witness)) if self.tx.witnesses else size
