"""Sizes and fees of every transaction of a channel on a chain, beside those of the article's form.

All with signatures of full length, one coin of a key where coins are spent, and usual numbers in the scripts. Where
outputs hold hashes (btc) sizes are virtual bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from penstock.artifact.artifact import Artifact
from penstock.channel.agreement.agreement import transaction_size
from penstock.channel.safe.agreement.chains import ChannelChain, Network
from penstock.channel.safe.agreement.parties import PartyKeys
from penstock.channel.safe.agreement.terms import KEY_SIZE, ChannelTerms
from penstock.channel.safe.transactions.claim import function_of
from penstock.channel.safe.transactions.outputs import (
    State,
    change_contract,
    funding_output,
    key_script,
    paid_contract,
)
from penstock.channel.safe.transactions.payment import FUNDING_FUNCTION, payment, settlement
from penstock.channel.safe.transactions.refunds import delayed_change, funding_refund, payment_refund
from penstock.channel.safe.transactions.sizes import KEY_INPUT, SIGNATURE_SIZE, spend_size
from penstock.contract.spend import Spend
from penstock.ledger.coins import pay_to_key
from penstock.ledger.fees import FeeRate
from penstock.script.hashes import hash160
from penstock.script.opcodes import Op
from penstock.script.pushes import push
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint, TxOut

_BOTH: Final = (SIGNATURE_SIZE, SIGNATURE_SIZE)
_NOWHERE: Final = OutPoint(bytes(32), 0)
_CAPACITY: Final = 20_000_000
_AMOUNT: Final = 5_000_000
_EXPIRY: Final = 850_000
_DELAY: Final = 144


@dataclass(frozen=True, slots=True)
class CostRow:
    """A transaction, or several that are published together.

    Attributes:
        name: what it does.
        sizes: bytes of each that cost fees.
    """

    name: str
    sizes: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of all together."""
        return sum(self.sizes)

    def fee(self, rate: FeeRate) -> int:
        """Return the satoshis of all fees together."""
        return sum(map(rate.fee, self.sizes))


def example_terms(network: Network, *, largest_chunk: int = 0, version: int | None = None) -> ChannelTerms:
    """Return terms with keys that everyone knows: for sizes alone.

    Args:
        network: the network.
        largest_chunk: bytes of a chunk whose hash the payment has; 0 for a key.
        version: the version of payments; None for the latest.
    """
    keys = [PrivateKey(bytes((number,)) * 32).public_key for number in range(1, 9)]
    least = network.rules.least_fee_rate
    return ChannelTerms(
        network=network,
        payer=PartyKeys(*keys[:4]),
        payee=PartyKeys(*keys[4:]),
        capacity=_CAPACITY,
        base=1,
        expiry=_EXPIRY,
        delay=_DELAY,
        payment_version=network.rules.payment_versions[1] if version is None else version,
        payment_rate=least,
        claim_rate=least,
        largest_chunk=largest_chunk,
    )


def cost_rows(network: Network, chunk: int, others: dict[str, Artifact]) -> tuple[CostRow, ...]:
    """Return the rows of a chain.

    Args:
        network: a network of it.
        chunk: bytes of a chunk, for the forms that lock the chunk itself.
        others: `streaming`, the article's contract, and `paid_key_open`, where they are for this chain.
    """
    return tuple(_rows(network, chunk, others))


def _rows(network: Network, chunk: int, others: dict[str, Artifact]) -> Iterator[CostRow]:
    terms = example_terms(network)
    state = State(1, _AMOUNT, bytes(32))
    paid = spend_size(payment(terms, _NOWHERE, state), FUNDING_FUNCTION, _BOTH)
    claimed = _claim_size(terms, KEY_SIZE)
    yield CostRow("funding, with change", (_funding_size(terms, funding_output(terms)),))
    yield CostRow("payment TX_n", (paid,))
    yield CostRow("settlement", (spend_size(settlement(terms, _NOWHERE, _AMOUNT), FUNDING_FUNCTION, _BOTH),))
    yield CostRow("claim with the key", (claimed,))
    yield CostRow("claim 2-way", (_claim_size(terms, SIGNATURE_SIZE),))
    yield CostRow("forced close: payment, claim with the key", (paid, claimed))
    yield CostRow("refund of the funding", (_refund_size(funding_refund(terms, _NOWHERE)),))
    yield CostRow("refund of a payment", (_refund_size(payment_refund(terms, _NOWHERE, state)),))
    yield from _waiting_change(network, state)
    if terms.rules.largest_chunk:
        yield from _chunk_rows(network, chunk)
    if (opened := others.get("paid_key_open")) is not None:
        yield from _open_rows(terms, opened)
    if not network.rules.chain.has_witness:
        yield from _signed_beforehand(terms)
    if (streaming := others.get("streaming")) is not None:
        yield from _article_rows(terms, streaming, chunk)


def _waiting_change(network: Network, state: State) -> Iterator[CostRow]:
    terms = example_terms(network, version=network.rules.payment_versions[0])
    if change_contract(terms) is None:
        return
    paid = payment(terms, _NOWHERE, state)
    yield CostRow("payment TX_n, change waits", (spend_size(paid, FUNDING_FUNCTION, _BOTH),))
    yield CostRow("change that has waited", (_refund_size(delayed_change(terms, _NOWHERE, _AMOUNT)),))


def _chunk_rows(network: Network, chunk: int) -> Iterator[CostRow]:
    terms = example_terms(network, largest_chunk=chunk)
    state = State(1, _AMOUNT, bytes(32))
    yield CostRow("payment TX_n for a chunk", (spend_size(payment(terms, _NOWHERE, state), FUNDING_FUNCTION, _BOTH),))
    yield CostRow(f"claim with a chunk of {chunk:,} bytes", (_claim_size(terms, chunk),))
    yield CostRow("claim 2-way of a chunk", (_claim_size(terms, SIGNATURE_SIZE),))
    yield CostRow("refund of a payment for a chunk", (_refund_size(payment_refund(terms, _NOWHERE, state)),))


def _open_rows(terms: ChannelTerms, artifact: Artifact) -> Iterator[CostRow]:
    """Yield the rows of the contract whose claim needs no signature."""
    payee = hash160(terms.payee.payout)
    contract = artifact.instantiate(terms.payer.claim, payee, bytes(32), 1, terms.paid_key_expiry)
    paid = payment(terms, _NOWHERE, State(1, _AMOUNT, bytes(32)))
    _, *change = paid.outputs or ()
    opened = replace(paid, outputs=((_AMOUNT, contract.locking_script), *change))
    yield CostRow("payment TX_n, claim open", (spend_size(opened, FUNDING_FUNCTION, _BOTH),))
    spend = Spend(contract, _AMOUNT, ((_AMOUNT, pay_to_key(terms.payee.payout)),), outpoint=_NOWHERE)
    shown = (KEY_SIZE, 0, len(spend.preimage("SINGLE|ANYONECANPAY")))
    yield CostRow("claim, open, with the key", (spend_size(spend, artifact.functions[0].name, shown),))


def _signed_beforehand(terms: ChannelTerms) -> Iterator[CostRow]:
    """Yield the rows of a funding without a refund in its script, for comparison: see docs/channel.md."""
    both = push(terms.payer.funding) + bytes((Op.OP_CHECKSIGVERIFY,)) + push(terms.payee.funding)
    script = both + bytes((Op.OP_CHECKSIG,))
    yield CostRow("funding, if a refund were signed beforehand", (_funding_size(terms, TxOut(1, script)),))
    refund = transaction_size([2 * (1 + SIGNATURE_SIZE)], 8 + 1 + len(key_script(terms, terms.payer.payout)), 1)
    yield CostRow("refund of the funding, signed beforehand", (refund,))


def _article_rows(terms: ChannelTerms, streaming: Artifact, chunk: int) -> Iterator[CostRow]:
    contract = streaming.instantiate(terms.payer.claim, terms.payee.claim, bytes(32))
    paid = _funding_size(terms, TxOut(1, contract.locking_script))
    spend = Spend(contract, _AMOUNT, ((_AMOUNT, pay_to_key(terms.payee.payout)),), outpoint=_NOWHERE)
    function = streaming.functions[0].name
    yield CostRow("the article's payment TX_n", (paid,))
    one, two = (spend_size(spend, function, (shown, SIGNATURE_SIZE)) for shown in (chunk, SIGNATURE_SIZE))
    yield CostRow(f"the article's claim with a chunk of {chunk:,} bytes", (one,))
    yield CostRow("the article's claim 2-way", (two,))


def _claim_size(terms: ChannelTerms, shown: int) -> int:
    output = (_AMOUNT, key_script(terms, terms.payee.payout))
    spend = Spend(paid_contract(terms, bytes(32)), _AMOUNT, (output,), terms.payment_version, outpoint=_NOWHERE)
    return spend_size(spend, function_of(terms), (shown, SIGNATURE_SIZE))


def _refund_size(spend: Spend) -> int:
    """Return the size of a transaction that gives the payer her money back."""
    function = spend.contract.artifact.functions[-1]
    shown = (SIGNATURE_SIZE, len(spend.preimage()))[: len(function.params)]
    return spend_size(spend, function.name, shown)


def _funding_size(terms: ChannelTerms, output: TxOut) -> int:
    """Return the size of a transaction from one coin of a key to an output and change of a key."""
    script = key_script(terms, terms.payer.payout)
    change = TxOut(1, script)
    outputs = len(output.serialize()) + len(change.serialize())
    if not terms.rules.chain.has_witness:
        return transaction_size([sum(1 + length for length in KEY_INPUT)], outputs, 2)
    witness = 2 + 1 + sum(1 + length for length in KEY_INPUT)
    return (4 * transaction_size([0], outputs, 2) + witness + 3) // 4


def usual_rates(rules: ChannelChain) -> tuple[FeeRate, ...]:
    """Return the fee rates for which fees are shown: 1, 5 and 20 satoshis per virtual byte, or 1 per 1,000 bytes."""
    multiples = (1, 5, 20) if rules.chain.has_witness else (1,)
    return tuple(FeeRate(rules.least_fee_rate * each) for each in multiples)
