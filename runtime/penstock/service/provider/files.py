"""Answers with the files of titles: for any cache, with a strong ETag, parts of files (RFC 9110), and from memory."""

import asyncio
import re
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from penstock.service.errors import CatalogueError
from penstock.service.provider.library import Library, ServedFile
from penstock.service.provider.session import Gate

_RANGE: Final = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII)
_FOREVER: Final = "public, max-age=31536000, immutable"
WRITE_TIMEOUT: Final = 60.0
"""Seconds in which a viewer has to take what is sent to her."""


class Sent(Response):
    """An answer that ends the connection if it is not taken in time: a slow reader keeps no memory for long."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it; the last, empty part waits until the others have left."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body = b"" if scope["method"] == "HEAD" else self.body
        async with asyncio.timeout(WRITE_TIMEOUT):
            if body:
                await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def file_answer(request: Request, library: Library, gate: Gate, peer: str) -> Response:
    """Return the answer to a GET or HEAD of a file of a title."""
    try:
        title = bytes.fromhex(request.path_params["root"])
    except ValueError:
        return not_found()
    name: str = request.path_params["name"]
    digest = library.digest_of(title, name)
    if digest is None:
        return not_found()
    headers = {"ETag": f'"{digest.hex()}"', "Cache-Control": _FOREVER, "Accept-Ranges": "bytes"}
    if _has(request.headers.get("if-none-match"), digest):
        return Response(status_code=304, headers=headers)
    try:
        file = await library.file(title, name)
    except CatalogueError:
        return PlainTextResponse(
            "this file cannot be read now\n", 503, {"Retry-After": "5", "Cache-Control": "no-store"}
        )
    if file is None:
        return not_found()
    answer = _part(request, file, headers)
    if request.method != "HEAD" and not gate.sends(peer, len(answer.body)):
        return too_many()
    return answer


def not_found() -> Response:
    """Return the answer to a path that is not there."""
    return PlainTextResponse("not found\n", 404)


def too_many() -> Response:
    """Return the answer to a peer who asks for too much."""
    return PlainTextResponse("too many requests\n", 429, {"Retry-After": "1", "Cache-Control": "no-store"})


def _has(tags: str | None, digest: bytes) -> bool:
    """Return whether If-None-Match names the file."""
    if tags is None:
        return False
    given = [each.strip().removeprefix("W/") for each in tags.split(",")]
    return "*" in given or f'"{digest.hex()}"' in given


def _part(request: Request, file: ServedFile, headers: dict[str, str]) -> Response:
    """Return the whole file, or the one part that a Range asks for; one in another form is not looked at."""
    data, asked = file.data, request.headers.get("range")
    tag = request.headers.get("if-range")
    match = None if asked is None or tag not in (None, headers["ETag"]) else _RANGE.fullmatch(asked)
    if match is None or match[0] == "bytes=-":
        return Sent(data, media_type=file.media_type, headers=headers)
    if match[1]:
        first, last = int(match[1]), min(int(match[2] or len(data)), len(data) - 1)
    else:
        first, last = max(0, len(data) - int(match[2])), len(data) - 1
    if match[1] and match[2] and int(match[2]) < int(match[1]):
        return Sent(data, media_type=file.media_type, headers=headers)
    if first > last:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{len(data)}"})
    shown = f"bytes {first}-{last}/{len(data)}"
    return Sent(data[first : last + 1], 206, headers | {"Content-Range": shown}, file.media_type)
