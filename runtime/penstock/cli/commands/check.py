"""`penstock check`: reports the errors and warnings of contracts."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from penstock.cli.failure import REFUSED, Failure
from penstock.cli.loading import JSON_OPTION, TARGET_OPTION, demand_source, seen_from_here
from penstock.script.chains import DEFAULT_CHAIN
from penstockc.diagnostics import Diagnostic, render
from penstockc.errors.declarations import NothingToCompile
from penstockc.pipeline import check_file
from penstockc.source import Sources


@click.command(
    "check",
    epilog="""\b
Examples:
  penstock check contracts/p2pkh.scrypt contracts/streaming.scrypt
  penstock check contracts/vault.scrypt --target btc
  penstock check contracts/p2pkh.scrypt --json
  penstock check contracts/p2pkh.scrypt --deny warnings

The exit code is 1 if a contract has errors, with `--deny warnings` also if it has warnings; else it is 0.""",
)
@click.argument("paths", metavar="FILE|FOLDER...", nargs=-1, required=True, type=click.Path(path_type=Path))
@TARGET_OPTION
@click.option("--deny", type=click.Choice(["warnings"]), help="Exit with 1 for warnings too.")
@JSON_OPTION
def command(paths: tuple[Path, ...], target: str | None, deny: str | None, *, as_json: bool) -> None:
    """Report the errors in the contract in each FILE, without writing anything.

    A FOLDER stands for all *.scrypt files in it and in its folders, in the order of their paths; hidden folders and
    node_modules are left out.
    Errors go to the standard error with their source lines; with --json, to the standard output as one list.
    docs/warnings.md explains the warnings, and how a source allows one.
    """
    entries: list[dict[str, object]] = []
    failed = False
    for file in _files(paths):
        demand_source(file)
        checked = check_file(file, target=target or DEFAULT_CHAIN)
        sources = seen_from_here(checked.sources, file)
        # a file in a folder may have only types, for the others to import
        shown = [found for found in checked.diagnostics if file in paths or not isinstance(found, NothingToCompile)]
        wrong = any(found.severity == "error" for found in shown)
        failed |= wrong or (deny == "warnings" and bool(shown))
        if as_json:
            entries += [_entry(found, sources) for found in shown]
            continue
        for found in shown:
            click.echo(render(found, sources), err=True)
        if not wrong:
            click.echo(f"{file}: no errors")
    if as_json:
        click.echo(json.dumps(entries))
    if failed:
        raise SystemExit(REFUSED)


def _files(paths: tuple[Path, ...]) -> list[Path]:
    """Return the files, each once, with those in folders.

    Raises:
        Failure: a folder has no `.scrypt` file.
    """
    files: dict[Path, None] = {}
    for path in paths:
        found = sorted(_contracts(path)) if path.is_dir() else [path]
        if not found:
            raise Failure(f"error: no .scrypt files in the folder {path}")
        files.update(dict.fromkeys(found))
    return list(files)


def _contracts(folder: Path) -> Iterator[Path]:
    """Yield the `.scrypt` files in a folder and its folders, except hidden folders and packages of npm."""
    for path in folder.rglob("*.scrypt"):
        inside = path.relative_to(folder).parts[:-1]
        if path.is_file() and not any(name.startswith(".") or name == "node_modules" for name in inside):
            yield path


def _entry(found: Diagnostic, sources: Sources) -> dict[str, object]:
    source = sources.find(found.span.start)
    line, column = source.position(found.span.start)
    end_line, end_column = source.position(found.span.end)
    return {
        "file": source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "severity": found.severity,
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
    }
