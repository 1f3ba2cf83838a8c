"""Requests that are paid by httpx's authentication: the weather by the request, and what must not be paid."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from penstock.channel.safe.agreement.chains import BTC_REGTEST
from penstock.service.viewer.errors import PriceError, ViewerError
from penstock.service.viewer.x402.paying import Paying, PurseSettings, purse
from penstock.service.x402.headers import (
    REQUIRED,
    RESPONSE,
    SIGNATURE,
    payment_header,
    read_payment,
    read_receipt,
    read_required,
    required_header,
)
from tests.support.provider.weather import weather

PRICES = {"/weather": 100, "/forecast": 300}


def paying(
    folder: Path,
    work: Callable[[httpx.AsyncClient, Paying], Awaitable[None]],
    budget: int = 20_000,
    most: int | None = None,
) -> None:
    async def main() -> None:
        async with (
            purse(PurseSettings(folder, budget, most)) as auth,
            httpx.AsyncClient(auth=auth, timeout=30) as client,
        ):
            await work(client, auth)

    asyncio.run(main())


@pytest.mark.parametrize("options", [{}, {"network": BTC_REGTEST}], ids=["bsv", "btc"])
def test_the_weather_is_paid_by_the_request(tmp_path: Path, options: dict[str, Any]) -> None:
    with weather(tmp_path / "till", PRICES, **options) as url:

        async def work(client: httpx.AsyncClient, auth: Paying) -> None:
            for count in range(1, 4):
                answer = await client.get(f"{url}/weather", params={"city": "Delft"})
                assert answer.json() == {"path": "/weather", "city": "Delft", "count": count}
                told = read_receipt(answer.headers[RESPONSE])
                assert (told.amount, told.extra["after"]) == (100, str(100 * count))
            answer = await client.get(f"{url}/forecast")
            assert read_receipt(answer.headers[RESPONSE]).amount == 300
            assert auth.paid == 3 * 100 + 300
            assert RESPONSE not in (await client.get(f"{url}/free")).headers

        paying(tmp_path / "purse", work, budget=100_000)


def test_a_channel_is_used_again_after_a_restart_of_both(tmp_path: Path) -> None:
    for round_ in range(2):
        with weather(tmp_path / "till", PRICES) as url:

            async def work(client: httpx.AsyncClient, _: Paying, url: str = url, round_: int = round_) -> None:
                answer = await client.get(f"{url}/weather")
                assert answer.status_code == 200
                # the address is another one after the restart, so the channel is too; a ticket is not used twice
                assert read_receipt(answer.headers[RESPONSE]).extra["state"] == 1
                assert round_ in (0, 1)

            paying(tmp_path / "purse", work)


def test_without_a_payment_it_is_told_what_a_request_costs(tmp_path: Path) -> None:
    with weather(tmp_path / "till", PRICES) as url:
        answer = httpx.get(f"{url}/weather")
        assert (answer.status_code, answer.json()["satoshis"]) == (402, 100)
        (accepted,) = read_required(answer.headers[REQUIRED]).accepts
        assert accepted.extra["channel"] == f"{url}/penstock/v1/channel"
        assert httpx.get(f"{url}/penstock/v1/catalogue").json()["titles"][0]["name"] == "/weather/0"


def test_the_payment_of_one_request_does_not_pay_for_another(tmp_path: Path) -> None:
    """The header again, with another name of the request, and for a dearer route."""
    headers: list[str] = []

    async def keep(request: httpx.Request) -> None:
        if SIGNATURE in request.headers:
            headers.append(request.headers[SIGNATURE])

    with weather(tmp_path / "till", PRICES) as url:

        async def work(client: httpx.AsyncClient, _: Paying) -> None:
            client.event_hooks["request"].append(keep)
            await client.get(f"{url}/weather")
            first = headers[-1]
            async with httpx.AsyncClient() as thief:
                # the same request again: its answer was lost
                again = await thief.get(f"{url}/weather", headers={SIGNATURE: first})
                assert again.status_code == 200
                dearer = await thief.get(f"{url}/forecast", headers={SIGNATURE: first})
                assert dearer.status_code == 402
                renamed = _renamed(first)
                other = await thief.get(f"{url}/weather", headers={SIGNATURE: renamed})
                assert other.status_code == 402
                assert "another request" in read_receipt(other.headers[RESPONSE]).reason
            await client.get(f"{url}/weather")
            async with httpx.AsyncClient() as thief:
                stale = await thief.get(f"{url}/weather", headers={SIGNATURE: first})
                assert stale.status_code == 402

        paying(tmp_path / "purse", work)


def test_a_payment_is_used_for_one_request_alone_also_after_a_restart(tmp_path: Path) -> None:
    headers: list[str] = []

    async def work(client: httpx.AsyncClient, _: Paying) -> None:
        answer = await client.get(f"{url}/weather")
        headers.append(answer.request.headers[SIGNATURE])

    with weather(tmp_path / "till", PRICES) as url:
        paying(tmp_path / "purse", work)
    with weather(tmp_path / "till", PRICES, port=int(url.rpartition(":")[2])) as url:
        while httpx.get(f"{url}/penstock/ready").status_code != 200:
            time.sleep(0.1)
        other = httpx.get(f"{url}/weather", headers={SIGNATURE: _renamed(headers[0])})
        assert other.status_code == 402
        assert "another request" in read_receipt(other.headers[RESPONSE]).reason
        assert httpx.get(f"{url}/weather", headers={SIGNATURE: headers[0]}).status_code == 200


def _renamed(header: str) -> str:
    paid = read_payment(header)
    return payment_header(replace(paid, payload=dict(paid.payload) | {"identifier": "another"}))


def test_a_price_above_the_limit_is_not_paid(tmp_path: Path) -> None:
    with weather(tmp_path / "till", PRICES) as url:

        async def work(client: httpx.AsyncClient, auth: Paying) -> None:
            with pytest.raises(PriceError, match="300"):
                await client.get(f"{url}/forecast")
            assert auth.paid == 0
            assert (await client.get(f"{url}/weather")).status_code == 200

        paying(tmp_path / "purse", work, most=200)


def test_tickets_do_not_end(tmp_path: Path) -> None:
    """A set has four: the next comes once half of it is used."""
    with weather(tmp_path / "till", {"/weather": 100}, steps=4) as url:

        async def work(client: httpx.AsyncClient, auth: Paying) -> None:
            for _ in range(9):
                assert (await client.get(f"{url}/weather")).status_code == 200
            assert auth.paid == 900

        paying(tmp_path / "purse", work)
    assert (tmp_path / "till" / "tickets-weather").read_text().strip() >= "3"


def test_another_address_is_not_paid(tmp_path: Path) -> None:
    """A server that was asked must not send the client to another one, of this machine perhaps."""
    with weather(tmp_path / "till", PRICES) as url:
        found = read_required(httpx.get(f"{url}/weather").headers[REQUIRED])

        async def work(_: httpx.AsyncClient, auth: Paying) -> None:
            (accepted,) = found.accepts
            extra = dict(accepted.extra) | {"channel": "http://127.0.0.1:1/v1/channel"}
            forged = required_header(replace(found, accepts=(replace(accepted, extra=extra),)))

            def answer(_: httpx.Request) -> httpx.Response:
                return httpx.Response(402, headers={REQUIRED: forged})

            async with httpx.AsyncClient(auth=auth, transport=httpx.MockTransport(answer)) as other:
                with pytest.raises(ViewerError, match="another address"):
                    await other.get(f"{url}/weather")
            assert auth.paid == 0

        paying(tmp_path / "purse", work)


def test_a_client_without_a_loop_is_told(tmp_path: Path) -> None:
    with weather(tmp_path / "till", PRICES) as url:

        async def work(_: httpx.AsyncClient, auth: Paying) -> None:
            with pytest.raises(ViewerError, match="AsyncClient"):
                await asyncio.to_thread(httpx.get, f"{url}/weather", auth=auth)

        paying(tmp_path / "purse", work)
