"""Requests to servers of the chain: bounded in time and size, and every failure a `SourceError` without passwords."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from penstock.errors import hides_frames
from penstock.service.errors import SourceError

__tracebackhide__ = hides_frames

TIMEOUT: Final = 30.0
"""Seconds for an answer, from the request to its last byte."""
MOST: Final = 1 << 28
"""Bytes of an answer at most: a block of Core as hexadecimal digits, and then some."""


class Server:
    """A server that is asked by HTTP.

    Args:
        url: its address; a user and a password in it are sent, and not shown.
        timeout: seconds for an answer.
        most: bytes of an answer at most.
        headers: headers of each request.

    Raises:
        SourceError: the address is not one of http or https.
    """

    def __init__(
        self, url: str, timeout: float = TIMEOUT, most: int = MOST, headers: Mapping[str, str] | None = None
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SourceError("the address of a source begins with http:// or https:// and names a host")
        try:
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            raise SourceError(f"the address of a source at {parts.hostname} has a port of 1 to 65,535") from None
        self.name = f"{parts.scheme}://{parts.hostname}{port}{parts.path}".rstrip("/")
        login = httpx.BasicAuth(parts.username, parts.password or "") if parts.username else None
        self._most, self._timeout = most, timeout
        self._client = httpx.AsyncClient(auth=login, timeout=timeout, follow_redirects=False, headers=headers)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, path: str) -> httpx.Response:
        """Return the answer to a GET of a path below the address, of any status."""
        return await self._asked(self._client.build_request("GET", self.name + path))

    async def post(self, path: str, *, text: str | None = None, json: object = None) -> httpx.Response:
        """Return the answer to a POST of a text or of a value as JSON, of any status."""
        body: Mapping[str, Any] = {"json": json} if text is None else {"content": text}
        return await self._asked(self._client.build_request("POST", self.name + path, **body))

    async def _asked(self, request: httpx.Request) -> httpx.Response:
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.send(request, stream=True)
                try:
                    return await self._read(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise SourceError(f"{self.name} has not answered in {self._timeout:g} seconds") from None
        except httpx.HTTPError as error:
            raise SourceError(f"{self.name} cannot be asked: {type(error).__name__} {error}".rstrip()) from None

    async def _read(self, response: httpx.Response) -> httpx.Response:
        read = bytearray()
        async for part in response.aiter_bytes():
            read += part
            if len(read) > self._most:
                raise SourceError(f"{self.name} answers more than {self._most:,} bytes")
        return httpx.Response(response.status_code, content=bytes(read))


def key_in(url: str) -> tuple[str, str | None]:
    """Return an address without its user, and the user as a key; None if there is none.

    Raises:
        SourceError: there is a password beside it.
    """
    parts = urlsplit(url)
    if parts.password is not None:
        raise SourceError("the address of a source has a key in the place of a user, and no password")
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host)), unquote(parts.username) if parts.username else None


def value_of(name: str, response: httpx.Response) -> Any:
    """Return the JSON of an answer.

    Raises:
        SourceError: it is not JSON.
    """
    try:
        return response.json()
    except (ValueError, RecursionError):
        raise SourceError(f"{name} answers something other than JSON (status {response.status_code})") from None


def bytes_of(name: str, digits: object, size: int | None = None) -> bytes:
    """Return the bytes of hexadecimal digits in an answer.

    Args:
        name: that of the source.
        digits: the digits.
        size: the bytes that there have to be; None for any number.

    Raises:
        SourceError: they are not digits, or of another number.
    """
    try:
        found = bytes.fromhex(digits.strip()) if isinstance(digits, str) else None
    except ValueError:
        found = None
    if found is None or (size is not None and len(found) != size):
        wanted = "hexadecimal digits" if size is None else f"{size} bytes as hexadecimal digits"
        raise SourceError(f"{name} answers something other than {wanted}")
    return found


def number_of(name: str, number: object, most: int) -> int:
    """Return a number of an answer, from 0 to `most`.

    Raises:
        SourceError: it is not one.
    """
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= most:
        raise SourceError(f"{name} answers something other than a number from 0 to {most:,}")
    return number
