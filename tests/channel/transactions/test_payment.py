"""TX_i: changes from one to the next, contents, and payments that Bob refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.agreement import Agreement
from penstock.channel.agreement.refusals import Refusal, ScriptFails, Unreadable, WrongHashType, WrongTransaction
from penstock.channel.agreement.terms import Terms, TermsError
from penstock.channel.transactions import payment
from penstock.channel.transactions.payment import SignedPayment
from penstock.channel.transactions.payment_template import PaymentTemplate
from penstock.ledger.coins import pay_to_key
from penstock.ledger.fees import FeeRate
from penstock.script.pushes import push
from penstock.tx.der import ORDER
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.channels.channel_stage import ALICE, BOB, MALLORY, agreement_on, coin_of, movie_of

MOVIE = movie_of(6)
AGREEMENT = agreement_on(MOVIE)


def signed(index: int, agreement: Agreement = AGREEMENT) -> Transaction:
    return payment.sign(agreement, index, MOVIE.leaf(index), ALICE).transaction


def check(
    transaction: Transaction | bytes, index: int = 3, agreement: Agreement = AGREEMENT
) -> SignedPayment | Refusal:
    """What the payment that is built in full says, and the template with it."""
    raw = transaction if isinstance(transaction, bytes) else transaction.serialize()
    checked = payment.check(agreement, index, MOVIE.leaf(index), raw)
    assert PaymentTemplate.of(agreement).check(index, MOVIE.leaf(index), raw) == checked
    return checked


def signed_by(key: PrivateKey, transaction: Transaction, hash_type: str | int = "ALL") -> Transaction:
    """`transaction` with its only input signed by `key`."""
    coin = AGREEMENT.funding[0]
    signature = sign(transaction, 0, coin.script, coin.value, key, hash_type, "bsv")
    return transaction.with_input_script(0, push(signature) + push(key.public_key))


@pytest.mark.parametrize("index", [2, 3, 4, 5])
def test_one_payment_differs_from_the_one_before_in_exactly_two_things(index: int) -> None:
    """Byte by byte: the hash in the contract, +100 satoshis in it, -100 in her change, and no other change."""
    before, after = (payment.build(AGREEMENT, state, MOVIE.leaf(state)).serialize() for state in (index - 1, index))
    assert len(before) == len(after)
    value, script = 4 + 1 + (32 + 4 + 1 + 4) + 1, 4 + 1 + (32 + 4 + 1 + 4) + 1 + 8 + 1
    leaf = slice(script + 3, script + 35)  # after OVER SHA256 and the length of the push
    change = slice(script + 110, script + 118)
    allowed = {*range(value, value + 8), *range(leaf.start, leaf.stop), *range(change.start, change.stop)}
    assert {place for place in range(len(before)) if before[place] != after[place]} <= allowed
    assert (before[leaf], after[leaf]) == (MOVIE.leaf(index - 1), MOVIE.leaf(index))
    paid = [int.from_bytes(raw[value : value + 8], "little") for raw in (before, after)]
    kept = [int.from_bytes(raw[change], "little") for raw in (before, after)]
    assert paid[1] - paid[0] == 100
    assert kept[1] - kept[0] == -100


def test_alice_signs_anew_each_time() -> None:
    signatures = {signed(index).inputs[0].script for index in range(1, 6)}
    assert len(signatures) == 5


def test_what_a_payment_holds() -> None:
    transaction = signed(3)
    contract, change = transaction.outputs
    assert (transaction.version, transaction.lock_time) == (1, 0)
    assert transaction.inputs[0].sequence == 0xFFFF_FFFF
    assert contract == TxOut(300, AGREEMENT.contract(MOVIE.leaf(3)).locking_script)
    assert change == TxOut(10_000 - 300 - 1, pay_to_key(ALICE.public_key))


def test_equal_arguments_give_equal_bytes() -> None:
    assert signed(3).serialize() == signed(3).serialize()


@given(st.integers(1, 5), st.lists(st.integers(1000, 9000), min_size=1, max_size=4), st.integers(0, 500))
def test_the_fee_pays_the_rate_whatever_the_coins(index: int, values: list[int], rate: int) -> None:
    coins = tuple(coin_of(ALICE, value, number) for number, value in enumerate(values))
    try:
        agreement = agreement_on(MOVIE, terms=Terms(fee_rate=FeeRate(rate)), funding=coins)
    except TermsError:
        return
    if index > agreement.most:
        return
    transaction = signed(index, agreement)
    fee = sum(values) - sum(output.value for output in transaction.outputs)
    assert transaction.size() <= agreement.payment_size <= transaction.size() + 3 * len(coins)
    assert fee == agreement.payment_fee >= FeeRate(rate).fee(transaction.size())
    assert isinstance(check(transaction, index, agreement), SignedPayment)


def test_the_right_payment_is_taken() -> None:
    assert check(signed(3)) == SignedPayment(3, MOVIE.leaf(3), signed(3))


BUILT = payment.build(AGREEMENT, 3, MOVIE.leaf(3))
CONTRACT, CHANGE = BUILT.outputs


@pytest.mark.parametrize(
    ("transaction", "place"),
    [
        pytest.param(payment.build(AGREEMENT, 2, MOVIE.leaf(2)), "output 0 value", id="the payment before"),
        pytest.param(payment.build(AGREEMENT, 3, MOVIE.leaf(4)), "output 0 script", id="another leaf"),
        pytest.param(
            BUILT._replace(outputs=(TxOut(299, CONTRACT.script), CHANGE)), "output 0 value", id="a satoshi less"
        ),
        pytest.param(
            BUILT._replace(outputs=(CONTRACT, TxOut(9698, CHANGE.script))), "output 1 value", id="less change"
        ),
        pytest.param(BUILT._replace(outputs=(CONTRACT,)), "output count", id="no change"),
        pytest.param(BUILT._replace(outputs=(CHANGE, CONTRACT)), "output 0 value", id="outputs swapped"),
        pytest.param(BUILT._replace(version=2), "version", id="version 2"),
        pytest.param(BUILT._replace(lock_time=500), "lock time", id="locked until later"),
        pytest.param(BUILT._replace(inputs=(TxIn(OutPoint(bytes(32), 0)),)), "input 0 txid", id="another coin"),
        pytest.param(
            BUILT._replace(inputs=(BUILT.inputs[0]._replace(sequence=0),)), "input 0 sequence", id="not final"
        ),
    ],
)
def test_another_transaction_is_refused_even_if_signed(transaction: Transaction, place: str) -> None:
    refused = check(signed_by(ALICE, transaction))
    assert isinstance(refused, WrongTransaction)
    assert refused.place == place


@pytest.mark.parametrize("hash_type", [*range(0x40), *range(0x42, 0x100)], ids=hex)
def test_every_hash_type_but_all_is_refused(hash_type: int) -> None:
    assert check(signed_by(ALICE, BUILT, hash_type)) == WrongHashType(0, 0x41, hash_type)


def high_s(signature: bytes) -> bytes:
    """The same signature with the other S, which third parties could make."""
    r_size = signature[3]
    r, s = signature[4 : 4 + r_size], int.from_bytes(signature[6 + r_size : -1], "big")
    flipped = (ORDER - s).to_bytes(33, "big")
    body = b"\x02" + bytes((len(r),)) + r + b"\x02" + bytes((33,)) + flipped
    return b"\x30" + bytes((len(body),)) + body + signature[-1:]


def test_a_malleable_signature_is_refused() -> None:
    coin = AGREEMENT.funding[0]
    signature = high_s(sign(BUILT, 0, coin.script, coin.value, ALICE, "ALL", "bsv"))
    refused = check(BUILT.with_input_script(0, push(signature) + push(ALICE.public_key)))
    assert refused == ScriptFails(0, "SIG_HIGH_S")


@pytest.mark.parametrize("key", [BOB, MALLORY], ids=["Bob's", "a stranger's"])
def test_another_key_is_refused(key: PrivateKey) -> None:
    assert check(signed_by(key, BUILT)) == ScriptFails(0, "EQUALVERIFY")


@pytest.mark.parametrize("coins", [1, 2, 3])
def test_a_bad_signature_at_any_input_is_refused(coins: int) -> None:
    """Each input in turn has the script of another input, another key's signature, or that of another state."""
    funding = tuple(coin_of(ALICE, 5000 + number, number + 1) for number in range(coins))
    agreement = agreement_on(MOVIE, funding=funding)
    good = signed(3, agreement)
    assert isinstance(check(good, 3, agreement), SignedPayment)
    for place in range(coins):
        coin = funding[place]
        others = [txin.script for index, txin in enumerate(good.inputs) if index != place]
        others.append(signed(2, agreement).inputs[place].script)
        stranger = sign(good, place, coin.script, coin.value, MALLORY, "ALL", "bsv")
        others.append(push(stranger) + push(ALICE.public_key))
        for script in others:
            assert check(good.with_input_script(place, script), 3, agreement) == ScriptFails(place, "NULLFAIL")
        other_key = push(stranger) + push(MALLORY.public_key)
        assert check(good.with_input_script(place, other_key), 3, agreement) == ScriptFails(place, "EQUALVERIFY")


def test_something_beside_the_signature_is_refused() -> None:
    extended = signed(3).with_input_script(0, push(b"extra") + signed(3).inputs[0].script)
    assert isinstance(check(extended), WrongHashType | ScriptFails)
    unsigned = check(BUILT)
    assert unsigned == WrongHashType(0, 0x41, None)


@given(st.data())
def test_no_damaged_byte_goes_unnoticed(data: st.DataObject) -> None:
    raw = bytearray(signed(3).serialize())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    assert not isinstance(check(bytes(raw)), SignedPayment)


@given(st.binary(max_size=200))
def test_rubbish_is_refused(raw: bytes) -> None:
    assert isinstance(check(raw), Unreadable)
