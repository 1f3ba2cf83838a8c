"""What the runs share: one honest machine, its disk, the chain, and a watcher who tells the machine how it stands."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from penstock.channel.safe.protocol.events import (
    Action,
    Event,
    Publish,
)
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.safe.transactions.outputs import State, locking_script, paid_contract
from tests.support.model.chain import GONE, NONE, Chain, Due, Next, Transactions
from tests.support.model.machines import Do, Machine
from tests.support.model.search import Broken, Search
from tests.support.model.watcher import Named, Watcher
from tests.support.model.world import START, World

S = TypeVar("S", PayerState, PayeeState)


class Whole(NamedTuple):
    """A state of the model.

    Attributes:
        memory: the number of the machine's state.
        disk: that of the state on its disk.
        older: the one that was on it before.
        chain: the chain.
        due: what the machine has published, and how long it waits, with its waiting.
        known: the transactions that the other side can publish, a bit each.
        counted: what the run counts.
        crashes: how often the machine may still go on from its disk.
        is_close_only: whether it only closes, after rows were lost.
    """

    memory: int
    disk: int
    older: int
    chain: Chain
    due: Due
    known: int
    counted: tuple[int, ...]
    crashes: int
    is_close_only: bool = False


After = Whole | Broken
Step = tuple[object, After]


class Run(ABC, Generic[S]):
    """One honest machine against a liar."""

    side: str

    def __init__(self, world: World, machine: Machine[S], *, only_money: bool) -> None:
        self.world, self.setting, self.only_money = world, world.setting, only_money
        self.machine: Machine[S] = machine
        self.transactions = Transactions(world.terms, world.funding)
        self.watcher = Watcher(world, self.transactions)

    def search(self) -> Search[Whole]:
        """Return the search."""
        return Search(self.start(), self._steps, self.judge, self._label)

    # What a run says --------------------------------------------------------------------------------------------------

    @abstractmethod
    def start(self) -> Whole:
        """Return the first state."""

    @abstractmethod
    def said(self, whole: Whole) -> Iterator[Step]:
        """Yield the steps in which the liar, or the machine's user, says something."""

    @abstractmethod
    def machine_step(self, state: S, event: Event) -> tuple[S, tuple[Action, ...]]:
        """Return the step of the machine."""

    @abstractmethod
    def restarted(self) -> tuple[Named, ...]:
        """Return the events that a machine is told which goes on from its disk."""

    @abstractmethod
    def done(self, whole: Whole, action: Action) -> After:
        """Return the state after an action of the machine, or the invariant that it breaks."""

    @abstractmethod
    def saved(self, whole: Whole, number: int) -> After:
        """Return the state after a state of the machine was written to its disk."""

    @abstractmethod
    def liars_spend(self) -> int:
        """Return a spend of the funding that the liar can always make."""

    @abstractmethod
    def liars_out(self, spend: int) -> int:
        """Return a spend of a payment that the liar can always make."""

    @abstractmethod
    def judge(self, whole: Whole) -> str | None:
        """Return the invariant that a state breaks, or None."""

    # Steps ------------------------------------------------------------------------------------------------------------

    def _steps(self, whole: Whole) -> Iterator[Step]:
        chain = whole.chain
        if not chain.is_undone:
            yield from self.said(whole)
            yield from self._crashed(whole)
        if self.watcher.is_over(chain):
            return
        following = Next(self.transactions, self._spends(whole), self._outs(whole), self.setting.waiting)
        for after, due in following.blocks(chain, whole.due):
            yield (chain, after), self.told(whole._replace(chain=after, due=due), self.watcher.seen(chain, after))
        if chain.undoings and not chain.is_undone and chain.height > START and chain.funded != GONE:
            after = chain.undone()
            undone = whole._replace(chain=after, due=whole.due.anew())
            yield (chain, after), self.told(undone, self.watcher.seen(chain, after))

    def _crashed(self, whole: Whole) -> Iterator[Step]:
        """Go on from the disk; a watcher tells how the chain stands."""
        if not whole.crashes:
            return
        left = whole._replace(crashes=whole.crashes - 1)
        events = (*self.restarted(), *self.watcher.view(whole.chain))
        yield f"{self.side}: crashes, and goes on from the disk", self.told(left._replace(memory=left.disk), events)
        if self.setting.is_rolled_back:
            lost = self.rolled_back(left._replace(memory=left.older, disk=left.older))
            yield f"{self.side}: the disk loses its newest write", self.told(lost, events)

    def rolled_back(self, whole: Whole) -> Whole:
        """Return the state after the disk has lost its newest write."""
        return whole

    def told(self, whole: Whole, events: tuple[Named, ...]) -> After:
        """Return the state after events."""
        for name, event in events:
            number, actions = self.machine.step(whole.memory, name, self.doing(event))
            after = self.carried_out(whole, number, actions)
            if isinstance(after, Broken):
                return after
            whole = after
        return whole

    def doing(self, event: Event) -> Do[S]:
        """Return the machine's step for an event."""
        return lambda state: self.machine_step(state, event)

    def heard(self, whole: Whole, name: str, do: Do[S]) -> Iterator[Step]:
        """Yield a step of the machine, if it changes anything."""
        number, actions = self.machine.step(whole.memory, name, do)
        if number != whole.memory or actions:
            yield name, self.carried_out(whole, number, actions)

    def carried_out(self, whole: Whole, memory: int, actions: tuple[Action | int, ...]) -> After:
        """Return the state after the machine's actions, in their order."""
        after: After = whole._replace(memory=memory)
        for action in actions:
            assert isinstance(after, Whole), "as below"
            if isinstance(action, int):
                after = self._written(after, action)
            elif isinstance(action, Publish):
                after = self._published(after, action)
            else:
                after = self.done(after, action)
            if isinstance(after, Broken):
                return after
        return after

    def _written(self, whole: Whole, number: int) -> After:
        after = self.saved(whole, number)
        if isinstance(after, Broken) or number == whole.disk:
            return after
        older = whole.disk if self.setting.is_rolled_back else whole.older
        return after._replace(disk=number, older=older)

    def _published(self, whole: Whole, action: Publish) -> After:
        number = self.transactions.number(action.transaction)
        if number == NONE:
            return Broken(f"the {self.side} publishes a transaction that no block takes")
        after = self.done(whole, action)
        if isinstance(after, Broken):
            return after
        facts = self.transactions.of(number)
        due = after.due.published(number, is_spend=facts.spends == self.world.funding)
        known = after.known | 1 << number
        if self.setting.is_third_party and facts.payment is not None:
            known |= 1 << self.transactions.changed(number)
        return after._replace(due=due, known=known)

    # The chain --------------------------------------------------------------------------------------------------------

    def state_of(self, spend: int) -> State:
        """Return the state of a payment: its amount, and the hash that is in its script."""
        output = self.transactions.of(spend).transaction.outputs[0]
        digest = next(
            leaf.key
            for leaf in self.world.movie.leaves
            if locking_script(paid_contract(self.world.terms, leaf.key)) == output.script
        )
        return State(1, output.value, digest)

    def _spends(self, whole: Whole) -> list[int]:
        return [*self._known(whole, is_spend=True), self.liars_spend()]

    def _outs(self, whole: Whole) -> Callable[[int], Iterable[int]]:
        known: list[int] = self._known(whole, is_spend=False)
        return lambda spend: [*known, self.liars_out(spend)]

    def _known(self, whole: Whole, *, is_spend: bool) -> list[int]:
        numbers = [number for number in range(1, whole.known.bit_length()) if whole.known >> number & 1]
        return [each for each in numbers if (self.transactions.of(each).spends == self.world.funding) == is_spend]

    def _label(self, label: object) -> str:
        """Return the text of a step."""
        return self.watcher.text(*label) if isinstance(label, tuple) else str(label)
