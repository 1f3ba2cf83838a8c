"""Actions that a state machine requests. The caller of the machine executes them, in this order."""

from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from penstock.channel.agreement.refusals import Refusal
from penstock.channel.protocol.messages import FromAlice, FromBob
from penstock.channel.transactions.closing import ClaimCostsMore
from penstock.tx.transaction import Transaction

Message_co = TypeVar("Message_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Send(Generic[Message_co]):
    """Send a message to the other side."""

    message: Message_co


@dataclass(frozen=True, slots=True)
class Keep:
    """Deliver chunk D_`index`, which is paid for or free, and valid."""

    index: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Send a transaction to the miners."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Warn:
    """Warn the owner of the machine, and continue."""

    warning: ClaimCostsMore


@dataclass(frozen=True, slots=True)
class Refuse:
    """Report to the owner of the machine why the last message was refused."""

    refusal: Refusal


AliceAction: TypeAlias = Send[FromAlice] | Keep | Refuse
BobAction: TypeAlias = Send[FromBob] | Broadcast | Warn | Refuse
AliceActions: TypeAlias = tuple[AliceAction, ...]
BobActions: TypeAlias = tuple[BobAction, ...]
