"""Connection to a provider by WebSocket: frames both ways, bounded in size and time."""

import asyncio
import secrets
from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from penstock.channel.canonical import CanonicalError
from penstock.errors import hides_frames
from penstock.service.connection.frames import CHANNEL_PATH, SUBPROTOCOL, Frame, Hello, from_bytes, to_bytes
from penstock.service.viewer.errors import AwayError, ProviderError

__tracebackhide__ = hides_frames

TIMEOUT: Final = 10.0
"""Seconds for the connection, for its first frame, and for its end."""
_LARGEST: Final = 2_200
"""Bytes of a frame of the provider at most: ciphertexts do not come on this connection."""
_PING: Final = 15.0
"""Seconds after which a provider who is silent is asked whether he is there."""


class Connection:
    """A connection; it is made by `open`, and closed by a `async with` statement.

    Attributes:
        own: the viewer's number of the connection, 32 bytes.
        other: the provider's.
    """

    def __init__(self, socket: ClientConnection, hello: Hello) -> None:
        self._socket = socket
        self.own = secrets.token_bytes(32)
        self.other = hello.nonce

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect to the provider at a URL, and take his Hello.

        Raises:
            AwayError: he does not answer.
            ProviderError: he does not speak this protocol.
        """
        try:
            socket = await connect(
                _address(url),
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                compression=None,
                max_size=_LARGEST,
                open_timeout=TIMEOUT,
                close_timeout=1,
                ping_interval=_PING,
                ping_timeout=_PING,
            )
        except (OSError, WebSocketException, TimeoutError, ValueError, EOFError) as error:
            raise AwayError(f"the provider at {url} does not answer ({type(error).__name__})") from None
        try:
            return cls(socket, await _greeted(socket, url))
        except BaseException:
            await socket.close()
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        await self._socket.close()

    async def send(self, frame: Frame) -> None:
        """Send a frame.

        Raises:
            AwayError: the connection is broken.
        """
        try:
            await self._socket.send(to_bytes(frame))
        except (OSError, WebSocketException) as error:
            raise AwayError(f"the connection to the provider is broken: {type(error).__name__}") from None

    async def receive(self) -> Frame:
        """Return the next frame.

        Raises:
            AwayError: the connection is broken.
            ProviderError: the bytes are not a frame.
        """
        return await _received(self._socket)


async def _greeted(socket: ClientConnection, url: str) -> Hello:
    """Return the first frame of a connection."""
    if socket.subprotocol != SUBPROTOCOL:
        raise ProviderError(f"{url} does not speak {SUBPROTOCOL}")
    try:
        async with asyncio.timeout(TIMEOUT):
            hello = await _received(socket)
    except TimeoutError:
        raise AwayError(f"the provider at {url} has sent no Hello in {TIMEOUT:g} seconds") from None
    if not isinstance(hello, Hello):
        raise ProviderError(f"{url} does not begin with Hello")
    return hello


async def _received(socket: ClientConnection) -> Frame:
    try:
        data = await socket.recv()
    except (OSError, WebSocketException, EOFError) as error:
        raise AwayError(f"the connection to the provider is broken: {type(error).__name__}") from None
    if isinstance(data, str):
        raise ProviderError("the provider sends text, and not frames")
    try:
        return from_bytes(data)
    except CanonicalError as error:
        raise ProviderError(f"the provider sends something other than a frame: {error}") from None


def _address(url: str) -> str:
    """Return the address of the WebSocket at a provider's URL."""
    parts = urlsplit(url)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + CHANNEL_PATH, "", ""))
