"""Data of the safe channel's tests: keys of both parties, terms in each form, and the judges of its transactions."""

from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Any, Final

import pytest

from penstock import Spend, Transaction, Verdict
from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.agreement.parties import PartyKeys
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.claim import claim, claimed
from penstock.channel.safe.transactions.outputs import State
from penstock.channel.safe.transactions.payment import payment, payment_output, settlement, signed_by_both
from penstock.channel.safe.transactions.refunds import funding_refund, payment_refund, refunded
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.engines.outside_judges import bsv_sdk_accepts


@dataclass(frozen=True)
class Secrets:
    """The private keys of one party."""

    authentication: PrivateKey
    funding: PrivateKey
    claim: PrivateKey
    payout: PrivateKey

    @property
    def public(self) -> PartyKeys:
        return PartyKeys(*(getattr(self, field.name).public_key for field in fields(self)))


def secrets_of(first: int) -> Secrets:
    """Return the keys whose secrets are so many ones, and the next three."""
    return Secrets(*(PrivateKey(bytes((number,)) * 32) for number in range(first, first + 4)))


PAYER, PAYEE = secrets_of(0x11), secrets_of(0x21)
MALLORY: Final = PrivateKey(b"\x0e" * 32)
FUNDING: Final = OutPoint(b"\x77" * 32, 0)
SOLD: Final = sha256(b"the key of chunk 9").digest()
CHUNK: Final = b"the bytes of chunk 9 " * 3000
EXPIRY, DELAY = 1200, 144

_BASIC: Final[dict[str, Any]] = {"capacity": 100_000, "expiry": EXPIRY, "delay": DELAY}
_BTC: Final = {**_BASIC, "base": 1_100, "payment_rate": 5_000, "claim_rate": 5_000}
_BSV: Final = {**_BASIC, "base": 2, "payment_rate": 1, "claim_rate": 1}
FORMS: Final = {
    "btc v3": ChannelTerms(BTC_REGTEST, PAYER.public, PAYEE.public, payment_version=3, **_BTC),
    "btc v2": ChannelTerms(BTC_REGTEST, PAYER.public, PAYEE.public, payment_version=2, **_BTC),
    "bsv key": ChannelTerms(BSV_REGTEST, PAYER.public, PAYEE.public, payment_version=1, **_BSV),
    "bsv chunk": ChannelTerms(
        BSV_REGTEST, PAYER.public, PAYEE.public, payment_version=1, **{**_BSV, "base": 70, "largest_chunk": 1 << 16}
    ),
}
every_form = pytest.mark.parametrize("terms", [pytest.param(terms, id=name) for name, terms in FORMS.items()])


def item_of(terms: ChannelTerms) -> bytes:
    """Return what the payee sells: a key, or a chunk."""
    return CHUNK if terms.sells_chunks else SOLD


def state_of(terms: ChannelTerms, index: int = 9, price: int = 100) -> State:
    return State(index, terms.base + index * price, sha256(item_of(terms)).digest())


def judged(spend: Spend, tx: Transaction) -> Verdict:
    """Return the verdict on the contract's input by the rules of relay; the outside engines share it.

    Bitcoin Core's engine has the rules of blocks alone, so it shares that verdict.
    """
    verdict = spend.judge_in(tx)
    if spend.contract.artifact.chain.has_witness:
        by_blocks = bool(replace(spend, scripts_only=True).judge_in(tx, rules="btc-consensus"))
        assert kernel_accepts(tx, spend.input_index, spend.spent_outputs) == by_blocks
        assert by_blocks or not verdict
    else:
        by_script = bool(replace(spend, scripts_only=True).judge_in(tx))
        assert bsv_sdk_accepts(tx.serialize(), spend.input_index, spend.locking_script, spend.value) == by_script
    return verdict


@dataclass(frozen=True)
class Signed:
    """A transaction of a channel, with the spend that it was made of."""

    spend: Spend
    tx: Transaction


def signed_payment(terms: ChannelTerms, state: State | None = None, funding: OutPoint = FUNDING) -> Signed:
    spend = payment(terms, funding, state or state_of(terms))
    return Signed(spend, signed_by_both(spend, spend.sign(PAYER.funding), spend.sign(PAYEE.funding)))


def signed_settlement(terms: ChannelTerms, amount: int, fee: int | None = None) -> Signed:
    spend = settlement(terms, FUNDING, amount, fee)
    return Signed(spend, signed_by_both(spend, spend.sign(PAYER.funding), spend.sign(PAYEE.funding)))


def one_way(terms: ChannelTerms, payment: OutPoint | None = None) -> Signed:
    item = item_of(terms)
    shown = max(len(item), 72)
    spend = claim(terms, payment or payment_output(signed_payment(terms).tx), state_of(terms), shown=shown)
    return Signed(spend, claimed(terms, spend, item, spend.sign(PAYEE.claim)))


def two_way(terms: ChannelTerms, payment: OutPoint | None = None) -> Signed:
    spend = claim(terms, payment or payment_output(signed_payment(terms).tx), state_of(terms))
    return Signed(spend, claimed(terms, spend, spend.sign(PAYER.claim), spend.sign(PAYEE.claim)))


def refunded_funding(terms: ChannelTerms, funding: OutPoint = FUNDING) -> Signed:
    spend = funding_refund(terms, funding)
    return Signed(spend, refunded(spend, PAYER.funding))


def refunded_payment(terms: ChannelTerms, payment: OutPoint | None = None) -> Signed:
    spend = payment_refund(terms, payment or payment_output(signed_payment(terms).tx), state_of(terms))
    return Signed(spend, refunded(spend, PAYER.claim))
