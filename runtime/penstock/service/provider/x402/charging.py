"""Charging: a payment is handed to the machine of its channel, whose store alone says what is paid.

The same payment again gets the same key: a client whose answer was lost sends it again.
"""

from typing import Final

from starlette.responses import JSONResponse, Response

from penstock.channel.safe.messages.kinds import Error, Key
from penstock.channel.safe.protocol.events import Received
from penstock.errors import hides_frames
from penstock.service.driver.inputs import LoadAgain
from penstock.service.errors import ServiceError, StoreError, UnknownChannelError
from penstock.service.provider.provider import Provider
from penstock.service.x402.binding import Charged, update_of
from penstock.service.x402.headers import (
    REQUIRED,
    RESPONSE,
    Payment,
    Receipt,
    Required,
    Requirement,
    Resource,
    receipt_header,
    required_header,
)

__tracebackhide__ = hides_frames


EXPOSED: Final = {"Access-Control-Expose-Headers": f"{REQUIRED}, {RESPONSE}"}
"""The header by which pages may read those of x402."""
_COSTS: Final = 402


class NotChargedError(ServiceError):
    """A payment that was not taken, with the reason for the client; nothing was charged."""


async def charged(provider: Provider, asked: Requirement, paid: Payment) -> Charged:
    """Take a payment, and return what was charged, once it is on disk.

    Args:
        provider: the provider.
        asked: what the request costs now.
        paid: the payment.

    Raises:
        NotChargedError: it is for something else, or the machine refuses it.
        HeaderError: the payload is not in its form.
        StoppedError: the worker has stopped.
    """
    if paid.accepted != asked:
        raise NotChargedError("accepted: not what this request costs now: ask again without a payment")
    update, _ = update_of(paid)
    if provider.not_selling() is not None:
        raise NotChargedError(f"nothing is sold now: {provider.not_selling()}")
    try:
        await provider.submit(update.channel, LoadAgain())
        before = await provider.state(update.channel)
        frames = provider.carried_out(await provider.submit(update.channel, Received(update)))
        after = await provider.state(update.channel)
    except UnknownChannelError:
        raise NotChargedError("the channel is not known here: open one, and name its funding") from None
    except StoreError as error:
        if provider.store.stopped is not None:
            raise
        raise NotChargedError(f"not now: {type(error).__name__}") from None
    key = next((each for each in frames if isinstance(each, Key)), None)
    if key is None or after.best is None:
        told = next((each.text for each in frames if isinstance(each, Error)), "the payment was refused")
        raise NotChargedError(told)
    total = after.best.state.amount - after.terms.base
    was = 0 if before.best is None else before.best.state.amount - before.terms.base
    if before.newest == after.newest:  # the same payment again
        was = total - (after.prices.price(update.movie, update.state, after.height) or asked.amount)
    return Charged(update.channel, update.state, was, total, key.key)


def costs(resource: Resource, asked: Requirement, error: str) -> Response:
    """Return the answer to a request that is not paid: what it costs, and why a payment was not taken."""
    headers = {REQUIRED: required_header(Required(resource, (asked,), error)), "Cache-Control": "no-store"} | EXPOSED
    if error:
        headers[RESPONSE] = receipt_header(Receipt(asked.network, is_success=False, reason=error))
    told = {"error": error or "this costs satoshis", "satoshis": asked.amount, "see": REQUIRED}
    return JSONResponse(told, _COSTS, headers)
