"""Facts that the page shows: the title once, and the channel with each change."""

from typing import Any

from penstock.channel.safe.protocol.states import PayerState
from penstock.channel.safe.transactions.payment import payment_fee
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.errors import ViewerError


def title_facts(buyer: Buyer, name: str, quality: int) -> dict[str, Any]:
    """Return the facts of the title, for JSON.

    Args:
        buyer: the buyer.
        name: the name of the title.
        quality: the number of the quality to begin with.
    """
    qualities = [
        {
            "codecs": each.facts.codecs,
            "bandwidth": each.facts.bandwidth,
            "width": each.facts.width,
            "height": each.facts.height,
            "durations": list(each.facts.durations),
        }
        for each in buyer.qualities
    ]
    shop = buyer.session.order.shop
    return {
        "name": name,
        "root": buyer.title.title.root.hex(),
        "publisher": buyer.title.title.publisher.hex(),
        "provider": shop.url,
        "network": shop.network.name,
        "is_trial": shop.trial_chain is not None,
        "quality": quality,
        "qualities": qualities,
    }


def state_facts(buyer: Buyer) -> dict[str, Any]:
    """Return the facts of the channel, for JSON."""
    session = buyer.session
    bought = [
        [[piece.chunk, piece.price] for piece in session.payments.bought.pieces(each.manifest.movie)]
        for each in buyer.qualities
    ]
    facts: dict[str, Any] = {
        "phase": "opening" if session.state is None else session.state.phase.name.lower(),
        "connected": session.is_attached,
        "trouble": trouble_facts(session.failure or session.trouble),
        "channel": None if session.channel is None else session.channel.hex(),
        "height": session.watching.height,
        "budget": session.payments.budget,
        "left": session.payments.budget,
        "paid": 0,
        "pieces": 0,
        "bought": bought,
        "price": None,
        "expiry": None,
        "life": None,
        "capacity": None,
    }
    return facts if session.state is None else facts | _channel_facts(buyer, session.state)


def trouble_facts(error: Exception | None) -> dict[str, str] | None:
    """Return why nothing can be bought, for JSON; None for nothing."""
    if error is None:
        return None
    if isinstance(error, ViewerError):
        return {"code": error.code, "reason": error.reason, "remedy": error.remedy}
    return {"code": "failed", "reason": str(error), "remedy": ""}


def _channel_facts(buyer: Buyer, state: PayerState) -> dict[str, Any]:
    signed = state.terms.base if state.signed is None else state.signed.state.amount
    prices = [state.prices.price(each.manifest.movie, state.newest + 1, state.height) for each in buyer.qualities]
    note = buyer.session.payments.notes.read(state.channel)
    return {
        "paid": state.paid,
        "pieces": state.held,
        "left": max(0, buyer.session.payments.budget - signed - payment_fee(state.terms)),
        "price": next((price for price in prices if price is not None), None),
        "expiry": state.terms.expiry,
        "life": None if note is None else state.terms.expiry - note.since,
        "capacity": state.terms.capacity,
    }
