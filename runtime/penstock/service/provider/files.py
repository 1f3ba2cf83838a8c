"""Answers with the files of titles: for any cache, with a strong ETag, parts of files (RFC 9110), and from memory."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from penstock.service.deadlines import Deadline
from penstock.service.errors import CatalogueError
from penstock.service.provider.library import Library, TitleFile
from penstock.service.provider.session import Gate

TITLES: Final = "/v1/titles/"
"""The path below which the files of titles are, by the roots of the titles."""
_RANGE: Final = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII)
_FOREVER: Final = "public, max-age=31536000, immutable"
_CONDITIONS: Final = frozenset({b"if-none-match", b"range", b"if-range"})
_NOT_MODIFIED: Final = 304
_MOST_KNOWN: Final = 13_000
"""Files whose names need not be looked up again."""
WRITE_TIMEOUT: Final = 60.0
"""Seconds in which a viewer has to take what is sent to her."""


Headers: TypeAlias = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class _Sent:
    """An answer that ends the connection if it is not taken in time: a slow reader keeps no memory for long.

    It sends ASGI's messages itself: a class around them costs as much as the rest of the answer.
    """

    body: bytes
    status: int
    headers: Headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send it; the last, empty part waits until the others have left."""
        headers = list(self.headers)
        if self.status != _NOT_MODIFIED:  # there it would be the length of the file
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        body = b"" if scope["method"] == "HEAD" else self.body
        with Deadline(WRITE_TIMEOUT):
            if body:
                await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


@dataclass(frozen=True, slots=True)
class _Known:
    """A file, its strong ETag, and the headers of an answer with all of it."""

    file: TitleFile
    tag: str
    headers: Headers

    @classmethod
    def of(cls, file: TitleFile) -> "_Known":
        tag = f'"{file.digest.hex()}"'
        fields = {"etag": tag, "cache-control": _FOREVER, "accept-ranges": "bytes", "content-type": file.media_type}
        return cls(file, tag, tuple((name.encode(), value.encode()) for name, value in fields.items()))


class Files:
    """ASGI middleware: the files of titles, for GET and HEAD. The application answers all else.

    Args:
        app: the application.
        library: the titles.
        gate: the limits.
        peer_of: returns the address of a request's peer.
    """

    def __init__(self, app: ASGIApp, library: Library, gate: Gate, peer_of: Callable[[Scope], str]) -> None:
        self._app = app
        self._library = library
        self._gate = gate
        self._peer_of = peer_of
        self._known = lru_cache(maxsize=_MOST_KNOWN)(self._looked_up)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        answer = self._app
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            path = path_of(scope)
            if path.startswith(TITLES):
                with suppress(KeyError):
                    answer = await self._answer(scope, self._known(path))
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, known: _Known) -> ASGIApp:
        asked = {field: value.decode("latin-1") for field, value in scope["headers"] if field in _CONDITIONS}
        if _has(asked.get(b"if-none-match"), known.tag):
            return _Sent(b"", _NOT_MODIFIED, known.headers[:-1])
        try:
            data = await self._library.content(known.file)
        except CatalogueError:
            return PlainTextResponse(
                "this file cannot be read now\n", 503, {"Retry-After": "5", "Cache-Control": "no-store"}
            )
        answer = _part(asked, data, known)
        if scope["method"] != "HEAD" and not self._gate.sends(self._peer_of(scope), len(answer.body)):
            return too_many()
        return answer

    def _looked_up(self, path: str) -> _Known:
        """Return what is known of the file at a path without reading it.

        Raises:
            KeyError: none is there.
        """
        root, _, name = path.removeprefix(TITLES).partition("/")
        try:
            file = self._library.find(bytes.fromhex(root), name)
        except ValueError:
            raise KeyError(root) from None
        if file is None:
            raise KeyError(name)
        return _Known.of(file)


def path_of(scope: Scope) -> str:
    """Return the path of a request below that of the application."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


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


def _part(asked: Mapping[bytes, str], data: bytes, known: _Known) -> _Sent:
    """Return the whole file, or the one part that a Range asks for; one in another form is not looked at."""
    part, tag = asked.get(b"range"), asked.get(b"if-range")
    match = None if part is None or tag not in (None, known.tag) else _RANGE.fullmatch(part)
    if match is None or match[0] == "bytes=-":
        return _Sent(data, 200, known.headers)
    if match[1]:
        first, last = int(match[1]), min(int(match[2] or len(data)), len(data) - 1)
    else:
        first, last = max(0, len(data) - int(match[2])), len(data) - 1
    if match[1] and match[2] and int(match[2]) < int(match[1]):
        return _Sent(data, 200, known.headers)
    if first > last:
        return _Sent(b"", 416, (*known.headers[:-1], (b"content-range", b"bytes */%d" % len(data))))
    shown = b"bytes %d-%d/%d" % (first, last, len(data))
    return _Sent(data[first : last + 1], 206, (*known.headers, (b"content-range", shown)))
