"""Requests to a provider by HTTP: bounded in time and size, and every failure an error of the viewer."""

import asyncio
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from penstock.errors import hides_frames
from penstock.service.errors import CatalogueError
from penstock.service.viewer.errors import AwayError, ProviderError, ViewerError

__tracebackhide__ = hides_frames

TIMEOUT: Final = 20.0
"""Seconds for an answer, from the request to its last byte."""
_SLOWEST: Final = 25_000
"""Bytes in a second that a large answer has at least: it may take longer than `TIMEOUT`."""
_OK: Final = 200
_NOT_FOUND: Final = 404
_TOO_MANY: Final = 429
_FAILING: Final = 500


class Web:
    """The provider at a URL.

    Args:
        url: its address, with http or https.
        timeout: seconds for an answer.

    Raises:
        ViewerError: the address is not one of http or https.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        if not _is_address(url):
            shown = url.rpartition("@")[2]  # without a password
            raise ViewerError(f"{shown!r} is not the address of a provider", "it is like http://127.0.0.1:8402")
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, path: str, most: int) -> bytes:
        """Return the content at a path.

        Args:
            path: the path below the address, with a slash in front.
            most: bytes that it may have at most.

        Raises:
            AwayError: the provider does not answer in time, or has a failure of his own.
            ProviderError: he has nothing there, or more bytes.
        """
        return await self._asked(self._client.build_request("GET", self.url + path), most)

    async def post(self, path: str, most: int, json: Any) -> bytes:
        """Return the answer to a POST of a value as JSON. Arguments and errors as those of `get`."""
        return await self._asked(self._client.build_request("POST", self.url + path, json=json), most)

    async def _asked(self, request: httpx.Request, most: int) -> bytes:
        name = f"{request.method} {request.url.path}"
        try:
            async with asyncio.timeout(self._timeout + most / _SLOWEST):
                response = await self._client.send(request, stream=True)
                try:
                    return await _read(response, name, most)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise AwayError(f"the provider at {self.url} has not answered {name} in time") from None
        except httpx.HTTPError as error:
            raise AwayError(f"the provider at {self.url} does not answer ({type(error).__name__})") from None


def _is_address(url: str) -> bool:
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        return False
    has_more = parts.query or parts.fragment or "@" in parts.netloc or port == 0
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not has_more


class WebFolder:
    """A title at a provider: a place with files, for a thread that is not that of the loop.

    Args:
        web: the provider.
        path: the path of the title.
    """

    def __init__(self, web: Web, path: str) -> None:
        self._web = web
        self._path = path
        self._loop = asyncio.get_running_loop()

    def read(self, name: str, most: int) -> bytes:
        """Return the content of a file, as `Place.read`."""
        future = asyncio.run_coroutine_threadsafe(self._web.get(f"{self._path}/{name}", most), self._loop)
        try:
            return future.result()
        except ProviderError as error:
            raise CatalogueError(f"{self._web.url}: {error}") from None


async def _read(response: httpx.Response, name: str, most: int) -> bytes:
    if response.status_code >= _FAILING or response.status_code == _TOO_MANY:
        raise AwayError(f"the provider answers {name} with status {response.status_code}")
    if response.status_code != _OK:
        found = "has nothing" if response.status_code == _NOT_FOUND else f"answers with status {response.status_code}"
        raise ProviderError(f"the provider {found} for {name}")
    read = bytearray()
    async for part in response.aiter_bytes():
        read += part
        if len(read) > most:
            raise ProviderError(f"the provider answers {name} with more than {most:,} bytes")
    return bytes(read)
