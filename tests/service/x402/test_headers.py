"""Headers of x402: one form each, read as they were written, held against the SDK of its makers both ways."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.safe.agreement.chains import BSV_MAIN, BTC_MAIN
from penstock.service.x402.binding import Item, asset_of, item_of, requirement
from penstock.service.x402.headers import (
    MOST_HEADER,
    HeaderError,
    Payment,
    Receipt,
    Required,
    Resource,
    payment_header,
    read_payment,
    read_receipt,
    read_required,
    receipt_header,
    required_header,
)

ITEM = Item(bytes(range(32)), bytes(32), 3)
ASKED = requirement(BSV_MAIN, bytes(32), ITEM, 100, 2, "https://films.example/v1/channel")
ON_BTC = requirement(BTC_MAIN, bytes(32), ITEM, 7_000, 330, "https://films.example/v1/channel")
RESOURCE = Resource("https://films.example/v1/titles/00/0/00003.key", "the key of a chunk", "application/octet-stream")
REQUIRED = Required(RESOURCE, (ASKED, ON_BTC), "the price was another")
PAYMENT = Payment(ASKED, {"update": "00", "identifier": "a request"}, RESOURCE)
RECEIPT = Receipt("bsv:mainnet", is_success=True, amount=100, payer="someone", extra={"commitment": "c/1"})
REFUSED = Receipt("bsv:mainnet", is_success=False, reason="no money", amount=0)


def changed(header: str, change: dict[str, Any], gone: str = "") -> str:
    found = json.loads(base64.b64decode(header)) | change
    found.pop(gone, None)
    return base64.b64encode(json.dumps(found).encode()).decode()


def test_headers_are_read_as_they_were_written() -> None:
    assert read_required(required_header(REQUIRED)) == REQUIRED
    assert read_required(required_header(replace(REQUIRED, error=""))) == replace(REQUIRED, error="")
    for paid in (PAYMENT, replace(PAYMENT, resource=None)):
        assert read_payment(payment_header(paid)) == paid
    for told in (RECEIPT, REFUSED):
        assert read_receipt(receipt_header(told)) == told


def test_the_item_of_a_requirement() -> None:
    assert item_of(ASKED) == ITEM
    assert (asset_of(BSV_MAIN), asset_of(BTC_MAIN)) == ("BSV", "bip122:000000000019d6689c085ae165831e93/slip44:0")


@pytest.mark.parametrize(
    "change",
    [
        {"x402Version": 1},
        {"x402Version": 3},
        {"x402Version": "2"},
        {"x402Version": 2.0},
        {"x402Version": True},
        {"more": 1},
        {"accepts": []},
        {"accepts": {}},
        {"accepts": [1]},
        {"accepts": [{}]},
        {"error": 7},
        {"error": "\x1b[2J"},
        {"resource": "https://films.example"},
        {"resource": {}},
        {"resource": {"url": ""}},
        {"resource": {"url": "https://x", "mime_type": "a/b"}},
    ],
    ids=str,
)
def test_another_form_of_what_is_required_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(HeaderError):
        read_required(changed(required_header(REQUIRED), change))


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 100},
        {"amount": "0100"},
        {"amount": "-1"},
        {"amount": "1e2"},
        {"amount": " 100"},
        {"amount": "٣"},
        {"amount": "2100000000000001"},
        {"maxTimeoutSeconds": "60"},
        {"maxTimeoutSeconds": 0},
        {"maxTimeoutSeconds": True},
        {"extra": None},
        {"extra": []},
        {"payTo": ""},
        {"scheme": ""},
        {"network": 5},
        {"pay_to": "x"},
    ],
    ids=str,
)
def test_another_form_of_a_requirement_is_refused(change: dict[str, Any]) -> None:
    header = changed(payment_header(PAYMENT), {"accepted": ASKED.to_json() | change})
    with pytest.raises(HeaderError):
        read_payment(header)


@pytest.mark.parametrize("name", ["x402Version", "accepted", "payload"])
def test_a_field_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(HeaderError, match=f"{name} is missing"):
        read_payment(changed(payment_header(PAYMENT), {}, name))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "e30",
        "e30=\n",
        "e30 =",
        "e31=",
        base64.b64encode(b'{"x402Version":2,"x402Version":2}').decode(),
        base64.b64encode(b'{"x402Version":NaN}').decode(),
        base64.b64encode(b"[1]").decode(),
        base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b"[" * 5_000).decode(),
        "A" * (MOST_HEADER + 4),
    ],
    ids=lambda each: each[:12] or "empty",
)
def test_what_is_not_base64_of_json_is_refused(header: str) -> None:
    for read in (read_required, read_payment, read_receipt):
        with pytest.raises(HeaderError):
            read(header)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda each: st.lists(each) | st.dictionaries(st.text(), each),
        max_leaves=12,
    )
)
def test_any_json_raises_only_the_one_error(value: object) -> None:
    header = base64.b64encode(json.dumps(value).encode()).decode()
    for read in (read_required, read_payment, read_receipt):
        try:
            read(header)
        except HeaderError:
            continue
        raise AssertionError(value)


# The SDK --------------------------------------------------------------------------------------------------------------

x402 = pytest.importorskip("x402.http.utils", reason="x402 is not installed: pip install 'penstock[test]'")


def test_the_sdk_reads_our_headers() -> None:
    required = x402.decode_payment_required_header(required_header(REQUIRED))
    assert (required.x402_version, required.error, required.resource.url) == (2, REQUIRED.error, RESOURCE.url)
    for ours, theirs in zip(REQUIRED.accepts, required.accepts, strict=True):
        assert theirs.model_dump(by_alias=True) == ours.to_json()
    paid = x402.decode_payment_signature_header(payment_header(PAYMENT))
    assert paid.payload == PAYMENT.payload
    assert paid.accepted.model_dump(by_alias=True) == ASKED.to_json()
    told = x402.decode_payment_response_header(receipt_header(RECEIPT))
    assert (told.success, told.transaction, told.network, told.amount) == (True, "", "bsv:mainnet", "100")
    assert told.extra == RECEIPT.extra


def test_we_read_the_headers_of_the_sdk() -> None:
    required = x402.decode_payment_required_header(required_header(REQUIRED))
    assert read_required(x402.encode_payment_required_header(required)) == REQUIRED
    paid = x402.decode_payment_signature_header(payment_header(PAYMENT))
    assert read_payment(x402.encode_payment_signature_header(paid)) == PAYMENT
    for ours in (RECEIPT, REFUSED):
        told = x402.decode_payment_response_header(receipt_header(ours))
        assert read_receipt(x402.encode_payment_response_header(told)) == ours


@pytest.mark.parametrize(
    "change",
    [{"x402Version": 3}, {"more": 1}, {"accepted": ASKED.to_json() | {"maxTimeoutSeconds": "60"}}],
    ids=str,
)
def test_we_are_stricter_than_the_sdk(change: dict[str, Any]) -> None:
    header = changed(payment_header(PAYMENT), change)
    x402.decode_payment_signature_header(header)
    with pytest.raises(HeaderError):
        read_payment(header)
