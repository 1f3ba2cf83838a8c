"""The payer: she checks before she signs, is one state ahead of the keys that she holds at most, and can always leave.

Her rules, and the losses without them:

* A leaf, its proof and its ciphertext are checked before a signature leaves; no key is paid twice.
* One state at a time is signed without its key: that is the most that she can lose.
* The state is on disk before the signature leaves.
* She signs a settlement only for the newest state whose key she holds.
* She signs the claim of a payment only if she holds its key.
* After T the funding comes back to her, and a payment that is not claimed after its delay.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from penstock.channel.agreement.merkle import Proof
from penstock.channel.canonical import CanonicalError
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import Margins
from penstock.channel.safe.messages.kinds import (
    Accept,
    Chunk,
    ClaimSig,
    Close,
    CloseSig,
    Error,
    Funded,
    Get,
    Key,
    Message,
    Offer,
    Open,
    PlainChunk,
    Quote,
    Resume,
    Update,
)
from penstock.channel.safe.messages.wire import offer_hash, signed_digest
from penstock.channel.safe.protocol.events import (
    Accuse,
    Action,
    Announced,
    Bump,
    Connected,
    Deliver,
    Event,
    Finish,
    FundingSeen,
    FundingSpent,
    Height,
    PaymentSpent,
    Publish,
    Received,
    Refuse,
    Save,
    Saved,
    Send,
    Stalled,
)
from penstock.channel.safe.protocol.identity import channel_id, keys_of, terms_of
from penstock.channel.safe.protocol.items import fits
from penstock.channel.safe.protocol.prices import MOST_QUOTES
from penstock.channel.safe.protocol.replacing import replace
from penstock.channel.safe.protocol.resuming import is_of, proved, resume
from penstock.channel.safe.protocol.states import OwnKeys, Paid, PayerState, Phase, Wanted, mined_payment
from penstock.channel.safe.transactions.claim import claim, key_shown
from penstock.channel.safe.transactions.funding import check_terms
from penstock.channel.safe.transactions.outputs import State, funding_output
from penstock.channel.safe.transactions.payment import (
    most_amount,
    settlement,
    settlement_fee,
)
from penstock.channel.safe.transactions.payment_template import sign_payment
from penstock.channel.safe.transactions.refunds import (
    funding_refund,
    payment_refund,
    payment_refund_from,
    refunded,
)
from penstock.channel.sealed.fraud import FraudProof
from penstock.channel.sealed.leaf import Leaf
from penstock.channel.sealed.manifest import Manifest
from penstock.channel.sealed.opening import FraudError, OpeningError, offered
from penstock.tx.signatures import schnorr_verify
from penstock.tx.transaction import Transaction

Step = tuple[PayerState, tuple[Action, ...]]


@dataclass(frozen=True, slots=True)
class Payer:
    """The payer of one channel.

    Attributes:
        keys: her keys, of this channel alone.
        budget: satoshis that she pays at most.
    """

    keys: OwnKeys
    budget: int

    # Opening ----------------------------------------------------------------------------------------------------------

    def open(self, offer: Offer, capacity: int, expiry: int, margins: Margins, height: int) -> Step:
        """Take an offer.

        Args:
            offer: the payee's offer.
            capacity: satoshis of the funding output.
            expiry: T.
            margins: what she allows for.
            height: the height of the newest block.

        Raises:
            ChannelTermsError: a number or key for which she must not sign, or an offer that is over.
        """
        if height > offer.until:
            raise ChannelTermsError("until", offer.until, f"{height:,} or more: the offer is over")
        opened = Open(offer_hash(offer), keys_of(self.keys.public), capacity, expiry)
        terms = terms_of(offer, opened)
        check_terms(terms, margins, height)
        return PayerState(terms, channel_id(terms), height, offer=opened.offer), (Save(), Send(opened))

    def ask(self, state: PayerState, manifest: Manifest, chunk: int) -> Step:
        """Ask for a chunk at today's price; it is paid for when it has come and is what the manifest promises.

        A price that rises in between is not paid.
        """
        if state.phase is not Phase.OPEN or state.cheated:
            return _refused(state, f"no chunk can be bought: {state.phase.value}")
        if state.held < state.newest:
            return _refused(state, f"the key of state {state.newest} has not come")
        if not manifest.is_signed or not 0 <= chunk < manifest.chunks:
            return _refused(state, "the manifest is not signed, or has no such chunk")
        if (manifest.movie, chunk) in state.items:
            return _refused(state, f"chunk {chunk} has been bought")
        price = state.prices.price(manifest.movie, state.newest + 1, state.height)
        if price is None:
            return _refused(state, "no quote holds for this movie")
        get = Get(state.channel, manifest.movie, chunk)
        return replace(state, wanted=Wanted(manifest, chunk, price)), (Send(get),)

    # Events -----------------------------------------------------------------------------------------------------------

    def step(self, state: PayerState, event: Event) -> Step:
        """Return the next state, and what to do. An event that does not fit is refused and changes nothing."""
        match event:
            case Received(message=message):
                return self._received(state, message)
            case Height(height=height):
                return self._at(replace(state, height=height))
            case FundingSeen():
                return self._funded(state, event)
            case FundingSpent(transaction=transaction, height=height):
                return self._spent(state, transaction, height)
            case Finish():
                return self._settle(state)
            case Connected(own=own, other=other):
                return self._connected(replace(state, nonce=own), other)
            case PaymentSpent(transaction=transaction):
                return self._claimed(state, transaction)
            case Announced() | Saved() | Stalled() | Bump():
                return state, ()

    def _received(self, state: PayerState, message: Message) -> Step:
        handler = _HANDLERS.get(type(message))
        if handler is None:
            return _refused(state, f"{type(message).__name__} is not a message for the payer")
        if message.channel != state.channel:  # type: ignore[union-attr] # an Offer and an Open have no handler
            return _refused(state, "a message of another channel")
        return handler(self, state, message)

    def _connected(self, state: PayerState, nonce: bytes) -> Step:
        """Name the funding, tell the newest state, and send again what may not have arrived: the same signatures.

        That is an Open that is not accepted, a Get whose chunk has not come, an Update whose key has not come, and the
        signature of a settlement. A payee who has lost his rows does not know the funding.
        """
        if state.phase is Phase.OPENING and state.offer:
            terms = state.terms
            return state, (Send(Open(state.offer, keys_of(terms.payer), terms.capacity, terms.expiry)),)
        if state.phase in (Phase.OPENING, Phase.FUNDING) or state.funding is None:
            return state, ()
        sent: list[Action] = [Send(Funded(state.channel, state.funding.txid, state.funding.index))]
        sent.append(Send(resume(state.channel, state.signed, nonce, self.keys.authentication)))
        if state.signed is not None and state.held < state.newest and state.phase is not Phase.CLOSED:
            sent.append(Send(Update(state.channel, state.newest, *state.signed.item, state.signed.signature)))
        elif state.phase is Phase.OPEN and state.wanted is not None:
            sent.append(Send(Get(state.channel, state.wanted.manifest.movie, state.wanted.chunk)))
        if state.phase is Phase.CLOSING:
            sent.append(Send(self._settlement(state)))
        return state, (*sent, *self._help(state))

    def _resumed(self, state: PayerState, message: Resume) -> Step:
        """Take over a newer state that she has signed and forgotten, from an older copy of her disk."""
        if not is_of(message, state.nonce, state.terms.payee.authentication):
            return _refused(state, "the Resume is not the payee's, or not of this connection")
        if message.state <= state.newest or state.funding is None:
            return state, ()
        signed = proved(state.terms, state.funding, message, state.signed)
        if signed is None:
            return _refused(state, f"state {message.state} is not signed by this side")
        newer = state.with_signed(signed, None)
        return replace(newer, held=message.state, paid=message.amount), (Save(),)

    def _accepted(self, state: PayerState, message: Accept) -> Step:
        if not self._is_payees(state, message):
            return _refused(state, "the Accept is not signed by the payee")
        if state.phase is not Phase.OPENING:
            return state, ()  # sent again after a break
        return replace(state, phase=Phase.FUNDING), (Save(),)

    def _funded(self, state: PayerState, event: FundingSeen) -> Step:
        if event.output != funding_output(state.terms):
            return _refused(state, "the funding output is not the one of the terms")
        if state.phase is Phase.FUNDING:
            funded = Funded(state.channel, event.outpoint.txid, event.outpoint.index)
            return replace(state, phase=Phase.OPEN, funding=event.outpoint), (Save(), Send(funded))
        if event.outpoint != state.funding:
            return _refused(state, "the funding transaction has another id than the one that was signed for")
        if state.phase is Phase.CLOSED:  # a reorganisation has undone its spend
            return replace(state, phase=Phase.CLOSING, mined=None), (Save(),)
        return state, ()

    def _quoted(self, state: PayerState, message: Quote) -> Step:
        """Take a price, unless it is for a state that is sold already.

        The payee does not know of a state on its way to him. A price for that one counts from the next on.
        """
        known = state.prices.quote(message.movie, message.state, state.height)
        if known is not None and (known.price, known.until) == (message.price, message.until):
            return state, ()  # sent again after a break
        if message.state <= state.held:
            return _refused(state, f"a quote for state {message.state}, which is sold already")
        if len(state.prices.quotes) >= MOST_QUOTES:
            return _refused(state, f"more than {MOST_QUOTES:,} quotes")
        if not self._is_payees(state, message):
            return _refused(state, "the quote is not signed by the payee")
        return replace(state, prices=state.prices.with_quote(message)), (Save(),)

    # Buying -----------------------------------------------------------------------------------------------------------

    def _offered(self, state: PayerState, message: Chunk) -> Step:
        wanted = state.wanted
        if state.phase is not Phase.OPEN or wanted is None or wanted.offered is not None:
            return _refused(state, "a chunk that was not asked for")
        try:
            leaf = Leaf.from_bytes(message.leaf)
            proof = Proof(wanted.chunk, wanted.manifest.chunks, message.path)
            chunk = offered(wanted.manifest, leaf, proof, message.ciphertext)
        except (CanonicalError, OpeningError) as error:
            return _refused(state, f"chunk {wanted.chunk} is not paid for: {error}")
        if not fits(state.terms, leaf):
            return _refused(state, f"chunk {wanted.chunk} is not sold as this channel sells")
        if leaf.key in state.digests:
            return _refused(state, f"the key of chunk {wanted.chunk} has been bought before")
        return self._pay(state, Wanted(wanted.manifest, wanted.chunk, wanted.price, chunk, proof), leaf)

    def _pay(self, state: PayerState, wanted: Wanted, leaf: Leaf) -> Step:
        """Sign the next state, for a chunk that is checked."""
        number, terms = state.newest + 1, state.terms
        price = state.prices.price(leaf.movie, number, state.height)
        if price is None:
            return _unpaid(state, "no quote holds for this movie any more")
        if price > wanted.price:
            rise = f"rose from {wanted.price:,} to {price:,} satoshis after it was asked for"
            return _unpaid(state, f"the price of chunk {leaf.index} {rise}")
        before = terms.base if state.signed is None else state.signed.state.amount
        amount = before + price
        if not terms.base < amount <= most_amount(terms) or amount > self.budget:
            return _unpaid(state, f"{amount:,} satoshis are more than the channel has, or than the budget")
        if state.height >= terms.expiry or state.funding is None:
            return _unpaid(state, "the time of the channel is over")
        new = State(number, amount, leaf.key)
        signature = sign_payment(terms, state.funding, new, self.keys.funding)
        signed = state.with_signed(Paid(new, (leaf.movie, leaf.index), signature), wanted)
        update = Update(state.channel, number, leaf.movie, leaf.index, signature)
        return signed, (Save(), Send(update))

    def _told_key(self, state: PayerState, message: Key) -> Step:
        return self._sold(state, message.state, message.key, is_chunk=False)

    def _told_chunk(self, state: PayerState, message: PlainChunk) -> Step:
        return self._sold(state, message.state, message.data, is_chunk=True)

    def _sold(self, state: PayerState, number: int, key: bytes, *, is_chunk: bool) -> Step:
        wanted = state.awaited
        if number != state.newest or wanted is None or is_chunk != state.terms.sells_chunks:
            return _refused(state, f"the {'chunk' if is_chunk else 'key'} of state {number} is not awaited")
        return self._opened(state, wanted, key)

    def _opened(self, state: PayerState, wanted: Wanted, key: bytes) -> Step:
        """Open the chunk with a key that has come, or that stands on the chain."""
        assert wanted.offered is not None, "a state is signed for a chunk that is here"
        assert wanted.proof is not None, "as above"
        leaf = wanted.offered.leaf
        try:
            plaintext = wanted.offered.opened(key)
        except FraudError:
            fraud = FraudProof(wanted.manifest, leaf, wanted.proof, wanted.offered.ciphertext, key)
            return self._with_key(replace(state, cheated=True), Accuse(fraud))
        except OpeningError as error:
            return _refused(state, str(error))
        return self._with_key(state, Deliver(leaf.movie, leaf.index, plaintext, key))

    def _with_key(self, state: PayerState, got: Action) -> Step:
        """Take note of a key that has come. If she has signed a settlement before, she signs one that pays for it."""
        assert state.signed is not None, "a key was awaited"
        held = replace(state, held=state.newest, paid=state.signed.state.amount, wanted=None)
        settling = (Send(self._settlement(held)),) if held.phase is Phase.CLOSING else ()
        return held, (Save(), got, *settling, *self._help(held))

    # Closing ----------------------------------------------------------------------------------------------------------

    def _settle(self, state: PayerState) -> Step:
        """Sign a settlement of the newest state whose key she holds."""
        if state.phase not in (Phase.OPEN, Phase.CLOSING):
            return _refused(state, f"there is nothing to settle: {state.phase.value}")
        closing = replace(state, phase=Phase.CLOSING, wanted=state.awaited)
        return closing, (Save(), Send(self._settlement(closing)))

    def _settlement(self, state: PayerState) -> CloseSig:
        assert state.funding is not None, "the channel is open, or closing"
        signature = settlement(state.terms, state.funding, state.paid).sign(self.keys.funding)
        return CloseSig(state.channel, state.held, settlement_fee(state.terms), signature)

    def _asked_to_close(self, state: PayerState, message: Close) -> Step:
        if message.state != state.held:
            return _refused(state, f"state {message.state} is not the newest whose key is here, which is {state.held}")
        return self._settle(state)

    def _told(self, state: PayerState, message: Error) -> Step:
        return replace(state, wanted=state.awaited), (Refuse(message.text),)

    def _spent(self, state: PayerState, transaction: Transaction, height: int) -> Step:
        """Note how the funding was spent: by a payment of any state, or by a settlement or her refund."""
        newest = () if state.signed is None else (state.signed.state,)
        mined = mined_payment(state, (*newest, *reversed(state.before)), transaction, height)
        closed = replace(state, phase=Phase.CLOSED, mined=mined, wanted=state.awaited)
        return closed, (Save(), *self._help(closed))

    def _help(self, state: PayerState) -> tuple[Action, ...]:
        """Sign the claim of a payment whose key she holds, so that the payee need not show it (2-way)."""
        mined = state.mined
        if mined is None or mined.state.index > state.held:
            return ()
        signature = claim(state.terms, mined.outpoint, mined.state).sign(self.keys.claim)
        return (Send(ClaimSig(state.channel, signature)),)

    def _claimed(self, state: PayerState, transaction: Transaction) -> Step:
        """Open the chunk with the key that a claim of the newest payment shows, if it has not come before."""
        mined, wanted = state.mined, state.awaited
        if mined is None or wanted is None or state.signed is None or mined.state != state.signed.state:
            return state, ()
        key = key_shown(transaction, mined.outpoint, mined.state.digest)
        return (state, ()) if key is None else self._opened(state, wanted, key)

    def _at(self, state: PayerState) -> Step:
        """Take the money back if the time for it has come; the first block that takes a refund is the one after."""
        terms = state.terms
        if state.mined is not None:
            if state.height + 1 >= payment_refund_from(terms, state.mined.height):
                spend = payment_refund(terms, state.mined.outpoint, state.mined.state)
                return state, (Publish(refunded(spend, self.keys.claim)),)
        elif state.funding is not None and state.phase is not Phase.CLOSED and state.height >= terms.expiry:
            return state, (Publish(refunded(funding_refund(terms, state.funding), self.keys.funding)),)
        return state, ()

    def _is_payees(self, state: PayerState, message: Accept | Quote) -> bool:
        key = state.terms.payee.authentication[1:]
        return schnorr_verify(message.signature, key, signed_digest(message))


def _refused(state: PayerState, reason: str) -> Step:
    return state, (Refuse(reason),)


def _unpaid(state: PayerState, reason: str) -> Step:
    return replace(state, wanted=None), (Refuse(reason),)


_HANDLERS: Final[Mapping[type, Callable[[Payer, PayerState, Any], Step]]] = {
    Accept: Payer._accepted,  # noqa: SLF001 - of this module, as those below
    Quote: Payer._quoted,  # noqa: SLF001
    Chunk: Payer._offered,  # noqa: SLF001
    Key: Payer._told_key,  # noqa: SLF001
    PlainChunk: Payer._told_chunk,  # noqa: SLF001
    Close: Payer._asked_to_close,  # noqa: SLF001
    Resume: Payer._resumed,  # noqa: SLF001
    Error: Payer._told,  # noqa: SLF001
}
"""The payer's answer to each message."""
