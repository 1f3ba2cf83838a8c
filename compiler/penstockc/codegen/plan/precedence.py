"""Precedence: the order of a plan's steps that every schedule keeps.

A set of steps is a number: bit i stands for step i.
"""

from collections.abc import Iterable, Iterator

from penstock.records import Record
from penstockc.codegen.plan.plan import Caution, Push, RegionPlan, Select, caution_of

Steps = int
"""A set of steps, as bits."""


class Precedence(Record, frozen=True):
    """Required order of steps.

    Attributes:
        needs: for each step, the steps before it.
        followers: for each step, the steps that need it, in order.
        pushes: the steps that push a constant.
        users: for each value, the steps that take it.
        requirements: the steps that fail on a false requirement.
    """

    needs: tuple[Steps, ...]
    followers: tuple[tuple[int, ...], ...]
    pushes: Steps
    users: dict[int, Steps]
    requirements: Steps

    def ready(self, done: Steps, reach: int) -> Iterator[int]:
        """Yield the steps that can be done next, in program order, at most `reach` after the first undone one."""
        first = (~done & (done + 1)).bit_length() - 1
        for step in range(first, min(first + reach + 1, len(self.needs))):
            if not done >> step & 1 and not self.needs[step] & ~done:
                yield step

    def is_wanted(self, push: int, done: Steps) -> bool:
        """Return whether some user of a push waits only for pushes."""
        reached = done | self.pushes
        followers = self.followers[push]
        return not followers or any(not self.needs[step] & ~reached for step in followers)

    def is_used(self, value: int, done: Steps) -> bool:
        """Return whether a step that is not done takes a value."""
        return bool(self.users.get(value, 0) & ~done)

    def overtaken(self, step: int, done: Steps) -> int:
        """Return the number of undone requirements before a step."""
        return (self.requirements & ~done & (1 << step) - 1).bit_count()


def precedence(plan: RegionPlan) -> Precedence:
    """Return the dependencies of a plan's steps: on the makers of their operands, and on effects that keep order."""
    needs = tuple(_needs(plan))
    return Precedence(
        needs=tuple(map(_set_of, needs)),
        followers=_followers(needs),
        pushes=_set_of(number for number, step in enumerate(plan.steps) if isinstance(step, Push)),
        users={value: _set_of(steps) for value, steps in plan.users.items()},
        requirements=_set_of(plan.requirements),
    )


def _set_of(steps: Iterable[int]) -> Steps:
    found = 0
    for step in steps:
        found |= 1 << step
    return found


def _needs(plan: RegionPlan) -> Iterator[set[int]]:
    """Yield for each step the steps before it."""
    producer = {value: number for number, values in enumerate(plan.gives) for value in values}
    barrier: int | None = None
    sequence: int | None = None
    checks: list[int] = []
    since: list[int] = []
    for index, (step, caution) in enumerate(zip(plan.steps, map(caution_of, plan.steps), strict=True)):
        before = {producer[value] for value in plan.takes[index] if value in producer}
        if barrier is not None:
            before.add(barrier)
        if caution >= Caution.CHECK and sequence is not None:
            before.add(sequence)
        if caution >= Caution.SEQUENCE:
            before.update(checks)
            sequence, checks = index, []
        elif caution is Caution.CHECK:
            checks.append(index)
        if caution >= Caution.SEPARATE or isinstance(step, Select):
            may_wait = [each for each in since if isinstance(plan.steps[each], Push) and caution is Caution.SEPARATE]
            before.update(set(since).difference(may_wait))
            barrier, since = index, may_wait
        else:
            since.append(index)
        yield before


def _followers(needs: tuple[set[int], ...]) -> tuple[tuple[int, ...], ...]:
    followers: list[list[int]] = [[] for _ in needs]
    for step, before in enumerate(needs):
        for earlier in before:
            followers[earlier].append(step)
    return tuple(map(tuple, followers))
