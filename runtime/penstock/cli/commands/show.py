"""`penstock show`: the result of one stage of the compiler."""

import json
from pathlib import Path

import click

from penstock.cli.failure import REFUSED, NothingFound, Refusal
from penstock.cli.loading import (
    JSON_OPTION,
    LAYOUT_OPTION,
    PATHS_ARGUMENT,
    TARGET_OPTION,
    demand_source,
    is_single,
    mistakes_seen_from_here,
    sources_of,
)
from penstock.project.compiling import settings_of
from penstock.project.finding import FoundFile
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
  penstock show contracts/p2pkh.scrypt --stage asm --target btc
  penstock show contracts --stage asm

The exit code is 1 if a contract has errors that the stage finds.""",
)
@PATHS_ARGUMENT
@click.option("--stage", required=True, type=click.Choice([stage.value for stage in Stage]), help="The stage.")
@TARGET_OPTION
@LAYOUT_OPTION
@JSON_OPTION
def command(paths: tuple[Path, ...], stage: str, target: str | None, layout: str, *, as_json: bool) -> None:
    """Show the result of a stage of the compiler for each FILE, a source.

    FOLDERs and patterns stand for files as in `penstock check`; without any, the contracts of the project are shown.
    Each text has its file as a heading then, and --json writes a list. Later stages are not run: a file that parses has
    a syntax tree even if it does not compile.
    """
    entries: list[dict[str, object]] = []
    failed = False
    single = is_single(paths)
    for file in sources_of(paths):
        try:
            entry = _shown(file, Stage(stage), target, layout)
        except Refusal as refusal:
            if single:
                raise
            refusal.show()
            failed = True
            continue
        if entry is None:
            continue
        entries.append(entry)
        if not as_json:
            click.echo(entry["text"] if single else f"# {entry['file']}\n{entry['text']}", nl=not single)
    if as_json:
        click.echo(json.dumps(entries[0] if single else entries))
    if failed:
        raise SystemExit(REFUSED)


def _shown(file: FoundFile, stage: Stage, target: str | None, layout: str) -> dict[str, object] | None:
    """Return the result for one file; None for one that was found and has only types, for others to import."""
    demand_source(file.path)
    settings = settings_of(file.path, target)
    try:
        with mistakes_seen_from_here(file.path):
            text = show(read_file(file.path, settings.remappings), stage, settings.target, layout)
    except NothingFound:
        if file.named:
            raise
        return None
    return {"file": str(file.path), "stage": stage.value, "target": settings.target, "layout": layout, "text": text}
