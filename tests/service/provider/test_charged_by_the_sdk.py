"""The server of the x402 SDK charges for a route with our scheme plugged in, and our authentication of httpx pays it.

The SDK keeps all that is HTTP: it says what a request costs, and finds the requirement of a payment. The facilitator
that it asks lets a till of ours take the payment.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.middleware.base import BaseHTTPMiddleware

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.service.provider.x402.till import Till
from penstock.service.viewer.x402.paying import PurseSettings, purse
from penstock.service.x402.binding import SCHEME
from penstock.service.x402.headers import (
    REQUIRED,
    RESPONSE,
    SIGNATURE,
    Payment,
    Requirement,
    payment_header,
    read_payment,
    read_receipt,
    read_required,
)
from tests.support.provider.sdk import requirement_of
from tests.support.provider.weather import served

fastapi = pytest.importorskip("fastapi", reason="FastAPI is not installed: pip install 'penstock[test]'")
x402 = pytest.importorskip("x402", reason="x402 is not installed: pip install 'penstock[test]'")
charging = pytest.importorskip("x402.http.middleware.fastapi")
types = pytest.importorskip("x402.http.types")
schemas = pytest.importorskip("x402.schemas")

PRICE = 100
NETWORK = BSV_REGTEST.name
TILL = "/till"
FLOW = "paymentFlow"
"""The field by which the SDK tells that a payment is taken before the answer."""


class Scheme:
    """Our scheme for the SDK's server: satoshis, for any ticket of a till.

    Attributes:
        asked: what the till asks for a request.
    """

    scheme = SCHEME
    default_asset_transfer_method = "default"
    payment_flows = {"default": {"supported": ("upfront",), "default": "upfront"}}  # noqa: RUF012 - a constant
    dynamic_extra_fields = ("title", "movie", "chunk")
    asked: Requirement

    def parse_price(self, price: Any, network: str) -> Any:
        return schemas.AssetAmount(amount=str(price), asset=self.asked.asset)

    def enhance_payment_requirements(self, requirements: Any, kind: Any, extensions: list[str]) -> Any:
        return requirements.model_copy(update={"extra": dict(self.asked.extra)})


class Facilitator:
    """A facilitator that hands payments to a till.

    Attributes:
        url: the address of the till.
    """

    url = ""

    def get_supported(self) -> Any:
        kind = schemas.SupportedKind(x402_version=2, scheme=SCHEME, network=NETWORK)
        return schemas.SupportedResponse(kinds=[kind], extensions=[], signers={})

    async def verify(self, payload: Any, requirements: Any) -> Any:
        raise AssertionError("a payment is taken before the answer, and not verified apart from that")

    async def settle(self, payload: Any, requirements: Any) -> Any:
        extra = {name: value for name, value in payload.accepted.extra.items() if name != FLOW}
        accepted = requirement_of(requirements, extra)
        headers = {SIGNATURE: payment_header(Payment(accepted, payload.payload))}
        async with httpx.AsyncClient() as client:
            answer = await client.get(self.url + TILL, headers=headers)
        told = read_receipt(answer.headers[RESPONSE])
        return schemas.SettleResponse(
            success=told.is_success,
            transaction="",
            amount=str(told.amount),
            extra=dict(told.extra),
            network=told.network,
            error_reason=told.reason or None,
        )


@contextmanager
def weather(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve `/weather`, for which the SDK charges; yield the address, and the requests that were answered."""
    app, scheme, facilitator, asked = fastapi.FastAPI(), Scheme(), Facilitator(), list[str]()

    async def taken() -> dict[str, bool]:
        return {"taken": True}

    async def answered(city: str) -> dict[str, str]:
        asked.append(city)
        return {"city": city}

    async def charge(request: Any, call_next: Any) -> Any:
        server = x402.x402ResourceServer(facilitator)
        server.register(NETWORK, scheme)
        option = types.PaymentOption(SCHEME, scheme.asked.pay_to, PRICE, NETWORK, scheme.asked.seconds)
        routes = {"GET /weather": types.RouteConfig(option)}
        return await charging.payment_middleware(routes, server)(request, call_next)

    app.add_api_route(TILL, taken)
    app.add_api_route("/weather", answered)
    app.add_middleware(BaseHTTPMiddleware, dispatch=charge)
    app.add_middleware(Till, prices={TILL: PRICE}, folder=folder)
    with served(app) as url:
        facilitator.url = url
        (scheme.asked,) = read_required(httpx.get(url + TILL).headers[REQUIRED]).accepts
        yield url, asked


def paying(folder: Path, work: Callable[[httpx.AsyncClient], Awaitable[None]]) -> None:
    async def main() -> None:
        async with (
            purse(PurseSettings(folder, 20_000, PRICE)) as auth,
            httpx.AsyncClient(auth=auth, timeout=30) as client,
        ):
            await work(client)

    asyncio.run(main())


def test_our_client_pays_it(tmp_path: Path) -> None:
    with weather(tmp_path / "till") as (url, asked):

        async def work(client: httpx.AsyncClient) -> None:
            for city in ("Delft", "Porto", "Delft"):
                answer = await client.get(f"{url}/weather", params={"city": city})
                assert (answer.status_code, answer.json()) == (200, {"city": city})
                told = read_receipt(answer.headers[RESPONSE])
                assert (told.is_success, told.amount) == (True, PRICE)

        paying(tmp_path / "purse", work)
        assert asked == ["Delft", "Porto", "Delft"]
        unpaid = httpx.get(f"{url}/weather?city=Rome")
        assert unpaid.status_code == 402
        assert len(asked) == 3


def test_a_payment_is_taken_for_one_request_alone(tmp_path: Path) -> None:
    """The same payment again gets no answer; one with a changed signature neither."""
    with weather(tmp_path / "till") as (url, asked):
        sent: list[str] = []

        async def work(client: httpx.AsyncClient) -> None:
            answer = await client.get(f"{url}/weather", params={"city": "Delft"})
            sent.append(answer.request.headers[SIGNATURE])

        paying(tmp_path / "purse", work)
        paid = read_payment(sent[0])
        update = bytearray.fromhex(str(paid.payload["update"]))
        update[-10] ^= 1
        forged = Payment(paid.accepted, {"update": update.hex(), "identifier": "another"})
        for each in (forged, Payment(paid.accepted, {**paid.payload, "identifier": "another"})):
            answer = httpx.get(f"{url}/weather?city=Rome", headers={SIGNATURE: payment_header(each)})
            assert answer.status_code == 402
            assert asked == ["Delft"], "nothing was done for it"
            assert not read_receipt(answer.headers[RESPONSE]).is_success
