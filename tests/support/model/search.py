"""Search: every state that can be reached, breadth first, so that the trace to a broken invariant is a shortest one."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import groupby
from re import fullmatch
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that a step breaks."""

    invariant: str


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a search.

    Attributes:
        states: the number of states that were reached.
        broken: the broken invariant; None if none was.
        trace: the steps to it.
    """

    states: int
    broken: str | None = None
    trace: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.broken is None:
            return f"holds in {self.states:,} states"
        steps = _with_empty_blocks_joined(self.trace)
        return "\n".join([f"broken: {self.broken}", *(f"  {number}. {step}" for number, step in enumerate(steps, 1))])


@dataclass(frozen=True, slots=True)
class Search(Generic[S]):
    """A search.

    Attributes:
        start: the first state.
        steps: yields the steps from a state, with what is after them: a state, or the invariant that is broken.
        judge: returns the invariant that a state breaks, or None.
        tell: describes a step for readers.
    """

    start: S
    steps: Callable[[S], Iterable[tuple[object, "S | Broken"]]]
    judge: Callable[[S], str | None]
    tell: Callable[[object], str] = str

    def run(self, most: int = 1_000_000) -> Result:
        """Visit all states, or stop at the first that breaks an invariant.

        Raises:
            RuntimeError: there are more states than allowed.
        """
        before: dict[S, tuple[S | None, object]] = {self.start: (None, "")}
        waiting = deque([self.start])
        while waiting:
            state = waiting.popleft()
            for label, after in self.steps(state):
                if isinstance(after, Broken):
                    return Result(len(before), after.invariant, self._trace(before, state, label))
                if after in before:
                    continue
                before[after] = (state, label)
                if (broken := self.judge(after)) is not None:
                    return Result(len(before), broken, self._trace(before, after))
                waiting.append(after)
            if len(before) > most:
                raise RuntimeError(f"more than {most:,} states")
        return Result(len(before))

    def _trace(self, before: dict[S, tuple[S | None, object]], state: S, *last: object) -> tuple[str, ...]:
        steps = [*reversed(last)]
        here: S | None = state
        while here is not None:
            here, label = before[here]
            steps.append(label)
        return tuple(self.tell(step) for step in reversed(steps[:-1]))


def _with_empty_blocks_joined(trace: tuple[str, ...]) -> list[str]:
    joined: list[str] = []
    for is_empty, steps in groupby(trace, lambda step: bool(fullmatch(r"block \d+", step))):
        run = list(steps)
        if is_empty and len(run) > 1:
            joined.append(f"blocks {run[0].removeprefix('block ')} to {run[-1].removeprefix('block ')}")
        else:
            joined += run
    return joined
