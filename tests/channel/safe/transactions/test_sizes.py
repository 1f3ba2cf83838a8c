"""Sizes from lengths are those of the bytes, exactly: with placeholders of any length in place of signatures."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from penstock import Spend
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.claim import claim, with_coins_signed
from penstock.channel.safe.transactions.outputs import key_script
from penstock.channel.safe.transactions.payment import payment, settlement
from penstock.channel.safe.transactions.refunds import delayed_change, funding_refund, payment_refund
from penstock.channel.safe.transactions.sizes import KEY_INPUT, SIGNATURE_SIZE, spend_size
from penstock.ledger.coins import Coin
from penstock.tx.transaction import OutPoint, TxOut
from tests.support.channels.safe_stage import FORMS, FUNDING, PAYEE, every_form, state_of

SPENDS: dict[str, Callable[[ChannelTerms], tuple[Spend, str]]] = {
    "payment": lambda terms: (payment(terms, FUNDING, state_of(terms)), "spend"),
    "settlement": lambda terms: (settlement(terms, FUNDING, 0), "spend"),
    "claim": lambda terms: (claim(terms, FUNDING, state_of(terms)), "unlock" if terms.sells_chunks else "claim"),
    "refund of the funding": lambda terms: (funding_refund(terms, FUNDING), "refund"),
    "refund of a payment": lambda terms: (payment_refund(terms, FUNDING, state_of(terms)), "refund"),
}


def check(spend: Spend, function: str, *lengths: int) -> None:
    tx = spend.transaction(spend.call(function, *(b"\x30" * length for length in lengths)))
    assert spend_size(spend, function, lengths) == tx.virtual_size


@every_form
@pytest.mark.parametrize("name", SPENDS)
def test_a_transaction_without_coins(terms: ChannelTerms, name: str) -> None:
    """Lengths one after the other, so that no rounding to virtual bytes hides a difference."""
    spend, function = SPENDS[name](terms)
    for length in range(60, 80):
        one = len(spend.contract.function(function).params) == 1
        check(spend, function, *((length,) if one else (length, 72)))


@pytest.mark.parametrize("length", [0, 1, 75, 76, 255, 256, 65_535, 65_536, 1 << 20])
def test_a_long_item(length: int) -> None:
    """At the borders of pushes and of lengths."""
    spend, _ = SPENDS["claim"](FORMS["bsv chunk"])
    size = spend_size(spend, "unlock", (length, 72))
    if length != 1:  # a byte may have an opcode of its own
        check(spend, "unlock", length, 72)
    assert size > length


@pytest.mark.parametrize("length", range(66, 74))
def test_a_contract_with_one_function(length: int) -> None:
    check(delayed_change(FORMS["btc v2"], FUNDING, 5_000), "spend", length)


@every_form
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_coins_of_keys(terms: ChannelTerms, number: int) -> None:
    script = key_script(terms, PAYEE.public.payout)
    coins = tuple(Coin(OutPoint(bytes((index,)) * 32, 1), TxOut(50_000, script)) for index in range(1, number + 1))
    spend, (_, function) = claim(terms, FUNDING, state_of(terms), coins=coins), SPENDS["claim"](terms)
    tx = with_coins_signed(spend.transaction(spend.call(function, bytes(32), bytes(72))), spend, PAYEE.payout)
    signatures = [
        len(tx.witnesses[index][0]) if terms.rules.chain.has_witness else tx.inputs[index].script[0]
        for index in range(1, number + 1)
    ]
    missing = [SIGNATURE_SIZE - size for size in signatures]
    padded = spend_size(spend, function, (32, 72))
    spared = sum(missing) if not terms.rules.chain.has_witness else (sum(missing) + 3) // 4
    assert 0 <= padded - tx.virtual_size <= spared
    assert KEY_INPUT == (72, 33)


def test_a_version_does_not_matter() -> None:
    spend, function = SPENDS["payment"](FORMS["btc v3"])
    assert spend_size(replace(spend, version=2), function, (72, 72)) == spend_size(spend, function, (72, 72))
