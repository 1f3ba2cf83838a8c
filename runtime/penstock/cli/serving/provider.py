"""Work of `penstock serve`: settings from options, sockets, one process or several."""

import asyncio
import multiprocessing
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

import click

from penstock.channel.safe.agreement.chains import Network
from penstock.cli.failure import Failure
from penstock.cli.process import keep_running
from penstock.cli.serving.places import data_folder, host_and_port, network_named, url_of
from penstock.cli.serving.seeds import entropy_of
from penstock.service.chain.sources import servers_of
from penstock.service.errors import StoppedError
from penstock.service.provider.logs import to_stderr
from penstock.service.provider.running import Settings, opened_library
from penstock.service.provider.running import run as run_provider
from penstock.service.provider.selling import Selling
from penstock.service.seed.trial_seed import is_for_trials
from penstock.service.serving import listening_at, run_loop
from penstock.wording import counted

_STOPPED: Final = 1
_ENDED: Final = (0, -signal.SIGINT, -signal.SIGTERM)
"""Exit codes of processes that have ended as they were told; a second signal may come while one ends."""


@dataclass(frozen=True, slots=True)
class _Process:
    """Settings and sockets of one process of a provider."""

    settings: Settings
    log: str
    listening: socket.socket
    metrics: socket.socket | None = None


def run(**options: Any) -> None:
    """Sell titles until SIGINT or SIGTERM; the options of the command.

    Raises:
        Failure: options that do not go together, or the worker has stopped.
        PenstockError: a title, the store or the seed cannot be used, or an address is in use.
    """
    keep_running()
    network = network_named(options["network"])
    settings = _settings(network, options)
    if settings.sources:  # a fault in an address, or in a title, is told before anything is opened
        asyncio.run(servers_of(settings.sources, network).close())
    opened_library(settings)
    places = [host_and_port(options[each], f"--{each}") for each in ("listen", "metrics") if options[each] is not None]
    with ExitStack() as stack:
        listening, *metrics = [stack.enter_context(listening_at(*each)) for each in places]
        _tell(settings, url_of(places[0][0], listening))
        process = _Process(settings, options["log"], listening, metrics[0] if metrics else None)
        code = _serve(process) if options["workers"] == 1 else _serve_all(process, options["workers"])
    if code:
        raise Failure("error: the worker has stopped: start it again")


def _tell(settings: Settings, url: str) -> None:
    """Tell a person where viewers come to."""
    click.echo(f"selling {counted(len(settings.titles), 'title')} at {url}", err=True)
    click.echo(f"  penstock watch {url}", err=True)
    if not settings.sources:
        click.echo(f"  paid on a chain for trying out, {settings.selling.network}, whose coins are free", err=True)


def _settings(network: Network, options: dict[str, Any]) -> Settings:
    folder: Path = options["state"] or data_folder() / "serve"
    entropy = entropy_of(options["seed"], options["passphrase_file"], network)
    usual = Selling.usual(network)
    changes = {name: options[name] for name in ("price", "depth", "fee_rate", "most") if options[name] is not None}
    selling = replace(usual, **changes)
    if not options["sources"] and not is_for_trials(network):
        raise Failure(f"error: --source: {network} has no chain for trying out: name a source of it")
    store = options["store"] or str(folder / "channels.db")
    if options["workers"] > 1:
        if "://" not in store:
            raise Failure("error: --workers: several processes need PostgreSQL: --store postgresql://…")
        if not options["sources"]:
            raise Failure("error: --workers: several processes need a --source: `penstock trial-chain` is one")
    _check_reserve(network, options)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Settings(
        titles=options["titles"],
        state=folder,
        store=store,
        entropy=entropy,
        selling=selling,
        sources=options["sources"],
        proxies=options["proxies"],
        closes=options["reserve"],
        close_rate=options["reserve_rate"] or 0,
    )


def _check_reserve(network: Network, options: dict[str, Any]) -> None:
    if not options["reserve"]:
        if options["reserve_rate"] is not None:
            raise Failure("error: --reserve-rate: name the closes at once too, with --reserve")
        return
    if not network.rules.chain.has_witness:
        raise Failure(f"error: --reserve: {network} needs none: its fees are a part of a satoshi for each close")
    if options["reserve_rate"] is None:
        raise Failure("error: --reserve: name the fee rate of a close too, with --reserve-rate")
    if not options["sources"]:
        raise Failure("error: --reserve: name a --source that tells coins, as one of Esplora or a node")


def _serve(process: _Process) -> int:
    """Run the provider in this process; return the exit code."""
    to_stderr(as_json=process.log == "json")
    try:
        run_loop(run_provider(process.settings, process.listening, process.metrics))
    except StoppedError:
        return _STOPPED
    return 0


def _serve_all(process: _Process, count: int) -> int:
    """Run the provider in several processes that share a socket; the end of one is the end of all.

    The first has the socket of Prometheus.
    """
    context = multiprocessing.get_context("spawn")
    alone = replace(process, metrics=None)
    workers = [context.Process(target=_exit, args=(alone if number else process,)) for number in range(count)]
    previous = {each: signal.signal(each, lambda *_: _end(workers)) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        for each in workers:
            each.start()
        process.listening.close()
        wait([each.sentinel for each in workers])
        _end(workers)
        for each in workers:
            each.join()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return max(0 if each.exitcode in _ENDED else _STOPPED for each in workers)


def _end(workers: Sequence[BaseProcess]) -> None:
    for each in workers:
        if each.is_alive():
            each.terminate()


def _exit(process: _Process) -> None:
    """Run one of several processes."""
    sys.exit(_serve(process))
