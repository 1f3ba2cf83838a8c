"""Channels as the store holds them, changes to be saved, and parcels that wait to be taken."""

from dataclasses import dataclass
from typing import Any, Final

import cbor2

from penstock.channel.agreement.merkle import MAX_LEAVES
from penstock.channel.safe.protocol.events import Accuse, Deliver
from penstock.channel.safe.protocol.states import PayerState
from penstock.channel.safe.transactions.payment import payment_fee
from penstock.channel.sealed.fraud import FraudProof
from penstock.errors import hides_frames
from penstock.service.errors import DamagedError
from penstock.service.store.encoding import ChannelState, role_of

__tracebackhide__ = hides_frames

_FRAUD: Final = "fraud"


@dataclass(frozen=True, slots=True)
class KeyPath:
    """Where the keys of a channel are below the seed: the device that opened it, and its counter there."""

    device: int
    counter: int


@dataclass(frozen=True, slots=True)
class Held:
    """A channel as it is on disk.

    Attributes:
        number: the number of its row.
        path: the path of its keys.
        state: its state.
        version: how often the state was saved.
        bound: satoshis that it binds in a budget.
        spent: the height of the block with the funding's spend; None for none.
        close_only: whether nothing may be sold in it any more.
        force_close: whether the newest payment is to be published at the next height.
        sold_key: the key of the newest state, 32 bytes; None if none was sold, or it is not known.
    """

    number: int
    path: KeyPath
    state: ChannelState
    version: int
    bound: int = 0
    spent: int | None = None
    close_only: bool = False
    force_close: bool = False
    sold_key: bytes | None = None

    @property
    def channel(self) -> bytes:
        """The channel's id."""
        return self.state.channel

    @property
    def role(self) -> str:
        """The side that this is: `payer` or `payee`."""
        return role_of(self.state)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A chunk that was paid for, or a proof of fraud, until it is taken.

    Attributes:
        channel: the id of the channel that it came by.
        content: the chunk, or the proof.
    """

    channel: bytes
    content: Deliver | Accuse


@dataclass(frozen=True, slots=True)
class Change:
    """A state that is to be saved.

    Attributes:
        held: the channel as it is on disk, which the new state follows.
        state: the new state.
        bound: satoshis that it binds.
        spent: the height of the block with the funding's spend; None for none.
        sold_key: the key of the newest state; None for the one that is stored.
        parcels: what is to wait until it is taken.
    """

    held: Held
    state: ChannelState
    bound: int
    spent: int | None = None
    sold_key: bytes | None = None
    parcels: tuple[Deliver | Accuse, ...] = ()


def bound_by(state: ChannelState, spent: int | None, height: int, burial: int) -> int:
    """Return the satoshis that a channel binds: until the funding's spend is buried, all that the newest state pays.

    For the payer that is what she may lose of her budget, the fee included; for the payee what he may lose if he does
    not close in time.

    Args:
        state: its state.
        spent: the height of the block with the funding's spend; None for none.
        height: the height of the newest block.
        burial: blocks on top of a spend, with its own, after which it counts as final.
    """
    if spent is not None and height - spent + 1 >= burial:
        return 0
    if isinstance(state, PayerState):
        return 0 if state.signed is None else state.signed.state.amount + payment_fee(state.terms)
    return 0 if state.best is None else state.best.state.amount


def parcel_name(content: Deliver | Accuse) -> str:
    """Return the name of a parcel among those of its channel."""
    return f"{content.movie.hex()}/{content.chunk}" if isinstance(content, Deliver) else _FRAUD


def parcel_to_bytes(content: Deliver | Accuse) -> bytes:
    """Return the content of a parcel as bytes."""
    if isinstance(content, Deliver):
        return cbor2.dumps([content.movie, content.chunk, content.plaintext, content.key])
    return content.proof.to_bytes()


def parcel_from_bytes(name: str, data: bytes) -> Deliver | Accuse:
    """Read the content of a parcel.

    Raises:
        DamagedError: other bytes than those that were written.
    """
    try:
        content = Accuse(FraudProof.from_bytes(data)) if name == _FRAUD else _delivered(cbor2.loads(data))
    except Exception as error:  # noqa: BLE001 - the decoder has no common error for bytes of another form
        raise DamagedError(f"parcel {name} is damaged: {type(error).__name__}") from None
    if parcel_name(content) != name:
        raise DamagedError(f"parcel {name} is damaged: it is another")
    return content


def _delivered(values: Any) -> Deliver:
    """Return a chunk from its values, whose types and number are checked."""
    movie, chunk, plaintext, key = values
    if not type(movie) is type(plaintext) is type(key) is bytes or type(chunk) is not int:
        raise TypeError
    if not 0 <= chunk < MAX_LEAVES:
        raise ValueError
    return Deliver(movie, chunk, plaintext, key)
