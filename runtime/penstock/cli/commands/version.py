"""`penstock version`: the versions of Penstock and of its environment."""

import json
import platform

import click

import penstock
from penstock.cli.loading import JSON_OPTION
from penstock.tx.secp256k1 import backend


@click.command("version")
@JSON_OPTION
def command(*, as_json: bool) -> None:
    """Show the version of Penstock, of Python, and the crypto library."""
    facts = {
        "penstock": penstock.__version__,
        "python": platform.python_version(),
        "secp256k1": backend().NAME,
    }
    if as_json:
        click.echo(json.dumps(facts))
    else:
        click.echo(f"penstock {facts['penstock']} (Python {facts['python']}, secp256k1 by {facts['secp256k1']})")
