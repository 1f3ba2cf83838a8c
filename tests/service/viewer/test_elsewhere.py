"""Addresses in answers of a provider: they lead a viewer to no other server, of her own network perhaps."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from penstock.channel.safe.agreement.chains import BSV_MAIN, BSV_REGTEST
from penstock.service.serving import listening_at, serve
from penstock.service.viewer.errors import ViewerError
from penstock.service.viewer.remote.connection import Connection
from penstock.service.viewer.remote.shop import _trial_chain, shop_of
from penstock.service.viewer.remote.web import Web
from tests.support.shops.serving import Serving
from tests.support.shops.shop import Shop

URL = "http://127.0.0.1:8402"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(title: Path, code: int) -> None:
    """Neither by requests nor by the connection of frames."""

    async def main() -> None:
        other = Serving(Shop(title))
        await other.start()

        async def elsewhere(request: Request) -> Response:
            return RedirectResponse(f"{other.url}{request.url.path}", code)

        listening = listening_at("127.0.0.1", 0)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = Starlette(routes=[Route("/{path:path}", elsewhere)])
        serving = asyncio.create_task(serve(app, listening))
        web = Web(url)
        try:
            with pytest.raises(ViewerError):
                await shop_of(web)
            with pytest.raises(ViewerError):
                await Connection.open(url)
            assert other.shop.senders == {}
            assert other.shop.requests == []
        finally:
            await web.close()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await other.stop()

    asyncio.run(asyncio.wait_for(main(), 60))


@pytest.mark.parametrize(
    "path",
    [
        "/chain",
        "//evil.example",
        "/@evil.example",
        "/..//evil.example",
        "/\\evil.example",
        "/?@evil.example",
        "/#@evil",
    ],
)
def test_the_chain_for_trying_out_is_at_the_same_server(path: str) -> None:
    found = _trial_chain(URL, BSV_REGTEST, path)
    assert found is not None
    assert urlsplit(found).netloc == "127.0.0.1:8402"


@pytest.mark.parametrize(
    "path", ["@evil.example", ".evil.example", ":80@evil.example/", "http://evil.example", "", "/\r\nX: y", 7]
)
def test_another_form_of_its_path_is_refused(path: object) -> None:
    with pytest.raises(ValueError, match="trial_chain"):
        _trial_chain(URL, BSV_REGTEST, path)


def test_where_coins_have_a_value_there_is_none() -> None:
    assert _trial_chain(URL, BSV_MAIN, "/chain") is None
