"""Case: one input to judge, with everything on which its verdict depends, as a value.

A case always gets the same verdict, so a verdict can be explained later by judging its case again.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, Protocol, TypeAlias

from penstock.errors import PenstockError, hides_frames
from penstock.tx.transaction import Transaction, TxOut
from penstock.tx.validation.parts import first_misfit
from penstock.vm.rules import RuleSet

__tracebackhide__ = hides_frames

SpentOutputs: TypeAlias = Sequence[TxOut | tuple[int, bytes]]


_MOST_VALUE: Final = (1 << 63) - 1
_LEAST_VALUE: Final = -_MOST_VALUE - 1


class CaseError(PenstockError, ValueError):
    """Arguments that do not make a case: there is no such input, or a spent output is missing."""


class Phase(Enum):
    """The scripts of an input, in the order in which they run; after them, the input and the transaction as a whole."""

    UNLOCKING = "unlocking script"
    LOCKING = "locking script"
    REDEEM = "redeem script"
    WITNESS = "witness script"
    TAPROOT = "taproot output"
    TAPSCRIPT = "tapscript"
    INPUT = "input"
    TRANSACTION = "transaction"


class SourcePlace(Protocol):
    """A place in the sources of a contract."""

    @property
    def file(self) -> str:
        """The name of the file."""

    @property
    def line(self) -> int:
        """The line, from 1."""

    @property
    def text(self) -> str:
        """The text of the line."""

    @property
    def calls(self) -> "Sequence[SourcePlace]":
        """The calls that lead to the place, innermost first."""


class SourceLookup(Protocol):
    """Finds the source of a script: an artifact."""

    def location(self, opcode_index: int) -> SourcePlace | None:
        """Return the place of an opcode in the sources, if known."""

    def source_line(self, opcode_index: int) -> str | None:
        """Return the source line of an opcode, if known."""

    def state_in(self, script: bytes) -> Mapping[str, int | bool | bytes]:
        """Return the state in a locking script of the contract, leaf by leaf; empty without state."""


class Case:
    """One input to judge.

    Attributes:
        unlocking: the unlocking script.
        locking: the locking script of the output that is spent.
        tx: the spending transaction; the witness is taken from it.
        input_index: index of the input.
        value: satoshis in the output that is spent.
        rules: the rules to judge by.
        spent_outputs: the outputs that all inputs spend; taproot signs them.
        artifact: finds the source lines of the contract; None without.
        size: bytes of the scripts and of the witness.

    Raises:
        CaseError: a script is not bytes, the transaction has no such input, or the value is not a number of satoshis.
        TransactionError: the witness is not in bytes.
    """

    __slots__ = ("artifact", "input_index", "locking", "rules", "size", "spent_outputs", "tx", "unlocking", "value")

    def __init__(  # noqa: PLR0913, PLR0917 - an input has so many parts
        self,
        unlocking: bytes,
        locking: bytes,
        tx: Transaction,
        input_index: int,
        value: int,
        rules: RuleSet,
        spent_outputs: SpentOutputs | None = None,
        artifact: SourceLookup | None = None,
    ) -> None:
        if not (isinstance(unlocking, bytes) and isinstance(locking, bytes)):  # type: ignore[redundant-expr]  # callers need not be typed
            name, script = ("locking", locking) if isinstance(unlocking, bytes) else ("unlocking", unlocking)
            raise CaseError(f"{name} is a script in bytes, not {type(script).__name__}{_bytes_hint(script)}")
        if type(input_index) is not int or type(value) is not int:
            _check_number("input_index", input_index)
            _check_number("value", value)
        if not 0 <= input_index < len(tx.inputs):
            raise CaseError(f"there is no input {input_index}: the transaction has {len(tx.inputs)}")
        if not _LEAST_VALUE <= value <= _MOST_VALUE:
            raise CaseError(f"the value {value} is not a number of satoshis in 64 bits")
        size = len(unlocking) + len(locking)
        if tx.witnesses:
            if not all(isinstance(item, bytes) for item in tx.witnesses[input_index]):
                raise first_misfit(tx) or CaseError(f"the witness of input {input_index} is a tuple of bytes")
            size += sum(map(len, tx.witnesses[input_index]))
        if artifact is not None and not callable(getattr(artifact, "source_line", None)):
            raise CaseError(f"artifact must be an Artifact, or have source_line; {type(artifact).__name__} does not")
        self.unlocking: Final = unlocking
        self.locking: Final = locking
        self.tx: Final = tx
        self.input_index: Final = input_index
        self.value: Final = value
        self.rules: Final = rules
        self.spent_outputs: Final = spent_outputs
        self.artifact: Final = artifact
        self.size: Final = size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Case) and all(getattr(self, part) == getattr(other, part) for part in self.__slots__)

    def __hash__(self) -> int:
        return hash((self.unlocking, self.locking, self.tx, self.input_index, self.value, self.rules))

    @property
    def witness(self) -> tuple[bytes, ...]:
        """The witness items of the input, bottom of the stack first."""
        return self.tx.witnesses[self.input_index] if self.tx.witnesses else ()


def _bytes_hint(script: object) -> str:
    """Return a hint on converting a similar type to bytes."""
    if isinstance(script, str):
        return ": bytes.fromhex converts hexadecimal digits to bytes"
    return ": bytes() makes an immutable copy" if isinstance(script, bytearray | memoryview) else ""


def _check_number(name: str, number: object) -> None:
    """Raise `CaseError` unless `number` is a whole number; True and False are not."""
    if not isinstance(number, int) or isinstance(number, bool):
        raise CaseError(f"{name} is a whole number (an int), not {type(number).__name__}")
