"""Figures of a run, and their table: latencies as multiples of the fsync of the same run, and memory as growth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from benchmarks.load.ground import Usage
from benchmarks.load.pace import Sales


@dataclass(frozen=True, slots=True)
class Window:
    """A time of a run.

    Attributes:
        name: its name: `calm`, or `disturbed`.
        sales: the sales that were due in it.
        seconds: CPU seconds of the provider in it.
        client: CPU seconds of the viewers in it.
    """

    name: str
    sales: Sales
    seconds: float
    client: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of a run.

    Attributes:
        viewers: the viewers.
        workers: the processes of the provider.
        asked: the sales in a second that were due.
        windows: the times of the run.
        fsyncs: seconds of each fsync that the probe has made meanwhile.
        opening: seconds in which all channels were opened.
        quarter: the provider's usage after a quarter of the run.
        end: the same at the end.
        between: seconds between the two.
        differences: how the store differs from what was bought.
        disturbed: what the disturbing viewers have done, in words; nothing without them.
    """

    viewers: int
    workers: int
    asked: float
    windows: tuple[Window, ...]
    fsyncs: Sequence[float]
    opening: float
    quarter: Usage
    end: Usage
    between: float
    differences: Sequence[str]
    disturbed: Sequence[str] = ()

    @property
    def is_kept_up(self) -> bool:
        """Whether the provider has kept up with the pace at all times."""
        return all(each.sales.is_kept_up for each in self.windows)

    @property
    def growth(self) -> float:
        """Bytes by which the provider has grown, for each viewer and minute."""
        return (self.end.bytes - self.quarter.bytes) / self.viewers / self.between * 60

    def of(self, name: str) -> list[float]:
        """Return the seconds of all sales in the windows of a name, sorted."""
        return sorted(each for window in self.windows if window.name == name for each in window.sales.all)

    def lines(self) -> Iterator[str]:
        """Yield the table."""
        fsync = percentile(self.fsyncs, 0.99)
        yield (
            f"{self.viewers:,} viewers, {counted_processes(self.workers)}, {self.asked:,.0f} sales a second due: "
            + ("kept up" if self.is_kept_up else "not kept up")
        )
        yield f"  fsync on this disk: median {shown(median(self.fsyncs))}, p99 {shown(fsync)}"
        yield f"  opened in {self.opening:,.1f} s, {self.opening / self.viewers * 1e3:,.1f} ms for a channel"
        for name in dict.fromkeys(each.name for each in self.windows):
            yield from self._of_windows(name, fsync)
        yield from (f"  {each}" for each in self.disturbed)
        if "disturbed" in {each.name for each in self.windows}:
            ratios = [percentile(self.of("disturbed"), q) / percentile(self.of("calm"), q) for q in (0.5, 0.99)]
            yield f"  disturbed to calm: p50 {ratios[0]:.2f}, p99 {ratios[1]:.2f}"
        sizes = [f"{each.bytes / (1 << 20):,.0f} MiB" for each in (self.quarter, self.end)]
        grown = f"{self.growth:+,.0f} bytes for each viewer and minute"
        yield f"  resident: {sizes[0]} after a quarter, {sizes[1]} at the end: {grown}"
        sold = sum(len(each.sales.latencies) for each in self.windows)
        yield f"  {sold:,} chunks sold; the store has {'all of them' if not self.differences else 'others'}"
        yield from (f"    {each}" for each in self.differences[:10])

    def _of_windows(self, name: str, fsync: float) -> Iterator[str]:
        mine = [each for each in self.windows if each.name == name]
        times, sold = self.of(name), sum(len(each.sales.latencies) for each in mine)
        missed, seconds = sum(len(each.sales.missed) for each in mine), sum(each.sales.seconds for each in mine)
        halves = [percentile(times, 0.5), percentile(times, 0.99)]
        yield (
            f"  {name}: {sold / seconds:,.0f} sales a second, {missed:,} had not begun at the end; "
            f"p50 {shown(halves[0])} ({halves[0] / fsync:.2f} of the fsync's p99), "
            f"p99 {shown(halves[1])} ({halves[1] / fsync:.2f})"
        )
        cost, client = sum(each.seconds for each in mine), sum(each.client for each in mine)
        yield (
            f"    cores: provider {cost / seconds:.2f}, viewers {client / seconds:.2f};"
            f" a sale costs the provider {cost / max(1, sold) * 1e3:.2f} ms"
        )


def percentile(values: Sequence[float], part: float) -> float:
    """Return the value that a part of all values does not exceed; 0 for none."""
    found = sorted(values)
    return found[max(0, ceil(part * len(found)) - 1)] if found else 0.0


def shown(seconds: float) -> str:
    """Return a time for readers."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1e3:.1f} ms"


def counted_processes(workers: int) -> str:
    """Return a number of processes in words."""
    return "one process" if workers == 1 else f"{workers} processes"
