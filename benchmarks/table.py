"""Results for people: a table on the terminal, and the same in Markdown.

Both show for each contender what a unit costs, its speed with the first contender as 1, the lead of ours (how many
times as fast as this contender it is), how far that differs from run to run, and the target for it if there is one.
"""

import os
import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from rich.table import Table

from benchmarks.result import Measured, Result

_HEADINGS: Final = ("who", "cost", "speed", "lead", "runs", "target", "")
_PACKAGES: Final = ("penstock", "coincurve", "bsv-sdk", "bitcoinx", "py-bitcoinkernel", "python-bitcoinlib")
_TIMES: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_SIZES: Final = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1, "bytes"))


@dataclass(frozen=True, slots=True)
class Line:
    """One contender in a table: the texts of its columns. `mark` says whether its target is met."""

    who: str
    cost: str
    speed: str
    lead: str
    runs: str
    target: str
    mark: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts in the order of the headings."""
        return self.who, self.cost, self.speed, self.lead, self.runs, self.target, self.mark


def title(result: Result) -> str:
    """What the table of a work is called."""
    return f"{result.name} ({result.measured} per {result.unit})"


def lines(result: Result) -> Iterator[Line]:
    """The table of one work, line by line."""
    targets = {target.against: target for target in result.targets}
    for name in result.contenders:
        target = targets.get(name)
        own = name == result.ours
        yield Line(
            who=name,
            cost=_amount(result.cost(name), result.measured),
            speed=f"{result.ratio(name, result.contenders[0]):.2f}",
            lead="" if own else f"{result.lead(name):.2f}",
            runs="" if own or len(result.runs) == 1 else "{:.2f} to {:.2f}".format(*result.spread(name)),
            target="" if target is None else f"{target.demand.value} {target.at_least:.2f}",
            mark="" if target is None else "met" if result.meets(target) else "missed",
        )


def terminal(result: Result) -> Table:
    """The table of one work, for rich."""
    table = Table(title=title(result), title_justify="left", title_style="bold", min_width=84)
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading in ("who", "") else "right", no_wrap=True)
    styles = {"met": "green", "missed": "red", "": ""}
    for line in lines(result):
        style = "bold" if line.who == result.ours else styles[line.mark]
        table.add_row(*line.cells, style=style)
    return table


def markdown(results: Iterable[Result]) -> str:
    """Where it was measured, and all tables as one in Markdown."""
    facts = ", ".join(f"{what} {value}" for what, value in machine().items())
    rows = [facts + ".", "", "| work | " + " | ".join(_HEADINGS) + " |", "|---|---|---:|---:|---:|---:|---:|---|"]
    for result in results:
        first = title(result)
        for line in lines(result):
            rows.append("| " + " | ".join((first, *line.cells)) + " |")
            first = ""
    return "\n".join(rows) + "\n"


def machine() -> dict[str, str]:
    """On what it was measured: Python, processor, and the versions of the packages."""
    found = {name: _version(name) for name in _PACKAGES}
    versions = {name: text for name, text in found.items() if text}
    return {"Python": platform.python_version(), "processor": _processor(), "cores": str(os.cpu_count()), **versions}


def _amount(cost: float, measured: Measured) -> str:
    scale = _SIZES if measured is Measured.PEAK_MEMORY else _TIMES
    size, name = next((row for row in scale if cost >= row[0]), scale[-1])
    return f"{cost / size:.3g} {name}" if cost < 1000 * size else f"{cost / size:.0f} {name}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    """The processor's name, where the system tells it; else its family."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
