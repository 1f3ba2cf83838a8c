"""Machines as tables: each step of a shipped machine is computed once, and states have numbers.

A model reaches the same state of one side in many states of the whole. So signatures are made and checked once for each
state and event of a machine, not once for each state of the model.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from penstock.channel.safe.protocol.events import Action, Save
from penstock.channel.safe.protocol.states import PayeeState, PayerState

S = TypeVar("S", PayerState, PayeeState)
Do = Callable[[S], tuple[S, tuple[Action, ...]]]
Saved = tuple[int, tuple[Action | int, ...]]
"""The number of the state after a step, and its actions; a Save is the number of the state that is written to disk."""


class Machine(Generic[S]):
    """One side."""

    def __init__(
        self, after_saving: Do[S] | None, written: Callable[[S], S], matters: Callable[[Action], bool]
    ) -> None:
        """Make an empty table.

        Args:
            after_saving: the step once a state is on disk; None for none.
            written: returns a state as it is read back from the disk.
            matters: whether the model has to look at an action.
        """
        self.states: list[S] = []
        self._numbers: dict[S, int] = {}
        self._steps: dict[tuple[int, Hashable], Saved] = {}
        self._after_saving: Do[S] | None = after_saving
        self._written: Callable[[S], S] = written
        self._matters = matters

    def number(self, state: S) -> int:
        """Return the number of a state."""
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self.states)
            self.states.append(state)
        return number

    def step(self, number: int, event: Hashable, do: Do[S]) -> Saved:
        """Return what a step does.

        Args:
            number: that of the state.
            event: a name of the event, for the table.
            do: the step.
        """
        done = self._steps.get((number, event))
        if done is None:
            done = self._steps[number, event] = self._done(number, do)
        return done

    def _done(self, number: int, do: Do[S]) -> Saved:
        state, actions = do(self.states[number])
        saved = self.number(self._written(state))
        told: list[Action | int] = []
        for action in actions:
            if isinstance(action, Save):
                told.append(saved)
            elif self._matters(action):
                told.append(action)
        if saved in told and self._after_saving is not None:
            state, more = self._after_saving(state)
            told += [action for action in more if self._matters(action)]
        return self.number(state), tuple(told)
