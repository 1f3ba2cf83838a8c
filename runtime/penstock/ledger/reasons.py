"""Reasons for which the ledger refuses a transaction: one class per reason, its fields are the facts."""

from dataclasses import dataclass, field
from typing import TypeAlias

from penstock.tx.transaction import OutPoint
from penstock.vm.judging.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Malformed:
    """It is not a transaction, or breaks a rule that is independent of the chain's state."""

    reason: str

    def __str__(self) -> str:
        return f"malformed: {self.reason}"


@dataclass(frozen=True, slots=True)
class AlreadyKnown:
    """It is in the pool or in a block."""

    txid: bytes

    def __str__(self) -> str:
        return f"already known: {self.txid[::-1].hex()}"


@dataclass(frozen=True, slots=True)
class MissingCoin:
    """It spends an output that does not exist."""

    outpoint: OutPoint

    def __str__(self) -> str:
        return f"missing coin: no output {_name(self.outpoint)}"


@dataclass(frozen=True, slots=True)
class DoubleSpend:
    """It spends an output that is spent already."""

    outpoint: OutPoint
    spender: bytes

    def __str__(self) -> str:
        return f"double spend: output {_name(self.outpoint)} is spent by {self.spender[::-1].hex()}"


@dataclass(frozen=True, slots=True)
class ImmatureCoinbase:
    """It spends a coinbase with less than a hundred blocks on top. Heights in blocks."""

    outpoint: OutPoint
    spendable_at: int
    next_height: int

    def __str__(self) -> str:
        return (
            f"immature coinbase: output {_name(self.outpoint)} can be spent in block {self.spendable_at},"
            f" the next is {self.next_height}"
        )


@dataclass(frozen=True, slots=True)
class NotFinal:
    """Its lock time is in the future. `lock_time` and `now` are both heights in blocks, or both seconds."""

    lock_time: int
    now: int
    unit: str

    def __str__(self) -> str:
        return f"not final: locked until {self.unit} {self.lock_time} has passed, now is {self.now}"


@dataclass(frozen=True, slots=True)
class SequenceLocked:
    """The coin of an input is too young for the sequence number (BIP68)."""

    input_index: int
    until: int
    now: int
    unit: str

    def __str__(self) -> str:
        return f"sequence lock: input {self.input_index} waits until {self.unit} {self.until}, now is {self.now}"


@dataclass(frozen=True, slots=True)
class ValueCreated:
    """The value of its outputs exceeds that of its inputs. Satoshis."""

    inputs: int
    outputs: int

    def __str__(self) -> str:
        return f"value out of nothing: inputs hold {self.inputs} satoshis, outputs {self.outputs}"


@dataclass(frozen=True, slots=True)
class FeeTooLow:
    """Its fee is below the minimum. Satoshis."""

    fee: int
    least: int
    size: int

    def __str__(self) -> str:
        return f"fee too low: {self.fee} satoshis, {self.size:,} bytes cost {self.least}"


@dataclass(frozen=True, slots=True)
class ScriptRefused:
    """The machine refuses the scripts of an input."""

    input_index: int
    verdict: Verdict = field(repr=False)

    def __str__(self) -> str:
        return f"script of input {self.input_index} fails: {self.verdict.error}"


@dataclass(frozen=True, slots=True)
class NotRelayed:
    """Nodes do not relay it, although a block could hold it. `rule` is the name of the rule, as in a rule set."""

    rule: str
    detail: str

    def __str__(self) -> str:
        return f"not relayed: {self.rule}: {self.detail}"


Reason: TypeAlias = (
    Malformed
    | AlreadyKnown
    | MissingCoin
    | DoubleSpend
    | ImmatureCoinbase
    | NotFinal
    | SequenceLocked
    | ValueCreated
    | FeeTooLow
    | ScriptRefused
    | NotRelayed
)


def _name(outpoint: OutPoint) -> str:
    return f"{outpoint.txid[::-1].hex()}:{outpoint.index}"
