"""The funding output: checked before anything is signed, and found in the payer's transaction.

The payer makes and publishes the transaction herself. Of it only this output concerns the payee.
"""

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import Margins
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.channel.safe.transactions.payment import check_amounts
from penstock.errors import hides_frames
from penstock.tx.transaction import OutPoint, Transaction

__tracebackhide__ = hides_frames


def check_terms(terms: ChannelTerms, margins: Margins, height: int) -> None:
    """Check all of the terms that one side proposes, as the other side does before its first signature.

    The ranges of the numbers and the keys are checked by `ChannelTerms` itself.

    Args:
        terms: the terms.
        margins: the margins of the side that checks.
        height: the height of the newest block.

    Raises:
        ChannelTermsError: a number with which that side could lose money.
    """
    margins.check(terms, height)
    check_amounts(terms)


def funding_outpoint(terms: ChannelTerms, transaction: Transaction) -> OutPoint:
    """Return the funding output in the payer's transaction.

    Raises:
        ChannelTermsError: it has none with exactly the agreed script and value, or several.
    """
    wanted = funding_output(terms)
    found = [index for index, output in enumerate(transaction.outputs) if output == wanted]
    if len(found) != 1:
        got = f"in {len(found)} of {len(transaction.outputs)} outputs"
        raise ChannelTermsError("the funding output", got, "in exactly one, with the agreed script and value")
    return OutPoint(transaction.txid, found[0])
