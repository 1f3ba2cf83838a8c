"""Values of the x402 SDK as ours."""

from typing import Any

from penstock.service.x402.headers import Requirement, Values


def requirement_of(theirs: Any, extra: Values) -> Requirement:
    """A requirement of the SDK with these fields of its scheme."""
    amount, seconds = int(theirs.amount), theirs.max_timeout_seconds
    return Requirement(theirs.scheme, theirs.network, theirs.asset, amount, theirs.pay_to, seconds, extra)
