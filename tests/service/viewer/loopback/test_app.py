"""The server of the page as players see it: over a real port, with a provider who sells."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from penstock.channel.safe.protocol.states import Phase
from penstock.service.viewer.loopback import app
from tests.support.films import segments
from tests.support.shops.pages import Shown, shown
from tests.support.shops.serving import served
from tests.support.shops.shop import Shop

PAGE = {"x-penstock-page": "1"}


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


def client_of(view: Shown) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=view.place.url, timeout=30)


def test_a_player_gets_the_film_and_pays_each_segment_once(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view, client_of(view) as client:
            lines = (await client.get("q0.m3u8")).text.splitlines()
            assert lines[:2] == ["#EXTM3U", "#EXT-X-VERSION:7"]
            names = [line for line in lines if not line.startswith("#")]
            assert names == [f"q0/{index:05}.m4s" for index in range(5)]
            assert '#EXT-X-MAP:URI="q0/init.mp4"' in lines
            assert sum(float(line[8:-1]) for line in lines if line.startswith("#EXTINF:")) == 5.0
            for _ in range(2):
                found = [(await client.get(name)).content for name in ("q0/init.mp4", *names)]
                assert found == segments(tmp_path / "high.mp4")
            assert [index for _, index in shop.sold] == [0, 1, 2, 3, 4]

    run(main())


def test_heads_and_parts_pay_for_nothing_more(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        size = shop.prepared.qualities[0].leaves[1].length
        async with served(shop) as serving, shown(serving, tmp_path) as view, client_of(view) as client:
            answer = await client.head("q0/00001.m4s")
            assert (answer.status_code, answer.headers["content-length"]) == (200, str(size))
            for path in ("", "q0.m3u8", "title", "state", "page.js", "q0/init.mp4"):
                assert (await client.head(path)).status_code == 200, path
                assert (await client.get(path)).status_code == 200, path
            assert shop.sold == []
            whole = (await client.get("q0/00001.m4s")).content
            for given, part in (
                ("bytes=0-", whole),
                ("bytes=0-9", whole[:10]),
                ("bytes=10-", whole[10:]),
                (f"bytes=5-{size * 9}", whole[5:]),
            ):
                answer = await client.get("q0/00001.m4s", headers={"range": given})
                assert (answer.status_code, answer.content) == (206, part)
            assert (await client.get("q0/00001.m4s", headers={"range": f"bytes={size}-"})).status_code == 416
            for odd in ("bytes=-5", "bytes=a-b", "bytes=0-1,3-4", "lines=0-1"):
                assert (await client.get("q0/00001.m4s", headers={"range": odd})).content == whole
            assert len(shop.sold) == 1

    run(main())


def test_the_playlist_over_all_is_for_the_page(title: Path, tmp_path: Path) -> None:
    """A player tries several qualities, and pays for each."""

    async def main() -> None:
        async with served(Shop(title)) as serving, shown(serving, tmp_path) as view, client_of(view) as client:
            assert (await client.get("master.m3u8")).status_code == 404
            answer = await client.get("master.m3u8", headers={"sec-fetch-site": "same-origin"})
            assert answer.text.count("#EXT-X-STREAM-INF") == 2
            assert "RESOLUTION=64x48" in answer.text
            assert "q1.m3u8" in answer.text

    run(main())


def test_a_player_waits_while_the_provider_is_away(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view, client_of(view) as client:
            await client.get("q0/00000.m4s")
            await serving.stop()
            waiting = asyncio.create_task(client.get("q0/00001.m4s"))
            await asyncio.sleep(1.5)
            assert not waiting.done()
            told = await client.get("q0/00001.m4s", headers=PAGE)
            assert (told.status_code, told.json()["code"]) == (503, "provider-away")
            assert (await client.get("state")).json()["trouble"]["code"] == "provider-away"
            await serving.start()
            assert (await waiting).status_code == 200
            assert [index for _, index in shop.sold] == [0, 1]

    run(main())


def test_a_player_that_has_waited_too_long_gets_no_answer(
    title: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "HOLD", 0.5)

    async def main() -> None:
        async with AsyncExitStack() as stack:
            serving = await stack.enter_async_context(served(Shop(title, price=500)))
            view = await stack.enter_async_context(shown(serving, tmp_path, most_price=400))
            client = await stack.enter_async_context(client_of(view))
            for _ in range(2):
                with pytest.raises(httpx.RemoteProtocolError):
                    await client.get("q0/00001.m4s")
            told = await client.get("q0/00001.m4s", headers=PAGE)
            assert told.status_code == 503
            assert told.json() == {
                "code": "price",
                "reason": "a piece costs 500 satoshis, and you allow 400",
                "remedy": "allow more with --most-price 500",
            }

    run(main())


def test_a_request_that_is_given_up_before_its_turn_is_not_paid(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view, client_of(view) as client:
            await client.get("q0/00000.m4s")
            await serving.stop()
            waiting = asyncio.create_task(client.get("q0/00003.m4s"))
            await asyncio.sleep(0.5)
            waiting.cancel()
            await asyncio.sleep(0.2)
            await serving.start()
            await client.get("q0/00001.m4s")
            await asyncio.sleep(0.3)
            assert [index for _, index in shop.sold] == [0, 1]

    run(main())


def test_the_state_is_told_with_each_change(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view, client_of(view) as client:
            first = (await client.get("state")).json()
            assert (first["phase"], first["paid"], first["left"], first["channel"]) == ("opening", 0, 10_000, None)
            async with client.stream("GET", "events") as events:
                lines = events.aiter_lines()
                assert (await anext(lines)).startswith("data: ")
                await client.get("q0/00002.m4s")
                async for line in lines:
                    if '"bought": [[[2, 100]], []]' in line:
                        break
            state = (await client.get("state")).json()
            held = view.buyer.session.state
            assert held is not None
            assert (state["paid"], state["pieces"], state["price"]) == (held.paid, 1, 100)
            assert state["left"] == 10_000 - held.paid - 1
            assert (state["phase"], state["connected"], state["trouble"]) == ("open", True, None)

    run(main())


def test_the_user_stops_and_the_channel_stays(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view, client_of(view) as client:
            await client.get("q0/00000.m4s")
            assert (await client.get("stop")).status_code == 404
            assert (await client.put("stop")).status_code == 405
            assert (await client.post("stop")).status_code == 200
            await asyncio.wait_for(view.task, 10)
            assert view.buyer.session.state is not None
            assert view.buyer.session.state.phase is Phase.OPEN

    run(main())


def test_the_user_closes_and_the_settlement_is_mined(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        async with served(shop) as serving, shown(serving, tmp_path) as view, client_of(view) as client:
            await client.get("q0/00000.m4s")
            assert (await client.post("close")).status_code == 200
            await asyncio.wait_for(view.task, 20)
            state = view.buyer.session.state
            assert state is not None
            assert state.phase is Phase.CLOSED
            spend = shop.ledger.spender(state.funding) if state.funding else None
            assert spend is not None
            assert spend.outputs[0].value == 102

    run(main())
