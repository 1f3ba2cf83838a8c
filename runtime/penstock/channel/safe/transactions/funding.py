"""The funding output: checked before anything is signed, and found in the payer's transaction.

The payer makes and publishes the transaction herself. Of it only this output concerns the payee.
"""

from collections.abc import Mapping, Sequence

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import Margins
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.outputs import funding_output, key_script, least_output
from penstock.channel.safe.transactions.payment import check_amounts
from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.script.hashes import hash160
from penstock.script.pushes import push
from penstock.tx.address import p2pkh_script
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

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


def funding_transaction(
    terms: ChannelTerms, coins: Sequence[Coin], key: PrivateKey, keys: Mapping[bytes, PrivateKey] | None = None
) -> Transaction:
    """Return F: coins to the funding output, and the rest less the fee as change.

    Change that nodes would not relay is left out: it is part of the fee then.

    Args:
        terms: the terms.
        coins: the coins, at least one; their scripts are those of `key_script`.
        key: the key of the change, and of all coins that `keys` has no other for.
        keys: the keys of coins by their scripts; None if all are of one key.

    Raises:
        ChannelTermsError: they are not enough for the capacity and the fee.
    """
    owned = [(coin, (keys or {}).get(coin.script, key)) for coin in coins]
    change_to = key_script(terms, key.public_key)
    rest = sum(coin.value for coin in coins) - terms.capacity
    bare, full = (_funding(terms, owned, change) for change in ((), (TxOut(1, change_to),)))
    fees = [terms.payment_fees.fee(each.virtual_size + 2 * len(coins)) for each in (bare, full)]  # longer signatures
    if rest < fees[0]:
        needed = f"{terms.capacity + fees[0]:,} satoshis or more, with the fee"
        raise ChannelTermsError("the coins", f"{terms.capacity + rest:,} satoshis", needed)
    left = rest - fees[1]
    return _funding(terms, owned, (TxOut(left, change_to),)) if left >= least_output(terms, change_to) else bare


def _funding(terms: ChannelTerms, owned: Sequence[tuple[Coin, PrivateKey]], change: tuple[TxOut, ...]) -> Transaction:
    """Return the transaction, signed."""
    inputs = tuple(TxIn(coin.outpoint) for coin, _ in owned)
    found = Transaction(terms.rules.refund_version, inputs, (funding_output(terms), *change))
    chain = terms.rules.chain
    kind = SignatureVersion.SEGWIT_V0 if chain.has_witness else SignatureVersion.LEGACY
    for index, (coin, key) in enumerate(owned):
        code = p2pkh_script(hash160(key.public_key))
        signature = sign(found, index, code, coin.value, key, "ALL", chain, kind)
        if chain.has_witness:
            found = found.with_witness(index, (signature, key.public_key))
        else:
            found = found.with_input_script(index, push(signature) + push(key.public_key))
    return found
