"""TX_p: claimed alone, claimed together, and everything about it that Alice and Bob must refuse."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.refusals import Refusal, ScriptFails, Unreadable, WrongChunk, WrongTransaction
from penstock.channel.transactions import claim, payment
from penstock.channel.transactions.checks import pushes_of
from penstock.channel.transactions.closing import Closing, plan_claim
from penstock.channel.transactions.fields import differences
from penstock.script.hashes import sha256
from penstock.script.opcodes import Op
from penstock.script.pushes import push
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.channels.channel_stage import ALICE, BOB, MALLORY, agreement_on, coin_of, movie_of
from tests.support.engines.outside_judges import bsv_sdk_accepts

MOVIE = movie_of(6)
AGREEMENT = agreement_on(MOVIE)
PAYMENT = payment.sign(AGREEMENT, 3, MOVIE.leaf(3), ALICE)
PLAN = plan_claim(AGREEMENT, 3, Closing.TWO_WAY)
CHUNK = MOVIE.chunk(3)
CLAIM = claim.sign(AGREEMENT, PAYMENT, PLAN, CHUNK, BOB)
COUNTERSIGNED = claim.countersign(AGREEMENT, PAYMENT, CLAIM, ALICE)


def signature_by(key: PrivateKey, transaction: Transaction, hash_type: str | int = "ALL") -> bytes:
    contract = PAYMENT.contract_output
    return sign(transaction, 0, contract.script, contract.value, key, hash_type, "bsv")


def shown(transaction: Transaction) -> tuple[bytes, ...]:
    items = pushes_of(transaction.inputs[0].script)
    assert items is not None
    return items


def showing(*items: bytes, transaction: Transaction = CLAIM) -> Transaction:
    return transaction.with_input_script(0, b"".join(map(push, items)))


def check(transaction: Transaction | bytes) -> Transaction | Refusal:
    raw = transaction if isinstance(transaction, bytes) else transaction.serialize()
    return claim.check(AGREEMENT, PAYMENT, raw)


def check_countersigned(transaction: Transaction) -> Transaction | Refusal:
    return claim.check_countersigned(AGREEMENT, PAYMENT, CLAIM, transaction.serialize())


@pytest.mark.parametrize("transaction", [CLAIM, COUNTERSIGNED], ids=["1-way", "2-way"])
def test_both_are_good_to_us_and_to_another_engine(transaction: Transaction) -> None:
    assert claim.judge(AGREEMENT, PAYMENT, transaction) is None
    contract = PAYMENT.contract_output
    assert bsv_sdk_accepts(transaction.serialize(), 0, contract.script, contract.value)


@pytest.mark.parametrize("transaction", [CLAIM, COUNTERSIGNED], ids=["1-way", "2-way"])
def test_neither_is_good_for_another_amount(transaction: Transaction) -> None:
    contract = PAYMENT.contract_output
    assert not bsv_sdk_accepts(transaction.serialize(), 0, contract.script, contract.value + 1)


def test_countersigning_changes_one_field_and_the_transaction_id() -> None:
    changed = {difference.place for difference in differences(CLAIM, COUNTERSIGNED)}
    assert changed <= {"input 0 script", "input 0 script size"}
    assert CLAIM.txid != COUNTERSIGNED.txid


def test_bobs_signature_stays_as_it_was() -> None:
    chunk, before = shown(CLAIM)
    hers, after = shown(COUNTERSIGNED)
    assert chunk == CHUNK
    assert hers == signature_by(ALICE, CLAIM)
    assert before == after == signature_by(BOB, CLAIM)


def test_what_a_claim_holds() -> None:
    assert (CLAIM.version, CLAIM.lock_time) == (1, 0)
    assert [txin.outpoint for txin in CLAIM.inputs] == [OutPoint(PAYMENT.transaction.txid, 0)]
    assert CLAIM.outputs == (TxOut(300 - PLAN.fee, AGREEMENT.payout_script),)


def test_the_right_claim_is_taken() -> None:
    assert check(CLAIM) == CLAIM
    assert check_countersigned(COUNTERSIGNED) == COUNTERSIGNED
    assert claim.chunk_in(PAYMENT, CLAIM) == CHUNK
    assert claim.chunk_in(PAYMENT, COUNTERSIGNED) is None
    assert (claim.shown_size(CLAIM), claim.shown_size(COUNTERSIGNED)) == (len(CHUNK), len(shown(COUNTERSIGNED)[0]))


@pytest.mark.parametrize(
    ("transaction", "place"),
    [
        pytest.param(CLAIM._replace(version=2), "version", id="version 2"),
        pytest.param(CLAIM._replace(lock_time=9), "lock time", id="locked"),
        pytest.param(CLAIM._replace(inputs=(CLAIM.inputs[0]._replace(sequence=1),)), "lock time", id="not final"),
        pytest.param(CLAIM._replace(inputs=()), "input 0", id="no input"),
        pytest.param(CLAIM._replace(inputs=(TxIn(OutPoint(bytes(32), 0)),)), "input 0", id="another coin"),
        pytest.param(
            CLAIM._replace(inputs=(TxIn(OutPoint(PAYMENT.transaction.txid, 1)),)), "input 0", id="Alice's change"
        ),
        pytest.param(showing(CHUNK), "input 0 script", id="no signature"),
        pytest.param(showing(CHUNK, b"x", b"y"), "input 0 script", id="an item too many"),
        pytest.param(CLAIM.with_input_script(0, bytes((Op.OP_DUP,))), "input 0 script", id="an opcode"),
        pytest.param(CLAIM.with_input_script(0, bytes((Op.OP_RESERVED,)) * 2), "input 0 script", id="reserved"),
        pytest.param(CLAIM.with_input_script(0, b"\x05"), "input 0 script", id="a push cut short"),
    ],
)
def test_alice_refuses_another_transaction(transaction: Transaction, place: str) -> None:
    refused = check(transaction)
    assert isinstance(refused, WrongTransaction)
    assert refused.place == place


def test_alice_refuses_another_chunk() -> None:
    other = MOVIE.chunk(2)
    assert check(showing(other, shown(CLAIM)[1])) == WrongChunk(3, MOVIE.leaf(3), MOVIE.leaf(2))


@pytest.mark.parametrize("key", [ALICE, MALLORY], ids=["Alice's", "a stranger's"])
def test_alice_refuses_a_signature_that_is_not_bobs(key: PrivateKey) -> None:
    refused = check(showing(CHUNK, signature_by(key, CLAIM)))
    assert refused == ScriptFails(0, "NULLFAIL", "require(checkSig(bobSig, this.bob));")


def test_alice_refuses_a_changed_output() -> None:
    refused = check(CLAIM._replace(outputs=(TxOut(1, AGREEMENT.payout_script),)))
    assert isinstance(refused, ScriptFails)


@given(st.binary(max_size=100))
def test_alice_refuses_rubbish(raw: bytes) -> None:
    assert isinstance(check(raw), Unreadable)


@given(st.data())
def test_alice_notices_every_damaged_byte(data: st.DataObject) -> None:
    raw = bytearray(CLAIM.serialize())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    assert not isinstance(check(bytes(raw)), Transaction)


def test_an_unchecked_claim_is_not_countersigned() -> None:
    with pytest.raises(ValueError, match="does not pass two items"):
        claim.countersign(AGREEMENT, PAYMENT, showing(CHUNK), ALICE)


HERS, HIS = shown(COUNTERSIGNED)


@pytest.mark.parametrize(
    ("transaction", "refusal"),
    [
        pytest.param(showing(HERS), WrongTransaction, id="Bob's signature dropped"),
        pytest.param(showing(HERS, HERS), WrongTransaction, id="Bob's signature replaced"),
        pytest.param(showing(HERS, HIS, b"x"), WrongTransaction, id="an item too many"),
        pytest.param(showing(MOVIE.chunk(2), HIS), ScriptFails, id="another chunk"),
        pytest.param(showing(signature_by(MALLORY, CLAIM), HIS), ScriptFails, id="a stranger's signature"),
        pytest.param(showing(b"", HIS), ScriptFails, id="no signature"),
        pytest.param(COUNTERSIGNED._replace(outputs=(TxOut(300, b"\x51"),)), WrongTransaction, id="another output"),
        pytest.param(COUNTERSIGNED._replace(version=2), WrongTransaction, id="version 2"),
    ],
)
def test_bob_refuses_what_is_not_his_claim(transaction: Transaction, refusal: type) -> None:
    assert isinstance(check_countersigned(transaction), refusal)


def test_bob_refuses_rubbish() -> None:
    assert isinstance(claim.check_countersigned(AGREEMENT, PAYMENT, CLAIM, b"rubbish"), Unreadable)


def test_bob_adds_a_coin_for_the_fee_and_alice_still_helps() -> None:
    coin = coin_of(BOB, 1000, 5)
    plan = replace(PLAN, fee_coins=(coin,))
    added = claim.sign(AGREEMENT, PAYMENT, plan, CHUNK, BOB)
    assert added.inputs[1].outpoint == coin.outpoint
    assert added.outputs[0].value == 300 + 1000 - plan.fee
    checked = claim.check(AGREEMENT, PAYMENT, added.serialize())
    assert checked == added
    together = claim.countersign(AGREEMENT, PAYMENT, added, ALICE)
    assert together.inputs[1] == added.inputs[1]
    for place, spent in enumerate([PAYMENT.contract_output, coin.output]):
        assert bsv_sdk_accepts(together.serialize(), place, spent.script, spent.value)
    spoiled = together.with_input_script(1, b"")
    refused = claim.check_countersigned(AGREEMENT, PAYMENT, added, spoiled.serialize())
    assert refused == WrongTransaction("input 1 script", "as it was", "another one")


@pytest.mark.parametrize("chunk", [b"\x00", b"\x01", b"\x05", b"\x10", b"\x11", b"\x81", b"\xff"], ids=bytes.hex)
def test_chunks_of_one_byte_are_pushed_as_relay_wants_them(chunk: bytes) -> None:
    """A last chunk may be that short, and has an opcode of its own."""
    leaf = sha256(chunk)
    paid = payment.sign(AGREEMENT, 3, leaf, ALICE)
    made = claim.sign(AGREEMENT, paid, PLAN, chunk, BOB)
    assert claim.check(AGREEMENT, paid, made.serialize()) == made
    assert claim.chunk_in(paid, made) == chunk
    assert claim.countersign(AGREEMENT, paid, made, ALICE).txid != made.txid
    assert claim.rehearse(AGREEMENT, paid, chunk, BOB) is None


@pytest.mark.parametrize("key", [ALICE, BOB], ids=["Alice", "Bob"])
def test_a_rehearsal_tells_the_right_chunk_from_others(key: PrivateKey) -> None:
    assert claim.rehearse(AGREEMENT, PAYMENT, CHUNK, key) is None
    assert isinstance(claim.rehearse(AGREEMENT, PAYMENT, MOVIE.chunk(2), key), ScriptFails)
