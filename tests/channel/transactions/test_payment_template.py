"""The template of TX_i signs what is signed in full, and takes no payment that the machine would refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.agreement import Agreement
from penstock.channel.transactions import payment
from penstock.channel.transactions.payment import SignedPayment
from penstock.channel.transactions.payment_template import PaymentTemplate
from penstock.tx.transaction import Transaction
from tests.support.channels.channel_stage import ALICE, agreement_on, coin_of, movie_of

MOVIE = movie_of(6)
COINS = tuple(coin_of(ALICE, 4_000, number) for number in range(3))
AGREEMENTS = [
    pytest.param(agreement_on(MOVIE), id="one coin"),
    pytest.param(agreement_on(MOVIE, funding=COINS), id="three coins"),
]


def raw_of(agreement: Agreement, index: int) -> bytes:
    return payment.sign(agreement, index, MOVIE.leaf(index), ALICE).transaction.serialize()


@pytest.mark.parametrize("agreement", AGREEMENTS)
@pytest.mark.parametrize("index", range(1, 6))
def test_it_signs_the_same_bytes(agreement: Agreement, index: int) -> None:
    template, leaf = PaymentTemplate.of(agreement), MOVIE.leaf(index)
    assert template.sign(index, leaf, ALICE) == payment.sign(agreement, index, leaf, ALICE)


@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_it_takes_a_payment_without_the_machine(agreement: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
    raws = {index: raw_of(agreement, index) for index in range(1, 6)}
    monkeypatch.setattr(payment, "check", lambda *_: "the machine")
    template = PaymentTemplate.of(agreement)
    taken = [template.check(index, MOVIE.leaf(index), raw) for index, raw in raws.items()]
    assert [each.transaction.serialize() for each in taken if isinstance(each, SignedPayment)] == list(raws.values())
    assert str(template.check(2, MOVIE.leaf(2), raws[1])) == "the machine"


@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_a_changed_byte_anywhere_is_refused(agreement: Agreement) -> None:
    raw, template = raw_of(agreement, 2), PaymentTemplate.of(agreement)
    for place in range(len(raw)):
        changed = raw[:place] + bytes((raw[place] ^ 1,)) + raw[place + 1 :]
        checked = template.check(2, MOVIE.leaf(2), changed)
        assert not isinstance(checked, SignedPayment), place
        assert checked == payment.check(agreement, 2, MOVIE.leaf(2), changed), place


@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_cut_and_longer_payments_are_refused(agreement: Agreement) -> None:
    raw, template = raw_of(agreement, 2), PaymentTemplate.of(agreement)
    for other in (*(raw[:size] for size in range(len(raw))), raw + b"\0", b"\0" + raw):
        assert not isinstance(template.check(2, MOVIE.leaf(2), other), SignedPayment)


@given(st.binary(max_size=120))
def test_any_unlocking_script_is_judged_as_in_full(script: bytes) -> None:
    agreement = agreement_on(MOVIE)
    raw = Transaction.parse(raw_of(agreement, 2), segwit=False).with_input_script(0, script).serialize()
    template = PaymentTemplate.of(agreement)
    assert template.check(2, MOVIE.leaf(2), raw) == payment.check(agreement, 2, MOVIE.leaf(2), raw)
