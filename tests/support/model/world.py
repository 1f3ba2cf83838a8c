"""World of a run: its numbers, the keys and terms of both sides, what is sold, and what a liar can send."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.margins import Margins
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.messages.kinds import Chunk, CloseSig, Quote, Resume, Update
from penstock.channel.safe.messages.wire import signed_digest
from penstock.channel.safe.protocol.identity import channel_id
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.safe.transactions.outputs import State, funding_output
from penstock.channel.safe.transactions.payment import payment, settlement, settlement_fee
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.sealed.shelf import MovieShelf
from penstock.testing import key
from penstock.tx.signatures import schnorr_sign
from penstock.tx.transaction import OutPoint, TxOut
from tests.support.channels.safe_machines import BASES, own_keys

PRICE, RAISED = 100, 150
PAYERS_NONCE, PAYEES_NONCE = bytes(32), bytes([1]) * 32
START = 10
"""The height at which a run begins."""


@dataclass(frozen=True)
class Setting:
    """The numbers of a run.

    Attributes:
        network: the network.
        chunks: n, the chunks that are sold.
        waiting: L, the blocks that a transaction of an honest side may wait.
        undoings: R, how often the newest block is undone.
        crashes: how often the honest side goes on from its disk.
        margin: M, if it is not the one that follows from L and R.
        delay: that of the refund of a payment, the same.
        depth: the blocks that the payee waits for; None for R + 1.
        patience: the blocks for which the payee waits for the payer's signature of his claim (2-way).
        selling: the blocks in which keys are sold, after the funding is buried.
        is_raised: whether the payee may raise the price once.
        is_third_party: whether somebody else changes the ids of transactions where that can be done.
        is_rolled_back: whether the honest side may go on from a disk that is older than its newest.
    """

    network: Network
    chunks: int = 2
    waiting: int = 1
    undoings: int = 1
    crashes: int = 1
    margin: int | None = None
    delay: int | None = None
    depth: int | None = None
    patience: int = 0
    selling: int = 1
    is_raised: bool = False
    is_third_party: bool = True
    is_rolled_back: bool = False

    @cached_property
    def margins(self) -> Margins:
        """The margins of both sides: M is (R + 1)(L + 1), or the one that is given."""
        if self.margin is None:
            return Margins(self.waiting, self.undoings, 0, 100, 100)
        return Margins(self.margin - 1, 0, 0, 100, 100)

    @property
    def buried(self) -> int:
        """The blocks with which the funding is buried."""
        return self.undoings + 1 if self.depth is None else self.depth

    @property
    def expiry(self) -> int:
        """T: a few blocks are there to bury the funding and to sell."""
        return START + self.buried + self.selling + self.margins.margin

    @property
    def lasting(self) -> int:
        """The delay of the refund of a payment."""
        least = (self.undoings + 1) * (self.waiting + 1) + 1 + self.patience
        return least if self.delay is None else self.delay

    @property
    def end(self) -> int:
        """The height at which all is done: the last refund is due, and has waited as long as it may."""
        return self.expiry + self.lasting + (self.undoings + 1) * (self.waiting + 2) + 1


@dataclass(frozen=True)
class World:
    """The sides of a run, and the messages that one of them can make.

    Attributes:
        setting: the numbers.
        payee_kind: the payee's machine: the shipped one, or one with a planted fault.
        payer_kind: the payer's, the same.
    """

    setting: Setting
    payee_kind: type[Payee] = Payee
    payer_kind: type[Payer] = Payer
    funding: OutPoint = field(default=OutPoint(bytes([7]) * 32, 0))

    @cached_property
    def movie(self) -> SealedMovie:
        """The movie: chunks of a few bytes."""
        film = bytes(range(4 * self.setting.chunks))
        return SealedMovie.cut(BytesIO(film), 4, key("publisher").private, Keys(bytes(32)))

    @cached_property
    def payer(self) -> Payer:
        """The payer."""
        return self.payer_kind(own_keys("payer"), 1 << 40)

    @cached_property
    def payee(self) -> Payee:
        """The payee."""
        setting = self.setting
        return self.payee_kind(
            own_keys("payee"), MovieShelf.of(self.movie), setting.margins, setting.buried, 1 << 40, setting.patience
        )

    @cached_property
    def terms(self) -> ChannelTerms:
        """The terms."""
        setting = self.setting
        base, rate = BASES[setting.network.rules.chain.name]
        return ChannelTerms(
            network=setting.network,
            payer=self.payer.keys.public,
            payee=self.payee.keys.public,
            capacity=100_000,
            base=base,
            expiry=setting.expiry,
            delay=setting.lasting,
            payment_version=setting.network.rules.payment_versions[1],
            payment_rate=rate,
            claim_rate=rate,
        )

    @cached_property
    def channel(self) -> bytes:
        """The channel's id."""
        return channel_id(self.terms)

    @cached_property
    def output(self) -> TxOut:
        """The funding output."""
        return funding_output(self.terms)

    # The payer's messages ---------------------------------------------------------------------------------------------

    def state(self, number: int, chunk: int, amount: int) -> State:
        """Return a state in which a chunk is paid for."""
        return State(number, amount, self.movie.leaves[chunk].key)

    def update(self, number: int, chunk: int, amount: int) -> Update:
        """Return the payer's Update for a state of any amount."""
        signature = payment(self.terms, self.funding, self.state(number, chunk, amount)).sign(self.payer.keys.funding)
        return Update(self.channel, number, self.movie.manifest.movie, chunk, signature)

    def close(self, number: int, amount: int) -> CloseSig:
        """Return the payer's signature for a settlement."""
        signature = settlement(self.terms, self.funding, amount).sign(self.payer.keys.funding)
        return CloseSig(self.channel, number, settlement_fee(self.terms), signature)

    def resume(self, update: Update, amount: int, *, is_payers: bool) -> Resume:
        """Return a Resume of either side with an Update of the payer."""
        digest, movie = self.movie.leaves[update.chunk].key, self.movie.manifest.movie
        nonce = PAYEES_NONCE if is_payers else PAYERS_NONCE
        keys = self.payer.keys if is_payers else self.payee.keys
        unsigned = Resume(self.channel, nonce, update.state, amount, digest, movie, update.chunk, update.signature, b"")
        return replace(unsigned, signature=schnorr_sign(keys.authentication.secret, signed_digest(unsigned)))

    def quote(self, price: int, state: int) -> Quote:
        """Return a quote of the payee."""
        unsigned = Quote(self.channel, self.movie.manifest.movie, price, state, 10_000, b"")
        return replace(unsigned, signature=schnorr_sign(self.payee.keys.authentication.secret, signed_digest(unsigned)))

    def chunk(self, number: int) -> Chunk:
        """Return the payee's answer to a Get."""
        movie = self.movie
        return Chunk(self.channel, movie.leaves[number].to_bytes(), movie.proof(number).path, movie.ciphertext(number))


def payer_read_back(state: PayerState) -> PayerState:
    """Return a payer's state as it is read from the disk: a watcher tells the height anew."""
    return replace(state, height=START, nonce=b"")


def payee_read_back(state: PayeeState) -> PayeeState:
    """Return a payee's state as it is read from the disk: a watcher tells the height and the confirmations anew."""
    return replace(state, height=START, confirmations=0, nonce=b"")
