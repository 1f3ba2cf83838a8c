"""Results for people and for programs: a table on the terminal, the same in Markdown, and JSON.

All three show for each contender what a unit costs, its speed with the first contender as 1, the lead of ours (how many
times as fast as this contender it is), and the target for that lead if there is one.
"""

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from rich.table import Table

from benchmarks.harness import REPORTED_MEMORY, Demand, Quantity, Result

_HEADINGS: Final = ("who", "cost", "speed", "lead", "target", "")
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
    target: str
    mark: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts in the order of the headings."""
        return self.who, self.cost, self.speed, self.lead, self.target, self.mark


def title(result: Result) -> str:
    """What the table of a work is called."""
    return f"{result.work.name} ({result.work.quantity.name} per {result.work.unit})"


def lines(result: Result) -> Iterator[Line]:
    """The table of one work, line by line."""
    work = result.work
    targets = {target.against: target for target in work.targets}
    for contender in work.contenders:
        name = contender.name
        target = targets.get(name)
        yield Line(
            who=name,
            cost=_amount(result.cost(name), work.quantity),
            speed=f"{result.ratio(name, work.contenders[0].name):.2f}",
            lead="" if name == work.ours else f"{result.lead(name):.2f}",
            target="" if target is None else f"{target.demand.value} {target.at_least:.2f}",
            mark="" if target is None else "met" if result.meets(target) else "missed",
        )


def terminal(result: Result) -> Table:
    """The table of one work, for rich."""
    table = Table(title=title(result), title_justify="left", title_style="bold", min_width=70)
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading in ("who", "") else "right", no_wrap=True)
    styles = {"met": "green", "missed": "red", "": ""}
    for line in lines(result):
        style = "bold" if line.who == result.work.ours else styles[line.mark]
        table.add_row(*line.cells, style=style)
    return table


def markdown(results: Iterable[Result]) -> str:
    """Where it was measured, and all tables as one in Markdown."""
    facts = ", ".join(f"{what} {value}" for what, value in machine().items())
    rows = [facts + ".", "", "| work | " + " | ".join(_HEADINGS) + " |", "|---|---|---:|---:|---:|---:|---|"]
    for result in results:
        first = title(result)
        for line in lines(result):
            rows.append("| " + " | ".join((first, *line.cells)) + " |")
            first = ""
    return "\n".join(rows) + "\n"


def as_json(results: Sequence[Result]) -> dict[str, object]:
    """Everything, for programs: medians, ratios, targets, and the samples behind them."""
    return {"machine": machine(), "works": [_work_json(result) for result in results]}


def machine() -> dict[str, str]:
    """On what it was measured: Python, processor, and the versions of the packages."""
    found = {name: _version(name) for name in _PACKAGES}
    versions = {name: text for name, text in found.items() if text}
    return {"Python": platform.python_version(), "processor": _processor(), "cores": str(os.cpu_count()), **versions}


def _work_json(result: Result) -> dict[str, object]:
    work = result.work
    rows = [
        {
            "who": contender.name,
            "cost": result.cost(contender.name),
            "speed": result.ratio(contender.name, work.contenders[0].name),
            "lead": result.lead(contender.name),
            "samples": result.samples[contender.name],
        }
        for contender in work.contenders
    ]
    targets = [
        {
            "against": target.against,
            "at_least": target.at_least,
            "must": target.demand is Demand.MUST,
            "met": result.meets(target),
        }
        for target in work.targets
    ]
    unit = "bytes" if work.quantity is REPORTED_MEMORY else "seconds"
    return {"work": work.name, "per": work.unit, "cost_in": unit, "ours": work.ours, "rows": rows, "targets": targets}


def _amount(cost: float, quantity: Quantity) -> str:
    scale = _SIZES if quantity is REPORTED_MEMORY else _TIMES
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
