"""Relay rules of btc for inputs and transactions whose scripts pass: each at its boundary, by name, switched off."""

from hashlib import sha256
from typing import Any

import pytest

import penstock
from penstock import PrivateKey, RuleSet, Spend, Transaction, TxIn, TxOut, Verdict
from penstock.script.hashes import hash160
from penstock.script.opcodes import Op
from penstock.script.pushes import push, push_data
from penstock.tx.address import p2pkh_script, p2sh_script, witness_script
from penstock.tx.taproot import TaprootOutput
from penstock.vm.judging.case import CaseError, Phase
from penstock.vm.judging.verify import check_transaction, verify
from penstock.vm.rules import RELAY_RULES
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.spending.transactions import small_transaction

KEY = PrivateKey.from_bytes(b"\x01" * 32)
PAYMENT = TxOut(1000, p2pkh_script(hash160(KEY.public_key)))
DROP_ALL = bytes((Op.OP_DROP,))


def spending(unlocking: bytes = b"", witness: tuple[bytes, ...] = (), **changes: Any) -> Transaction:
    outpoint = small_transaction().inputs[0].outpoint
    tx = Transaction(2, (TxIn(outpoint, unlocking, 0xFFFF_FFFE),), (PAYMENT,))._replace(**changes)
    return tx.with_witness(0, witness) if witness else tx


def judged(locking: bytes, tx: Transaction, rules: RuleSet | str = "btc") -> Verdict:
    """Return our verdict on the only input; by the rules of blocks Core's engine and we accept it."""
    spent = [TxOut(5000, locking)]
    assert kernel_accepts(tx, 0, spent)
    assert all(check_transaction(tx, spent, "btc-consensus"))
    return check_transaction(tx, spent, rules)[0]


def p2wsh(script: bytes, *items: bytes) -> tuple[bytes, Transaction]:
    return witness_script(0, sha256(script).digest()), spending(witness=(*items, script))


def p2sh(script: bytes, *items: bytes) -> tuple[bytes, Transaction]:
    return p2sh_script(hash160(script)), spending(b"".join(map(push, items)) + push_data(script))


def tapscript(script: bytes, *items: bytes, annex: tuple[bytes, ...] = ()) -> tuple[bytes, Transaction]:
    output = TaprootOutput(script)
    return output.locking_script, spending(witness=(*items, script, output.control_block, *annex))


def sized(size: int) -> bytes:
    """Return a script of so many bytes that ends true."""
    return (push(bytes(500)) + DROP_ALL) * (size // 504) + b"\x61" * (size % 504 - 1) + b"\x51"


def checks(count: int) -> bytes:
    """Return a redeem script with signature checks that do not run."""
    return b"\x00\x63" + b"\xac" * count + b"\x68\x51"


ONE = p2wsh(b"\x51")


def paying(value: int, script: bytes) -> tuple[bytes, Transaction]:
    return ONE[0], spending(outputs=(TxOut(value, script),))


UNLOCKING = push(bytes(500)) * 3 + push(bytes(141))  # 1,652 bytes
PASSES: list[tuple[str, tuple[bytes, Transaction]]] = [
    ("witness script of 3,600 bytes", p2wsh(sized(3600))),
    ("100 items", p2wsh(DROP_ALL * 99, *[b"\x01"] * 100)),
    ("an item of 80 bytes", p2wsh(b"\x75\x51", bytes(80))),
    ("an item of 80 bytes for a tapscript", tapscript(b"\x75\x51", bytes(80))),
    ("15 checks", p2sh(checks(15))),
    ("an output of the dust threshold", (ONE[0], ONE[1]._replace(outputs=(TxOut(546, PAYMENT.script),)))),
    ("a witness program of the dust threshold", (ONE[0], ONE[1]._replace(outputs=(TxOut(330, ONE[0]),)))),
    ("data without value", (ONE[0], ONE[1]._replace(outputs=(PAYMENT, TxOut(0, b"\x6a\x04data"))))),
    ("an output of a future version", (ONE[0], ONE[1]._replace(outputs=(TxOut(330, b"\x52\x20" + bytes(32)),)))),
    ("an anchor", (ONE[0], ONE[1]._replace(outputs=(PAYMENT, TxOut(240, b"\x51\x02\x4e\x73"))))),
]
REFUSED: list[tuple[str, str, tuple[bytes, Transaction]]] = [
    ("WITNESS_SCRIPT_SIZE", "the script has 3,601 bytes, at most 3,600", p2wsh(sized(3601))),
    ("WITNESS_ITEMS", "101 items before the script, at most 100", p2wsh(DROP_ALL * 100, *[b"\x01"] * 101)),
    ("WITNESS_ITEM_SIZE", "item 0 has 81 bytes, at most 80", p2wsh(b"\x75\x51", bytes(81))),
    ("WITNESS_ITEM_SIZE", "item 1 has 81 bytes, at most 80", tapscript(b"\x6d\x51", b"\x01", bytes(81))),
    ("ANNEX", "an annex of 5 bytes", tapscript(b"\x51", annex=(b"\x50\x01\x02\x03\x04",))),
    ("STANDARD_INPUT", "only as its hash: wrap it in P2WSH", (b"\x51", spending())),
    ("STANDARD_UNLOCKING", "1,652 bytes, at most 1,650", (b"\x6d\x6d\x51", spending(UNLOCKING))),
    ("STANDARD_UNLOCKING", "opcodes that do more than push", (b"\x51", spending(b"\x61"))),
    ("REDEEM_CHECKS", "16 signature checks, at most 15", p2sh(checks(16))),
    ("REDEEM_CHECKS", "20 signature checks", p2sh(b"\x00\x63\xae\x68\x51")),
    (
        "DUST",
        "output 0 has 545 satoshis, relayed are 546 and",
        (ONE[0], spending(outputs=(TxOut(545, PAYMENT.script),))),
    ),
    ("DUST", "output 0 has 329 satoshis, relayed are 330 and", paying(329, ONE[0])),
    ("DUST", "output 0 has 539 satoshis, relayed are 540 and", paying(539, p2sh(b"")[0])),
    ("STANDARD_OUTPUT", "output 1: nodes relay a script", (ONE[0], spending(outputs=(PAYMENT, TxOut(1000, b"\x51"))))),
    ("STANDARD_VERSION", "version 4, relayed are 1 to 3", (ONE[0], spending(version=4))),
    ("STANDARD_VERSION", "version 0, relayed are 1 to 3", (ONE[0], spending(version=0))),
    (
        "STANDARD_SIZE",
        "it has 61 bytes without witnesses, at least 65",
        paying(0, b"\x6a"),
    ),
]


def with_witness_of_one(case: tuple[bytes, Transaction]) -> tuple[bytes, Transaction]:
    """Give the plain P2WSH of `OP_1` its witness."""
    locking, tx = case
    return (locking, tx.with_witness(0, (b"\x51",))) if locking == ONE[0] and not tx.has_witness else case


@pytest.mark.parametrize("case", [case for _, case in PASSES], ids=[name for name, _ in PASSES])
def test_at_the_boundary_it_is_relayed(case: tuple[bytes, Transaction]) -> None:
    verdict = judged(*with_witness_of_one(case))
    assert verdict, verdict.explain()


@pytest.mark.parametrize(("rule", "detail", "case"), REFUSED)
def test_beyond_it_is_refused_by_name(rule: str, detail: str, case: tuple[bytes, Transaction]) -> None:
    locking, tx = with_witness_of_one(case)
    verdict = judged(locking, tx)
    assert verdict.error == rule
    assert verdict.script in (Phase.INPUT, Phase.TRANSACTION)
    assert f"{rule}: the scripts pass, but nodes do not relay it: " in verdict.explain()
    assert detail in verdict.explain()
    others = {each.name for each in RELAY_RULES} - {rule}
    assert not judged(locking, tx, RuleSet.named("btc").without(*others))
    assert judged(locking, tx, RuleSet.named("btc").scripts_only)
    assert check_transaction(tx, [TxOut(5000, locking)], "btc", scripts_only=True)[0]


def test_a_transaction_is_not_larger_than_relay_allows() -> None:
    outputs = (TxOut(1000, PAYMENT.script),) * 2938
    locking, tx = with_witness_of_one((ONE[0], spending(outputs=outputs)))
    spent = [TxOut(3_000_000, locking)]
    assert tx.virtual_size > 99_900
    assert all(check_transaction(tx, spent, "btc"))
    longer = tx._replace(outputs=(*outputs, *outputs[:5]))
    verdict = check_transaction(longer, [TxOut(4_000_000, locking)], "btc")[0]
    assert verdict.error == "STANDARD_SIZE"
    assert "virtual bytes, at most 100,000 are relayed" in verdict.explain()


@pytest.mark.parametrize("rules", ["bsv", "btc", "bsv-consensus", "btc-consensus"])
def test_value_out_of_nothing_is_refused_by_every_rule_set(rules: str) -> None:
    contract = penstock.compile_file(penstock.bundled("hash_lock"), target=rules[:3]).instantiate(
        sha256(b"secret").digest()
    )
    spend = Spend(contract, value=1000, outputs=[(600, PAYMENT.script), (600, PAYMENT.script)])
    verdict = spend.verify("unlock", b"secret", rules=rules)
    assert verdict.error == "VALUE_CREATED"
    assert "the inputs hold 1,000 satoshis, the outputs 1,200" in verdict.explain()
    assert repr(verdict) == "refused in the transaction: VALUE_CREATED"
    call = spend.contract.call("unlock", b"secret")
    both = check_transaction(spend.transaction(call), spend.spent_outputs, rules)
    assert [each.error for each in both] == ["VALUE_CREATED"]
    alone = check_transaction(spend.transaction(call), spend.spent_outputs, rules, scripts_only=True)
    assert all(alone)
    assert spend.add_input(200, PAYMENT.script).verify("unlock", b"secret", rules=rules)


def test_a_script_that_fails_keeps_its_own_reason() -> None:
    contract = penstock.compile_file(penstock.bundled("hash_lock")).instantiate(sha256(b"secret").digest())
    spend = Spend(contract, value=1000, outputs=[(2000, b"\x51")])
    assert spend.verify("unlock", b"guess").error == "EVAL_FALSE"


def test_one_input_alone_is_judged_without_the_transaction() -> None:
    locking, tx = with_witness_of_one((ONE[0], spending(outputs=(TxOut(1, b"\x51"),))))
    assert verify(b"", locking, tx=tx, input_index=0, value=5000, rules="btc")
    assert not verify(b"", b"\x51", tx=spending(), input_index=0, value=5000, rules="btc")


def test_source_lines_come_with_the_artifacts() -> None:
    artifact = penstock.compile_file(penstock.bundled("hash_lock"))
    spend = Spend(artifact.instantiate(sha256(b"secret").digest()))
    tx = spend.transaction(spend.contract.call("unlock", b"guess"))
    (verdict,) = check_transaction(tx, spend.spent_outputs, artifacts=[artifact])
    assert verdict.source_line == "require(sha256(preimage) == this.digest);"
    assert check_transaction(tx, spend.spent_outputs, artifacts=[None])[0].source_line is None
    with pytest.raises(CaseError, match="2 artifacts for 1 inputs: there must be one for each, or None"):
        check_transaction(tx, spend.spent_outputs, artifacts=[artifact, artifact])


def test_a_bare_contract_for_btc_says_that_it_is_not_relayed() -> None:
    contract = penstock.compile_file(penstock.bundled("hash_lock"), target="btc").instantiate(sha256(b"s").digest())
    verdict = Spend(contract, wrap="bare").verify("unlock", b"s")
    assert verdict.error == "STANDARD_INPUT"
    assert "nodes relay a script like this one only as its hash: wrap it in P2WSH" in verdict.explain()
    assert Spend(contract, wrap="bare", scripts_only=True).verify("unlock", b"s")
    assert Spend(contract, wrap="bare").verify("unlock", b"s", rules="btc-consensus")
    assert Spend(contract).verify("unlock", b"s")


def test_bsv_has_none_of_these_rules() -> None:
    assert not RuleSet.named("bsv").rules & RELAY_RULES
    assert RuleSet.named("btc").rules > RELAY_RULES
