"""Running of a trial chain: blocks that come by themselves, and the server, until a signal or a cancellation."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette

from penstock.service.errors import TrialError
from penstock.service.signals import signals_to
from penstock.service.trial.app import trial_app
from penstock.service.trial.chain import TrialChain

SECONDS: Final = 1.0
"""Seconds after which the pool is mined: funding is confirmed within a second or two."""
_KEEP_ALIVE: Final = 75
_GRACE: Final = 2


async def mine_by_itself(chain: TrialChain, seconds: float = SECONDS, bury: int = 0) -> None:
    """Mine while transactions wait, until it is cancelled. Heights stand still while the chain is idle.

    Channels live for about a thousand blocks, so no empty block is mined that is not asked for.

    Args:
        chain: the chain.
        seconds: the time between two blocks.
        bury: empty blocks that follow the last one with transactions, for channels to be buried.
    """
    left = 0
    while True:
        await asyncio.sleep(seconds)
        left = bury if chain.is_waiting else left - 1
        if chain.is_waiting or left >= 0:
            chain.mine()


async def serve_trial(
    chain: TrialChain, listening: socket.socket, seconds: float | None = SECONDS, bury: int = 0
) -> None:
    """Serve a trial chain until the process gets SIGINT or SIGTERM, or this is cancelled.

    Args:
        chain: the chain.
        listening: a socket that listens; it is closed at the end.
        seconds: the time between blocks that come by themselves; None for none.
        bury: as in `mine_by_itself`.

    Raises:
        TrialError: the journal could not be written: the chain has to be opened anew.
    """
    mining = None if seconds is None else asyncio.ensure_future(mine_by_itself(chain, seconds, bury))
    serving = asyncio.ensure_future(serve(trial_app(chain), listening))
    tasks = {serving} if mining is None else {serving, mining}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Server(uvicorn.Server):
    """A server that leaves signals to its caller."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield


async def serve(app: Starlette, listening: socket.socket) -> None:
    """Serve an application until the process gets SIGINT or SIGTERM; open requests have two seconds then.

    Args:
        app: the application.
        listening: a socket that listens; it is closed at the end.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)

    def end() -> None:
        server.should_exit = True

    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    try:
        with signals_to(end):
            await asyncio.shield(serving)
    finally:
        end()
        await asyncio.gather(serving, return_exceptions=True)
        listening.close()


def listening_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: a name or an address.
        port: the port; 0 for any that is free.

    Raises:
        TrialError: the address is in use, or is not one of this machine.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        raise TrialError(f"{host}:{port} cannot be listened at: {error}") from None
