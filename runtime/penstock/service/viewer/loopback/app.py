"""Paths of the page's server, all below its token.

| path                   |                                                                                          |
|------------------------|------------------------------------------------------------------------------------------|
| `GET /`                | the page; its style and scripts beside it                                                |
| `GET /title`           | the title, as JSON                                                                       |
| `GET /state`, `/events`| the channel, as JSON; the same with each change (Server-Sent Events)                     |
| `GET /qN.m3u8`         | the playlist of one quality, for any player                                              |
| `GET /master.m3u8`     | the playlist over all, for the page alone: players try several qualities, and pay for each |
| `GET /qN/init.mp4`     | the initialization segment                                                               |
| `GET /qN/00000.m4s`    | a segment: paid for if it was not before; HEAD pays for nothing                          |
| `POST /stop`, `/close` | ends the viewer; closes the channel first                                                |

A request waits while the provider is away: players skip a segment that is refused. The page is told the reason.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from penstock.service.errors import ServiceError
from penstock.service.viewer.bell import Bell
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.loopback.facts import state_facts, title_facts, trouble_facts
from penstock.service.viewer.loopback.pacing import Pacing
from penstock.service.viewer.loopback.playlist import (
    MEDIA_TYPE,
    SEGMENT_TYPE,
    Name,
    list_named,
    master,
    playlist,
    segment_named,
)

HOLD: Final = 45.0
"""Seconds for which a player's request is held."""
PAGE_PATIENCE: Final = 15.0
"""Seconds for which a request of the page is held while all is well."""
PAGE_TROUBLE: Final = 2.0
"""The same while the provider is away: the page shows why, and asks again."""
PAGE_HEADER: Final = "x-penstock-page"
"""Header of the page's own requests."""
_BEAT: Final = 10.0
_ASSETS: Final = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/player.js": ("player.js", "text/javascript; charset=utf-8"),
    "/strip.js": ("strip.js", "text/javascript; charset=utf-8"),
}
_RANGE: Final = re.compile(r"bytes=([0-9]{1,12})-([0-9]{0,12})", re.ASCII)
_T = TypeVar("_T")


@dataclass(slots=True, eq=False)
class Page:
    """The page of a title, as an application (ASGI). It is to be guarded.

    Attributes:
        buyer: the buyer of the title.
        name: the name of the title.
        quality: the quality to begin with.
        pacing: the pace.
        is_stopped: whether the user has stopped the viewer.
        wants_close: whether the user wants the channel closed.
        bell: rings when one of both changes.
    """

    buyer: Buyer
    name: str
    quality: int = 0
    pacing: Pacing = field(default_factory=Pacing)
    is_stopped: bool = False
    wants_close: bool = False
    bell: Bell = field(default_factory=Bell)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        method, path = request.method, request.url.path
        name = segment_named(path, self.buyer.qualities)
        if name is not None and method in ("GET", "HEAD"):
            response = await self._segment(request, name)
        elif method == "POST":
            response = self._wish(path)
        elif method in ("GET", "HEAD"):
            response = self._read(request, path)
        else:
            response = PlainTextResponse("not allowed\n", 405)
        if response is None:
            await _broken(send)
            return
        await response(scope, receive, send)

    def _read(self, request: Request, path: str) -> Response:
        if path in _ASSETS:
            name, kind = _ASSETS[path]
            return Response(_asset(name), media_type=kind)
        number = list_named(path, self.buyer.qualities)
        if number is not None:
            return Response(playlist(number, self.buyer.qualities[number].facts), media_type=MEDIA_TYPE)
        match path:
            case "/master.m3u8" if request.headers.get("sec-fetch-site") == "same-origin":
                return Response(master(self.buyer.qualities), media_type=MEDIA_TYPE)
            case "/title":
                return JSONResponse(title_facts(self.buyer, self.name, self.quality))
            case "/state":
                return JSONResponse(self._state())
            case "/events" if request.method == "GET":
                return StreamingResponse(self._events(), media_type="text/event-stream")
            case _:
                return PlainTextResponse("not found\n", 404)

    def _wish(self, path: str) -> Response:
        match path:
            case "/stop":
                self.is_stopped = True
            case "/close":
                self.wants_close = True
            case _:
                return PlainTextResponse("not found\n", 404)
        self.bell.ring()
        self.buyer.session.bell.ring()
        return JSONResponse({})

    def _state(self) -> dict[str, Any]:
        return state_facts(self.buyer) | {"is_stopped": self.is_stopped, "wants_close": self.wants_close}

    async def _events(self) -> AsyncIterator[str]:
        """Yield the state with each change, and a sign of life in between."""
        before = ""
        while not self.is_stopped:
            now = json.dumps(self._state())
            yield ": here\n\n" if now == before else f"data: {now}\n\n"
            before = now
            await self.buyer.session.bell.wait(_BEAT)
            await asyncio.sleep(0.05)
        yield f"data: {json.dumps(self._state())}\n\n"

    # Segments ---------------------------------------------------------------------------------------------------------

    async def _segment(self, request: Request, name: Name) -> Response | None:
        """Return the answer to a request for a segment; None if its connection is to be closed."""
        row = self.buyer.qualities[name.quality]
        if name.number is None:
            return _part(request, await asyncio.to_thread(row.init))
        if request.method == "HEAD":
            size = {"content-length": str(row.leaves[name.number].length), "accept-ranges": "bytes"}
            return Response(media_type=SEGMENT_TYPE, headers=size)
        is_page = PAGE_HEADER in request.headers
        try:
            async with asyncio.timeout(self._patience(is_page=is_page)):
                data = await _unless_gone(request, self._given(name.quality, name.number))
        except (ServiceError, TimeoutError) as error:
            if is_page:
                reason = trouble_facts(self.buyer.session.trouble if isinstance(error, TimeoutError) else error)
                return JSONResponse(reason or _SLOW, 503)
            if not isinstance(error, TimeoutError):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HOLD):
                        await _unless_gone(request, asyncio.Event().wait())
            return None
        return None if data is None else _part(request, data)

    def _patience(self, *, is_page: bool) -> float:
        if not is_page:
            return HOLD
        return PAGE_PATIENCE if self.buyer.session.trouble is None else PAGE_TROUBLE

    async def _given(self, quality: int, index: int) -> bytes:
        """Return a segment; one that was not paid for waits for its turn."""
        durations = self.buyer.qualities[quality].facts.durations
        start, seconds = sum(durations[:index]) / 1_000, durations[index] / 1_000
        if self.buyer.cost(quality, index) is None:
            await self.pacing.turn(start, seconds)
        else:
            self.pacing.passed(start, seconds)
        return await self.buyer.segment(quality, index)


_SLOW: Final = {"code": "slow", "reason": "the piece has not come yet", "remedy": ""}


async def _unless_gone(request: Request, work: Coroutine[Any, Any, _T]) -> _T | None:
    """Return the result of some work; None if the other side has closed the connection before."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, gone):
            each.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _part(request: Request, data: bytes) -> Response:
    """Return the answer with a segment, or with the part of it that a Range asks for."""
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    headers = {"accept-ranges": "bytes"}
    if found is None:
        return Response(data, media_type=SEGMENT_TYPE, headers=headers)
    first, last = int(found[1]), min(len(data) - 1, int(found[2] or len(data)))
    if first > last:
        return Response(status_code=416, headers={"content-range": f"bytes */{len(data)}"})
    headers["content-range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], 206, media_type=SEGMENT_TYPE, headers=headers)


async def _broken(send: Send) -> None:
    """Begin an answer and do not end it: the server closes the connection, and the player asks again."""
    headers = [(b"content-type", SEGMENT_TYPE.encode()), (b"content-length", b"1")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


def _asset(name: str) -> bytes:
    return files("penstock.service.viewer").joinpath("page", name).read_bytes()
