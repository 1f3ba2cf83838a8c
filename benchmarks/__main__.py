"""`python -m benchmarks [WORK ...]`: measure, print a table per work, write all of it as JSON."""

import json
from pathlib import Path

import click
from rich.console import Console

from benchmarks.document import write_into
from benchmarks.harness import Result, measure, prove
from benchmarks.table import as_json, terminal
from benchmarks.works.all import WORKS

_DEFAULT = [name for name, entry in WORKS.items() if entry.by_default]
_LIST = "\n".join(f"  {name:16}{entry.about}" for name, entry in WORKS.items())


@click.command(epilog=f"\b\nWorks (all but four-gigabytes if none is named):\n{_LIST}")
@click.argument("names", metavar="[WORK]...", nargs=-1, type=click.Choice(list(WORKS)))
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
def main(names: tuple[str, ...], json_file: Path, document: Path | None, *, proofs_only: bool) -> None:
    """Measure what Penstock costs beside its peers, in CPU seconds."""
    console = Console()
    results: list[Result] = []
    for name in names or _DEFAULT:
        for work in WORKS[name].works():
            if proofs_only:
                prove(work)
                console.print(f"{work.name}: {', '.join(contender.name for contender in work.contenders)}")
                continue
            results.append(measure(work))
            console.print(terminal(results[-1]))
    if proofs_only:
        return
    json_file.parent.mkdir(parents=True, exist_ok=True)
    json_file.write_text(json.dumps(as_json(results), indent=1) + "\n", encoding="utf-8")
    console.print(f"written to {json_file}")
    if document is not None:
        write_into(document, results)


if __name__ == "__main__":
    main()
