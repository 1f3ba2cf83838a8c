"""Keys as paid resources: 402 without a payment, the key for an Update, nothing for a forged or another one."""

import hashlib
from dataclasses import replace

import httpx
import pytest

from penstock.channel.safe.messages.kinds import Get, Update
from penstock.channel.safe.messages.wire import to_wire
from penstock.channel.safe.protocol.events import Received, Send
from penstock.service.x402.binding import item_of, key_of, payment
from penstock.service.x402.headers import (
    REQUIRED,
    RESPONSE,
    SIGNATURE,
    Payment,
    Requirement,
    payment_header,
    read_receipt,
    read_required,
)
from tests.support.provider.shop import CHUNK, Running
from tests.support.provider.viewer import Viewer, watching

OK, COSTS, NOT_FOUND = 200, 402, 404


def place(viewer: Viewer, chunk: int) -> str:
    return f"{viewer.url}/v1/titles/{viewer.title.root.hex()}/0/{chunk:05}.key"


def asked(viewer: Viewer, chunk: int) -> Requirement:
    answer = httpx.get(place(viewer, chunk))
    assert answer.status_code == COSTS
    (found,) = read_required(answer.headers[REQUIRED]).accepts
    return found


def update_for(viewer: Viewer, chunk: int) -> Update:
    """Let her machine sign for a chunk; nothing is sent."""
    viewer.state, actions = viewer.payer.ask(viewer.state, viewer.title.qualities[0].manifest, chunk)
    assert any(isinstance(each, Send) and isinstance(each.message, Get) for each in actions)
    viewer.state, actions = viewer.payer.step(viewer.state, Received(viewer.chunk(chunk)))
    (update,) = (each.message for each in actions if isinstance(each, Send))
    assert isinstance(update, Update)
    return update


def paid(viewer: Viewer, chunk: int, content: Payment) -> httpx.Response:
    return httpx.get(place(viewer, chunk), headers={SIGNATURE: payment_header(content)}, timeout=20)


def test_chunks_are_bought_by_requests_alone(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        viewer.socket.close()
        for chunk in range(3):
            accepted = asked(viewer, chunk)
            assert item_of(accepted).chunk == chunk
            update = update_for(viewer, chunk)
            answer = paid(viewer, chunk, payment(accepted, update, f"request {chunk}"))
            assert answer.status_code == OK, answer.headers
            told = read_receipt(answer.headers[RESPONSE])
            assert hashlib.sha256(answer.content).digest() == viewer.leaves[0][chunk].key
            assert told.extra["commitment"] == f"{viewer.state.channel.hex()}/{chunk + 1}"
            assert (told.amount, told.extra["before"], told.extra["after"]) == (
                100,
                str(100 * chunk),
                str(100 * (chunk + 1)),
            )
            viewer.tell(Received(key_of(told, update)))
        assert b"".join(each.plaintext for each in viewer.delivered) == shop.content[: 3 * CHUNK]


def test_the_same_payment_again_gets_the_same_key_and_charges_nothing(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        content = payment(asked(viewer, 0), update_for(viewer, 0), "once")
        first, second = (paid(viewer, 0, content) for _ in range(2))
        assert first.content == second.content
        assert read_receipt(first.headers[RESPONSE]) == read_receipt(second.headers[RESPONSE])
        assert shop.provider.store.load(viewer.state.channel, "payee").state.newest == 1


def test_forged_payments_get_no_key(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        viewer.buy(0)
        accepted, old = asked(viewer, 1), viewer.state.signed
        assert old is not None
        real = update_for(viewer, 1)
        other = asked(viewer, 2)
        forged = {
            "the signature of the state before": payment(accepted, replace(real, signature=old.signature), "a"),
            "another channel": payment(accepted, replace(real, channel=bytes(32)), "a"),
            "another state": payment(accepted, replace(real, state=3), "a"),
            "a lower price": payment(replace(accepted, amount=1), real, "a"),
            "another item's requirement": payment(other, real, "a"),
            "another item in the Update": payment(accepted, replace(real, chunk=2), "a"),
            "not an Update": Payment(
                accepted, {"update": to_wire(Get(bytes(32), bytes(32), 1)).hex(), "identifier": "a"}
            ),
            "not a message": Payment(accepted, {"update": "zz", "identifier": "a"}),
            "no identifier": Payment(accepted, {"update": to_wire(real).hex()}),
            "an empty identifier": payment(accepted, real, ""),
        }
        for name, content in forged.items():
            answer = paid(viewer, 1, content)
            assert answer.status_code == COSTS, name
            told = read_receipt(answer.headers[RESPONSE])
            assert not told.is_success
            assert told.reason, name
            assert read_required(answer.headers[REQUIRED]).error == told.reason
        assert shop.provider.store.load(viewer.state.channel, "payee").state.newest == 1
        assert paid(viewer, 1, payment(accepted, real, "a")).status_code == OK


def test_a_header_that_is_not_one_is_told(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        for header in ("", "x", "e30=", "A" * 9_000):
            answer = httpx.get(place(viewer, 0), headers={SIGNATURE: header})
            assert answer.status_code == COSTS
            assert not read_receipt(answer.headers[RESPONSE]).is_success


@pytest.mark.parametrize("name", ["0/00010.key", "1/00000.key", "0/x.key", "0/-1.key"])
def test_keys_that_are_not_sold_are_not_found(shop: Running, name: str) -> None:
    (root,) = shop.provider.library.titles
    assert httpx.get(f"{shop.url}/v1/titles/{root.hex()}/{name}").status_code == NOT_FOUND
    assert httpx.get(f"{shop.url}/v1/titles/{'00' * 32}/0/00000.key").status_code == NOT_FOUND


def test_the_headers_may_be_read_by_pages(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        answer = httpx.get(place(viewer, 0))
        assert REQUIRED in answer.headers["access-control-expose-headers"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["satoshis"] == 100
