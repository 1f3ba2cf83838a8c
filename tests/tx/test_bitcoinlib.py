"""Values of python-bitcoinlib are taken where its users have them."""

from hashlib import sha256

import pytest
from bitcoin.core import CMutableTxOut, COutPoint, CTxOut
from bitcoin.core.script import OP_1, CScript
from bitcoin.wallet import CBitcoinSecret, CKey

import penstock
from penstock import ArgumentError, OutPoint, PrivateKey, Spend
from penstock.tx.keys import KeyFormatError, sign
from penstock.tx.sighash import SighashError, sighash
from penstock.vm.judging.verify import check_transaction, verify

SECRET = b"\x01" * 32
KEY = PrivateKey.from_bytes(SECRET)
THEIRS = CBitcoinSecret.from_secret_bytes(SECRET)
CONTRACT = penstock.compile_file(penstock.bundled("p2pkh")).instantiate(penstock.hash160(KEY.public_key))


@pytest.mark.parametrize("compressed", [True, False])
def test_a_secret_signs_as_our_key_does(*, compressed: bool) -> None:
    theirs = CBitcoinSecret.from_secret_bytes(SECRET, compressed)
    key = PrivateKey.from_bytes(theirs)
    assert (key.secret, key.compressed, key.public_key) == (SECRET, compressed, bytes(theirs.pub))
    spend = Spend(CONTRACT)
    assert spend.sign(theirs) == spend.sign(KEY)
    script = CONTRACT.locking_script
    assert sign(spend.tx, 0, script, 1000, theirs, "ALL") == sign(spend.tx, 0, script, 1000, KEY, "ALL")


def test_another_kind_of_key_is_named() -> None:
    with pytest.raises(KeyFormatError, match="a secret is 32 bytes, not CKey"):
        PrivateKey.from_bytes(CKey(SECRET))
    with pytest.raises(KeyFormatError, match="key is 32 bytes or a PrivateKey, not CKey"):
        sign(Spend(CONTRACT).tx, 0, b"", 1000, CKey(SECRET), "ALL")


def test_a_public_key_and_a_script_are_bytes() -> None:
    spend = Spend(CONTRACT, outputs=[(900, CScript([OP_1]))])
    assert not spend.verify("unlock", spend.sign(PrivateKey.generate()), THEIRS.pub)
    assert spend.verify("unlock", spend.sign(THEIRS), THEIRS.pub)


@pytest.mark.parametrize("kind", [CTxOut, CMutableTxOut])
def test_outputs_are_taken(kind: type[CTxOut]) -> None:
    theirs, ours = kind(900, CScript([OP_1])), (900, b"\x51")
    spend = Spend(CONTRACT, outputs=[theirs])
    assert spend == Spend(CONTRACT, outputs=[ours])
    call = spend.call("unlock", spend.sign(KEY), KEY.public_key)
    spent = [kind(1000, CScript(CONTRACT.locking_script))]
    assert all(check_transaction(spend.transaction(call), spent))
    assert verify(
        call.unlocking_script, CONTRACT.locking_script, tx=spend.tx, input_index=0, value=1000, spent_outputs=spent
    )
    taproot = b"\x51\x20" + KEY.x_only
    by_theirs = sighash(spend.tx, 0, b"", 7, "ALL", "btc", "taproot", [kind(7, CScript(taproot))])
    assert by_theirs == sighash(spend.tx, 0, b"", 7, "ALL", "btc", "taproot", [(7, taproot)])


def test_an_outpoint_is_taken() -> None:
    digest = sha256(b"a transaction").digest()
    assert Spend(CONTRACT, outpoint=COutPoint(digest, 3)).outpoint == OutPoint(digest, 3)


def test_what_is_no_output_is_still_refused() -> None:
    spend = Spend(CONTRACT)
    with pytest.raises(ArgumentError, match=r"outputs\[0\]: expected a pair of satoshis"):
        Spend(CONTRACT, outputs=[COutPoint()])
    with pytest.raises(SighashError, match=r"spent_outputs\[1\] is not a pair"):
        sighash(spend.tx, 0, b"", 7, "ALL", "btc", "taproot", [CTxOut(7, CScript()), COutPoint()])
    with pytest.raises(SighashError, match="spent_outputs must be a list of outputs, not int"):
        sighash(spend.tx, 0, b"", 7, "ALL", "btc", "taproot", 7)  # type: ignore[arg-type]  # the subject of the test
