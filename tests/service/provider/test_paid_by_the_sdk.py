"""The client of the x402 SDK pays our provider over sockets, with our scheme plugged in: it keeps all that is HTTP."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from penstock.channel.safe.messages.kinds import Update
from penstock.channel.safe.protocol.events import Received, Send
from penstock.service.x402.binding import SCHEME, asset_of, item_of, key_of, payment
from penstock.service.x402.headers import RESPONSE, read_receipt
from tests.service.provider.test_paid_keys import place
from tests.support.provider.sdk import requirement_of
from tests.support.provider.shop import Running
from tests.support.provider.viewer import Viewer, watching

x402 = pytest.importorskip("x402", reason="x402 is not installed: pip install 'penstock[test]'")
clients = pytest.importorskip("x402.http.clients.httpx")


@dataclass
class Scheme:
    """Our scheme for the SDK's client: it signs an Update for the item that a requirement names.

    Attributes:
        viewer: the channel that pays.
        is_forged: whether it signs with another key.
        updates: the Updates so far.
    """

    viewer: Viewer
    is_forged: bool = False
    scheme: str = SCHEME
    updates: list[Update] = field(default_factory=list)

    def create_payment_payload(self, requirements: Any) -> dict[str, Any]:
        asked = requirement_of(requirements, requirements.extra)
        viewer, chunk = self.viewer, item_of(asked).chunk
        viewer.state, _ = viewer.payer.ask(viewer.state, viewer.title.qualities[0].manifest, chunk)
        viewer.state, actions = viewer.payer.step(viewer.state, Received(viewer.chunk(chunk)))
        (update,) = (each.message for each in actions if isinstance(each, Send))
        assert isinstance(update, Update)
        self.updates.append(update)
        if self.is_forged:
            r, s = update.signature[:36], update.signature[36:]
            update = Update(update.channel, update.state, update.movie, update.chunk, r[:-1] + bytes([r[-1] ^ 1]) + s)
        return dict(payment(asked, update, f"request {chunk}").payload)


def fetched(scheme: Scheme, *chunks: int, most: str = "100") -> list[httpx.Response]:
    """The answers to requests of the SDK's client for keys."""

    async def run() -> list[httpx.Response]:
        network, client = scheme.viewer.state.terms.network, x402.x402Client()
        client.register(network.name, scheme)
        asset = {"network": network.name, "asset": asset_of(network), "max_amount_per_payment": most}
        client.set_spend_controls({"allowed_assets": [asset]})
        async with httpx.AsyncClient(transport=clients.x402AsyncTransport(client), timeout=30) as http:
            found = []
            for chunk in chunks:
                answer = await http.get(place(scheme.viewer, chunk))
                found.append(answer)
                if answer.status_code == httpx.codes.OK:
                    told = read_receipt(answer.headers[RESPONSE])
                    scheme.viewer.tell(Received(key_of(told, scheme.updates[-1])))
            return found

    return asyncio.run(run())


def test_it_buys_keys(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        scheme = Scheme(viewer)
        answers = fetched(scheme, 0, 1, 2)
        assert [each.status_code for each in answers] == [200, 200, 200]
        for answer, leaf in zip(answers, viewer.leaves[0], strict=False):
            assert hashlib.sha256(answer.content).digest() == leaf.key
            told = x402.http.utils.decode_payment_response_header(answer.headers[RESPONSE])
            assert (told.success, told.amount) == (True, "100")
        assert viewer.state.held == 3


def test_a_forged_signature_buys_none(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        (answer,) = fetched(Scheme(viewer, is_forged=True), 0)
        assert answer.status_code == 402
        assert not read_receipt(answer.headers[RESPONSE]).is_success
        assert len(answer.content) != 32


def test_its_limit_on_satoshis_holds(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        scheme = Scheme(viewer)
        with pytest.raises(clients.PaymentError, match="spend_controls"):
            fetched(scheme, 0, most="99")
        assert not scheme.updates
