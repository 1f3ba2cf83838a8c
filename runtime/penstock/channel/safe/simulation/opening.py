"""Opening of a simulated channel: keys of both sides, terms that fit a movie, the machines, the funding transaction."""

from dataclasses import dataclass, replace
from typing import Final

from penstock.channel.agreement.terms import TermsError
from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.agreement.margins import BSV_MARGINS, BTC_MARGINS, Margins
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.messages.kinds import Message, Offer, Open
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.channel.safe.protocol.events import Send
from penstock.channel.safe.protocol.identity import keys_of
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import OwnKeys
from penstock.channel.safe.simulation.conversation import Conversation, OnChunk
from penstock.channel.safe.simulation.transcript import Party, SentLine, Transcript, describe
from penstock.channel.safe.transactions.funding import funding_transaction
from penstock.channel.safe.transactions.outputs import change_script, key_script, least_output
from penstock.channel.safe.transactions.payment import least_base, payment_fee
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.sealed.shelf import MovieShelf
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.ledger.ledger import Ledger, LedgerError
from penstock.script.chains import Chain
from penstock.tx.keys import PrivateKey
from penstock.wording import counted

LIFE: Final = 1_008
"""Blocks from the opening to T: about a week."""
DELAY: Final = 144
"""Blocks after which the payer takes a payment back that was not claimed."""
DEPTH: Final = 1
"""Blocks that the funding needs before anything is sold."""
_ROUND: Final = 1_000
_OFFER_LIFE: Final = 144


@dataclass(frozen=True, slots=True)
class Place:
    """Where a simulated channel is.

    Attributes:
        network: the network, one for tests.
        margins: the margins of both sides.
    """

    network: Network
    margins: Margins


PLACES: Final[dict[Chain, Place]] = {
    place.network.rules.chain: place for place in (Place(BSV_REGTEST, BSV_MARGINS), Place(BTC_REGTEST, BTC_MARGINS))
}
"""The place on each chain."""


@dataclass(frozen=True, slots=True)
class Deal:
    """Choice of the user of a simulation.

    Attributes:
        chain: the chain.
        price: satoshis for each chunk.
        fee_rate: satoshis per 1,000 bytes; None for the usual one of the chain.

    Raises:
        TermsError: the price is not positive.
    """

    chain: Chain
    price: int
    fee_rate: int | None = None

    def __post_init__(self) -> None:
        if self.price < 1:
            raise TermsError(f"the price is {self.price} satoshis a chunk; it must be at least 1")


def opened(movie: SealedMovie, deal: Deal, on_chunk: OnChunk) -> Conversation:
    """Open a channel for a whole movie, fund it, and quote the price.

    Args:
        movie: the sealed movie.
        deal: the chain, the price, the fee rate.
        on_chunk: as in `Conversation`.

    Raises:
        ChannelTermsError: a fee rate that is out of its range, or a capacity above all money.
        LedgerError: the whole movie costs more than a coin can contain.
    """
    place, keys = PLACES[deal.chain], {party: _own_keys() for party in Party}
    rate = place.network.rules.usual_fee_rate if deal.fee_rate is None else deal.fee_rate
    ledger, wallet = Ledger(deal.chain, FeeRate(rate)), PrivateKey.generate()
    terms = _terms(place, rate, keys, deal.price * movie.manifest.chunks, movie.largest_plain)
    coin = _coin(ledger, terms, wallet, deal.price, movie.manifest.chunks)
    margins = replace(
        place.margins,
        most_rate=max(place.margins.most_rate, rate),
        most_base=max(place.margins.most_base, terms.base),
    )
    payer = Payer(keys[Party.PAYER], terms.base + deal.price * movie.manifest.chunks)
    payee = Payee(keys[Party.PAYEE], MovieShelf.of(movie), margins, DEPTH, terms.capacity)
    channel = _agreed(payer, payee, terms, ledger, on_chunk)
    channel.fund(funding_transaction(channel.payer_state.terms, (coin,), wallet))
    channel.quote(movie.manifest.movie, deal.price, channel.payer_state.terms.expiry)
    return channel


def _own_keys() -> OwnKeys:
    return OwnKeys(*(PrivateKey.generate() for _ in range(4)))


def _terms(place: Place, rate: int, keys: dict[Party, OwnKeys], prices: int, largest_chunk: int) -> ChannelTerms:
    """Return terms with the least base, and a round capacity that pays all prices and leaves some change."""
    draft = ChannelTerms(
        network=place.network,
        payer=keys[Party.PAYER].public,
        payee=keys[Party.PAYEE].public,
        capacity=1,
        base=1,
        expiry=LIFE,
        delay=DELAY,
        payment_version=place.network.rules.payment_versions[1],
        payment_rate=rate,
        claim_rate=rate,
        largest_chunk=largest_chunk,
    )
    base = least_base(draft)
    needed = prices + base + payment_fee(draft) + least_output(draft, change_script(draft))
    return replace(draft, base=base, capacity=-(-needed // _ROUND) * _ROUND)


def _coin(ledger: Ledger, terms: ChannelTerms, wallet: PrivateKey, price: int, chunks: int) -> Coin:
    """Give the payer a coin for the capacity, the fee of the funding transaction, and some change."""
    script = key_script(terms, wallet.public_key)
    value = terms.capacity + terms.payment_fees.fee(_ROUND) + least_output(terms, script)
    try:
        return ledger.fund(script, value)
    except LedgerError as error:
        reason = f"the payer needs it for {counted(chunks, 'chunk')} at {counted(price, 'satoshi')} each, and fees"
        raise LedgerError(f"{error}; {reason}") from None


def _agreed(payer: Payer, payee: Payee, terms: ChannelTerms, ledger: Ledger, on_chunk: OnChunk) -> Conversation:
    """Let both agree on the terms, by Offer, Open and Accept."""
    transcript, height = Transcript(), ledger.height
    offer = Offer(
        terms.network.name,
        terms.protocol,
        keys_of(payee.keys.public),
        terms.base,
        terms.delay,
        terms.payment_version,
        terms.payment_rate,
        terms.claim_rate,
        terms.largest_chunk,
        height + _OFFER_LIFE,
    )
    _sent(Party.PAYEE, offer, transcript)
    payer_state, actions = payer.open(offer, terms.capacity, height + LIFE, payee.margins, height)
    taken = [_sent(Party.PAYER, each.message, transcript) for each in actions if isinstance(each, Send)]
    (message,) = (each for each in taken if isinstance(each, Open))
    payee_state, answers = payee.accept(offer, message, height)
    channel = Conversation(payer, payee, payer_state, payee_state, ledger, on_chunk, transcript)
    channel.carry_out(Party.PAYEE, answers)
    channel.deliver()
    return channel


def _sent(sender: Party, message: Message, transcript: Transcript) -> Message:
    """Return a message as it arrives, and note it."""
    raw = to_wire(message)
    transcript.add(SentLine(sender, describe(message), len(raw)))
    return from_wire(raw)
