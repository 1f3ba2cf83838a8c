"""Serving: an application on a socket that listens, until the process is told to end."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final, TypeVar

import uvicorn
from starlette.applications import Starlette

from penstock.errors import hides_frames
from penstock.service.errors import ListenError
from penstock.service.requests import BoundedProtocol
from penstock.service.signals import signals_to
from penstock.service.sockets import BoundedSocket

__tracebackhide__ = hides_frames

_KEEP_ALIVE: Final = 75
"""Seconds for which an idle connection stays: a player that is a few seconds ahead uses it again."""
_GRACE: Final = 2
_T = TypeVar("_T")


class _Server(uvicorn.Server):
    """A server that leaves signals to its caller."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield


def run_loop(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine in a loop of uvloop, which costs a third of asyncio's own; in the latter where it is missing."""
    try:
        uvloop = import_module("uvloop")
    except ModuleNotFoundError:  # it has no wheels for Windows
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def serve(
    app: Starlette,
    listening: socket.socket,
    *,
    largest_frame: int | None = None,
    proxies: str | None = None,
    ending: Callable[[], object] = lambda: None,
) -> None:
    """Serve an application until the process gets SIGINT or SIGTERM; open requests have two seconds then.

    Args:
        app: the application.
        listening: a socket that listens; it is closed at the end.
        largest_frame: bytes of a frame of a WebSocket at most; None if there are no WebSockets.
        proxies: addresses of proxies whose word on the address of a peer is taken, with commas; None for none.
        ending: called once the end has begun.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        http=BoundedProtocol,
        ws="none" if largest_frame is None else BoundedSocket,
        ws_max_size=largest_frame or 0,
        ws_per_message_deflate=False,  # ciphertexts do not get smaller, and it costs most of the time
        proxy_headers=proxies is not None,
        forwarded_allow_ips=proxies,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)

    def end() -> None:
        ending()
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
        ListenError: the address is in use, or is not one of this machine.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as error:
        raise ListenError(f"{host}:{port} cannot be listened at: {error}") from None
