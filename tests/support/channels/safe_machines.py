"""Both machines of a safe channel on a stage: messages in queues, a ledger, and what each side has asked for."""

from collections import deque
from dataclasses import dataclass, field
from io import BytesIO

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.margins import Margins
from penstock.channel.safe.messages.kinds import Message, Offer
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.channel.safe.protocol.events import (
    Accuse,
    Action,
    Connected,
    Deliver,
    Event,
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
)
from penstock.channel.safe.protocol.identity import keys_of
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import OwnKeys, PayeeState, PayerState
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.sealed.shelf import MovieShelf
from penstock.ledger.ledger import Ledger
from penstock.ledger.reasons import AlreadyKnown
from penstock.testing import key
from penstock.tx.transaction import OutPoint, Transaction

FILM = bytes(range(256)) * 4
MARGINS = Margins(waiting=1, reorganisations=1, alarm=6, longest_life=2_000, longest_delay=500)
PRICE = 100
BASES = {"btc": (1_100, 5_000), "bsv": (2, 1)}
"""The base and the fee rate on each chain."""


def own_keys(party: str) -> OwnKeys:
    return OwnKeys(*(key(f"{party} {purpose}").private for purpose in ("auth", "funding", "claim", "payout")))


@dataclass(slots=True)
class Side:
    """What a machine has asked for."""

    saved: list[PayerState | PayeeState] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    published: list[Transaction] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)


class Stage:
    """One channel between the two, on a ledger of its own."""

    def __init__(
        self,
        network: Network,
        *,
        capacity: int = 100_000,
        budget: int = 1 << 40,
        most: int = 1 << 40,
        largest_chunk: int = 0,
        patience: int = 0,
    ) -> None:
        rules = network.rules
        keys = None if largest_chunk else Keys(bytes(range(32)))
        self.movie = SealedMovie.cut(BytesIO(FILM), 100, key("publisher").private, keys)
        self.payer = Payer(own_keys("payer"), budget)
        self.payee = Payee(own_keys("payee"), MovieShelf.of(self.movie), MARGINS, depth=3, most=most, patience=patience)
        self.ledger = Ledger(rules.chain)
        self.base, rate = BASES[rules.chain.name]
        self.offer = Offer(
            network.name,
            1,
            keys_of(self.payee.keys.public),
            self.base,
            20,
            rules.payment_versions[1],
            rate,
            rate,
            largest_chunk,
            500,
        )
        self.alice, self.bob = Side(), Side()
        self.to_payer: deque[bytes] = deque()
        self.to_payee: deque[bytes] = deque()
        self.delivered: dict[int, bytes] = {}
        self.accused: list[Accuse] = []
        self.a, first = self.payer.open(self.offer, capacity, 700, MARGINS, self.ledger.height)
        self.do(self.alice, first)
        (opened,) = [from_wire(raw) for raw in self.to_payee]
        self.to_payee.clear()
        self.b, second = self.payee.accept(self.offer, opened, self.ledger.height)  # type: ignore[arg-type] # an Open
        self.do(self.bob, second)
        self.run()

    # Messages ---------------------------------------------------------------------------------------------------------

    def do(self, side: Side, actions: tuple[Action, ...]) -> None:
        """Carry out actions in their order."""
        for action in actions:
            side.order.append(type(action).__name__)
            match action:
                case Save():
                    side.saved.append(self.a if side is self.alice else self.b)
                case Send(message=message):
                    side.sent.append(message)
                    (self.to_payee if side is self.alice else self.to_payer).append(to_wire(message))
                case Publish(transaction=transaction):
                    side.published.append(transaction)
                case Deliver(chunk=chunk, plaintext=plaintext):
                    self.delivered[chunk] = plaintext
                case Accuse():
                    self.accused.append(action)
                case Refuse(reason=reason):
                    side.refused.append(reason)

    def tell_payer(self, event: Event) -> None:
        self.a, actions = self.payer.step(self.a, event)
        self.do(self.alice, actions)

    def tell_payee(self, event: Event) -> None:
        self.b, actions = self.payee.step(self.b, event)
        self.do(self.bob, actions)
        if Save() in actions:
            self.tell_payee(Saved())

    def connect(self, number: int = 0) -> None:
        """Connect both, with nonces of this connection."""
        one, two = (bytes([side, number % 256]) * 16 for side in (1, 2))
        self.to_payer.clear()
        self.to_payee.clear()
        self.tell_payer(Connected(one, two))
        self.tell_payee(Connected(two, one))

    def run(self) -> None:
        """Deliver messages until none is left."""
        while self.to_payer or self.to_payee:
            if self.to_payer:
                self.tell_payer(Received(from_wire(self.to_payer.popleft())))
            if self.to_payee:
                self.tell_payee(Received(from_wire(self.to_payee.popleft())))

    # The chain --------------------------------------------------------------------------------------------------------

    def fund(self) -> OutPoint:
        """Put the funding output on the chain, and bury it."""
        output = funding_output(self.a.terms)
        coin = self.ledger.fund(output.script, output.value)
        self.tell_payer(FundingSeen(coin.outpoint, output, 0))
        self.run()
        self.mine(0)
        self.tell_payee(FundingSeen(coin.outpoint, output, 100))
        self.run()
        return coin.outpoint

    def mine(self, blocks: int = 1) -> None:
        """Mine blocks, and tell both sides of the height and of a spend of the funding."""
        for _ in range(blocks):
            self.ledger.mine()
            self.look()
        self.look()

    def look(self) -> None:
        for tell in (self.tell_payer, self.tell_payee):
            tell(Height(self.ledger.height))
        funding = self.b.funding
        newest = self.ledger.blocks[-1]
        for transaction in newest.transactions[1:]:
            spent = {each.outpoint for each in transaction.inputs}
            mined = {each.mined.outpoint for each in (self.a, self.b) if each.mined is not None}
            for tell in (self.tell_payer, self.tell_payee):
                if funding in spent:
                    tell(FundingSpent(transaction, newest.height))
                if mined & spent:
                    tell(PaymentSpent(transaction, newest.height))
        self.run()

    def publish(self) -> list[str]:
        """Submit what both sides have published; return why transactions were refused."""
        waiting = [*self.alice.published, *self.bob.published]
        self.alice.published.clear()
        self.bob.published.clear()
        receipts = [self.ledger.submit(transaction) for transaction in waiting]
        return [str(each.reason) for each in receipts if not each and not isinstance(each.reason, AlreadyKnown)]

    def value_of(self, script: bytes) -> int:
        """The satoshis of unspent outputs with a script."""
        transactions = self.ledger.transactions
        return sum(
            output.value
            for transaction in transactions
            for index, output in enumerate(transaction.outputs)
            if output.script == script and self.ledger.coin(OutPoint(transaction.txid, index)) is not None
        )

    # Buying -----------------------------------------------------------------------------------------------------------

    def payee_quotes(self, price: int = PRICE, until: int = 10_000) -> None:
        self.b, actions = self.payee.quote(self.b, self.movie.manifest.movie, price, until)
        self.do(self.bob, actions)

    def quote(self, price: int = PRICE, until: int = 10_000) -> None:
        self.payee_quotes(price, until)
        self.run()

    def ask(self, chunk: int) -> None:
        self.a, actions = self.payer.ask(self.a, self.movie.manifest, chunk)
        self.do(self.alice, actions)

    def buy(self, chunk: int) -> None:
        self.ask(chunk)
        self.run()
