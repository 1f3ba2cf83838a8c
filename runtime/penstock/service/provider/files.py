"""Answers with the files of titles: for any cache, with a strong ETag, parts of files (RFC 9110), and from memory."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from penstock.service.deadlines import Deadline
from penstock.service.errors import CatalogueError
from penstock.service.provider.library import Library, ServedFile
from penstock.service.provider.session import Gate

_RANGE: Final = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII)
_FOREVER: Final = "public, max-age=31536000, immutable"
_CONDITIONS: Final = frozenset({b"if-none-match", b"range", b"if-range"})
_MOST_KNOWN: Final = 13_000
"""Files whose names need not be looked up again."""
WRITE_TIMEOUT: Final = 60.0
"""Seconds in which a viewer has to take what is sent to her."""


class Sent(Response):
    """An answer that ends the connection if it is not taken in time: a slow reader keeps no memory for long."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it; the last, empty part waits until the others have left."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body = b"" if scope["method"] == "HEAD" else self.body
        with Deadline(WRITE_TIMEOUT):
            if body:
                await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class Files:
    """The files of titles, as an application of ASGI for GET and HEAD.

    Args:
        library: the titles.
        gate: the limits.
        peer_of: returns the address of a request's peer.
    """

    def __init__(self, library: Library, gate: Gate, peer_of: Callable[[Scope], str]) -> None:
        self._library = library
        self._gate = gate
        self._peer_of = peer_of
        self._known = lru_cache(maxsize=_MOST_KNOWN)(self._looked_up)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        answer = await self._answer(scope)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        root, name = scope["path_params"]["root"], scope["path_params"]["name"]
        try:
            known = self._known(root, name)
        except KeyError:
            return not_found()
        asked = {field: value.decode("latin-1") for field, value in scope["headers"] if field in _CONDITIONS}
        if _has(asked.get(b"if-none-match"), known.tag):
            return Response(status_code=304, headers=known.headers)
        try:
            file = await self._library.file(known.title, name)
        except CatalogueError:
            return PlainTextResponse(
                "this file cannot be read now\n", 503, {"Retry-After": "5", "Cache-Control": "no-store"}
            )
        if file is None:
            return not_found()
        answer = _part(asked, file, known)
        if scope["method"] != "HEAD" and not self._gate.sends(self._peer_of(scope), len(answer.body)):
            return too_many()
        return answer

    def _looked_up(self, root: str, name: str) -> "_Known":
        """Return what is known of a file without reading it.

        Raises:
            KeyError: there is none.
        """
        try:
            title = bytes.fromhex(root)
        except ValueError:
            raise KeyError(root) from None
        digest = self._library.digest_of(title, name)
        if digest is None:
            raise KeyError(name)
        return _Known(title, f'"{digest.hex()}"')


@dataclass(frozen=True, slots=True)
class _Known:
    """A file: its title, and its strong ETag."""

    title: bytes
    tag: str

    @property
    def headers(self) -> dict[str, str]:
        return {"ETag": self.tag, "Cache-Control": _FOREVER, "Accept-Ranges": "bytes"}


def not_found() -> Response:
    """Return the answer to a path that is not there."""
    return PlainTextResponse("not found\n", 404)


def too_many() -> Response:
    """Return the answer to a peer who asks for too much."""
    return PlainTextResponse("too many requests\n", 429, {"Retry-After": "1", "Cache-Control": "no-store"})


def _has(tags: str | None, tag: str) -> bool:
    """Return whether If-None-Match names the file."""
    if tags is None:
        return False
    given = [each.strip().removeprefix("W/") for each in tags.split(",")]
    return "*" in given or tag in given


def _part(asked: Mapping[bytes, str], file: ServedFile, known: _Known) -> Response:
    """Return the whole file, or the one part that a Range asks for; one in another form is not looked at."""
    data, part, tag = file.data, asked.get(b"range"), asked.get(b"if-range")
    match = None if part is None or tag not in (None, known.tag) else _RANGE.fullmatch(part)
    if match is None or match[0] == "bytes=-":
        return _whole(file, known)
    if match[1]:
        first, last = int(match[1]), min(int(match[2] or len(data)), len(data) - 1)
    else:
        first, last = max(0, len(data) - int(match[2])), len(data) - 1
    if match[1] and match[2] and int(match[2]) < int(match[1]):
        return _whole(file, known)
    if first > last:
        return Response(status_code=416, headers=known.headers | {"Content-Range": f"bytes */{len(data)}"})
    shown = f"bytes {first}-{last}/{len(data)}"
    return Sent(data[first : last + 1], 206, known.headers | {"Content-Range": shown}, file.media_type)


def _whole(file: ServedFile, known: _Known) -> Response:
    return Sent(file.data, media_type=file.media_type, headers=known.headers)
