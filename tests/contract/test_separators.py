"""Signatures after code separators, in every form: the right one opens, one for the whole script does not."""

import pytest

import penstock
from penstock import ArgumentError, PrivateKey, Spend
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.engines.outside_judges import bsv_sdk_accepts

ALICE, BOB = PrivateKey.from_bytes(b"\x01" * 32), PrivateKey.from_bytes(b"\x02" * 32)
SOURCE = """
contract Parts {
    PubKey alice;
    PubKey bob;
    public function unlock(Sig first, Sig second, Sig third) {
        require(checkSig(first, this.alice));
        ***
        require(checkSig(second, this.bob));
        ***
        require(checkSig(third, this.alice));
    }
}
"""
FORMS = [("bsv", "bare"), ("btc", "p2wsh"), ("btc", "p2sh-p2wsh"), ("btc", "p2tr")]


def spend_of(target: str, wrap: str) -> Spend:
    artifact = penstock.compile_source(SOURCE, target=target)
    return Spend(artifact.instantiate(ALICE.public_key, BOB.public_key), wrap=wrap)


def outside_accepts(spend: Spend, *signatures: bytes) -> bool:
    tx = spend.transaction(spend.call("unlock", *signatures))
    if spend.contract.artifact.target == "bsv":
        return bsv_sdk_accepts(tx.serialize(), 0, spend.locking_script, spend.value)
    return kernel_accepts(tx, 0, spend.spent_outputs)


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_each_signature_is_for_the_script_after_its_separator(target: str, wrap: str) -> None:
    spend = spend_of(target, wrap)
    good = (spend.sign(ALICE), spend.sign(BOB, separator=0), spend.sign(ALICE, separator=1))
    for forged in (
        (good[0], spend.sign(BOB), good[2]),
        (good[0], good[1], spend.sign(ALICE, separator=0)),
        (spend.sign(ALICE, separator=0), *good[1:]),
    ):
        assert not spend.verify("unlock", *forged)
        assert not outside_accepts(spend, *forged)
    verdict = spend.verify("unlock", *good)
    assert verdict, verdict.explain()
    assert outside_accepts(spend, *good)


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_the_digest_is_the_signed_one(target: str, wrap: str) -> None:
    spend = spend_of(target, wrap)
    digests = {spend.sighash(separator=separator) for separator in (None, 0, 1)}
    assert len(digests) == 3
    if wrap == "p2tr":
        signature = spend.sign(BOB, "DEFAULT", separator=0)
        assert penstock.schnorr_verify(signature, BOB.x_only, spend.sighash("DEFAULT", separator=0))
        assert BOB.sign_schnorr(spend.sighash("DEFAULT", separator=0)) == signature


@pytest.mark.parametrize("separator", [2, -1])
def test_a_separator_that_the_script_does_not_have_is_refused(separator: int) -> None:
    message = f"separator: expected the number of one of 2 code separators, from 0, got {separator}"
    with pytest.raises(ArgumentError, match=message):
        spend_of("bsv", "bare").sign(ALICE, separator=separator)
    with pytest.raises(ArgumentError, match=message):
        spend_of("btc", "p2tr").sighash(separator=separator)
