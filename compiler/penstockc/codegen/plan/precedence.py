"""Precedence: the order of a plan's steps that every schedule keeps."""

from penstock.records import Record
from penstockc.codegen.plan.plan import Caution, Push, RegionPlan, Select, caution_of


class Precedence(Record, frozen=True):
    """Required order of steps.

    Attributes:
        needs: for each step, the steps before it, the last first: those are the ones that are missing longest.
        followers: for each step, the steps that need it.
    """

    needs: tuple[tuple[int, ...], ...]
    followers: tuple[tuple[int, ...], ...]


def precedence(plan: RegionPlan) -> Precedence:
    """Return the dependencies of a plan's steps: on the makers of their operands, and on effects that keep order."""
    needs = _needs(plan)
    return Precedence(needs, _followers(needs))


def _needs(plan: RegionPlan) -> tuple[tuple[int, ...], ...]:
    producer = {value: number for number, values in enumerate(plan.gives) for value in values}
    needs = []
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
        needs.append(tuple(sorted(before, reverse=True)))
    return tuple(needs)


def _followers(needs: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    followers: list[list[int]] = [[] for _ in needs]
    for step, before in enumerate(needs):
        for earlier in before:
            followers[earlier].append(step)
    return tuple(tuple(after) for after in followers)
