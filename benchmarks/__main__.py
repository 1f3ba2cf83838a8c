"""`python -m benchmarks [WORK ...]`: measure, print a table per work, write all of it as JSON."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from rich.console import Console

from benchmarks.document import write_into
from benchmarks.harness import measure, prove
from benchmarks.result import Result, as_json, from_json, pooled
from benchmarks.table import machine, terminal
from benchmarks.works.all import WORKS

_DEFAULT = [name for name, entry in WORKS.items() if entry.by_default]
_WIDTH = 120
"""Columns where the tables go into a file or a pipe."""
_LIST = "\n".join(f"  {name:16}{entry.about}" for name, entry in WORKS.items())


@click.command(epilog=f"\b\nWorks (all but four-gigabytes if none is named):\n{_LIST}")
@click.argument("names", metavar="[WORK]...", nargs=-1, type=click.Choice(list(WORKS)))
@click.option(
    "--runs", type=click.IntRange(min=1), default=3, show_default=True, help="How many processes to measure in."
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    default=Path("out/benchmarks.json"),
    show_default=True,
    help="Where the figures go.",
)
@click.option(
    "--document", type=click.Path(path_type=Path, exists=True), help="Put the table into this Markdown file as well."
)
@click.option("--proofs-only", is_flag=True, help="Only show that everybody judges rightly; measure nothing.")
def main(names: tuple[str, ...], runs: int, json_file: Path, document: Path | None, *, proofs_only: bool) -> None:
    """Measure what Penstock costs beside its peers, in CPU seconds."""
    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH)
    if proofs_only:
        for name in names or _DEFAULT:
            for work in WORKS[name].works():
                prove(work)
                console.print(f"{work.name}: {', '.join(contender.name for contender in work.contenders)}")
        return
    results: list[Result] = []
    for name in names or _DEFAULT:
        for result in _measured(name, runs):
            results.append(result)
            console.print(terminal(result))
    json_file.parent.mkdir(parents=True, exist_ok=True)
    figures = {"machine": machine(), "works": [as_json(result) for result in results]}
    json_file.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    console.print(f"written to {json_file}")
    if document is not None:
        write_into(document, results)


def _measured(name: str, runs: int) -> Iterator[Result]:
    """Measure a group of works: here, or in several processes one after the other."""
    if runs == 1:
        yield from map(measure, WORKS[name].works())
        return
    with TemporaryDirectory() as folder:
        files = [Path(folder, f"{run}.json") for run in range(runs)]
        for file in files:
            command = [sys.executable, "-m", "benchmarks", name, "--runs", "1", "--json", str(file)]
            subprocess.run(command, cwd=Path(__file__).parents[1], check=True, stdout=subprocess.DEVNULL)
        written = [json.loads(file.read_text(encoding="utf-8"))["works"] for file in files]
    for same_work in zip(*written, strict=True):
        yield pooled(map(from_json, same_work))


if __name__ == "__main__":
    main()
