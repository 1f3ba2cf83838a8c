"""Sentences about a finished stream, for terminals and reports: refunds, possible losses, what is proved."""

from typing import Final

from penstock.channel.safe.simulation.stream import SafeStreamResult
from penstock.wording import counted

PROVED: Final = (
    "Proved by tests: docs/threats.md lists each threat with the loss, the measure and its tests. Not proved: its last"
    " section; among these there was no audit from outside."
)


def refund_sentence(result: SafeStreamResult) -> str:
    """Return from which block on the payer gets her money back."""
    funding, payment = result.refunds_from
    of_payment = (
        f"{counted(result.terms.delay, 'block')} after it was mined"
        if payment is None
        else f"from block {payment:,} on"
    )
    return f"Refunds: the funding from block {funding:,} on; a payment that is not claimed {of_payment}."


def loss_sentences(result: SafeStreamResult) -> tuple[str, str, str]:
    """Return what the payer, the payee, and either side of the article's form could lose at the moment of closing."""
    found = result.exposure
    item = result.sold_as
    held = f"she holds every {item} that she has signed for" if not found.payer else f"the last {item} has not come"
    away = f"by block {found.until:,}; all {found.payee_if_away:,} if he is away from then until the refund"
    ahead = f"Between a signature and its {item} it was {found.payer_on_the_way:,} at most: a price and the base."
    return (
        f"The payer could lose {counted(found.payer, 'satoshi')}: {held}. {ahead}",
        f"The payee could lose {counted(found.payee, 'satoshi')} if he closes {away}.",
        f"In the article's form either side could lose all: {counted(found.article, 'satoshi')}.",
    )
