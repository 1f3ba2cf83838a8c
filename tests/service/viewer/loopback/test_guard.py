"""The guard: each attack is tried on a real port, with the right token, and spends nothing."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.shops.pages import shown
from tests.support.shops.serving import served
from tests.support.shops.shop import Shop

HERE = "http://127.0.0.1:{port}"
CROSS = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
ATTACKS = {
    "an image of another page": {**CROSS, "sec-fetch-dest": "image"},
    "a video of another page": {**CROSS, "sec-fetch-dest": "video"},
    "a script of another page": {**CROSS, "sec-fetch-dest": "script"},
    "a frame of another page": {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "iframe",
    },
    "a link of another page": {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    },
    "another port of this machine": {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"},
    "another origin": {"origin": "http://evil.example"},
    "another port as origin": {"origin": "http://127.0.0.1:1"},
    "the origin null": {"origin": "null"},
    "the other name as origin": {"origin": "http://localhost:{port}"},
    "a name that was bound to this machine": {"host": "rebind.example:{port}"},
    "a name with ours in front": {"host": "127.0.0.1:{port}.evil.example"},
    "our name without the port": {"host": "127.0.0.1"},
    "our name in capitals": {"host": "LOCALHOST:{port}"},
    "another address of this machine": {"host": "127.0.0.2:{port}"},
    "an address as host": {"host": "http://127.0.0.1:{port}/"},
    "an empty host": {"host": ""},
}


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


async def raw(port: int, request: str) -> bytes:
    """The answer to a request that is written by hand."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode("latin-1"))
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(200), 10)
    writer.close()
    await writer.wait_closed()
    return answer


def test_attacks_spend_nothing(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view:
            port = view.place.port
            async with httpx.AsyncClient(base_url=view.place.url) as client:
                for name, headers in ATTACKS.items():
                    given = {key: value.format(port=port) for key, value in headers.items()}
                    for method, path in (("GET", "q0/00000.m4s"), ("POST", "stop"), ("GET", "state"), ("GET", "title")):
                        answer = await client.request(method, path, headers=given)
                        assert answer.status_code == 403, (name, method, path)
                        assert "access-control-allow-origin" not in answer.headers
                token = view.place.token
                doubled = (
                    f"GET /{token}/q0/00000.m4s HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}\r\n\r\n"
                )
                assert (await raw(port, doubled)).split()[1] in {b"403", b"400"}
                missing = f"GET /{token}/q0/00000.m4s HTTP/1.0\r\n\r\n"
                assert (await raw(port, missing)).split()[1] in {b"403", b"400"}
                absolute = f"GET http://evil.example/{token}/q0/00000.m4s HTTP/1.1\r\nHost: evil.example\r\n\r\n"
                assert (await raw(port, absolute)).split()[1] in {b"403", b"400"}
            assert (shop.sold, shop.states, view.page.is_stopped) == ([], {}, False)

    run(main())


def test_without_the_token_there_is_nothing(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view:
            token = view.place.token
            assert len(token) >= 32
            base = f"http://127.0.0.1:{view.place.port}"
            async with httpx.AsyncClient() as client:
                for path in (
                    "/",
                    "/q0/00000.m4s",
                    f"/{token[:-1]}/q0/00000.m4s",
                    f"/{token}x/q0/00000.m4s",
                    f"/{token.swapcase()}/state",
                    f"//{token}/state",
                    f"/%2f{token}/state",
                    "/\u00e9/state",
                ):
                    assert (await client.get(base + path)).status_code == 404, path
                assert (await client.post(f"{base}/stop")).status_code == 404
            assert shop.sold == []

    run(main())


def test_names_are_not_paths(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view:
            for path in (
                "../state",
                "..%2f..%2fetc%2fpasswd",
                "q0/..%2f..%2finit.mp4",
                "q0/%2e%2e/00000.m4s",
                "q9/00000.m4s",
                "q0/00005.m4s",
                "q0/99999999.m4s",
                "q0/000000.m4s",
                "q0/0.m4s",
                "q0/-0001.m4s",
                "q0/\u0660\u0660\u0660\u0660\u0660.m4s",
                "q00/00000.m4s",
                "page.html",
                "channels.db",
            ):
                head = f"GET /{view.place.token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{view.place.port}\r\n\r\n"
                answer = await raw(view.place.port, head.encode().decode("latin-1"))
                assert answer.split()[1] in {b"404", b"400", b"403"}, path
            assert shop.sold == []

    run(main())


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="a player"),
        pytest.param({"host": "localhost:{port}"}, id="the other name"),
        pytest.param({"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:{port}"}, id="the page"),
        pytest.param({"sec-fetch-site": "none"}, id="typed"),
    ],
)
def test_what_is_allowed(title: Path, tmp_path: Path, headers: dict[str, str]) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view:
            given = {key: value.format(port=view.place.port) for key, value in headers.items()}
            async with httpx.AsyncClient(base_url=view.place.url, timeout=20) as client:
                answer = await client.get("q0/00000.m4s", headers=given)
                assert answer.status_code == 200
                assert answer.headers["cache-control"] == "no-store"
                assert answer.headers["cross-origin-resource-policy"] == "same-origin"
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert len(shop.sold) == 1

    run(main())


def test_a_link_leads_to_the_page_and_to_nothing_else(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        link = ATTACKS["a link of another page"]
        async with served(Shop(title)) as serving, shown(serving, tmp_path) as view:
            client = httpx.AsyncClient(base_url=view.place.url)
            assert (await client.get("", headers=link)).status_code == 200
            assert (await client.post("", headers=link)).status_code == 403
            assert (await client.get("", headers=ATTACKS["a frame of another page"])).status_code == 403
            await client.aclose()

    run(main())
