"""`penstock watch-chain`: closes, claims and refunds in time, in a process of its own."""

from importlib import import_module
from pathlib import Path

import click

from penstock.cli.failure import Failure
from penstock.cli.loading import FILE_TYPE, JSON_OPTION


@click.command(
    "watch-chain",
    epilog="""\b
Examples:
  penstock watch-chain --network bsv:regtest --source esplora+http://127.0.0.1:3001 --store channels.db --seed seed.json
  penstock watch-chain --network btc:mainnet --source core+http://user:password@127.0.0.1:8332 \\
      --source esplora+https://blockstream.info/api --copy copies/one.json --copy copies/two.json

docs/watch-chain.md has the kinds of sources, the alarms, and units of systemd.""",
)
@click.option("--network", required=True, help="bsv:mainnet, btc:mainnet, …; or the name of CAIP-2.")
@click.option("--source", "urls", multiple=True, required=True, help="A server of the chain; for money, two of them.")
@click.option("--store", metavar="STORE", help="Channels to watch: a file, or the URL of a PostgreSQL database.")
@click.option("--seed", type=FILE_TYPE, help="The file of the store's seed.  [default: one for trying out]")
@click.option(
    "--passphrase-file", type=FILE_TYPE, help="A file with the passphrase.  [default: PENSTOCK_PASSPHRASE, else asked]"
)
@click.option(
    "--side",
    "sides",
    type=click.Choice(["payer", "payee"]),
    multiple=True,
    help="The side in the store: payer refunds, payee closes and claims.  [default: both]",
)
@click.option("--title", "titles", multiple=True, help="A prepared title that was sold, for payments of older states.")
@click.option(
    "--copy", "copies", type=FILE_TYPE, multiple=True, help="A copy, by `penstock channel export-watch --json`."
)
@click.option(
    "--patience",
    type=click.IntRange(0, 100),
    default=0,
    show_default=True,
    help="Blocks for which a claim waits for the payer's signature, that a server gets.",
)
@click.option(
    "--burial",
    type=click.IntRange(1, 1_000),
    default=6,
    show_default=True,
    help="Blocks after which the end of a channel is final.",
)
@click.option(
    "--interval", type=click.FloatRange(0.05, 600), default=10, show_default=True, help="Seconds between two looks."
)
@click.option(
    "--stall",
    type=click.FloatRange(0),
    default=7_200,
    show_default=True,
    help="Seconds without a block that are told as an alarm; 0 for any number.",
)
@click.option("--until-done", is_flag=True, help="End once all that is watched is buried.")
@JSON_OPTION
def command(  # noqa: PLR0913 - one parameter per option
    *,
    network: str,
    urls: tuple[str, ...],
    store: str | None,
    seed: Path | None,
    passphrase_file: Path | None,
    sides: tuple[str, ...],
    titles: tuple[str, ...],
    copies: tuple[Path, ...],
    patience: int,
    burial: int,
    interval: float,
    stall: float,
    until_done: bool,
    as_json: bool,
) -> None:
    """Watch the chain for channels, and publish in time what brings their money home.

    For the payee that is the newest payment before T, and its claim; for the payer her refunds. All is published again
    until it is buried. Channels come from --store, or from exported copies; the server may run beside it.

    Each line tells of a height or of what was published; alarms are on the standard error. With --until-done the exit
    code is 0 when all is buried, and 1 if money that was due went to the other side.
    """
    if store is None and not copies:
        raise click.UsageError("nothing to watch: --store or --copy is needed")
    try:
        module, loops = import_module("penstock.cli.serving.watching"), import_module("penstock.service.chain.loop")
        places = import_module("penstock.cli.serving.places")
    except ModuleNotFoundError as error:
        raise Failure(f"error: {error.name} is not installed: pip install 'penstock[service]'") from None
    wanted = module.Wanted(
        network=places.network_named(network),
        urls=urls,
        store=store,
        seed=seed,
        passphrase_file=passphrase_file,
        sides=sides or ("payee", "payer"),
        titles=titles,
        copies=copies,
        patience=patience,
    )
    settings = loops.LoopSettings(interval=interval, patience=stall or None, burial=burial)
    module.run(wanted, settings, until_done=until_done, as_json=as_json)
