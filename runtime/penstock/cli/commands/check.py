"""`penstock check`: reports the errors and warnings of contracts."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from penstock.cli.failure import REFUSED
from penstock.cli.loading import (
    JSON_OPTION,
    NO_CACHE_OPTION,
    PATHS_ARGUMENT,
    TARGET_OPTION,
    cache_of_command,
    demand_source,
    seen_from_here,
    sources_of,
)
from penstock.project.compiling import compile_path
from penstock.project.finding import FoundFile
from penstockc.diagnostics import CompileError, Finding, render
from penstockc.source import Sources


@click.command(
    "check",
    epilog="""\b
Examples:
  penstock check                                        the contracts of the project
  penstock check contracts/p2pkh.scrypt contracts/streaming.scrypt
  penstock check contracts --deny warnings
  penstock check "contracts/**/*.scrypt" --json
  penstock check contracts/vault.scrypt --target btc

The exit code is 1 if a contract has errors, with `--deny warnings` also if it has warnings; else it is 0.""",
)
@PATHS_ARGUMENT
@TARGET_OPTION
@NO_CACHE_OPTION
@click.option("--deny", type=click.Choice(["warnings"]), help="Exit with 1 for warnings too.")
@JSON_OPTION
def command(paths: tuple[Path, ...], target: str | None, deny: str | None, *, as_json: bool) -> None:
    """Report the errors in the contract in each FILE, without writing anything.

    A FOLDER stands for all *.scrypt files in it and in its folders, in the order of their paths; hidden folders and
    node_modules are left out. A pattern in quotes, such as "contracts/**/*.scrypt", stands for the files that it
    matches. Without any, the contracts of the project are checked: pyproject.toml, [tool.penstock].

    Errors go to the standard error with their source lines; with --json, to the standard output as one list.
    docs/warnings.md explains the warnings, and how a source allows one.
    """
    entries: list[dict[str, object]] = []
    failed = False
    for file in sources_of(paths):
        shown, sources = _checked(file, target)
        wrong = any(found.severity == "error" for found in shown)
        failed |= wrong or (deny == "warnings" and bool(shown))
        if as_json:
            entries += [_entry(found, sources) for found in shown]
            continue
        for found in shown:
            click.echo(render(found, sources), err=True)
        if not wrong:
            click.echo(f"{file.path}: no errors")
    if as_json:
        click.echo(json.dumps(entries))
    if failed:
        raise SystemExit(REFUSED)


def _checked(file: FoundFile, target: str | None) -> tuple[Sequence[Finding], Sources]:
    """Return the errors and warnings in a file, and the files that their spans point into, seen from here."""
    demand_source(file.path)
    try:
        compiled = compile_path(file.path, target, cache_of_command())
    except CompileError as error:
        from penstockc.errors.declarations import NothingToCompile  # noqa: PLC0415 - needed for mistakes alone

        # a file in a folder may have only types, for the others to import
        shown = [found for found in error.diagnostics if file.named or not isinstance(found, NothingToCompile)]
        return shown, seen_from_here(error.sources, file.path)
    return compiled.warnings, seen_from_here(compiled.sources, file.path)


def _entry(found: Finding, sources: Sources) -> dict[str, object]:
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
