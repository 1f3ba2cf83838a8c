"""Opening of a channel: an offer, her terms, the Accept, and a funding that is on disk before it is published.

Enquire ──► Offered ──► OpenWith ──► Accept ──► note on disk ──► funding published ──► mined ──► OpenWith, with it
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from penstock.channel.canonical import CanonicalError
from penstock.channel.safe.agreement.margins import usual_margins
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.messages.kinds import Accept, Offer, Open
from penstock.channel.safe.messages.wire import from_wire, offer_hash, to_wire
from penstock.channel.safe.protocol.events import Received, Refuse, Send
from penstock.channel.safe.protocol.identity import keys_of, terms_of
from penstock.channel.safe.protocol.states import OwnKeys
from penstock.channel.safe.transactions.funding import funding_outpoint
from penstock.channel.safe.transactions.outputs import change_script, least_output
from penstock.channel.safe.transactions.payment import payment_fee
from penstock.errors import hides_frames
from penstock.service.chain.source import ChainSource
from penstock.service.connection.frames import Enquire, Fault, Frame, Offered, OpenWith
from penstock.service.viewer.errors import AwayError, FundsError, ProviderError, RefusedError, SpentError, shown
from penstock.service.viewer.notes import Note
from penstock.service.viewer.payments import Payments
from penstock.service.viewer.purse import Purse, locked, spent_by, trial_coin
from penstock.service.viewer.remote.connection import Connection
from penstock.service.viewer.remote.shop import Shop
from penstock.service.viewer.watching import Watching
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import Transaction

__tracebackhide__ = hides_frames

TIMEOUT: Final = 20.0
"""Seconds for the answer to a frame."""
LIFE: Final = 1_008
"""Blocks from the opening to T, if the provider agrees to as many: about a week."""
_T = TypeVar("_T", bound=Frame)


class FaultError(RefusedError):
    """The provider has refused a frame. `fault` is his answer."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"the provider refuses: {shown(fault.text)}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Order:
    """The purpose of a channel.

    Attributes:
        shop: the provider's catalogue.
        title: the root of the title, 32 bytes.
        sources: the sources of the chain, which may tell coins.
    """

    shop: Shop
    title: bytes
    sources: Sequence[ChainSource]


async def answer(connection: Connection, kind: type[_T], seconds: float = TIMEOUT) -> _T:
    """Return the next frame of a kind; others that come before it are dropped.

    Raises:
        FaultError: the provider refuses.
        AwayError: it does not come in time.
    """
    try:
        async with asyncio.timeout(seconds):
            while True:
                frame = await connection.receive()
                if isinstance(frame, Fault):
                    raise FaultError(frame)
                if isinstance(frame, kind):
                    return frame
    except TimeoutError:
        raise AwayError(f"the provider has not answered with {kind.__name__} in time") from None


async def opened(connection: Connection, payments: Payments, order: Order, watching: Watching) -> Note:
    """Open a channel up to the publishing of its funding, and return its note.

    Raises:
        ViewerError: the provider is away or refuses, or the budget or the wallet is not enough.
        ChannelTermsError: terms that she must not sign for.
    """
    height = await watching.known_height()
    await connection.send(Enquire(payments.network.name, order.title))
    offered = await answer(connection, Offered)
    offer = _offer_of(offered)
    outcome = await payments.open(offer, _capacity(payments, order, offer), _expiry(order.shop, height), height)
    (opening,) = (each.message for each in outcome.actions if isinstance(each, Send))
    assert isinstance(opening, Open), "as the machine does"
    await connection.send(OpenWith(offered.token, to_wire(opening)))
    accepted = await answer(connection, Accept)
    outcome = await payments.feed(outcome.channel, Received(accepted))
    if refused := [each.reason for each in outcome.actions if isinstance(each, Refuse)]:
        raise ProviderError(f"the provider's Accept is not valid: {refused[0]}")
    terms = (await payments.state(outcome.channel)).terms
    purse = Purse.of(payments.wallet, payments.network)
    with locked(payments.folder):
        funding = await _funding(payments, order, purse, terms)
        place = funding_outpoint(terms, funding)
        note = Note(
            channel=outcome.channel,
            url=order.shop.url,
            title=order.title,
            token=offered.token,
            opened=to_wire(opening),
            funding=funding.serialize(),
            output=place.index,
            since=height,
        )
        payments.notes.write(note)
    await _published(watching, funding)
    return note


async def told_funding(connection: Connection, note: Note, *, has_witness: bool) -> None:
    """Tell the provider of a funding that is mined, so that he keeps the channel. The same again does no harm.

    Raises:
        FaultError: he refuses; `NOT_MINED` if he has not seen the block.
        AwayError: he does not answer.
    """
    txid = note.transaction(has_witness=has_witness).txid
    await connection.send(OpenWith(note.token, note.opened, txid, note.output))
    await answer(connection, Accept)


async def _published(watching: Watching, funding: Transaction) -> None:
    reasons = await watching.publish(funding)
    if len(reasons) == len(watching.sources):
        raise FundsError(f"the funding transaction is not taken: {'; '.join(map(shown, reasons))}")


async def _funding(payments: Payments, order: Order, purse: Purse, terms: ChannelTerms) -> Transaction:
    """Return the funding transaction, from coins that no other channel takes."""
    if order.shop.trial_chain is not None:
        return purse.funding(terms, [await trial_coin(order.shop.trial_chain, purse, terms)])
    has_witness = payments.network.rules.chain.has_witness
    taken = spent_by([note.transaction(has_witness=has_witness) for note in payments.notes.all()])
    keys = await asyncio.to_thread(payments.returned)
    coins = [coin for coin in await purse.coins(order.sources, keys) if coin.outpoint not in taken]
    return purse.funding(terms, coins, keys)


def _offer_of(offered: Offered) -> Offer:
    try:
        offer = from_wire(offered.offer)
    except CanonicalError as error:
        raise ProviderError(f"the provider's offer is not one: {error}") from None
    if not isinstance(offer, Offer):
        raise ProviderError("the provider answers an enquiry without an offer")
    return offer


def _expiry(shop: Shop, height: int) -> int:
    """Return T: a week from now, as far as both sides agree to it."""
    margins = usual_margins(shop.network.rules)
    least = max(shop.terms.least_life, margins.least_life)
    most = min(shop.terms.longest_life, margins.longest_life)
    if least > most:
        raise ProviderError(f"the provider opens channels of {least:,} blocks at least, and you of {most:,} at most")
    return height + max(least, min(LIFE, most))


def _capacity(payments: Payments, order: Order, offer: Offer) -> int:
    """Return the capacity: the budget, or what the provider lets a channel owe if that is less, and room for change."""
    draft = _draft(offer)
    fee, change = payment_fee(draft), least_output(draft, change_script(draft))
    least = offer.base + fee + 1
    if payments.budget < least:
        raise SpentError(
            f"the budget of {payments.budget:,} satoshis pays for no channel: base and fee are {least - 1:,}",
            "choose a larger --budget",
        )
    return min(payments.budget, order.shop.terms.most + fee) + change


def _draft(offer: Offer) -> ChannelTerms:
    """Return terms with the sizes and fees of an offer, and keys of hers that do not count."""
    own = OwnKeys(*(PrivateKey.generate() for _ in range(4)))
    return terms_of(offer, Open(offer_hash(offer), keys_of(own.public), 1, LIFE))
