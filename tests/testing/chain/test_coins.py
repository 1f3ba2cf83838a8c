"""The kit on all chains and forms: coins of contracts and keys, calls, change, outputs."""

import pytest

import penstock
from penstock.contract.errors import ArgumentError
from penstock.script.opcodes import Op
from penstock.testing import (
    Chain,
    KeyForm,
    key,
    refuses,
)
from penstock.tx.address import p2pkh_script
from penstock.tx.transaction import OutPoint
from tests.support.spending.kit_chains import ALICE, BOB, CAROL, FORMS, SECRET, choice, outside_accepts


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_both_ways_of_a_contract_and_a_key_beside_it(target: str, wrap: str | None) -> None:
    chain = Chain(target, wrap=wrap)
    coin, fee = chain.fund(choice(chain), 2000), chain.coin(CAROL, 5000)
    forged = chain.spend(coin, "unlock", BOB, SECRET).spend(fee).to(BOB, 2000).change(CAROL)
    with refuses("checkSig(sig, sha256(secret) == this.digest", signature="sig") as caught:
        forged.send()
    assert not outside_accepts(chain, caught.sent.tx, 0, forged.filled().spent)
    draft = chain.spend(coin, "unlock", ALICE, SECRET).spend(fee).to(ALICE, 2000).change(CAROL)
    sent = draft.send()
    spent = draft.filled().spent
    assert all(outside_accepts(chain, sent.tx, index, spent) for index in range(2))
    left = 5000 - sent.payment(1).value
    assert 1 <= left <= 2
    assert chain.unspent(coin.outpoint) is None
    assert chain.unspent(OutPoint(sent.tx.txid, 0)) == sent.tx.outputs[0]
    again = chain.spend(chain.fund(choice(chain), 2000), "unlock", sig=BOB.sig("NONE|ANYONECANPAY"), secret=b"no")
    assert again.to(CAROL, 1999).send()


@pytest.mark.parametrize(("target", "form"), [("bsv", "p2pkh"), ("btc", "p2pkh"), ("btc", "p2wpkh"), ("btc", "p2tr")])
def test_coins_of_keys_sign_for_themselves(target: str, form: str) -> None:
    chain = Chain(target)
    one, two = chain.coin(ALICE, 3000, form=form), chain.coin(BOB, 4000, form=KeyForm(form))
    draft = chain.spend(one).spend(two).to(CAROL, 2000).change(ALICE, fee_rate=500)
    sent = draft.send()
    assert all(outside_accepts(chain, sent.tx, index, draft.filled().spent) for index in range(2))
    fee = 7000 - sum(output.value for output in sent.tx.outputs)
    assert 0 <= fee - -(-chain.size_for_fees(sent.tx) * 500 // 1000) <= 1
    assert sent.payment(0).key == CAROL
    assert not chain.spend(one).to(CAROL, 2000).try_send()


@pytest.mark.parametrize(("target", "script"), [("bsv", bytes((Op.OP_0, Op.OP_RETURN))), ("btc", b"\x6a")])
def test_data_goes_into_an_output_without_value(target: str, script: bytes) -> None:
    chain = Chain(target)
    sent = chain.spend(chain.coin(ALICE, 3000)).data(b"hello").change(BOB).send()
    assert sent.tx.outputs[0] == penstock.TxOut(0, script + b"\x05hello")
    assert sent.coins[0] is None


def test_outputs_go_to_scripts_addresses_and_contracts() -> None:
    chain = Chain()
    lock = choice(chain)
    address = BOB.private.address()
    sent = (
        chain.spend(chain.coin(ALICE, 9000)).to(b"\x51", 1000).to(address, 1000).to(lock, 1000).to(CAROL, 1000).send()
    )
    scripts = [output.script for output in sent.tx.outputs]
    assert scripts[:3] == [b"\x51", p2pkh_script(BOB.public_key_hash), lock.locking_script]
    with pytest.raises(ArgumentError, match="to: expected a key, a contract, an address or a script, got int"):
        chain.tx().to(5, 1000)  # type: ignore[arg-type]  # the subject of the test


def test_keys_are_the_same_in_every_run() -> None:
    assert key("alice").private.secret == ALICE.private.secret
    assert ALICE.public_key.hex() == "0245feb27e0f0b7bf26a5cf8268d2a3f994e822225f370541fc2b90f2d6de7fa42"
    assert repr(ALICE) == "key('alice')"
    assert repr(ALICE.sig("NONE")) == "key('alice').sig('NONE')"
    assert ALICE.x_only == ALICE.public_key[1:]
