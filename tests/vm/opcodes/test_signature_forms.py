"""Good signatures written otherwise, and scripts that break two rules at once: the reason why each is refused."""

import pytest

from penstock.script.assembler import assemble
from penstock.script.pushes import push
from penstock.tx.der import ORDER, encode_der
from penstock.tx.sighash import sighash
from penstock.tx.transaction import Transaction, TxOut
from tests.support.engines.kernel_judge import Flags, kernel_accepts
from tests.support.generators.random_spends import KEYS
from tests.support.spending.script_runs import VALUE, error, transaction
from tests.support.spending.signing import numbers_of

KEY = KEYS[0]
LOCKING = push(KEY.public_key) + assemble("OP_CHECKSIG")
HASH_TYPES = {"bsv": 0x41, "btc": 0x01}


def signed(chain: str, *, r_size: int = 32, s_size: int = 32) -> tuple[Transaction, bytes]:
    """A transaction and a good signature of it whose R and S have so many bytes."""
    for lock_time in range(10_000):
        tx = transaction(lock_time=lock_time)
        der = KEY.sign_digest(sighash(tx, 0, LOCKING, VALUE, HASH_TYPES[chain], chain))
        if der[3] == r_size and der[5 + r_size] == s_size:
            return tx, der
    raise AssertionError("no signature of this size")


def rewritten(der: bytes, *, r_zeros: int = 0, s_zeros: int = 0) -> bytes:
    """The signature with zeros in front of its numbers."""
    r, s = der[4 : 4 + der[3]], der[6 + der[3] :]
    body = b"".join(b"\x02" + bytes([len(digits)]) + digits for digits in (bytes(r_zeros) + r, bytes(s_zeros) + s))
    return b"\x30" + bytes([len(body)]) + body


@pytest.mark.parametrize(("r_size", "s_size"), [(31, 32), (32, 32), (33, 32), (32, 31), (33, 31)])
@pytest.mark.parametrize("chain", ["bsv", "btc"])
def test_a_good_signature_with_a_zero_too_many_is_not_strict(chain: str, r_size: int, s_size: int) -> None:
    """BIP66, judged by the nodes' rules of blocks and of relay; without DERSIG the same bytes are good."""
    tx, der = signed(chain, r_size=r_size, s_size=s_size)
    hash_type = bytes([HASH_TYPES[chain]])
    for zeros in ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (0, 2)):
        unlocking = push(rewritten(der, r_zeros=zeros[0], s_zeros=zeros[1]) + hash_type)
        expected = None if zeros == (0, 0) else "SIG_DER"
        for rules in (chain, f"{chain}-consensus"):
            assert error(unlocking, LOCKING, rules, tx=tx) == expected, zeros
        if chain == "btc":
            spend = tx.with_input_script(0, unlocking)
            assert kernel_accepts(spend, 0, [TxOut(VALUE, LOCKING)]) == (expected is None)
            assert kernel_accepts(spend, 0, [TxOut(VALUE, LOCKING)], Flags.NONE)


@pytest.mark.parametrize("chain", ["bsv", "btc"])
def test_the_high_twin_of_a_good_signature_is_not_relayed(chain: str) -> None:
    tx, der = signed(chain)
    r, s = numbers_of(der)
    twin = push(encode_der(r, ORDER - s) + bytes([HASH_TYPES[chain]]))
    assert error(twin, LOCKING, chain, tx=tx) == "SIG_HIGH_S"
    if chain == "btc":
        assert error(twin, LOCKING, "btc-consensus", tx=tx) is None


@pytest.mark.parametrize("s", [(0x7F << 248) | 2**200, ORDER // 2 + 1, ORDER // 2 + 1 + 2**100])
@pytest.mark.parametrize("chain", ["bsv", "btc"])
def test_a_high_s_that_begins_like_half_the_order_is_refused_before_it_is_verified(chain: str, s: int) -> None:
    signature = encode_der(ORDER - 1, s) + bytes([HASH_TYPES[chain]])
    expected = "SIG_HIGH_S" if s > ORDER // 2 else "NULLFAIL"
    assert error(push(signature), LOCKING, chain) == expected


def test_a_signature_that_fails_is_told_before_the_item_too_many_of_checkmultisig() -> None:
    """Core and the BSV node ask NULLFAIL before NULLDUMMY."""
    locking = assemble("OP_1") + push(KEY.public_key) + assemble("OP_1 OP_CHECKMULTISIG")
    for chain, hash_type in HASH_TYPES.items():
        bad = encode_der(1, 1) + bytes([hash_type])
        tx = transaction()
        good = KEY.sign_digest(sighash(tx, 0, locking, VALUE, hash_type, chain)) + bytes([hash_type])
        for dummy, signature, reason in (
            ("OP_1", bad, "NULLFAIL"),
            ("OP_0", bad, "NULLFAIL"),
            ("OP_1", b"", "SIG_NULLDUMMY"),
            ("OP_0", b"", "EVAL_FALSE"),
            ("OP_1", good, "SIG_NULLDUMMY"),
            ("OP_0", good, None),
        ):
            assert error(assemble(dummy) + push(signature), locking, chain) == reason, (chain, dummy, reason)
