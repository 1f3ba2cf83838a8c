"""A page from elsewhere that knows the token of a viewer's page, and tries all that a browser lets it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from penstock.service.viewer.loopback.place import Place

_PAGE = """<!doctype html><meta charset="utf-8"><title>evil</title><link rel="icon" href="data:,"><body><script>
const target = "TARGET", here = (text) => fetch("/reached?" + text);
const tries = [
  fetch(target + "q0/00007.m4s", {mode: "no-cors"}),
  fetch(target + "q0/00008.m4s").then(() => here("cors")),
  fetch(target + "state").then(() => here("state")),
  fetch(target + "stop", {method: "POST", mode: "no-cors"}),
  fetch(target + "close", {method: "POST", mode: "no-cors", body: "x"}),
  fetch(target + "q0/00001.m4s", {headers: {"X-Penstock-Page": "1"}}).then(() => here("header")),
  new Promise((done) => { const image = new Image(); image.onload = () => here("image"); image.onerror = done; image.src = target + "q0/00002.m4s"; }),
  new Promise((done) => { const video = document.createElement("video"); video.onloadeddata = () => here("video"); video.onerror = done; video.src = target + "q0.m3u8"; document.body.append(video); video.load(); setTimeout(done, 2000); }),
  new Promise((done) => { const script = document.createElement("script"); script.onload = () => here("script"); script.onerror = done; script.src = target + "page.js"; document.body.append(script); }),
  new Promise((done) => { const source = new EventSource(target + "events"); source.onmessage = () => here("events"); source.onerror = done; setTimeout(done, 2000); }),
  new Promise((done) => { const frame = document.createElement("iframe"); frame.onload = done; frame.src = target; document.body.append(frame); setTimeout(done, 2000); }),
  new Promise((done) => { const form = document.createElement("form"); form.method = "post"; form.action = target + "stop"; form.target = "hidden"; const frame = document.createElement("iframe"); frame.name = "hidden"; document.body.append(frame, form); form.submit(); setTimeout(done, 1000); }),
];
Promise.allSettled(tries).then(() => fetch("/done"));
</script>"""


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
