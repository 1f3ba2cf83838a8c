"""How one thing is measured against others: proof first, then interleaved rounds.

In goes a `Work`: contenders that do the same thing, the first of them the yardstick, and targets. Out comes a `Result`
with what each contender costs per unit in each round. Promised: nobody is timed who has not first accepted the good and
refused the tampered; every round measures all contenders, one after the other, so that what disturbs the machine
disturbs all of them. What the figures mean is the business of `benchmarks.result`.
"""

import gc
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Final, TypeAlias

from benchmarks.result import Measured, Result, Samples, Target

Meter: TypeAlias = Callable[[Callable[[], object], int], float]

OURS: Final = "penstock"

_SHORTEST_BATCH: Final = 0.002  # seconds: well above what reading the clock costs


class BenchmarkError(Exception):
    """A contender judged wrongly, or a work is not set up as `Work` asks."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do the work.

    Attributes:
        name: what the table calls it.
        run: does `units` units of the work.
        proves: whether the good is accepted and everything tampered refused.
        units: how much one `run` does.
    """

    name: str
    run: Callable[[], object]
    proves: Callable[[], bool]
    units: int = 1


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is measured, and a meter that gives the cost of so many runs."""

    name: Measured
    meter: Meter


def _cpu_seconds(run: Callable[[], object], times: int) -> float:
    start = process_time()
    for _ in range(times):
        run()
    return process_time() - start


def _children_seconds(run: Callable[[], object], times: int) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(times):
        run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def _reported(run: Callable[[], object], times: int) -> float:
    reports = [run() for _ in range(times)]
    return sum(report for report in reports if isinstance(report, int | float))


CPU: Final = Quantity(Measured.CPU_TIME, _cpu_seconds)
"""CPU seconds of this process."""
PROCESS_CPU: Final = Quantity(Measured.CPU_TIME, _children_seconds)
"""CPU seconds of the processes that a run starts and waits for."""
REPORTED_CPU: Final = Quantity(Measured.CPU_TIME, _reported)
"""CPU seconds that a run has measured by itself and returns."""
REPORTED_MEMORY: Final = Quantity(Measured.PEAK_MEMORY, _reported)
"""Bytes that a run has measured by itself and returns."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is measured.

    Attributes:
        name: the title of its table.
        unit: what one unit of the work is.
        contenders: who does it; the first is the yardstick, speed 1.
        targets: what is asked of ours.
        ours: the name of the contender that the targets speak of.
        quantity: what is measured.
        seconds: about how long all rounds together may take.
        rounds: how often everybody takes a turn.
    """

    name: str
    unit: str
    contenders: tuple[Contender, ...]
    targets: tuple[Target, ...] = ()
    ours: str = OURS
    quantity: Quantity = CPU
    seconds: float = 1.5
    rounds: int = 15


def prove(work: Work) -> None:
    """Hold every contender to the good and the tampered.

    Raises:
        BenchmarkError: naming the first that judges wrongly.
    """
    for contender in work.contenders:
        if not contender.proves():
            raise BenchmarkError(f"{work.name}: {contender.name} does not accept the good and refuse the tampered")


def measure(work: Work) -> Result:
    """Prove, warm up, and measure the contenders of `work` in interleaved rounds.

    Raises:
        BenchmarkError: as `prove`; and when a target names a contender that is not there.
    """
    names = {contender.name for contender in work.contenders}
    missing = {work.ours, *(target.against for target in work.targets)} - names
    if missing:
        raise BenchmarkError(f"{work.name}: no contender is called {min(missing)}")
    prove(work)
    gc.collect()
    gc.freeze()  # what was set up is no garbage, and no round pays for looking at it again
    try:
        samples = _rounds(work)
    finally:
        gc.unfreeze()
    return Result(
        name=work.name,
        unit=work.unit,
        measured=work.quantity.name,
        ours=work.ours,
        targets=work.targets,
        runs=(samples,),
    )


def _rounds(work: Work) -> Samples:
    meter = work.quantity.meter
    if work.rounds > 1:
        warm = [meter(contender.run, 1) for contender in work.contenders]
        batch = max(_SHORTEST_BATCH, work.seconds / (work.rounds * len(work.contenders)))
        repeats = [max(1, round(batch / max(cost, 1e-9))) for cost in warm]
    else:
        repeats = [1] * len(work.contenders)
    samples: list[list[float]] = [[] for _ in work.contenders]
    for _ in range(work.rounds):
        for contender, times, sample in zip(work.contenders, repeats, samples, strict=True):
            sample.append(meter(contender.run, times) / (times * contender.units))
    return {c.name: tuple(sample) for c, sample in zip(work.contenders, samples, strict=True)}


def all_of(runs: Sequence[Callable[[], object]]) -> Callable[[], object]:
    """A run that makes each of `runs` once."""

    def run() -> None:
        for each in runs:
            each()

    return run


def sound(good: Sequence[Callable[[], bool]], tampered: Sequence[Callable[[], bool]]) -> Callable[[], bool]:
    """A proof: every judge of something good says yes, every judge of something tampered no; there are some of both."""
    return lambda: (
        bool(good) and bool(tampered) and all(judge() for judge in good) and not any(judge() for judge in tampered)
    )
