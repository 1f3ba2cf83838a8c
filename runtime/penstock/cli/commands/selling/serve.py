"""`penstock serve`: sells prepared titles over the network."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from penstock.cli.failure import Failure
from penstock.cli.loading import FILE_TYPE


@click.command(
    "serve",
    epilog="""\b
Examples:
  penstock serve title
  penstock serve title other-title --price 50 --listen 0.0.0.0:8402
  penstock serve s3://films/title --network btc:mainnet --seed seed.json --source esplora+https://mempool.space/api \\
      --source core+http://user:password@127.0.0.1:8332 --store postgresql://penstock@db/channels --workers 4

docs/serve.md is a tutorial, and tells what an operator has to look after.""",
)
@click.argument("titles", metavar="TITLE...", nargs=-1, required=True)
@click.option("--listen", default="127.0.0.1:8402", show_default=True, help="Address and port of viewers.")
@click.option("--price", type=click.IntRange(min=1), default=100, show_default=True, help="Satoshis for each chunk.")
@click.option("--network", default="bsv:regtest", show_default=True, help="The network on which viewers pay.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    help="A source of the chain, as esplora+https://HOST/api; two are better.  [default: a chain for trying out]",
)
@click.option(
    "--seed", type=FILE_TYPE, help="The file of the seed.  [default: one for trying out, in the state folder]"
)
@click.option(
    "--passphrase-file", type=FILE_TYPE, help="A file with the passphrase.  [default: PENSTOCK_PASSPHRASE, else asked]"
)
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the store and of all that is kept.  [default: in the user's data folder]",
)
@click.option(
    "--store", help="A file, or the URL of a PostgreSQL database.  [default: channels.db in the state folder]"
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes; more need PostgreSQL."
)
@click.option("--most", type=click.IntRange(min=1), help="Satoshis that a channel may owe at most.")
@click.option("--depth", type=click.IntRange(1, 100), default=1, show_default=True, help="Blocks that a funding needs.")
@click.option("--fee-rate", type=click.IntRange(min=1), help="Satoshis per 1,000 bytes of payments and claims.")
@click.option(
    "--reserve",
    type=click.IntRange(0, 10_000),
    default=0,
    show_default=True,
    help="Closes by force at once for which mined coins are held back; btc alone.",
)
@click.option(
    "--reserve-rate",
    type=click.IntRange(min=1),
    help="Satoshis per 1,000 bytes of such a close; needed with --reserve.",
)
@click.option("--metrics", help="Address and port for Prometheus, as 127.0.0.1:9402.  [default: none]")
@click.option(
    "--proxy", "proxies", help="Addresses of proxies in front, with commas: their X-Forwarded-For is believed."
)
@click.option("--log", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form of the log.")
def command(**options: Any) -> None:
    """Sell prepared TITLEs by the chunk: folders of `penstock prepare`, or URLs of such folders.

    Without --source viewers pay on a chain for trying out, which this process runs, and whose coins are free. Ctrl-C
    ends the process, and closes no channel: all goes on with the next start.
    """
    try:
        module = import_module("penstock.cli.serving.provider")
    except ModuleNotFoundError as error:
        raise Failure(f"error: {error.name} is not installed: pip install 'penstock[service]'") from None
    module.run(**options)
