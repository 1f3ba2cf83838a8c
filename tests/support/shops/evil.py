"""A page from elsewhere that knows the token of a viewer's page, and tries all that a browser lets it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from penstock.service.viewer.loopback.place import Place

_PAGE = (Path(__file__).parent / "evil.html").read_text("utf-8")


@dataclass
class Evil:
    """The page, and what it has reached."""

    url: str
    resolver: str
    reached: list[str] = field(default_factory=list)
    done: bool = False

    async def is_done(self) -> bool:
        return self.done


@asynccontextmanager
async def evil_page(place: Place) -> AsyncIterator[Evil]:
    """Serve the page on a port of its own, under another name too."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    evil = Evil(f"http://evil.example:{port}/", "--host-resolver-rules=MAP *.example 127.0.0.1")

    async def page(_: Request) -> Response:
        return HTMLResponse(_PAGE.replace("TARGET", place.url))

    async def reached(request: Request) -> Response:
        evil.reached.append(request.url.query)
        return PlainTextResponse("")

    async def done(_: Request) -> Response:
        evil.done = True
        return PlainTextResponse("")

    routes = [Route("/", page), Route("/reached", reached), Route("/done", done)]
    config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve(sockets=[listening]))
    try:
        yield evil
    finally:
        server.should_exit = True
        await task
        listening.close()
