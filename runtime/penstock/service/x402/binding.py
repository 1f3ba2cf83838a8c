"""Binding of x402's `batch-settlement` to the safe channel: a payment is an Update, and its answer has the key.

Without a custodian: the funding needs both parties' signatures, and each Update is a signed payment of the channel that
the payee can publish at any time. docs/x402.md says it point by point.
"""

from dataclasses import dataclass
from typing import Final

from penstock.channel.canonical import CanonicalError
from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.messages.kinds import Key, Update
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.errors import hides_frames
from penstock.service.connection.frames import SUBPROTOCOL
from penstock.service.x402.headers import HeaderError, Payment, Receipt, Requirement, Values

__tracebackhide__ = hides_frames

SCHEME: Final = "batch-settlement"
PROTOCOL: Final = SUBPROTOCOL
SECONDS: Final = 60
"""Seconds for a paid request."""
_COIN: Final = "slip44:0"
_BSV: Final = "BSV"
_MOST_IDENTIFIER: Final = 128
_PAYLOAD: Final = frozenset(("update", "identifier"))


@dataclass(frozen=True, slots=True)
class Item:
    """The item that a payment is for.

    Attributes:
        title: the root of its title, 32 bytes.
        movie: the id of its movie, 32 bytes.
        chunk: its index.
    """

    title: bytes
    movie: bytes
    chunk: int


@dataclass(frozen=True, slots=True)
class Charged:
    """A payment that was taken.

    Attributes:
        channel: the channel's id.
        state: the number of the state.
        before: satoshis of the channel's payment before, without its base.
        after: the same after it.
        key: the key that was bought, 32 bytes.
    """

    channel: bytes
    state: int
    before: int
    after: int
    key: bytes


def asset_of(network: Network) -> str:
    """Return the name of a network's coin: CAIP-19 on btc; bsv has none there."""
    return f"{network.name}/{_COIN}" if network.rules.chain.has_witness else _BSV


def requirement(  # noqa: PLR0913, PLR0917 - all on which a payment depends
    network: Network, payee: bytes, item: Item, price: int, base: int, channel_url: str
) -> Requirement:
    """Return what an item costs.

    Args:
        network: the network.
        payee: the provider's x-only key, 32 bytes: it has signed the title.
        item: the item.
        price: satoshis.
        base: satoshis that the provider keeps with the first payment of a channel.
        channel_url: where channels are opened, by WebSocket and by plain HTTP.
    """
    extra = {
        "protocol": PROTOCOL,
        "channel": channel_url,
        "title": item.title.hex(),
        "movie": item.movie.hex(),
        "chunk": item.chunk,
        "base": str(base),
    }
    return Requirement(SCHEME, network.name, asset_of(network), price, payee.hex(), SECONDS, extra)


def item_of(accepted: Requirement) -> Item:
    """Return the item of a requirement of this scheme.

    Raises:
        HeaderError: it is one of another scheme or protocol, or its fields are not those of an item.
    """
    extra = accepted.extra
    if accepted.scheme != SCHEME or extra.get("protocol") != PROTOCOL:
        raise HeaderError(f"accepted: not {SCHEME} by {PROTOCOL}")
    title, movie = (_hash(extra, name) for name in ("title", "movie"))
    chunk = extra.get("chunk")
    if type(chunk) is not int or chunk < 0:
        raise HeaderError("accepted.extra.chunk: expected the index of a chunk")
    return Item(title, movie, chunk)


def payment(accepted: Requirement, update: Update, identifier: str) -> Payment:
    """Return a payment.

    Args:
        accepted: the requirement, as it was in PAYMENT-REQUIRED.
        update: the Update for its item.
        identifier: the client's name of the request: the same one again is the same request.
    """
    return Payment(accepted, {"update": to_wire(update).hex(), "identifier": identifier})


def update_of(paid: Payment) -> tuple[Update, str]:
    """Return the Update of a payment, and the client's name of the request.

    Raises:
        HeaderError: unknown fields, an Update that is not in its one form, or one for another item.
    """
    item, payload = item_of(paid.accepted), paid.payload
    if frozenset(payload) != _PAYLOAD:
        raise HeaderError(f"payload: expected {' and '.join(sorted(_PAYLOAD))}")
    identifier = payload["identifier"]
    if not isinstance(identifier, str) or not 0 < len(identifier) <= _MOST_IDENTIFIER or not identifier.isprintable():
        raise HeaderError(f"payload.identifier: expected 1 to {_MOST_IDENTIFIER} printable characters")
    try:
        update = from_wire(bytes.fromhex(payload["update"]))
    except (CanonicalError, ValueError, TypeError) as error:
        raise HeaderError(f"payload.update: not a message: {error}") from None
    if not isinstance(update, Update):
        raise HeaderError(f"payload.update: expected an Update, got {type(update).__name__}")
    if (update.movie, update.chunk) != (item.movie, item.chunk):
        raise HeaderError("payload.update: it pays for another item")
    return update, identifier


def receipt(network: Network, charged: Charged) -> Receipt:
    """Return the receipt of a payment that was taken."""
    extra = {
        "commitment": f"{charged.channel.hex()}/{charged.state}",
        "channel": charged.channel.hex(),
        "state": charged.state,
        "charged": str(charged.after - charged.before),
        "before": str(charged.before),
        "after": str(charged.after),
        "key": charged.key.hex(),
    }
    return Receipt(network.name, is_success=True, amount=charged.after - charged.before, extra=extra)


def key_of(told: Receipt, update: Update) -> Key:
    """Return the key in a receipt, as a message for the payer's machine, which checks it.

    Raises:
        HeaderError: the payment was not taken, or the receipt is for another.
    """
    if not told.is_success:
        raise HeaderError(f"the payment was not taken: {told.reason}")
    if told.extra.get("channel") != update.channel.hex() or told.extra.get("state") != update.state:
        raise HeaderError("the receipt is for another payment")
    return Key(update.channel, update.state, _hash(told.extra, "key"))


def _hash(found: Values, name: str) -> bytes:
    """Return the 32 bytes of a field in hexadecimal digits."""
    try:
        data = bytes.fromhex(found[name])
    except (KeyError, TypeError, ValueError):
        data = b""
    if len(data) != 32 or data.hex() != found[name]:
        raise HeaderError(f"{name}: expected 64 hexadecimal digits")
    return data
