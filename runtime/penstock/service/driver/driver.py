"""Driver of the channels of one side: input, step of the machine, save, and only then the actions.

    inputs of many channels ──► steps ──► one transaction for all states ──► their actions

* An action leaves after the commit of the state that it belongs to. If the commit fails, or its outcome is not known,
  none leaves, and the worker stops.
* A transaction is published after a write in the epoch of the store, also where the machine asks for no save: a worker
  that was replaced would publish an older one.
* After a lost race the channel is loaded anew; nothing of the step is kept.
* In a channel that is close-only the payee sells nothing.
* Without the coins that the operator wants held back for closes at once, no channel is accepted and nothing is sold.
* The height that is on disk may be an old one. So the payee sells nothing after a start until he is told the newest.
* What was delivered waits in the store until it is taken: a crash after the commit loses no chunk that was paid for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.messages.kinds import Error, Get, Key, Update
from penstock.channel.safe.protocol.events import (
    Accuse,
    Action,
    Announced,
    Connected,
    Deliver,
    FundingSeen,
    FundingSpent,
    Height,
    Publish,
    Received,
    Refuse,
    Save,
    Saved,
    Send,
)
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import PayeeState, PayerState, Phase
from penstock.errors import hides_frames
from penstock.service.driver.inputs import Ask, Input, LoadAgain, Outcome, SetPrice
from penstock.service.driver.reserve import Reserve
from penstock.service.errors import (
    BudgetError,
    CloseOnlyError,
    DamagedError,
    ReserveError,
    ServiceError,
    StoppedError,
    StoreError,
)
from penstock.service.store.encoding import ChannelState, role_of
from penstock.service.store.held import Change, Held, KeyPath, bound_by
from penstock.service.store.store import Store

__tracebackhide__ = hides_frames

Machine: TypeAlias = Payer | Payee
_CLOSE_ONLY: Final = "this channel may only be closed: its store was restored"
_NO_HEIGHT: Final = "nothing is sold before the height of the newest block is known"
_SELLING: Final = (Get, Update)
"""Messages by which the payee sells."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A step that waits for its save."""

    held: Held
    state: ChannelState
    actions: tuple[Action, ...]
    spent: int | None
    bound: int
    is_delivered: bool = False

    @property
    def must_save(self) -> bool:
        """Whether something has to be on disk before the actions."""
        moved = (self.bound, self.spent) != (self.held.bound, self.held.spent)
        return moved or any(isinstance(action, Save | Publish) for action in self.actions)

    @property
    def change(self) -> Change:
        """The state to be saved, with the key and the parcels that are about to leave."""
        sent = [each.message for each in self.actions if isinstance(each, Send)]
        sold = next((message.key for message in sent if isinstance(message, Key)), None)
        kept = Accuse if self.is_delivered else Deliver | Accuse
        parcels = tuple(each for each in self.actions if isinstance(each, kept))
        return Change(self.held, self.state, self.bound, self.spent, sold, parcels)


class Driver:
    """The channels of one side in one store.

    Args:
        store: the store.
        role: the side, `payer` or `payee`.
        machine_of: returns the machine of a channel, with its own keys.
        burial: blocks on top of a spend of the funding, with its own, after which it counts as final.
        sink: takes each chunk that was paid for before its state is saved, and keeps it; after a crash it may come
            again. Then it is neither among the actions nor in the store. None for both of these.
        reserves: what the payee holds back for closes at once, by the name of the network; none where it is missing.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that the channels of a side share
        self,
        store: Store,
        role: str,
        machine_of: Callable[[Held], Machine],
        burial: int,
        sink: Callable[[bytes, Deliver], None] | None = None,
        reserves: Mapping[str, Reserve] | None = None,
    ) -> None:
        self._store = store
        self._role = role
        self._machine_of = machine_of
        self._burial = burial
        self._sink = sink
        self._reserves = {} if reserves is None else reserves
        self._lacking: dict[str, str | None] = {}
        self._live: dict[bytes, tuple[Held, ChannelState]] = {}
        self._heights: dict[str, int] = {}
        self._nonces: dict[bytes, bytes] = {}

    def opened(self, path: KeyPath, step: tuple[ChannelState, tuple[Action, ...]]) -> Outcome:
        """Save a channel that was opened (`Payer.open`) or accepted (`Payee.accept`), and return its first actions.

        Args:
            path: the path of its keys.
            step: the result of the machine.

        Raises:
            LostRaceError: it is in the store already, or its keys are those of another.
            ReserveError: the reserve of the payee is not enough for one channel more.
            StoppedError: the worker has stopped.
        """
        state, actions = step
        self._demand_reserve(state.terms.network.name, state.terms)
        held = self._store.create(path, state)
        self._live[state.channel] = held, state
        return Outcome(state.channel, _leaving(actions))

    def restarted(self) -> list[Outcome]:
        """Go on after a start: return what has to be published again, for each channel that is in the store."""
        channels = [channel for channel, role in self._store.channels() if role == self._role]
        return self.handle([(channel, Saved()) for channel in channels])

    def state(self, channel: bytes) -> ChannelState:
        """Return the state of a channel, as its machine has it now.

        Raises:
            UnknownChannelError: it is not in the store.
            DamagedError, UnknownVersionError: it cannot be read.
        """
        return self._loaded(channel)[1]

    def forget(self, channel: bytes) -> None:
        """Load a channel anew with its next input: another worker may have saved it."""
        self._live.pop(channel, None)
        self._nonces.pop(channel, None)

    def live(self) -> list[tuple[Held, ChannelState]]:
        """Return the channels that this driver has loaded, as they are on disk and as their machines have them."""
        return list(self._live.values())

    def handle(self, inputs: Sequence[tuple[bytes, Input]]) -> list[Outcome]:
        """Take inputs of many channels, and return the outcomes in their order.

        All that waits is saved in one transaction. Inputs of one channel are taken one after the other.

        Raises:
            StoppedError: the worker has stopped, or the outcome of a commit is not known: nothing may leave.
        """
        outcomes: dict[int, Outcome] = {}
        waiting = list(enumerate(inputs))
        while waiting:
            now: dict[bytes, tuple[int, Input]] = {}
            later = []
            for index, (channel, given) in waiting:
                if channel in now:
                    later.append((index, (channel, given)))
                else:
                    now[channel] = index, given
            outcomes |= self._round(now)
            waiting = later
        return [outcomes[index] for index in range(len(inputs))]

    def count_again(self, network: str) -> None:
        """Ask for the coins of a network's reserve with the next sale: they have changed."""
        self._lacking.pop(network, None)

    def terms(self) -> list[ChannelTerms]:
        """Return the terms of the channels whose funding is not spent."""
        return [terms for network in self._reserves for terms in self._open_terms(network)]

    def took(self, channel: bytes, content: Deliver | Accuse) -> None:
        """Forget a chunk, or a proof, that is in safe hands; until then `Store.parcels` has it, also after a crash."""
        self._store.take(self._loaded(channel)[0], content)

    def _round(self, inputs: Mapping[bytes, tuple[int, Input]]) -> dict[int, Outcome]:
        """Take one input of each channel."""
        self._store.demand_running()
        outcomes: dict[int, Outcome] = {}
        steps: dict[int, _Step] = {}
        for channel, (index, given) in inputs.items():
            try:
                steps[index] = self._step(channel, given)
            except StoppedError:
                raise
            except Exception as error:  # noqa: BLE001 - one channel's fault is not the others'
                outcomes[index] = Outcome(channel, _answer(channel, error), error)
        saved = self._saved([step for step in steps.values() if step.must_save])
        for index, step in steps.items():
            outcomes[index] = self._done(step, saved.get(step.held.channel, step.held))
        self._store.demand_running()
        return outcomes

    def _saved(self, steps: Sequence[_Step]) -> dict[bytes, Held | StoreError]:
        if not steps:
            return {}
        try:
            results: Sequence[Held | StoreError] = self._store.save([step.change for step in steps])
        except StoppedError:
            raise
        except StoreError as error:
            results = [error] * len(steps)
        return {step.held.channel: result for step, result in zip(steps, results, strict=True)}

    def _done(self, step: _Step, saved: Held | StoreError) -> Outcome:
        channel = step.held.channel
        if isinstance(saved, StoreError):
            if not isinstance(saved, BudgetError):
                self._live.pop(channel, None)
            return Outcome(channel, _answer(channel, saved), saved)
        self._live[channel] = saved, step.state
        actions = step.actions
        if Save() in actions:
            after, later = _stepped(self._machine_of(saved), step.state, Saved())
            assert after is step.state, "nothing changes after a save"
            actions += later
        return Outcome(channel, _leaving(actions, without=Deliver if step.is_delivered else Save))

    def _step(self, channel: bytes, given: Input) -> _Step:
        if isinstance(given, LoadAgain):
            self._live.pop(channel, None)
        held, state = self._loaded(channel)
        if isinstance(given, LoadAgain):
            return _Step(held, state, (), held.spent, held.bound)
        actions: tuple[Action, ...] = ()
        network = state.terms.network.name
        if self._role == "payee" and _sells(given):
            self._demand_sale(held, network)
        self._note(channel, network, given)
        if isinstance(given, Height) and held.force_close and isinstance(state, PayeeState):
            state, actions = _closing(state)
        after, more = _stepped(self._machine_of(held), state, given)
        actions = (*actions, *more)
        if self._sink is not None:
            for action in actions:
                if isinstance(action, Deliver):
                    self._sink(channel, action)
        spent = _spent_after(held.spent, after, given)
        bound = bound_by(after, spent, after.height, self._burial)
        return _Step(held, after, actions, spent, bound, self._sink is not None)

    def _note(self, channel: bytes, network: str, given: Input) -> None:
        """Note what holds over a lost race, and for other channels: the connection, and the height."""
        if isinstance(given, Connected):
            self._nonces[channel] = given.own
        if isinstance(given, Height):
            if self._heights.get(network) != given.height:
                self._lacking.pop(network, None)
            self._heights[network] = given.height

    def _demand_sale(self, held: Held, network: str) -> None:
        """Check that the payee may sell in a channel.

        Raises:
            CloseOnlyError: it may only be closed, or no height was told.
            ReserveError: the reserve is not enough.
        """
        if held.close_only:
            raise CloseOnlyError(_CLOSE_ONLY)
        if network not in self._heights:
            raise CloseOnlyError(_NO_HEIGHT)
        self._demand_reserve(network)

    def _demand_reserve(self, network: str, *more: ChannelTerms) -> None:
        """Check the reserve of a network: once for each height, and for each channel more.

        Raises:
            ReserveError: it is not enough.
        """
        found = self._reserves.get(network)
        if found is None or self._role != "payee":
            return
        if more or network not in self._lacking:
            known = list(self._open_terms(network))
            self._lacking[network] = found.lacking([*known, *(each for each in more if each not in known)])
        if (lacking := self._lacking[network]) is not None:
            if more:
                del self._lacking[network]  # the channel is not opened
            raise ReserveError(lacking)

    def _open_terms(self, network: str) -> Iterator[ChannelTerms]:
        """Yield the terms of the channels whose funding is not spent; one that cannot be read is not closed either."""
        for channel, role in self._store.channels():
            if role == self._role:
                try:
                    _, state = self._loaded(channel)
                except DamagedError:
                    continue
                if state.terms.network.name == network and state.phase is not Phase.CLOSED:
                    yield state.terms

    def _loaded(self, channel: bytes) -> tuple[Held, ChannelState]:
        if channel not in self._live:
            held = self._store.load(channel, self._role)
            height = self._heights.get(held.state.terms.network.name, held.state.height)
            nonce = self._nonces.get(channel, held.state.nonce)  # a lost race does not end the connection
            self._live[channel] = held, replace(held.state, height=height, nonce=nonce)
        return self._live[channel]


def _stepped(machine: Machine, state: ChannelState, given: Input) -> tuple[ChannelState, tuple[Action, ...]]:
    match machine, state, given:
        case Payer(), PayerState(), Ask(manifest=manifest, chunk=chunk):
            return machine.ask(state, manifest, chunk)
        case Payee(), PayeeState(), SetPrice(movie=movie, price=price, until=until):
            return machine.quote(state, movie, price, until)
        case _, _, Ask() | SetPrice() | LoadAgain():
            pass
        case Payer(), PayerState(), _:
            return machine.step(state, given)
        case Payee(), PayeeState(), _:
            return machine.step(state, given)
    raise ServiceError(f"{type(given).__name__} is not an input of the {role_of(state)}")


def _spent_after(spent: int | None, state: ChannelState, given: Input) -> int | None:
    """Return the height of the block with the funding's spend after an input."""
    if isinstance(given, FundingSpent):
        return given.height
    if isinstance(given, FundingSeen) and given.outpoint == state.funding:
        return None  # a reorganisation has undone it
    return spent


def _sells(given: Input) -> bool:
    if isinstance(given, Received):
        return isinstance(given.message, _SELLING)
    return isinstance(given, SetPrice | Announced)


def _closing(state: PayeeState) -> tuple[PayeeState, tuple[Action, ...]]:
    """Let the payee close now, as at the margin: his newest payment is published."""
    if state.phase is not Phase.OPEN or state.best is None:
        return state, ()
    return replace(state, phase=Phase.CLOSING, ahead=None), (Save(),)


def _leaving(actions: Sequence[Action], without: type[Action] = Save) -> tuple[Action, ...]:
    """Return the actions for the caller: each once, without the saves, and others that are done."""
    found: list[Action] = []
    for action in actions:
        if not isinstance(action, Save | without) and not (isinstance(action, Publish) and action in found):
            found.append(action)
    return tuple(found)


def _answer(channel: bytes, error: Exception) -> tuple[Action, ...]:
    """Return what the other side is told of an input that was not taken; nothing of an error of this side."""
    if isinstance(error, CloseOnlyError):
        return Refuse(str(error)), Send(Error(channel, 1, str(error)))
    if isinstance(error, BudgetError | ReserveError):
        return Refuse(str(error)), Send(Error(channel, 1, "this side sells or buys no more now"))
    return (Refuse(f"{type(error).__name__}: {error}"),)
