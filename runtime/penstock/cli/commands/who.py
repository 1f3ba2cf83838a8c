"""`penstock who`: who can spend a contract, read from its script."""

import json
from pathlib import Path

import click

from penstock.cli.failure import REFUSED
from penstock.cli.loading import FILE_TYPE, JSON_OPTION, LAYOUT_OPTION, NO_CACHE_OPTION, TARGET_OPTION, compile_file
from penstock.prove.who.demands import Demand
from penstock.prove.who.ways import Spenders, spenders


@click.command(
    "who",
    epilog="""\b
Examples:
  penstock who contracts/escrow.scrypt
  penstock who contracts/vault.scrypt --target btc --require-key owner
  penstock who contracts/streaming.scrypt --json

The exit code is 1 if a required key is not needed by every way, or where that is not known; else it is 0.""",
)
@click.argument("file", type=FILE_TYPE)
@TARGET_OPTION
@LAYOUT_OPTION
@NO_CACHE_OPTION
@click.option(
    "--require-key",
    "keys",
    metavar="NAME",
    multiple=True,
    help="Demand that every way needs a signature of this constructor argument; may be repeated.",
)
@JSON_OPTION
def command(file: Path, target: str | None, layout: str, keys: tuple[str, ...], *, as_json: bool) -> None:
    """Show what the script of the contract in FILE demands of its spender, function by function.

    Signatures and by which keys, known hashes, lock times, the preimage of the spend (OP_PUSH_TX) and conditions on its
    fields: first what every way demands, then the ways among which the spender can choose. A key that is an argument is
    the spender's choice: only a hash can pin it. docs/proof.md tells more.
    """
    artifact = compile_file(file, target, layout=layout)
    found = spenders(artifact)
    known = {name for each in found for demand in _demands(each) for name in demand.keys}
    missing = [(each.function, key) for each in found for key in keys if not each.needs(key)]
    if as_json:
        click.echo(json.dumps([_entry(each) for each in found]))
    else:
        for each in found:
            click.echo(_text(each))
    for function, key in missing:
        hint = "" if key in known else f": no signature of <{key}> is asked for anywhere"
        click.echo(f"error: {function} can be spent without a signature of <{key}>{hint}", err=True)
    if missing:
        raise SystemExit(REFUSED)


def _demands(of: Spenders) -> list[Demand]:
    return [*of.always, *(demand for way in of.ways for demand in way)]


def _text(of: Spenders) -> str:
    if of.note:
        return f"{of.function}: not known: {of.note}"
    lines = [f"{of.function}:"]
    lines += [f"  always  {demand.words}" for demand in of.always]
    for number, way in enumerate(of.ways, 1):
        words = " and ".join(demand.words for demand in way) or "nothing more"
        lines.append(f"  way {number}   {words}")
    if of.is_open:
        lines.append("  No signature of a fixed key, and no known hash, is demanded: anyone can spend it.")
    return "\n".join(lines)


def _entry(of: Spenders) -> dict[str, object]:
    return {
        "function": of.function,
        "always": [_demand(each) for each in of.always],
        "ways": [[_demand(each) for each in way] for way in of.ways],
        "open": of.is_open,
        "note": of.note,
    }


def _demand(demand: Demand) -> dict[str, object]:
    return {"kind": demand.kind, "words": demand.words, "keys": list(demand.keys)}
