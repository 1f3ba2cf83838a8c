"""`penstock channel finish`, `refund` and `address`: a payer ends her channels, and pays in."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import click

from penstock.cli.channels.options import PASSPHRASE_OPTION
from penstock.cli.failure import Refusal
from penstock.cli.loading import FILE_TYPE, JSON_OPTION
from penstock.cli.process import keep_running
from penstock.cli.serving.places import data_folder, network_named
from penstock.cli.serving.seeds import entropy_of
from penstock.cli.serving.viewer import sources_of
from penstock.service.chain.sources import servers_of
from penstock.service.seed.wallet import Wallet
from penstock.service.viewer.finishing import Choice, Ended, refunded, settled
from penstock.service.viewer.purse import Purse
from penstock.service.viewer.viewing import Parts

_STATE: Final = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of `penstock watch`.  [default: in the user's data folder]",
)
_SEED: Final = click.option("--seed", type=FILE_TYPE, help="The file of the seed.  [default: one for trying out]")
_SOURCES: Final = click.option(
    "--source", "sources", multiple=True, help="A source of the chain.  [default: the provider's trial chain]"
)
_SECONDS: Final = click.option(
    "--seconds", type=click.IntRange(1, 86_400), default=60, show_default=True, help="Time for each channel at most."
)
_CHANNELS: Final = click.argument("channels", metavar="[CHANNEL]...", nargs=-1)


@click.command("finish")
@_CHANNELS
@_STATE
@_SOURCES
@_SEED
@PASSPHRASE_OPTION
@_SECONDS
@JSON_OPTION
def finish(**options: Any) -> None:
    """Settle the payer's channels with their providers: all that are open, or each CHANNEL.

    The provider gets what was paid, the rest comes back at once. The exit code is 1 if one is not settled.
    """
    _end(settled, **options)


@click.command("refund")
@_CHANNELS
@_STATE
@_SOURCES
@_SEED
@PASSPHRASE_OPTION
@_SECONDS
@JSON_OPTION
def refund(**options: Any) -> None:
    """Publish the payer's refunds whose time has come, without the providers. `export-refund` shows them.

    The exit code is 1 if one is not mined.
    """
    _end(refunded, **options)


@click.command("address")
@click.argument("network")
@_SOURCES
@_SEED
@PASSPHRASE_OPTION
@JSON_OPTION
def address(
    network: str, sources: Sequence[str], seed: Path | None, passphrase_file: Path | None, *, as_json: bool
) -> None:
    """Show the address to which the coins for channels on NETWORK are paid in; with --source, the coins there."""
    keep_running()
    found = network_named(network)
    purse = Purse.of(Wallet(entropy_of(seed, passphrase_file, found)), found)
    satoshis = asyncio.run(_satoshis(purse, sources)) if sources else None
    if as_json:
        click.echo(json.dumps({"network": found.name, "address": purse.address, "satoshis": satoshis}))
        return
    click.echo(purse.address if satoshis is None else f"{purse.address}  {satoshis:,} satoshis")


async def _satoshis(purse: Purse, addresses: Sequence[str]) -> int:
    """Return the satoshis of a purse, as sources tell them."""
    servers = servers_of(addresses, purse.network)
    try:
        return sum(coin.value for coin in await purse.coins(servers.sources))
    finally:
        await servers.close()


def _end(work: Callable[[Choice, Parts], Coroutine[Any, Any, list[Ended]]], **options: Any) -> None:
    """End channels, and write how each has ended."""
    keep_running()
    fronts = [each.lower() for each in options["channels"]]
    choice = Choice(
        options["state"] or data_folder() / "watch",
        lambda channel: not fronts or any(channel.hex().startswith(front) for front in fronts),
        options["seconds"],
    )
    parts = Parts(
        wallet=lambda network: Wallet(entropy_of(options["seed"], options["passphrase_file"], network)),
        sources=lambda network, trial: sources_of(options["sources"], network, trial),
        tell=lambda _name, _facts: None,
    )
    rows = asyncio.run(work(choice, parts))
    if options["as_json"]:
        facts = [{"channel": row.channel.hex(), "is_over": row.is_over, "reason": row.text} for row in rows]
        click.echo(json.dumps(facts))
    else:
        for row in rows:
            click.echo(f"{row.channel.hex()[:16]}  {row.text}")
        if not rows:
            click.echo("no channel is open")
    if not all(row.is_over for row in rows):
        raise Refusal("a channel has not ended")


COMMANDS: Final = {each.name: each for each in (finish, refund, address)}
"""The commands by their names."""
