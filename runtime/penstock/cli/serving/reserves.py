"""`penstock channel reserve`: the coins that a provider holds back for closes by force, and those that are needed."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final

import click

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.bumping import reserve, shortfall
from penstock.cli.channels.options import PASSPHRASE_OPTION, STORE_ARGUMENT, opened
from penstock.cli.failure import Failure, Refusal
from penstock.cli.loading import FILE_TYPE, JSON_OPTION
from penstock.cli.process import keep_running
from penstock.cli.serving.places import network_named
from penstock.cli.serving.seeds import entropy_of
from penstock.ledger.fees import FeeRate
from penstock.service.chain.source import CoinSource, coins_at
from penstock.service.chain.sources import servers_of
from penstock.service.provider.reserving import address_of, script_of
from penstock.service.seed.wallet import Wallet
from penstock.wording import counted


@click.command("reserve")
@STORE_ARGUMENT
@click.argument("network")
@click.option("--closes", type=click.IntRange(min=1), required=True, help="Closes by force at once.")
@click.option("--rate", type=click.IntRange(min=1), required=True, help="Satoshis per 1,000 bytes of such a close.")
@click.option("--source", "sources", multiple=True, help="A source of the chain, which tells the coins that are there.")
@click.option("--seed", type=FILE_TYPE, help="The file of the seed.  [default: one for trying out]")
@PASSPHRASE_OPTION
@JSON_OPTION
def show_reserve(where: str, **options: Any) -> None:
    """Show the coins that the channels in STORE need on NETWORK, so that many can be closed by force at high fees.

    Pay each coin to the address that is shown; `penstock serve --reserve` holds them back. With --source the exit code
    is 1 if some are missing.
    """
    keep_running()
    network = network_named(options["network"])
    if not network.rules.chain.has_witness:
        raise Failure(f"error: NETWORK: {network} needs no reserve: its fees are a part of a satoshi for each close")
    key = Wallet(entropy_of(options["seed"], options["passphrase_file"], network)).reserve_key(network.name)
    needed = reserve(_terms(where, network), options["closes"], FeeRate(options["rate"]))
    script, held = script_of(key, network), None
    if options["sources"]:
        held = asyncio.run(_values(script, options["sources"], network))
    missing = None if held is None else shortfall(needed, held)
    facts = {"network": network.name, "address": address_of(key, network), "needed": needed, "held": held}
    click.echo(json.dumps(facts | {"missing": missing}) if options["as_json"] else _text(facts, missing))
    if missing:
        raise Refusal(f"the reserve lacks {counted(missing, 'coin')}")


def _terms(where: str, network: Network) -> list[ChannelTerms]:
    """Return the terms of the payee's channels whose funding is not spent."""
    with opened(where) as store:
        states = [store.load(channel, role).state for channel, role in store.channels() if role == "payee"]
    return [each.terms for each in states if each.terms.network == network and each.phase is not Phase.CLOSED]


async def _values(script: bytes, addresses: Sequence[str], network: Network) -> list[int]:
    servers = servers_of(addresses, network)
    try:
        able = [each for each in servers.sources if isinstance(each, CoinSource)]
        return sorted((coin.value for coin in await coins_at([script], able)), reverse=True)
    finally:
        await servers.close()


def _text(facts: dict[str, Any], missing: int | None) -> str:
    needed, held = facts["needed"], facts["held"]
    lines = [f"address  {facts['address']}"]
    lines.append(f"needed   {counted(len(needed), 'coin')}, {sum(needed):,} satoshis")
    lines += [f"         {value:,}" for value in needed]
    if held is not None:
        lines.append(f"held     {counted(len(held), 'coin')}, {sum(held):,} satoshis; {missing:,} missing")
    return "\n".join(lines)


COMMANDS: Final = {show_reserve.name: show_reserve}
"""The command by its name."""
