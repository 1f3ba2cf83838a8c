"""A machine of Hypothesis that makes many calls of a contract with state, one after the other, on a chain."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

from hypothesis import HealthCheck, Phase, currently_in_test_context, event, note, settings
from hypothesis.stateful import RuleBasedStateMachine, rule

from penstock.contract.contract import Contract
from penstock.contract.errors import ArgumentError
from penstock.errors import hides_frames
from penstock.testing.chain import Chain
from penstock.testing.coins import ContractCoin
from penstock.testing.keys import key
from penstock.testing.observers import OBSERVERS, Observer, Sending
from penstock.testing.probe.calls import probed_calls
from penstock.testing.probe.changes import states
from penstock.testing.probe.trying import opening
from penstock.testing.results import Sent
from penstock.testing.strategies.arguments import KEYS, arguments
from penstock.testing.transactions import Draft, NoNextStateError

__tracebackhide__ = hides_frames

_PAYER = "payer"
_SETTINGS: Final = settings(
    max_examples=50,
    stateful_step_count=15,
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.explain],  # it would trace each line of the machine
    suppress_health_check=list(HealthCheck),
)
"""Seconds, not minutes: a call of a contract with state takes about 20 milliseconds."""


class ContractMachine(RuleBasedStateMachine):
    """Calls the public functions of a contract with drawn arguments; each accepted call hands the coin on.

        class Counting(ContractMachine):
            contract = Chain().contract("contracts/counter.scrypt", count=0)

            @invariant()
            def it_never_falls(self):
                counts = [state["count"] for state in self.states]
                assert counts == sorted(counts)

        TestCounting = Counting.TestCase

    Of each call is demanded: the script and the meaning of the language agree; if it is accepted, the coin goes on with
    the state that the call computes, and the script accepts no other. A call that hands no state on ends the contract,
    and another begins.

    `TestCase.settings` are for some seconds; for more examples set
    `TestCounting.settings = settings(TestCounting.settings, max_examples=500)`.

    Attributes:
        contract: the contract in its first state; set by the subclass.
        value: the satoshis in its coin.
        keys: the names of the keys among the arguments.
        binds_state: whether the script must accept no other next state.
        chain: the chain.
        coin: the coin with the contract.
        states: its states so far, from the first.
    """

    contract: ClassVar[Contract]
    value: ClassVar[int] = 10_000
    keys: ClassVar[tuple[str, ...]] = KEYS
    binds_state: ClassVar[bool] = True
    chain: Chain
    coin: ContractCoin
    states: list[dict[str, Any]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if isinstance(getattr(cls, "contract", None), Contract):
            cls.TestCase.settings = _SETTINGS
            for function in cls.contract.artifact.functions:
                step = _step(function.name)
                if step.__name__ in vars(cls):
                    continue  # the subclass has its own
                setattr(
                    cls, step.__name__, rule(arguments=arguments(cls.contract.artifact, function.name, cls.keys))(step)
                )

    def __init__(self) -> None:
        if not isinstance(getattr(self, "contract", None), Contract):
            raise ArgumentError(type(self).__name__, "a class with `contract = …`, an instance of a contract", "none")
        super().__init__()
        self.chain = Chain(self.contract.artifact.chain)
        self.begin()

    def begin(self) -> None:
        """Make a coin with the contract in its first state: at the start, and after a call that ends it."""
        self.coin = self.chain.fund(self.contract, self.value)
        self.states = [self.coin.state]

    def transaction(self, draft: Draft, outputs: Draft) -> Draft:  # noqa: ARG002 - for subclasses
        """Return the transaction of a call; a subclass may add to it, or make another one.

        Args:
            draft: the call alone.
            outputs: the same with the next instance in an output, or with a payment if the call hands no state on,
                and with a fee and change.
        """
        return outputs

    def spend(self, function: str, arguments: Mapping[str, Any]) -> Sent:
        """Call a function, and check the result.

        Raises:
            DisagreementError: the script and the meaning of the language differ.
            AssertionError: the coin does not go on with the state that the call computes, or the script would accept
                another one.
        """
        draft = self.chain.spend(self.coin, function, **arguments)
        watching = _States()
        OBSERVERS.append(watching)
        try:
            sent = self._sent(draft)
        finally:
            OBSERVERS.remove(watching)
        name = f"{self.contract.artifact.contract}.{function}"
        _tell(name, sent)
        if not sent:
            return sent
        if self.binds_state and watching.open:
            raise AssertionError(f"{name} accepts a next state that it does not compute: {', '.join(watching.open)}")
        self._go_on(sent, name)
        return sent

    def _sent(self, draft: Draft) -> Sent:
        """Send a call with the next instance, or if it hands no state on with a payment."""
        fee, payer = self.chain.coin(key(_PAYER)), key(_PAYER)
        try:
            going_on = draft.to(self.coin.next(), self.coin.value).spend(fee).change(payer)
            return self.transaction(draft, going_on).try_send()
        except NoNextStateError:
            ending = draft.to(payer, self.coin.value).spend(fee).change(payer)
            return self.transaction(draft, ending).try_send()

    def _go_on(self, sent: Sent, name: str) -> None:
        """Take the next coin, whose state is the one that the call computes; begin again if there is none."""
        evaluated = next(each.evaluated for each in sent.calls if each.spend.outpoint == self.coin.outpoint)
        following = [
            each
            for each in sent.coins
            if isinstance(each, ContractCoin) and each.contract.artifact == self.contract.artifact
        ]
        if not following:
            self.begin()
            return
        self.coin = following[0]
        self.states.append(self.coin.state)
        wanted = None if evaluated is None else evaluated.state
        if wanted is not None and wanted != self.coin.state:
            raise AssertionError(f"{name} computes the state {wanted}, but the coin goes on with {self.coin.state}")


def _step(function: str) -> Callable[..., None]:
    """Return the method that calls a function."""

    def step(self: ContractMachine, arguments: dict[str, Any]) -> None:
        self.spend(function, arguments)

    step.__name__ = step.__qualname__ = f"call_{function}"
    return step


def _tell(name: str, sent: Sent) -> None:
    """Tell Hypothesis of a result, if it asks: an example may be run without it."""
    if not currently_in_test_context():
        return
    event(f"{name}: {'accepted' if sent else 'refused'}")
    if not sent:
        note(f"{name} is refused: {sent.reason}")


class _States(Observer):
    """Changes the next state of accepted calls.

    Attributes:
        open: the changes that a script accepts, in words.
    """

    def __init__(self) -> None:
        self.open: list[str] = []

    def sent(self, sending: Sending) -> None:
        """Change the next states of a transaction."""
        self.open += self._opened(sending)

    def _opened(self, sending: Sending) -> Iterator[str]:
        for call in probed_calls(sending):
            for change in states(call):
                if opening(call, change) is not None:
                    yield f"{change.subject} ({change.how})"
