"""Serving: the address of a peer is that of his connection, unless a proxy that the operator names tells another."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from penstock.service.provider.app import peer_of
from penstock.service.serving import listening_at, serve


async def peer(request: Request) -> Response:
    return PlainTextResponse(f"{peer_of(request.scope)} {request.url.scheme}")


def told(proxies: str | None, headers: list[tuple[str, str]]) -> str:
    """The peer that a server with these proxies in front sees, for a request of this machine with these headers."""

    async def main() -> str:
        listening = listening_at("127.0.0.1", 0)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        serving = asyncio.create_task(serve(Starlette(routes=[Route("/", peer)]), listening, proxies=proxies))
        try:
            async with httpx.AsyncClient() as client:
                return (await client.get(url, headers=headers)).text
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    return asyncio.run(asyncio.wait_for(main(), 30))


FORWARDED = [("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https")]


@pytest.mark.parametrize("proxies", [None, "192.0.2.1"], ids=["no proxy", "another proxy"])
def test_a_viewer_cannot_tell_another_address(proxies: str | None) -> None:
    assert told(proxies, FORWARDED) == "127.0.0.1 http"
    assert told(proxies, [("Forwarded", "for=198.51.100.7"), ("X-Real-IP", "198.51.100.7")]) == "127.0.0.1 http"


def test_a_proxy_that_is_named_tells_the_address() -> None:
    assert told("127.0.0.1", FORWARDED) == "198.51.100.7 https"


def test_a_viewer_cannot_tell_an_address_through_a_proxy() -> None:
    """She sends the header too; the proxy adds hers to it, and the last one counts."""
    assert told("127.0.0.1", [("X-Forwarded-For", "203.0.113.1, 198.51.100.7")]) == "198.51.100.7 http"
