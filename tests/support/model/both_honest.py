"""Both are honest: connections break, sides crash, blocks are undone. Neither loses, and they can close together.

From each state before the margin one fair way is tried: a new connection, all messages, the payer's wish to close, all
messages, a block. It has to hold the settlement of the newest state, whose key the payer has; and she knows the price
once they are connected (I11). The quote is on its way in the first state, so that it can be lost.
"""

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from penstock.channel.safe.messages.kinds import Funded, Key, Message
from penstock.channel.safe.protocol.events import (
    Connected,
    Event,
    Finish,
    FundingSeen,
    Publish,
    Received,
    Saved,
    Send,
)
from penstock.channel.safe.protocol.states import PayeeState, PayerState, Phase
from penstock.channel.safe.transactions.claim import claim_fee
from tests.support.model.chain import NONE, Chain, Due, Next, Transactions
from tests.support.model.machines import Do, Machine
from tests.support.model.search import Broken, Search
from tests.support.model.watcher import Named, Watcher
from tests.support.model.world import PAYEES_NONCE, PAYERS_NONCE, PRICE, START, World, payee_read_back, payer_read_back

Waiting = tuple[int, ...]
"""The numbers of messages on their way, in their order."""


class Whole(NamedTuple):
    """A state of the model.

    Attributes:
        payer: the number of the payer's state.
        payer_disk: that of the state on her disk.
        payee: the payee's, the same.
        payee_disk: that of the state on his disk.
        to_payer: messages to her.
        to_payee: messages to him.
        chain: the chain.
        due: what the payee has published, with its waiting.
        known: the payer's refunds, a bit each.
        owed: the amount of the highest state whose key has left the payee.
        breaks: how often the connection may still break, or a side go on from its disk.
    """

    payer: int
    payer_disk: int
    payee: int
    payee_disk: int
    to_payer: Waiting
    to_payee: Waiting
    chain: Chain
    due: Due
    known: int
    owed: int
    breaks: int


class BothHonest:
    """The run."""

    def __init__(self, world: World) -> None:
        self.world, self.setting = world, world.setting
        self.payer: Machine[PayerState] = Machine(None, payer_read_back, _matters)
        self.payee: Machine[PayeeState] = Machine(
            lambda state: world.payee.step(state, Saved()), payee_read_back, _matters
        )
        self.transactions = Transactions(world.terms, world.funding)
        self.watcher = Watcher(world, self.transactions)
        self.fee = claim_fee(world.terms, 72)
        self.messages: list[Message] = []
        self._numbers: dict[Message, int] = {}

    def search(self) -> Search[Whole]:
        """Return the search."""
        return Search(self.start(), self._steps, self.judge, str)

    def start(self) -> Whole:
        """The channel is open, its funding buried, and a price is quoted, which the payer does not know yet."""
        world, funding = self.world, self.world.funding
        seen = FundingSeen(funding, world.output, self.setting.buried)
        payee = PayeeState(world.terms, world.channel, START)
        for event in (Received(Funded(world.channel, funding.txid, funding.index)), seen):
            payee, _ = world.payee.step(payee, event)
        payee, _ = world.payee.quote(payee, world.movie.manifest.movie, PRICE, 10_000)
        payer = PayerState(world.terms, world.channel, START, Phase.FUNDING)
        payer, _ = world.payer.step(payer, seen)
        chain = Chain(START, START - self.setting.buried + 1, NONE, 0, NONE, 0, self.setting.undoings, is_undone=False)
        one, two = self.payer.number(payer_read_back(payer)), self.payee.number(payee_read_back(payee))
        whole = Whole(one, one, two, two, (), (), chain, Due(), 0, 0, self.setting.crashes)
        return self._connected(self._told(whole, self.watcher.seen(chain, chain)))

    # Steps ------------------------------------------------------------------------------------------------------------

    def _steps(self, whole: Whole) -> Iterator[tuple[object, Whole | Broken]]:
        chain = whole.chain
        if not chain.is_undone:
            for label, after in self._said(whole):
                if after != whole:
                    yield label, after
            if whole.breaks:
                left = whole._replace(breaks=whole.breaks - 1)
                yield "the connection breaks", self._connected(left)
                yield "payer: crashes, and goes on from the disk", self._restarted(left._replace(payer=left.payer_disk))
                yield "payee: crashes, and goes on from the disk", self._restarted(left._replace(payee=left.payee_disk))
        if self.watcher.is_over(chain):
            return
        yield from self._mined(whole)

    def _said(self, whole: Whole) -> Iterator[tuple[str, Whole]]:
        world, payer = self.world, self.payer.states[whole.payer]
        if len(payer.items) < self.setting.chunks and payer.wanted is None:
            chunk = len(payer.items)
            yield (
                f"payer: asks for chunk {chunk}",
                self._by_payer(
                    whole, f"ask {chunk}", lambda state: world.payer.ask(state, world.movie.manifest, chunk)
                ),
            )
        if whole.to_payer:
            yield f"payer: gets {self._name(whole.to_payer[0])}", self._to_payer(whole)
        if whole.to_payee:
            yield f"payee: gets {self._name(whole.to_payee[0])}", self._to_payee(whole)
        if len(whole.to_payer) + len(whole.to_payee) <= self.setting.chunks:
            yield "payer: closes", self._by_payer(whole, "finish", self._payer_does(Finish()))
            yield "payee: closes", self._by_payee(whole, "finish", self._payee_does(Finish()))

    def _mined(self, whole: Whole) -> Iterator[tuple[str, Whole]]:
        chain, due = whole.chain, whole.due
        numbers = [number for number in range(1, whole.known.bit_length()) if whole.known >> number & 1]
        numbers += [number for number in (due.spend, due.out) if number]
        spends = [each for each in numbers if self.transactions.of(each).spends == self.world.funding]
        outs = [each for each in numbers if each not in spends]
        following = Next(self.transactions, spends, lambda _: outs, self.setting.waiting)
        for after, still_due in following.blocks(chain, due):
            mined = whole._replace(chain=after, due=still_due)
            yield self.watcher.text(chain, after), self._told(mined, self.watcher.seen(chain, after))
        if chain.undoings and not chain.is_undone and chain.height > START:
            after = chain.undone()
            undone = whole._replace(chain=after, due=due.anew())
            yield self.watcher.text(chain, after), self._told(undone, self.watcher.seen(chain, after))

    def _connected(self, whole: Whole) -> Whole:
        """Break the connection and make another one: what was on its way is lost."""
        whole = whole._replace(to_payer=(), to_payee=())
        whole = self._by_payer(whole, "connected", self._payer_does(Connected(PAYERS_NONCE, PAYEES_NONCE)))
        return self._by_payee(whole, "connected", self._payee_does(Connected(PAYEES_NONCE, PAYERS_NONCE)))

    def _restarted(self, whole: Whole) -> Whole:
        whole = self._by_payee(whole, "saved", self._payee_does(Saved()))
        chain = whole.chain
        return self._connected(self._told(whole, self.watcher.view(chain)))

    def _to_payer(self, whole: Whole) -> Whole:
        first, *rest = whole.to_payer
        event = Received(self.messages[first])
        return self._by_payer(whole._replace(to_payer=tuple(rest)), f"message {first}", self._payer_does(event))

    def _to_payee(self, whole: Whole) -> Whole:
        first, *rest = whole.to_payee
        event = Received(self.messages[first])
        return self._by_payee(whole._replace(to_payee=tuple(rest)), f"message {first}", self._payee_does(event))

    # The machines -----------------------------------------------------------------------------------------------------

    def _payer_does(self, event: Event) -> Do[PayerState]:
        return lambda state: self.world.payer.step(state, event)

    def _payee_does(self, event: Event) -> Do[PayeeState]:
        return lambda state: self.world.payee.step(state, event)

    def _by_payer(self, whole: Whole, name: Hashable, do: Do[PayerState]) -> Whole:
        number, actions = self.payer.step(whole.payer, name, do)
        whole = whole._replace(payer=number)
        for action in actions:
            match action:
                case int():
                    whole = whole._replace(payer_disk=action)
                case Send(message=message):
                    whole = whole._replace(to_payee=(*whole.to_payee, self._number(message)))
                case Publish(transaction=transaction):
                    whole = whole._replace(known=whole.known | 1 << self.transactions.number(transaction))
                case _:
                    pass
        return whole

    def _by_payee(self, whole: Whole, name: Hashable, do: Do[PayeeState]) -> Whole:
        number, actions = self.payee.step(whole.payee, name, do)
        whole = whole._replace(payee=number)
        for action in actions:
            match action:
                case int():
                    whole = whole._replace(payee_disk=action)
                case Send(message=message):
                    whole = whole._replace(to_payer=(*whole.to_payer, self._number(message)))
                    best = self.payee.states[number].best
                    if isinstance(message, Key) and best is not None:
                        whole = whole._replace(owed=max(whole.owed, best.state.amount))
                case Publish(transaction=transaction):
                    published = self.transactions.number(transaction)
                    is_spend = self.transactions.of(published).spends == self.world.funding
                    whole = whole._replace(due=whole.due.published(published, is_spend=is_spend))
                case _:
                    pass
        return whole

    def _told(self, whole: Whole, events: tuple[Named, ...]) -> Whole:
        for name, event in events:
            whole = self._by_payer(whole, name, self._payer_does(event))
            whole = self._by_payee(whole, name, self._payee_does(event))
        return whole

    # Invariants -------------------------------------------------------------------------------------------------------

    def judge(self, whole: Whole) -> str | None:
        """I2, I3 and I11."""
        chain = whole.chain
        if self.watcher.is_over(chain):
            received = self.watcher.to_payee(chain)
            if received + self.fee < whole.owed:
                return f"the payee has received {received:,}, and has sold for {whole.owed:,} (I2)"
            paid = self.payer.states[whole.payer].paid
            if received > paid:
                return f"the payee has received {received:,}, and the payer has keys for {paid:,} (I3)"
            return None
        last = self.world.terms.expiry - self.setting.margins.margin - 1
        if chain.spend or chain.is_undone or chain.height >= last:
            return None
        return self._closes(whole)

    def _closes(self, whole: Whole) -> str | None:
        """Try the fair way to a settlement."""
        fair = self._quiet(self._connected(whole))
        if self.payer.states[fair.payer].phase is Phase.OPEN:
            if self._price(self.payer.states[fair.payer]) != self._price(self.payee.states[fair.payee]):
                return "both are honest and connected, and the payer does not know the price (I11)"
            fair = self._quiet(self._by_payer(fair, "finish", self._payer_does(Finish())))
        payer, payee = self.payer.states[fair.payer], self.payee.states[fair.payee]
        if not fair.due.spend:
            return "both are honest and connected, and no settlement is published (I11)"
        facts = self.transactions.of(fair.due.spend)
        amount = 0 if payee.best is None else payee.best.state.amount
        if facts.payment is not None or facts.to_payee != amount:
            return f"not the settlement of the newest state is published, but {facts} (I11)"
        if payer.held != payer.newest or payer.newest != payee.newest:
            return "a settlement is published, and the payer has not the newest key (I11)"
        return None

    def _price(self, state: PayerState | PayeeState) -> int | None:
        return state.prices.price(self.world.movie.manifest.movie, state.newest + 1, state.height)

    def _quiet(self, whole: Whole) -> Whole:
        while whole.to_payer or whole.to_payee:
            whole = self._to_payer(whole) if whole.to_payer else self._to_payee(whole)
        return whole

    def _number(self, message: Message) -> int:
        if message not in self._numbers:
            self._numbers[message] = len(self.messages)
            self.messages.append(message)
        return self._numbers[message]

    def _name(self, number: int) -> str:
        message = self.messages[number]
        state = getattr(message, "state", None)
        return type(message).__name__ + ("" if state is None else f" {state}")


def _matters(action: object) -> bool:
    return isinstance(action, Publish | Send)
