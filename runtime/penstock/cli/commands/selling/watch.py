"""`penstock watch`: buys a title from a provider, for the page of this machine or for a file."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from penstock.cli.failure import Failure
from penstock.cli.loading import FILE_TYPE, JSON_OPTION


@click.command(
    "watch",
    epilog="""\b
Examples:
  penstock watch http://127.0.0.1:8402
  penstock watch http://127.0.0.1:8402 --title 3f2a --budget 5000 --most-price 100
  penstock watch http://127.0.0.1:8402 --output film.mp4
  penstock watch https://films.example --seed seed.json --budget 20000 --source esplora+https://mempool.space/api

docs/watch.md is a tutorial.""",
)
@click.argument("url")
@click.option("--title", help="The first digits of the root of the title.  [default: the only one]")
@click.option("--quality", type=click.IntRange(0, 15), default=0, show_default=True, help="The quality to begin with.")
@click.option(
    "--budget",
    type=click.IntRange(min=1),
    help="Satoshis that all payments may reach, with base and fees.  [default: 75,000 on a chain for trying out]",
)
@click.option("--most-price", type=click.IntRange(min=1), help="Satoshis that a piece may cost.  [default: any]")
@click.option(
    "--source",
    "sources",
    multiple=True,
    help="A source of the chain, as esplora+https://HOST/api; two are better.  [default: the provider's trial chain]",
)
@click.option(
    "--seed", type=FILE_TYPE, help="The file of the seed.  [default: one for trying out, in the user's data folder]"
)
@click.option(
    "--passphrase-file", type=FILE_TYPE, help="A file with the passphrase.  [default: PENSTOCK_PASSPHRASE, else asked]"
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of channels and of all that was bought.  [default: in the user's data folder]",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the title to a file, and show no page."
)
@click.option("--keep-open", is_flag=True, help="Leave the channel open after --output.")
@click.option("--no-browser", is_flag=True, help="Show the address of the page, and open no browser.")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port of the page.  [default: that of the last time]")
@JSON_OPTION
def command(**options: Any) -> None:
    """Buy a title from the provider at URL, piece by piece: for a page in the browser, or for a file.

    Each piece is paid for when it is watched, and once. The page is for this machine alone; it shows the addresses for
    other players too. Ctrl-C ends it; the channel stays open, and the next start goes on.
    """
    try:
        module = import_module("penstock.cli.serving.viewer")
    except ModuleNotFoundError as error:
        raise Failure(f"error: {error.name} is not installed: pip install 'penstock[service]'") from None
    module.run(**options)
