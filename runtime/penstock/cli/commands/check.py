"""`penstock check`: reports the errors and warnings of contracts."""

import json
from pathlib import Path

import click

from penstock.cli.failure import REFUSED
from penstock.cli.loading import FILE_TYPE, JSON_OPTION, TARGET_OPTION, seen_from_here
from penstock.script.chains import DEFAULT_CHAIN
from penstockc.diagnostics import Diagnostic, render
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
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE_TYPE)
@TARGET_OPTION
@click.option("--deny", type=click.Choice(["warnings"]), help="Exit with 1 for warnings too.")
@JSON_OPTION
def command(files: tuple[Path, ...], target: str | None, deny: str | None, *, as_json: bool) -> None:
    """Report the errors in the contract in each FILE, without writing anything.

    Errors go to the standard error with their source lines; with --json, to the standard output as one list.
    docs/warnings.md explains the warnings, and how a source allows one.
    """
    entries: list[dict[str, object]] = []
    failed = False
    for file in files:
        checked = check_file(file, target=target or DEFAULT_CHAIN)
        sources = seen_from_here(checked.sources, file)
        wrong = any(found.severity == "error" for found in checked.diagnostics)
        failed |= wrong or (deny == "warnings" and bool(checked.diagnostics))
        if as_json:
            entries += [_entry(found, sources) for found in checked.diagnostics]
            continue
        for found in checked.diagnostics:
            click.echo(render(found, sources), err=True)
        if not wrong:
            click.echo(f"{file}: no errors")
    if as_json:
        click.echo(json.dumps(entries))
    if failed:
        raise SystemExit(REFUSED)


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
