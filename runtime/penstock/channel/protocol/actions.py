"""What a state machine asks the world to do. Whoever drives it does so, in this order."""

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
    """Put chunk D_`index` where it is wanted: it is paid for, or free, and is the right one."""

    index: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Send a transaction to the miners."""

    transaction: Transaction


@dataclass(frozen=True, slots=True)
class Warn:
    """Tell the owner of the machine, and go on."""

    warning: ClaimCostsMore


@dataclass(frozen=True, slots=True)
class Refuse:
    """Tell the owner of the machine why the last message was not accepted."""

    refusal: Refusal


AliceAction: TypeAlias = Send[FromAlice] | Keep | Refuse
BobAction: TypeAlias = Send[FromBob] | Broadcast | Warn | Refuse
AliceActions: TypeAlias = tuple[AliceAction, ...]
BobActions: TypeAlias = tuple[BobAction, ...]
