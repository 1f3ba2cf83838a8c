"""`penstock trial-chain`: runs a chain for trying out."""

from importlib import import_module
from pathlib import Path

import click

from penstock.cli.failure import Failure
from penstock.cli.loading import JSON_OPTION


@click.command(
    "trial-chain",
    epilog="""\b
Examples:
  penstock trial-chain --network bsv:regtest --state trial.jsonl
  penstock trial-chain --network btc:regtest --state trial.jsonl --listen 127.0.0.1:3002 --bury 6
  curl -d '{"script": "76a914000000000000000000000000000000000000000088ac", "satoshis": 100000}' http://127.0.0.1:3001/coins

docs/chain.md has the requests that it answers.""",
)
@click.option("--network", default="bsv:regtest", show_default=True, help="bsv:regtest or btc:regtest.")
@click.option(
    "--listen", default="127.0.0.1:3001", show_default=True, help="Address and port; port 0 for any that is free."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file with its blocks; made anew.",
)
@click.option(
    "--every",
    type=click.FloatRange(0, 3_600),
    default=1,
    show_default=True,
    help="Seconds after which waiting transactions are mined; 0 for blocks on request alone.",
)
@click.option(
    "--bury",
    type=click.IntRange(0, 100),
    default=0,
    show_default=True,
    help="Empty blocks after the last transaction, for closed channels to be buried.",
)
@JSON_OPTION
def command(  # noqa: PLR0913 - one parameter per option
    *, network: str, listen: str, state: Path, every: float, bury: int, as_json: bool
) -> None:
    """Run a chain for trying out: blocks come by themselves, and anyone gets coins.

    It has the rules of bsv or btc for transactions and scripts, no proof of work, and a file, so that it goes on where
    it was. It answers as a server of Esplora does: http://127.0.0.1:3001 is a source of the chain. Ctrl-C ends it.
    """
    try:
        module = import_module("penstock.cli.serving.trial")
    except ModuleNotFoundError as error:
        raise Failure(f"error: {error.name} is not installed: pip install 'penstock[service]'") from None
    module.run(network=network, listen=listen, state=state, every=every or None, bury=bury, as_json=as_json)
