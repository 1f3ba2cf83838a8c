"""Requests: their heads are bounded in size and time, and each names one host; any other ends its connection.

A server without these bounds gathers a head of any size, and keeps a connection while a byte comes now and then.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MOST_HEAD: Final = 32 << 10
"""Bytes of the head of a request at most: of its address, and of its headers with their names."""
HEAD_SECONDS: Final = 20.0
"""Seconds from the first byte of a request, or from the begin of the connection, to the end of its head."""


class _HeadError(Exception):
    """A head that is too large, or has not exactly one Host. The parser turns it into an answer with status 400."""


class BoundedProtocol(HttpToolsProtocol):
    """The protocol of a server's connections: that of uvicorn, with bounds."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._size = self._told = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Wait for a request."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes; those of a head that does not end are counted."""
        if self._is_idle:
            self._await_head()
        super().data_received(data)
        self._size += len(data)
        if self._timer is not None and self._size > MOST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._size = self._told = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        super().on_header(name, value)
        self._told += len(name) + len(value) + 4
        if self._told + len(self.url) > MOST_HEAD:
            raise _HeadError

    def on_headers_complete(self) -> None:
        """Take a whole head."""
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() != "1.0"):
            raise _HeadError
        self._end_head()
        super().on_headers_complete()

    @property
    def _is_idle(self) -> bool:
        """Whether all requests are answered; `cycle` is None before the first one, though its type does not say so."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _await_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _end_head(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        self.transport.close()
