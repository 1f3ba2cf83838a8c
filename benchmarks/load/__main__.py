"""`python -m benchmarks.load`: many viewers at their own pace; prints the figures, and writes them as JSON."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

import click

from benchmarks.load.figures import Figures
from benchmarks.load.run import Plan, measured
from penstock.service.serving import run_loop

_LESS: Final = 0.8
"""The part of a rate that is tried next."""


@click.command()
@click.option("--viewers", type=click.IntRange(min=1), default=1_000, show_default=True, help="Viewers.")
@click.option(
    "--rate", type=click.FloatRange(min=0.1), default=500, show_default=True, help="Sales a second, of all together."
)
@click.option(
    "--seconds", type=click.FloatRange(min=1), default=60, show_default=True, help="Time of the sales of a run."
)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes of the provider.")
@click.option("--postgres", "has_postgres", is_flag=True, help="Store in PostgreSQL, which this command starts.")
@click.option("--hostile", "is_disturbed", is_flag=True, help="Others disturb in the second and the fourth quarter.")
@click.option("--search", is_flag=True, help="Try a fifth less until a rate is kept up.")
@click.option("--chunk", type=click.IntRange(min=1_024), default=64 << 10, show_default=True, help="Bytes of a chunk.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), default=Path("out/load.json"), show_default=True)
def main(  # noqa: PLR0913 - one parameter per option
    *,
    viewers: int,
    rate: float,
    seconds: float,
    workers: int,
    has_postgres: bool,
    is_disturbed: bool,
    search: bool,
    chunk: int,
    json_file: Path,
) -> None:
    """Sell chunks to many viewers at real pace, and tell how late each was: a viewer buys one every VIEWERS / RATE s.

    The provider is `penstock serve` in processes of its own, with limits as they are sold; the viewers are this
    process. Several --workers need PostgreSQL, which is taken then.
    """
    plan = Plan(
        viewers,
        rate,
        seconds,
        workers,
        chunk,
        has_postgres=has_postgres or workers > 1,
        is_disturbed=is_disturbed,
    )
    found: list[Figures] = []
    while True:
        found.append(run_loop(measured(plan)))
        click.echo("\n".join(found[-1].lines()))
        if not search or found[-1].is_kept_up:
            break
        plan = replace(plan, rate=plan.rate * _LESS)
    json_file.parent.mkdir(parents=True, exist_ok=True)
    json_file.write_text(json.dumps([asdict(each) for each in found]) + "\n", encoding="utf-8")
    if any(each.differences for each in found):
        raise click.ClickException("the store differs from what was bought")


if __name__ == "__main__":
    main()
