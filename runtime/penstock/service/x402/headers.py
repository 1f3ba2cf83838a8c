"""Headers of x402, version 2: standard base64 of JSON objects with fixed fields.

    402 PAYMENT-REQUIRED  ──►  PAYMENT-SIGNATURE with the request again  ──►  200 PAYMENT-RESPONSE

In: values, or a header. Out: a header, or values. Another version, unknown or missing fields, values of other types and
other spellings of the same are refused: a field that one side ignores is one on which both do not agree.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from penstock.errors import PenstockError, hides_frames
from penstock.script.consensus import MAX_MONEY

__tracebackhide__ = hides_frames

REQUIRED: Final = "PAYMENT-REQUIRED"
SIGNATURE: Final = "PAYMENT-SIGNATURE"
RESPONSE: Final = "PAYMENT-RESPONSE"
VERSION: Final = 2
MOST_HEADER: Final = 12_000
"""Characters of a header at most: servers take about 16,000 for all of them."""
_MOST_TEXT: Final = 1_400
_MOST_SECONDS: Final = 86_400
_AMOUNT: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_ABSENT: Final[Mapping[str, object]] = {}

Values = Mapping[str, Any]


class HeaderError(PenstockError, ValueError):
    """A header that is not in the one form of x402, version 2."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A way in which a request may be paid.

    Attributes:
        scheme: the name of the scheme.
        network: the name of the network (CAIP-2).
        asset: the name of the asset.
        amount: satoshis that it costs at most.
        pay_to: who is paid.
        seconds: the time for the paid request.
        extra: fields of the scheme.
    """

    scheme: str
    network: str
    asset: str
    amount: int
    pay_to: str
    seconds: int
    extra: Values = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "scheme": self.scheme,
            "network": self.network,
            "asset": self.asset,
            "amount": str(self.amount),
            "payTo": self.pay_to,
            "maxTimeoutSeconds": self.seconds,
            "extra": dict(self.extra),
        }


@dataclass(frozen=True, slots=True)
class Resource:
    """The thing that is paid for: its URL, a description, its media type; the last two may be empty."""

    url: str
    description: str = ""
    media_type: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        found = {"url": self.url, "description": self.description, "mimeType": self.media_type}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Required:
    """The content of PAYMENT-REQUIRED.

    Attributes:
        resource: the thing that is paid for.
        accepts: the ways to pay for it, at least one.
        error: why a payment was not taken; empty if there was none.
    """

    resource: Resource
    accepts: tuple[Requirement, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """The content of PAYMENT-SIGNATURE.

    Attributes:
        accepted: the requirement that it is for, as it was in PAYMENT-REQUIRED.
        payload: fields of the scheme.
        resource: the thing that is paid for; None if it is not named.
    """

    accepted: Requirement
    payload: Values
    resource: Resource | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The content of PAYMENT-RESPONSE.

    Attributes:
        network: the name of the network.
        is_success: whether the payment was taken.
        reason: why it was not; empty if it was.
        amount: satoshis that were charged.
        payer: who has paid; empty if that is not known.
        extra: fields of the scheme.
    """

    network: str
    is_success: bool
    reason: str = ""
    amount: int = 0
    payer: str = ""
    extra: Values = field(default_factory=dict)


# Written --------------------------------------------------------------------------------------------------------------


def required_header(content: Required) -> str:
    """Return PAYMENT-REQUIRED."""
    found: dict[str, Any] = {"x402Version": VERSION}
    if content.error:
        found["error"] = content.error
    found |= {"resource": content.resource.to_json(), "accepts": [each.to_json() for each in content.accepts]}
    return _header(found)


def payment_header(content: Payment) -> str:
    """Return PAYMENT-SIGNATURE."""
    found: dict[str, Any] = {"x402Version": VERSION}
    if content.resource is not None:
        found["resource"] = content.resource.to_json()
    return _header(found | {"accepted": content.accepted.to_json(), "payload": dict(content.payload)})


def receipt_header(content: Receipt) -> str:
    """Return PAYMENT-RESPONSE. There is no transaction: nothing is on the chain while a channel is open."""
    found: dict[str, Any] = {"success": content.is_success}
    if not content.is_success:
        found["errorReason"] = content.reason
    if content.payer:
        found["payer"] = content.payer
    found |= {"transaction": "", "network": content.network, "amount": str(content.amount)}
    return _header(found | {"extra": dict(content.extra)})


# Read -----------------------------------------------------------------------------------------------------------------


def read_required(header: str) -> Required:
    """Read PAYMENT-REQUIRED.

    Raises:
        HeaderError: it is not in its one form.
    """
    found = _object(header)
    _demand(found, "PAYMENT-REQUIRED", ("x402Version", "resource", "accepts"), ("error", "extensions"))
    _demand_version(found)
    accepts = found["accepts"]
    if not isinstance(accepts, list) or not 0 < len(accepts) <= _MOST_ACCEPTS:
        raise HeaderError(f"accepts: expected a list of 1 to {_MOST_ACCEPTS} requirements")
    return Required(
        _resource(found["resource"]),
        tuple(_requirement(each, f"accepts[{index}]") for index, each in enumerate(accepts)),
        _text(found, "error", is_needed=False),
    )


def read_payment(header: str) -> Payment:
    """Read PAYMENT-SIGNATURE. Errors as those of `read_required`."""
    found = _object(header)
    _demand(found, "PAYMENT-SIGNATURE", ("x402Version", "accepted", "payload"), ("resource", "extensions"))
    _demand_version(found)
    resource = _resource(found["resource"]) if "resource" in found else None
    return Payment(_requirement(found["accepted"], "accepted"), _values(found["payload"], "payload"), resource)


def read_receipt(header: str) -> Receipt:
    """Read PAYMENT-RESPONSE. Errors as those of `read_required`."""
    found = _object(header)
    needed, others = ("success", "transaction", "network"), ("errorReason", "errorMessage", "payer", "amount", "extra")
    _demand(found, "PAYMENT-RESPONSE", needed, (*others, "extensions"))
    if not isinstance(found["success"], bool):
        raise HeaderError("success: expected true or false")
    _text(found, "transaction")
    return Receipt(
        network=_text(found, "network"),
        is_success=found["success"],
        reason=_text(found, "errorReason", is_needed=False),
        amount=_amount(found.get("amount", "0"), "amount"),
        payer=_text(found, "payer", is_needed=False),
        extra=_values(found.get("extra", _ABSENT), "extra"),
    )


_MOST_ACCEPTS: Final = 16
_NEEDED: Final = ("scheme", "network", "asset", "amount", "payTo", "maxTimeoutSeconds")


def _requirement(found: object, where: str) -> Requirement:
    values = _values(found, where)
    _demand(values, where, _NEEDED, ("extra",))
    seconds = values["maxTimeoutSeconds"]
    if type(seconds) is not int or not 0 < seconds <= _MOST_SECONDS:
        raise HeaderError(f"{where}.maxTimeoutSeconds: expected 1 to {_MOST_SECONDS:,} seconds")
    return Requirement(
        scheme=_text(values, "scheme"),
        network=_text(values, "network"),
        asset=_text(values, "asset"),
        amount=_amount(values["amount"], f"{where}.amount"),
        pay_to=_text(values, "payTo"),
        seconds=seconds,
        extra=_values(values.get("extra", _ABSENT), f"{where}.extra"),
    )


def _resource(found: object) -> Resource:
    values = _values(found, "resource")
    _demand(values, "resource", ("url",), ("description", "mimeType"))
    texts = (_text(values, name, is_needed=False) for name in ("description", "mimeType"))
    return Resource(_text(values, "url"), *texts)


def _demand(found: Values, where: str, needed: tuple[str, ...], others: tuple[str, ...]) -> None:
    """Check the names of the fields of an object."""
    for name in needed:
        if name not in found:
            raise HeaderError(f"{where}: {name} is missing")
    for name in found:
        if name not in needed and name not in others:
            raise HeaderError(f"{where}: {name[:40]!r} is not a field of x402, version {VERSION}")


def _demand_version(found: Values) -> None:
    if type(found["x402Version"]) is not int or found["x402Version"] != VERSION:
        raise HeaderError(f"x402Version: expected {VERSION}")


def _text(found: Values, name: str, *, is_needed: bool = True) -> str:
    """Return a text, which may be missing if it is not needed; an empty one stands for none."""
    text = found.get(name, "")
    if not isinstance(text, str) or len(text) > _MOST_TEXT or (text and not text.isprintable()):
        raise HeaderError(f"{name}: expected a text of {_MOST_TEXT:,} printable characters at most")
    if is_needed and not text and name != "transaction":
        raise HeaderError(f"{name}: expected a text, and it is empty")
    return text


def _amount(found: object, where: str) -> int:
    if not isinstance(found, str) or not _AMOUNT.fullmatch(found) or int(found) > MAX_MONEY:
        raise HeaderError(f"{where}: expected satoshis as decimal digits in a text")
    return int(found)


def _values(found: object, where: str) -> Values:
    if not isinstance(found, dict):
        raise HeaderError(f"{where}: expected an object")
    return found


def _header(found: Values) -> str:
    text = json.dumps(found, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return base64.b64encode(text.encode()).decode()


def _object(header: str) -> Values:
    """Return the object in a header: base64 with its padding, JSON in UTF-8 without a name that is there twice."""
    if len(header) > MOST_HEADER:
        raise HeaderError(f"a header of more than {MOST_HEADER:,} characters")
    try:
        data = base64.b64decode(header, validate=True)
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_not_a_number)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise HeaderError(f"not base64 of JSON: {error}") from None
    if base64.b64encode(data).decode() != header:
        raise HeaderError("not the one base64 of these bytes")
    return _values(found, "header")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _not_a_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
