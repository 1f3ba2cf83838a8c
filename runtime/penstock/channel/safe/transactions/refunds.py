"""Refunds of the payer: of the funding after T, of a payment after its delay; and her change that waits for a block."""

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.outputs import (
    State,
    change_contract,
    funding_contract,
    key_script,
    least_output,
    paid_contract,
)
from penstock.channel.safe.transactions.sizes import SIGNATURE_SIZE, spend_size
from penstock.contract.contract import Contract
from penstock.contract.spend import Spend
from penstock.errors import hides_frames
from penstock.ledger.fees import FeeRate
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, Transaction

__tracebackhide__ = hides_frames

_NOT_FINAL = FINAL_SEQUENCE - 1


def funding_refund(terms: ChannelTerms, funding: OutPoint, rate: FeeRate | None = None) -> Spend:
    """Build the refund of the funding. The first block that takes it is the one after the height T.

    Args:
        terms: the terms.
        funding: the funding output.
        rate: the payer's fee rate now; None for the agreed one.

    Raises:
        ChannelTermsError: nothing would be left.
    """
    contract = funding_contract(terms)
    return _refund(terms, contract, terms.capacity, funding, terms.expiry, _NOT_FINAL, rate)


def payment_refund_from(terms: ChannelTerms, mined: int) -> int:
    """Return the height of the first block that takes a refund of a payment that was mined at a height."""
    return mined + terms.delay if terms.rules.chain.newest.relative_locks else terms.paid_key_expiry + 1


def payment_refund(terms: ChannelTerms, payment: OutPoint, state: State, rate: FeeRate | None = None) -> Spend:
    """Build the refund of a payment that the payee does not claim: on btc by its age, on bsv after the height T2.

    Args:
        terms: the terms.
        payment: the paid key, by the id with which the payment was mined.
        state: the state of the payment.
        rate: the payer's fee rate now; None for the agreed one.

    Raises:
        ChannelTermsError: nothing would be left.
    """
    by_age = terms.rules.chain.newest.relative_locks
    lock_time, sequence = (0, terms.delay) if by_age else (terms.paid_key_expiry, _NOT_FINAL)
    contract = paid_contract(terms, state.digest)
    return _refund(terms, contract, state.amount, payment, lock_time, sequence, rate)


def delayed_change(terms: ChannelTerms, change: OutPoint, value: int, rate: FeeRate | None = None) -> Spend:
    """Build the spend of change that waits for a block.

    Args:
        terms: the terms.
        change: the output with the change.
        value: its satoshis.
        rate: the payer's fee rate now; None for the agreed one.

    Raises:
        ChannelTermsError: the change of this channel does not wait, or nothing would be left.
    """
    contract = change_contract(terms)
    if contract is None:
        raise ChannelTermsError("payment_version", terms.payment_version, "one whose change waits for a block")
    return _refund(terms, contract, value, change, 0, 1, rate)


def refunded(spend: Spend, key: PrivateKey) -> Transaction:
    """Return a transaction of this module, signed by the payer.

    Args:
        spend: the transaction.
        key: her funding key for the funding, her claim key for a payment, her payout key for change.
    """
    function = _function(spend.contract)
    preimage = () if len(spend.contract.function(function).params) == 1 else (spend.preimage(),)
    return spend.transaction(spend.call(function, spend.sign(key), *preimage))


def _function(contract: Contract) -> str:
    """Return the public function that gives the payer her money back: the last of each contract."""
    return contract.artifact.functions[-1].name


def _refund(  # noqa: PLR0913, PLR0917 - a transaction has that many parts
    terms: ChannelTerms,
    contract: Contract,
    value: int,
    outpoint: OutPoint,
    lock_time: int,
    sequence: int,
    rate: FeeRate | None,
) -> Spend:
    script = key_script(terms, terms.payer.payout)

    def paying(satoshis: int) -> Spend:
        outputs = ((satoshis, script),)
        return Spend(contract, value, outputs, terms.rules.refund_version, lock_time, sequence, outpoint=outpoint)

    function = _function(contract)
    shown = [SIGNATURE_SIZE]
    if len(contract.function(function).params) > 1:
        shown.append(len(paying(1).preimage()))
    fee = (terms.payment_fees if rate is None else rate).fee(spend_size(paying(1), function, shown))
    if value - fee < (least := least_output(terms, script)):
        raise ChannelTermsError("rate", f"so high that {value - fee:,} satoshis are left", f"one that leaves {least:,}")
    return paying(value - fee)
