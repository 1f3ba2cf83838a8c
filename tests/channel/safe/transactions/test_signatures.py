"""Received signatures: one hash type, one form, one key, one transaction."""

import pytest

from penstock.channel.agreement.refusals import WrongHashType
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.payment import payment
from penstock.channel.safe.transactions.signatures import WrongForm, WrongSignature, signature_fault
from tests.support.channels.safe_stage import FUNDING, MALLORY, PAYEE, PAYER, every_form, state_of
from tests.support.spending.signing import high_s

KEY = PAYER.funding.public_key


@every_form
def test_every_other_hash_type(terms: ChannelTerms) -> None:
    """Of 256, the signature for each made for it."""
    spend = payment(terms, FUNDING, state_of(terms))
    wanted = 0x01 if terms.rules.chain.has_witness else 0x41
    good = spend.sign(PAYER.funding)
    assert good[-1] == wanted
    for number in range(256):
        fault = signature_fault(spend, KEY, spend.sign(PAYER.funding, number))
        assert fault == (None if number == wanted else WrongHashType(0, wanted, number))
        relabelled = signature_fault(spend, KEY, good[:-1] + bytes((number,)))
        assert relabelled == (None if number == wanted else WrongHashType(0, wanted, number))


@every_form
def test_a_high_s(terms: ChannelTerms) -> None:
    spend = payment(terms, FUNDING, state_of(terms))
    assert isinstance(signature_fault(spend, KEY, high_s(spend.sign(PAYER.funding))), WrongForm)


@every_form
def test_another_encoding(terms: ChannelTerms) -> None:
    spend = payment(terms, FUNDING, state_of(terms))
    good = spend.sign(PAYER.funding)
    der, end = good[:-1], good[-1:]
    padded = b"\x30" + bytes((der[1] + 1, 0x02, der[3] + 1)) + b"\x00" + der[4:]
    for signature in (padded + end, der[:-1] + end, der + b"\x00" + end, end, b"\x30\x06\x02\x01\x01\x02\x01" + end):
        assert isinstance(signature_fault(spend, KEY, signature), WrongForm)
    assert signature_fault(spend, KEY, b"") == WrongHashType(0, end[0], None)


@every_form
def test_another_key_or_transaction(terms: ChannelTerms) -> None:
    spend, older = (payment(terms, FUNDING, state_of(terms, index)) for index in (9, 8))
    for signature in (
        spend.sign(MALLORY),
        spend.sign(PAYEE.funding),
        spend.sign(PAYER.claim),
        older.sign(PAYER.funding),
    ):
        fault = signature_fault(spend, KEY, signature)
        assert fault == WrongSignature(KEY)
        assert KEY.hex() in str(fault)
    assert signature_fault(spend, KEY, spend.sign(PAYER.funding)) is None


@pytest.mark.parametrize("fault", [WrongForm("odd"), WrongSignature(KEY)])
def test_faults_have_words(fault: WrongForm | WrongSignature) -> None:
    assert str(fault).startswith("wrong ")
