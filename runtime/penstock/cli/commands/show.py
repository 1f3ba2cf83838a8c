"""`penstock show`: the result of one stage of the compiler."""

import json
from pathlib import Path

import click

from penstock.cli.loading import (
    FILE_TYPE,
    JSON_OPTION,
    LAYOUT_OPTION,
    TARGET_OPTION,
    demand_source,
    mistakes_seen_from_here,
)
from penstock.script.chains import DEFAULT_CHAIN
from penstockc.pipeline import read_file
from penstockc.showing import Stage, show


@click.command(
    "show",
    epilog="""\b
Stages:
  syntax   the file as it was parsed
  typed    with resolved names and types, generics and loops expanded
  lowered  the intermediate form: values in regions
  ir       the same after the passes: folded, shared, shortened
  asm      the script's template, branches indented

\b
Examples:
  penstock show contracts/hash_lock.scrypt --stage typed
  penstock show contracts/counter.scrypt --stage ir
  penstock show contracts/p2pkh.scrypt --stage asm --target btc""",
)
@click.argument("file", type=FILE_TYPE)
@click.option("--stage", required=True, type=click.Choice([stage.value for stage in Stage]), help="The stage.")
@TARGET_OPTION
@LAYOUT_OPTION
@JSON_OPTION
def command(file: Path, stage: str, target: str | None, layout: str, *, as_json: bool) -> None:
    """Show the result of a stage of the compiler for FILE, a source.

    Later stages are not run: a file that parses has a syntax tree even if it does not compile.
    """
    demand_source(file)
    chain = target or DEFAULT_CHAIN.name
    with mistakes_seen_from_here(file):
        text = show(read_file(file), Stage(stage), chain, layout)
    if as_json:
        click.echo(json.dumps({"file": str(file), "stage": stage, "target": chain, "layout": layout, "text": text}))
    else:
        click.echo(text, nl=False)
