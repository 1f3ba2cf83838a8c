"""States of both machines: frozen values, all of which can be written to disk and read back."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from penstock.channel.agreement.merkle import Proof
from penstock.channel.safe.agreement.parties import PartyKeys
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.protocol.append_only import EMPTY, AppendOnly
from penstock.channel.safe.protocol.prices import NO_PRICES, Prices
from penstock.channel.safe.protocol.replacing import replace
from penstock.channel.safe.transactions.outputs import State
from penstock.channel.safe.transactions.payment import PAYMENT_OUTPUT, payment_output
from penstock.channel.safe.transactions.payment_template import payment_template
from penstock.channel.sealed.manifest import Manifest
from penstock.channel.sealed.opening import Offered
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction

Item = tuple[bytes, int]
"""A movie's id and the index of a chunk."""


class Phase(Enum):
    """Where a channel is."""

    OPENING = "the terms are not agreed"
    FUNDING = "the funding is not on the chain"
    OPEN = "chunks are sold"
    CLOSING = "no chunk is sold any more"
    CLOSED = "the funding is spent"


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """The private keys of one party, each for one purpose; a channel has its own."""

    authentication: PrivateKey
    funding: PrivateKey
    claim: PrivateKey
    payout: PrivateKey

    @property
    def public(self) -> PartyKeys:
        """The public keys."""
        return PartyKeys(
            self.authentication.public_key, self.funding.public_key, self.claim.public_key, self.payout.public_key
        )


@dataclass(frozen=True, slots=True)
class Paid:
    """A state with what it pays for, and the payer's signature for its payment.

    Attributes:
        state: the state.
        item: the movie and the chunk.
        signature: the payer's.
    """

    state: State
    item: Item
    signature: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """A chunk that the payer has asked for.

    Attributes:
        manifest: the manifest of its movie.
        chunk: its index.
        price: satoshis, by the quote that held when she asked; she pays no more.
        offered: the chunk, once it is here and checked.
        proof: that its leaf is in the manifest.
    """

    manifest: Manifest
    chunk: int
    price: int
    offered: Offered | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Mined:
    """A payment that was mined.

    Attributes:
        outpoint: its paid key, by the id with which it was mined.
        state: its state.
        height: the height of its block.
        help: the payer's signature for its claim, in the place of the key; empty if she has sent none.
    """

    outpoint: OutPoint
    state: State
    height: int
    help: bytes = b""


@dataclass(frozen=True, slots=True)
class PayerState:
    """The state of the payer.

    Attributes:
        terms: the terms.
        channel: the channel's id.
        phase: where the channel is.
        height: the height of the newest block.
        funding: the funding output.
        signed: the newest state that she has signed.
        before: the states that she has signed before it: the payee may publish the payment of any.
        held: the number of the newest state whose key she holds and has checked.
        paid: satoshis of its payment; 0 for none.
        items: the chunks that she has paid for, or is about to.
        digests: the hashes of keys that she has signed for: none is paid twice.
        prices: the payee's quotes.
        wanted: the chunk that she has asked for.
        mined: a payment that the payee has published.
        cheated: whether the publisher has cheated.
        nonce: what she expects in a Resume on this connection; empty for none.
        offer: the hash of the offer that she has taken, 32 bytes; empty in states from before it was kept.
    """

    terms: ChannelTerms
    channel: bytes
    height: int
    phase: Phase = Phase.OPENING
    funding: OutPoint | None = None
    signed: Paid | None = None
    before: AppendOnly[State] = EMPTY
    held: int = 0
    paid: int = 0
    items: AppendOnly[Item] = EMPTY
    digests: AppendOnly[bytes] = EMPTY
    prices: Prices = NO_PRICES
    wanted: Wanted | None = None
    mined: Mined | None = None
    cheated: bool = False
    nonce: bytes = b""
    offer: bytes = b""

    @property
    def newest(self) -> int:
        """The number of the newest state that she has signed; 0 for none."""
        return 0 if self.signed is None else self.signed.state.index

    @property
    def awaited(self) -> Wanted | None:
        """The chunk that she has signed for, and whose key has not come."""
        return self.wanted if self.held < self.newest else None

    def with_signed(self, signed: Paid, wanted: Wanted | None) -> "PayerState":
        """Return the state with another one signed, for a chunk whose key is awaited; None if it is here."""
        before = self.before if self.signed is None else self.before.added(self.signed.state)
        items, digests = self.items.added(signed.item), self.digests.added(signed.state.digest)
        return replace(self, wanted=wanted, signed=signed, before=before, items=items, digests=digests)


@dataclass(frozen=True, slots=True)
class Settling:
    """A settlement that the payer has signed and the payee will.

    Attributes:
        fee: satoshis.
        signature: the payer's.
    """

    fee: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class PayeeState:
    """The state of the payee.

    Attributes:
        terms: the terms.
        channel: the channel's id.
        phase: where the channel is.
        height: the height of the newest block.
        funding: the funding output, as the payer has named it.
        confirmations: blocks on top of the funding, with its own; 0 if it is not on the chain.
        best: the newest state of which he holds her signature.
        is_bought: whether its amount was checked against the prices, so that its key may be sent (again).
        ahead: the chunk whose ciphertext has been sent and that is not paid.
        prices: his quotes.
        settling: the settlement, once it is agreed; None if the newest payment is published instead.
        mined: his payment, once it was mined.
        shown: whether it was mined once, so that its key may be known.
        is_stalled: whether no block has come for too long, so that nothing is sold.
        nonce: what he expects in a Resume on this connection; empty for none.
        before: satoshis of the price at which the chunk ahead was sent, if it has changed since; None if it has not.
    """

    terms: ChannelTerms
    channel: bytes
    height: int
    phase: Phase = Phase.FUNDING
    funding: OutPoint | None = None
    confirmations: int = 0
    best: Paid | None = None
    is_bought: bool = True
    ahead: Item | None = None
    prices: Prices = NO_PRICES
    settling: Settling | None = None
    mined: Mined | None = None
    shown: bool = False
    is_stalled: bool = False
    nonce: bytes = b""
    before: int | None = None

    @property
    def newest(self) -> int:
        """The number of the newest state; 0 for none."""
        return 0 if self.best is None else self.best.state.index


def mined_payment(
    state: PayerState | PayeeState, states: Iterable[State], transaction: Transaction, height: int
) -> Mined | None:
    """Return the payment of one of the states if it is the transaction that spent the funding, else None.

    Args:
        state: the state of either side.
        states: the states that it may be of.
        transaction: the transaction, by the id with which it was mined.
        height: the height of its block.
    """
    if state.funding is None:
        return None
    found, template = transaction.outputs[PAYMENT_OUTPUT], payment_template(state.terms, state.funding)
    for each in states:
        if each.amount == found.value and template.locking_script(each.digest) == found.script:
            return Mined(payment_output(transaction), each, height)
    return None
