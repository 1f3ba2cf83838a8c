"""The payee: sells keys for signatures that he has checked and stored, and closes in time.

His rules, and the losses without them:

* The funding needs both, and is buried before a key leaves: the payer cannot spend it elsewhere.
* Her signature is on disk before the key leaves; the same Update gets the same key again.
* A settlement pays for his newest state, or he does not sign it. CLOSING is on disk before his signature is made, and
  he publishes: nothing is sold after it.
* Nothing is sold while no block comes: what he sees of the chain may be old.
* Nothing is sold within the margin and the alarm before T, and at the margin he publishes his payment himself.
* No key is sent for a state that a Resume has brought below its price, and none replaces a payment that is published.
* From T on he starts no close that shows a key: she may be refunded first. A settlement shows none.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import Margins, may_reveal
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
from penstock.channel.safe.protocol.bumping import bumped_close
from penstock.channel.safe.protocol.events import (
    Action,
    Announced,
    Bump,
    Connected,
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
from penstock.channel.safe.protocol.identity import channel_id, is_open_of, terms_of
from penstock.channel.safe.protocol.items import Shelf, for_sale, item_sold, leaves_of, next_amounts
from penstock.channel.safe.protocol.prices import MOST_QUOTES
from penstock.channel.safe.protocol.replacing import replace
from penstock.channel.safe.protocol.resuming import is_of, proved, told_again
from penstock.channel.safe.protocol.states import Mined, OwnKeys, Paid, PayeeState, Phase, Settling, mined_payment
from penstock.channel.safe.transactions.claim import claim, claimed
from penstock.channel.safe.transactions.funding import check_terms
from penstock.channel.safe.transactions.outputs import State, funding_output
from penstock.channel.safe.transactions.payment import PAYMENT_OUTPUT, most_amount, payment, settlement, signed_by_both
from penstock.channel.safe.transactions.payment_template import payment_fault
from penstock.channel.safe.transactions.refunds import payment_refund_from
from penstock.channel.safe.transactions.signatures import signature_fault
from penstock.channel.safe.transactions.sizes import SIGNATURE_SIZE
from penstock.tx.signatures import schnorr_sign
from penstock.tx.transaction import OutPoint, Transaction

Step = tuple[PayeeState, tuple[Action, ...]]


@dataclass(frozen=True, slots=True)
class Payee:
    """The payee of one channel.

    Attributes:
        keys: his keys, of this channel alone.
        shelf: what he sells.
        margins: what he allows for.
        depth: blocks that the funding needs, with its own, before anything is sold.
        most: satoshis that he lets a channel owe him at most.
        patience: blocks after his payment was mined for which he waits for the payer's signature (2-way) before he
            claims it with the key; fewer if the refund of the payment comes near.
    """

    keys: OwnKeys
    shelf: Shelf
    margins: Margins
    depth: int
    most: int
    patience: int = 0

    # Opening ----------------------------------------------------------------------------------------------------------

    def accept(self, offer: Offer, opened: Open, height: int) -> Step:
        """Accept the payer's terms, for an offer of his.

        Args:
            offer: the offer that he has made to her.
            opened: her message.
            height: the height of the newest block.

        Raises:
            ChannelTermsError: a number or key for which he must not sign, or an offer that is not his or is over.
        """
        if opened.offer != offer_hash(offer):
            raise ChannelTermsError("offer", opened.offer.hex(), "the hash of the offer that was made")
        if height > offer.until:
            raise ChannelTermsError("until", offer.until, f"{height:,} or more: the offer is over")
        terms = terms_of(offer, opened)
        check_terms(terms, self.margins, height)
        accepted = self._signed(Accept(channel_id(terms), b""))
        return PayeeState(terms, accepted.channel, height), (Save(), Send(accepted))

    def quote(self, state: PayeeState, movie: bytes, price: int, until: int) -> Step:
        """Quote a price for a movie, from the next state on; a chunk on its way may be paid at the price before."""
        if len(state.prices.quotes) >= MOST_QUOTES:
            return _refused(state, f"more than {MOST_QUOTES:,} quotes")
        if price < 1:
            return _refused(state, "a price of less than a satoshi: no state could be paid for")
        made = self._signed(Quote(state.channel, movie, price, state.newest + 1, until, b""))
        is_on_its_way = state.ahead is not None and state.ahead[0] == movie
        before = state.prices.price(movie, state.newest + 1, state.height) if is_on_its_way else state.before
        return replace(state, prices=state.prices.with_quote(made), before=before), (Save(), Send(made))

    # Events -----------------------------------------------------------------------------------------------------------

    def step(self, state: PayeeState, event: Event) -> Step:
        """Return the next state, and what to do. An event that does not fit is refused and changes nothing."""
        match event:
            case Received(message=message) | (Announced() as message):
                return self._received(state, message)
            case Height(height=height):
                return self._at(replace(state, height=height, is_stalled=False))
            case Stalled():
                return replace(state, is_stalled=True), ()
            case FundingSeen():
                return self._seen(state, event)
            case FundingSpent(transaction=transaction, height=height):
                return self._spent(state, transaction, height)
            case Finish() | Bump():
                return state, self._wished(state, event)
            case Connected(own=own, other=other):
                return replace(state, nonce=own), told_again(state, other, self.keys.authentication)
            case PaymentSpent():
                return state, ()
            case Saved():
                return state, self._closing(state)

    def _wished(self, state: PayeeState, wish: Finish | Bump) -> tuple[Action, ...]:
        """Return what the user's wish to close, or to close at a higher fee rate, leads to."""
        if isinstance(wish, Bump):
            return bumped_close(state, self._closing(state), self.shelf, self.keys.claim, wish)
        return (Send(Close(state.channel, state.newest)),)

    def _received(self, state: PayeeState, message: Message | Announced) -> Step:
        if isinstance(message, Open) and is_open_of(message, state.terms):
            return state, ()  # sent again after a break; the Accept is sent on each connection
        handler = _HANDLERS.get(type(message))
        if handler is None:
            return self._answered(state, f"{type(message).__name__} is not a message for the payee")
        if message.channel != state.channel:  # type: ignore[union-attr] # an Offer and an Open have no handler
            return _refused(state, "a message of another channel")
        return handler(self, state, message)

    def _resumed(self, state: PayeeState, message: Resume) -> Step:
        """Take over a newer state that the payer has signed, from an honest one after a loss of rows.

        Its amount may be below the prices of what was sold: no key is sent for it, unless it is the next state at its
        price. A payment that may be published is not replaced: he would not claim it when it is mined.
        """
        if not is_of(message, state.nonce, state.terms.payer.authentication):
            return _refused(state, "the Resume is not the payer's, or not of this connection")
        if message.state <= state.newest or state.funding is None or state.phase is Phase.CLOSED:
            return state, ()
        if state.phase is Phase.CLOSING and state.best is not None:
            return self._answered(state, f"state {state.newest} is being published")
        best = proved(state.terms, state.funding, message, state.best)
        try:
            is_ours = best is not None and self.shelf.leaf(*best.item).key == message.digest
        except KeyError:
            is_ours = False
        if not is_ours or state.settling is not None:
            return self._answered(state, f"state {message.state} is not one that was sold here")
        is_next = message.state == state.newest + 1 and state.phase is Phase.OPEN and self._may_sell(state)
        is_bought = is_next and message.amount in next_amounts(state, (message.movie, message.chunk))
        return replace(state, best=best, ahead=None, is_bought=is_bought), (Save(),)

    def _named(self, state: PayeeState, message: Funded) -> Step:
        funding = OutPoint(message.txid, message.output)
        if state.funding == funding:
            return state, ()  # sent again after a break
        if state.phase is not Phase.FUNDING:
            return self._answered(state, "the channel is funded already")
        return replace(state, funding=funding, confirmations=0), (Save(),)

    def _seen(self, state: PayeeState, event: FundingSeen) -> Step:
        if event.outpoint != state.funding or event.output != funding_output(state.terms):
            return _refused(state, "not the funding output of this channel")
        return self._confirmed(replace(state, confirmations=event.confirmations))

    def _confirmed(self, state: PayeeState) -> Step:
        """Begin to sell once the funding is buried, if there is time enough; stop while it is not.

        If its spend was undone by a reorganisation, the transaction that closes is published again.
        """
        if state.phase is Phase.CLOSED:
            return replace(state, phase=Phase.CLOSING, mined=None), (Save(),)
        if state.phase is Phase.FUNDING and self._may_sell(state):
            return replace(state, phase=Phase.OPEN), (Save(),)
        return state, ()

    def _may_sell(self, state: PayeeState) -> bool:
        is_seen = state.confirmations >= self.depth and not state.is_stalled
        return is_seen and self.margins.may_sell(state.terms, state.height)

    def _reason(self, state: PayeeState) -> str:
        """Return why nothing is sold."""
        if state.phase is not Phase.OPEN:
            return str(state.phase.value)
        if state.is_stalled:
            return "no new block has come"
        return "the funding is not buried" if state.confirmations < self.depth else "the height T is near"

    # Selling ----------------------------------------------------------------------------------------------------------

    def _asked(self, state: PayeeState, message: Get | Announced) -> Step:
        """Hold the price of a chunk, and send its ciphertext, which is free: one unpaid chunk ahead at most."""
        item = message.movie, message.chunk
        if state.phase is not Phase.OPEN or not self._may_sell(state):
            return self._answered(state, f"nothing is sold now: {self._reason(state)}")
        if state.ahead not in (None, item):
            return self._answered(state, "the chunk before is not paid")
        leaf = for_sale(self.shelf, state.terms, item)
        if leaf is None:
            return self._answered(state, "there is no such chunk")
        after = replace(state, ahead=item, before=None)
        if isinstance(message, Announced):
            return after, ()
        path, ciphertext = self.shelf.proof(*item).path, self.shelf.ciphertext(*item)
        return after, (Send(Chunk(state.channel, leaf.to_bytes(), path, ciphertext)),)

    def _paid(self, state: PayeeState, message: Update) -> Step:
        item = message.movie, message.chunk
        if state.best is not None and message.state == state.newest:
            if not state.is_bought:
                return self._answered(state, f"state {message.state} came with a Resume: no key is sent for it")
            if (item, message.signature) == (state.best.item, state.best.signature):
                return state, (Save(), Send(self._key(state, state.best)))  # the same again, once that is sure
            return self._answered(state, f"state {message.state} was another one")
        if message.state != state.newest + 1:
            return self._answered(state, f"state {message.state} is not the next, which is {state.newest + 1}")
        if state.phase is not Phase.OPEN or not self._may_sell(state) or state.funding is None:
            return self._answered(state, f"nothing is sold now: {self._reason(state)}")
        leaf = for_sale(self.shelf, state.terms, item)
        if leaf is None:
            return self._answered(state, "there is no such chunk")
        new = self._state_paid(state, state.funding, message, leaf.key)
        if isinstance(new, str):
            return self._answered(state, new)
        best = Paid(new, item, message.signature)
        after = replace(state, best=best, ahead=None, is_bought=True, before=None)
        return after, (Save(), Send(self._key(state, best)))

    def _state_paid(self, state: PayeeState, funding: OutPoint, message: Update, digest: bytes) -> State | str:
        """Return the state that an Update pays, or why it pays none."""
        reason = "no quote holds for this movie"
        for amount in next_amounts(state, (message.movie, message.chunk)):
            if amount > min(most_amount(state.terms), self.most):
                return f"{amount:,} satoshis are more than this channel may owe"
            new = State(message.state, amount, digest)
            if (fault := payment_fault(state.terms, funding, new, message.signature)) is None:
                return new
            reason = str(fault)
        return reason

    def _key(self, state: PayeeState, paid: Paid) -> Key | PlainChunk:
        kind = PlainChunk if state.terms.sells_chunks else Key
        return kind(state.channel, paid.state.index, self.shelf.key(*paid.item))

    # Closing ----------------------------------------------------------------------------------------------------------

    def _agreed(self, state: PayeeState, message: CloseSig) -> Step:
        """Take a settlement of the newest state; the transaction is signed and published once CLOSING is on disk."""
        if state.phase is not Phase.OPEN or state.funding is None:
            return self._answered(state, f"there is nothing to settle: {state.phase.value}")
        if message.state != state.newest:
            return self._answered(state, f"state {message.state} is not the newest, which is {state.newest}")
        try:
            spend = settlement(state.terms, state.funding, self._amount(state), message.fee)
        except ChannelTermsError as error:
            return self._answered(state, str(error))
        if (fault := signature_fault(spend, state.terms.payer.funding, message.signature)) is not None:
            return self._answered(state, str(fault))
        settling = Settling(message.fee, message.signature)
        return replace(state, phase=Phase.CLOSING, settling=settling, ahead=None), (Save(),)

    def _at(self, state: PayeeState) -> Step:
        """Publish the newest payment once the margin is reached; claim it once it was mined."""
        if state.phase is Phase.FUNDING:
            return self._confirmed(state)
        if state.phase is Phase.OPEN and self.margins.must_close(state.terms, state.height):
            return replace(state, phase=Phase.CLOSING, ahead=None), (Save(),)
        return state, self._closing(state)

    def _closing(self, state: PayeeState) -> tuple[Action, ...]:
        """Return the transaction that closes the channel, to be published until a spend of the funding is buried."""
        if state.mined is not None:
            return () if self._waits(state, state.mined) else (Publish(self._claim(state, state.mined)),)
        if state.phase is not Phase.CLOSING or state.funding is None:
            return ()
        if state.settling is not None:
            spend = settlement(state.terms, state.funding, self._amount(state), state.settling.fee)
            return (Publish(signed_by_both(spend, state.settling.signature, spend.sign(self.keys.funding))),)
        if state.best is None or not (state.shown or may_reveal(state.terms, state.height)):
            return ()
        spend = payment(state.terms, state.funding, state.best.state)
        return (Publish(signed_by_both(spend, state.best.signature, spend.sign(self.keys.funding))),)

    def _spent(self, state: PayeeState, transaction: Transaction, height: int) -> Step:
        """Note how the funding was spent; of his payment the paid key is claimed by the id with which it was mined.

        It may be an older one, which he has published before rows were lost and a Resume has brought a newer state.
        """
        newest = () if state.best is None else (state.best.state,)
        mined = mined_payment(state, newest, transaction, height)
        if mined is None:
            mined = mined_payment(state, self._older(state, transaction), transaction, height)
        closed = replace(state, phase=Phase.CLOSED, mined=mined, ahead=None, shown=state.shown or mined is not None)
        return closed, (Save(), *self._closing(closed))

    def _older(self, state: PayeeState, transaction: Transaction) -> Iterator[State]:
        """Yield the states that a payment may be of: its number is not in it, so 1 stands for it."""
        leaves = leaves_of(self.shelf, state.prices)
        return (State(1, transaction.outputs[PAYMENT_OUTPUT].value, leaf.key) for leaf in leaves)

    def _helped(self, state: PayeeState, message: ClaimSig) -> Step:
        """Take the payer's signature for the claim: it stands in the place of the key, which is not shown then.

        If he waits for none, he has published the claim with the key.
        """
        if state.mined is None:
            return self._answered(state, "no payment of this channel is mined")
        if not self._waits(state, state.mined):
            return state, ()
        spend = claim(state.terms, state.mined.outpoint, state.mined.state)
        if (fault := signature_fault(spend, state.terms.payer.claim, message.signature)) is not None:
            return self._answered(state, str(fault))
        return replace(state, mined=replace(state.mined, help=message.signature)), (Save(),)

    def _waits(self, state: PayeeState, mined: Mined) -> bool:
        """Return whether he still waits for the payer's signature; never into the margin before a refund."""
        left = payment_refund_from(state.terms, mined.height) - state.height
        is_early = state.height < mined.height + self.patience
        return self.patience > 0 and not mined.help and is_early and left > self.margins.least_delay

    def _claim(self, state: PayeeState, mined: Mined) -> Transaction:
        """Return the claim with the payer's signature, or with the key, which she has: each is sent once it is paid."""
        if mined.help:
            spend = claim(state.terms, mined.outpoint, mined.state)
            return claimed(state.terms, spend, mined.help, spend.sign(self.keys.claim))
        key = item_sold(self.shelf, state, mined.state.digest)
        spend = claim(state.terms, mined.outpoint, mined.state, shown=max(len(key), SIGNATURE_SIZE))
        return claimed(state.terms, spend, key, spend.sign(self.keys.claim))

    def _amount(self, state: PayeeState) -> int:
        return 0 if state.best is None else state.best.state.amount

    def _signed(self, message: Any) -> Any:
        return replace(message, signature=schnorr_sign(self.keys.authentication.secret, signed_digest(message)))

    def _answered(self, state: PayeeState, reason: str) -> Step:
        return state, (Refuse(reason), Send(Error(state.channel, 1, reason[:200])))


def _refused(state: PayeeState, reason: str) -> Step:
    return state, (Refuse(reason),)


_HANDLERS: Final[Mapping[type, Callable[[Payee, PayeeState, Any], Step]]] = {
    Funded: Payee._named,  # noqa: SLF001 - of this module, as those below
    Get: Payee._asked,  # noqa: SLF001
    Announced: Payee._asked,  # noqa: SLF001
    Update: Payee._paid,  # noqa: SLF001
    CloseSig: Payee._agreed,  # noqa: SLF001
    ClaimSig: Payee._helped,  # noqa: SLF001
    Resume: Payee._resumed,  # noqa: SLF001
}
"""The payee's answer to each message."""
