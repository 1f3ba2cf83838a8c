"""The payee's close at a higher fee rate: his payment again, and a claim on top of it that pays for both.

The claim shows the key, so it is made only while the payment may be published. It is not kept: a caller who wants it
published again asks again.
"""

from collections.abc import Sequence

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.protocol.events import Action, Bump, Publish, Refuse, Save
from penstock.channel.safe.protocol.items import Shelf, item_sold
from penstock.channel.safe.protocol.states import PayeeState
from penstock.channel.safe.transactions.bumping import bumped_claim
from penstock.channel.safe.transactions.claim import claimed, with_coins_signed
from penstock.channel.safe.transactions.payment import payment_output
from penstock.tx.keys import PrivateKey


def bumped_close(
    state: PayeeState, closing: Sequence[Action], shelf: Shelf, claim_key: PrivateKey, wish: Bump
) -> tuple[Action, ...]:
    """Return the actions that publish the newest payment with a claim at a fee rate, or the reason why not.

    Args:
        state: the payee's state.
        closing: what he publishes now to close the channel.
        shelf: what he sells.
        claim_key: his claim key.
        wish: the coins and the rate.
    """
    published = [each.transaction for each in closing if isinstance(each, Publish)]
    if state.mined is not None or state.settling is not None or state.best is None or not published:
        return (Refuse("no payment is published that is not mined"),)
    sold = item_sold(shelf, state, state.best.state.digest)
    try:
        spend = bumped_claim(
            state.terms, payment_output(published[0]), state.best.state, wish.coins, wish.rate, shown=len(sold)
        )
    except ChannelTermsError as error:
        return (Refuse(str(error)),)
    claim = claimed(state.terms, spend, sold, spend.sign(claim_key))
    return Save(), *closing, Publish(with_coins_signed(claim, spend, wish.key))
