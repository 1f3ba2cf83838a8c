"""Work of `penstock trial-chain`: opens the chain and serves it."""

import asyncio
import json
from pathlib import Path

import click

from penstock.cli.process import keep_running
from penstock.cli.serving.places import host_and_port, network_named, url_of
from penstock.service.serving import listening_at
from penstock.service.trial.chain import TrialChain
from penstock.service.trial.running import serve_trial


def run(  # noqa: PLR0913 - one parameter per option of the command
    *, network: str, listen: str, state: Path, every: float | None, bury: int, as_json: bool
) -> None:
    """Run a trial chain until SIGINT or SIGTERM; the options of the command.

    Raises:
        TrialError: the chain cannot be opened.
        ListenError: the address is in use.
        OSError: the file cannot be read or written.
    """
    keep_running()
    host, port = host_and_port(listen)
    with TrialChain(network_named(network), state) as chain:
        listening = listening_at(host, port)
        url = url_of(host, listening)
        if as_json:
            click.echo(json.dumps({"url": url, "network": chain.network.name, "height": chain.ledger.height}))
        else:
            click.echo(f"trial chain {chain.network.name} at {url}, height {chain.ledger.height:,}; Ctrl-C ends it")
        asyncio.run(serve_trial(chain, listening, every, bury))
