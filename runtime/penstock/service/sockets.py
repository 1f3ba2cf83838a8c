"""WebSockets: what waits on a connection is bounded, in frames and not in bytes alone.

A read has up to 256 KB. That is 40,000 of the smallest frames, which would be taken in one go while all others wait. A
viewer has a few frames on their way, and asks now and then whether the server is there; one who sends more is cut off.
"""

import time
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

MOST_WAITING: Final = 32
"""Messages that wait to be answered."""
MOST_CONTROL: Final = 32
"""Pings, pongs and parts of messages, at once; one more may come each second."""
_PIECE: Final = 960
"""Bytes that are read between two looks at what waits."""


class BoundedSocket(WebSocketsSansIOProtocol):
    """The protocol of a WebSocket: that of uvicorn, with bounds."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._left, self._then = float(MOST_CONTROL), time.monotonic()

    def data_received(self, data: bytes) -> None:
        """Take bytes piece by piece, until there is too much in them."""
        for start in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + _PIECE])
            if self.queue.qsize() > MOST_WAITING or self._left < 0:
                self._end()

    def handle_cont(self, event: Any) -> None:
        """Take a part of a message."""
        self._count()
        super().handle_cont(event)

    def handle_ping(self) -> None:
        """Answer a question whether this side is there."""
        self._count()
        super().handle_ping()

    def handle_pong(self, event: Any) -> None:
        """Take the answer to such a question."""
        self._count()
        super().handle_pong(event)

    def _count(self) -> None:
        now = time.monotonic()
        self._left = min(MOST_CONTROL, self._left + now - self._then) - 1
        self._then = now

    def _end(self) -> None:
        """Cut the connection off; what waits is not answered."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.POLICY_VIOLATION})
        self.conn.fail(CloseCode.POLICY_VIOLATION, "too many frames at once")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.transport.close()
