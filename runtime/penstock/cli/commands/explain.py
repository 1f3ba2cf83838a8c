"""`penstock explain`: explains a code of the compiler, with an example and its correction."""

import json
import re
from typing import Final

import click

from penstock.cli.brackets import shown
from penstock.cli.failure import Failure
from penstock.cli.loading import JSON_OPTION
from penstockc.catalogue.entries import CatalogueEntry, entries
from penstockc.catalogue.formatting import explained, listed
from penstockc.support.suggestions import suggest

_IN_BRACKETS: Final = re.compile(r"(?:error|warning)?\[(.*?)\]")


@click.command(
    "explain",
    epilog="""\b
Examples:
  penstock explain
  penstock explain type-mismatch
  penstock explain missing-opcode --json""",
)
@click.argument("code", required=False)
@JSON_OPTION
def command(code: str | None, *, as_json: bool) -> None:
    """Explain the CODE of an error or warning, as in `error[type-mismatch]`; without one, list all codes."""
    chosen = list(entries().values()) if code is None else [_entry(code)]
    if as_json:
        facts = [_facts(entry) for entry in chosen]
        click.echo(json.dumps(facts if code is None else facts[0]))
    elif code is None:
        click.echo(listed())
    else:
        click.echo(explained(chosen[0]), nl=False)


def _entry(code: str) -> CatalogueEntry:
    """Return the entry of a code, which may be given with its brackets."""
    bracketed = _IN_BRACKETS.search(code)
    name = bracketed[1] if bracketed else code
    found = entries().get(name.strip().lower())
    if found is None:
        close = suggest(name, entries())
        advice = f"did you mean {close}?" if close else "`penstock explain` lists all codes"
        raise Failure(f"error: there is no code {shown(name)}: {advice}")
    return found


def _facts(entry: CatalogueEntry) -> dict[str, object]:
    told = entry.diagnostic
    return {
        "code": entry.code,
        "severity": entry.kind.severity,
        "meaning": entry.meaning,
        "target": entry.example.chain.name,
        "place": str(entry.example.place),
        "failing": entry.example.failing,
        "message": told.message,
        "hint": told.hint,
        "mended": entry.example.mended,
    }
