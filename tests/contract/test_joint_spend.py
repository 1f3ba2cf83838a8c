"""Several contracts in one transaction: each at its input, with its own preimage, signatures and source lines."""

from dataclasses import replace
from hashlib import sha256

import pytest

import penstock
from penstock import PREIMAGE, ArgumentError, JointSpend, OtherInput, OutPoint, PrivateKey, Spend, TxOut
from penstock.contract.contract import Contract
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.engines.outside_judges import bsv_sdk_accepts
from tests.support.engines.state_judges import sdk_accepts
from tests.support.generators.random_spends import RandomSpend

ALICE, BOB = PrivateKey.from_bytes(b"\x01" * 32), PrivateKey.from_bytes(b"\x02" * 32)
COUNTER = penstock.compile_file(penstock.bundled("counter"))
P2PKH = {
    target: penstock.compile_file(penstock.bundled("p2pkh"), target=target).instantiate(
        penstock.hash160(ALICE.public_key)
    )
    for target in ("bsv", "btc")
}
SINGLE_ONLY = penstock.compile_source(
    """
contract Single {
    int left;
    public function pass_on(SigHashPreimage preimage, bytes script) {
        require(Tx.checkPreimageSigHashType(preimage, SigHashType(b'43')));
        require(hash256(Utils.buildOutput(script, this.left)) == SigHash.hashOutputs(preimage));
    }
}
""",
    name="single.scrypt",
)


def counter(count: int) -> Spend:
    return Spend(COUNTER.instantiate(count=count), value=1000)


def single(left: int) -> Spend:
    return Spend(SINGLE_ONLY.instantiate(left), value=1000)


def test_each_contract_gets_its_own_preimage_and_output() -> None:
    scripts = (b"\x51", b"\x52", b"\x53")
    joint = JointSpend([single(900), single(800), single(700)], list(zip((900, 800, 700), scripts, strict=True)))
    calls = [spend.call("pass_on", PREIMAGE, script) for spend, script in zip(joint.spends, scripts, strict=True)]
    assert len({call.items[0] for call in calls}) == 3
    verdicts = joint.judge(*calls)
    assert all(verdicts), [verdict.explain() for verdict in verdicts]
    tx = joint.transaction(*calls)
    for index, spend in enumerate(joint.spends):
        assert bsv_sdk_accepts(tx.serialize(), index, spend.locking_script, spend.value)


def test_a_preimage_of_another_input_is_refused_with_its_line() -> None:
    joint = JointSpend([single(900), single(900)], [(900, b"\x51"), (900, b"\x51")])
    first = joint.spends[0].call("pass_on", PREIMAGE, b"\x51")
    swapped = joint.spends[1].contract.call("pass_on", first.items[0], b"\x51")
    verdicts = joint.judge(first, swapped)
    assert verdicts[0]
    assert not verdicts[1]
    assert not bsv_sdk_accepts(joint.transaction(first, swapped).serialize(), 1, single(900).locking_script, 1000)
    wrong = joint.spends[1].call("pass_on", PREIMAGE, b"\x52")
    assert joint.judge(first, wrong)[1].location == "single.scrypt:6"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_contract_with_state_stands_at_any_input(place: int) -> None:
    counting = counter(5)
    others = [Spend(P2PKH["bsv"], value=300), Spend(P2PKH["bsv"], value=400)]
    outputs = [(200, P2PKH["bsv"].locking_script)] * 2
    outputs.insert(place, (1000, counting.contract.with_state(count=6).locking_script))
    joint = JointSpend([*others[:place], counting, *others[place:]], outputs, lock_time=7, version=1)
    calls = [
        spend.call("increment", PREIMAGE)
        if spend.contract == counting.contract
        else spend.call("unlock", spend.sign(ALICE), ALICE.public_key)
        for spend in joint.spends
    ]
    assert all(joint.judge(*calls))
    tx = joint.transaction(*calls)
    assert (tx.lock_time, tx.version, len(tx.inputs)) == (7, 1, 3)
    for index, spend in enumerate(joint.spends):
        assert sdk_accepts(RandomSpend(tx, index, spend.spent_outputs), spend.contract.data)
    following = joint.following(*calls, of=place, output=place)
    assert following.contract.state == {"count": 6}
    assert following.outpoint == OutPoint(tx.txid, place)
    forged = [
        call if spend.contract == counting.contract else spend.call("unlock", spend.sign(BOB), ALICE.public_key)
        for spend, call in zip(joint.spends, calls, strict=True)
    ]
    assert [bool(verdict) for verdict in joint.judge(*forged)] == [index == place for index in range(3)]


def test_forms_of_btc_stand_side_by_side() -> None:
    choice = penstock.compile_file(penstock.bundled("hash_lock_choice"), target="btc").instantiate(
        payee=ALICE.public_key, payer=BOB.public_key, digest=sha256(b"secret").digest()
    )
    wraps = ("p2tr", "p2wsh", "p2sh-p2wsh", "p2sh")
    inputs = [Spend(choice, value=1000, wrap=wrap) for wrap in wraps]
    joint = JointSpend(inputs, [(3000, P2PKH["btc"].locking_script)])
    calls, forged = (
        [spend.call("unlock", spend.sign(key), b"secret") for spend in joint.spends] for key in (ALICE, BOB)
    )
    assert not any(joint.judge(*forged))
    assert all(joint.judge(*calls))
    spent = joint.spends[0].spent_outputs
    for index in range(len(wraps)):
        assert not kernel_accepts(joint.transaction(*forged), index, spent)
        assert kernel_accepts(joint.transaction(*calls), index, spent)


def test_the_whole_value_goes_on_without_outputs() -> None:
    joint = JointSpend([counter(1), OtherInput(OutPoint(b"\x07" * 32, 1), TxOut(500, b"\x51"))])
    assert joint.transaction().outputs == (TxOut(1500, b"\x51"),)
    assert [txin.outpoint.index for txin in joint.transaction().inputs] == [0, 1]
    assert len(joint.spends) == 1


def test_more_out_than_in_is_refused_for_each() -> None:
    joint = JointSpend([Spend(P2PKH["bsv"], value=300)] * 2, [(601, b"\x51")])
    calls = [spend.call("unlock", spend.sign(ALICE), ALICE.public_key) for spend in joint.spends]
    assert [verdict.error for verdict in joint.judge(*calls)] == ["VALUE_CREATED"] * 2
    scripts = replace(joint, scripts_only=True)
    assert all(scripts.judge(*calls))


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([], "inputs: expected at least one Spend, got none"),
        ([5], "inputs[0]: expected a Spend or an OtherInput, got int"),
        (
            [Spend(P2PKH["bsv"]), Spend(P2PKH["bsv"]).add_input(5, b"\x51")],
            "inputs[1]: expected a Spend without other inputs: list them here, got 1 others",
        ),
        ([Spend(P2PKH["bsv"]), Spend(P2PKH["btc"])], "inputs: expected contracts for one chain, got bsv and btc"),
    ],
)
def test_what_makes_no_joint_spend_is_named(inputs: list[Spend], message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        JointSpend(inputs)
    assert str(caught.value) == message


def test_calls_are_one_for_each_contract() -> None:
    joint = JointSpend([Spend(P2PKH["bsv"])] * 2)
    call = joint.spends[0].call("unlock", b"", b"")
    with pytest.raises(ArgumentError, match="calls: expected one call for each of 2 contracts, got 1 calls"):
        joint.judge(call)
    other: Contract = counter(1).contract
    with pytest.raises(ArgumentError, match="call: expected a call of this spend's contract, got one of another"):
        joint.transaction(call, other.call("increment", b""))
