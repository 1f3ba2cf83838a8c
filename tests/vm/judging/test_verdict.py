"""A verdict gives the rule, the place, the stacks, and the reason; a trace shows every step to it."""

from dataclasses import dataclass

import pytest
from bitcoin.core import CTransaction

from penstock.artifact.source_map import Location
from penstock.script.assembler import assemble
from penstock.script.hashes import sha256
from penstock.script.pushes import push, push_data
from penstock.tx.digests import Digests
from penstock.tx.transaction import Transaction, TransactionError, TxOut
from penstock.vm.explaining.trace import trace
from penstock.vm.judging.case import CaseError, Phase
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import check_transaction, verify
from penstock.vm.rules import RuleSet, RuleSetError
from tests.support.generators.random_spends import KEYS, p2sh_script
from tests.support.spending.script_runs import VALUE, run, transaction

KEY = KEYS[0]
CHECK = push(KEY.public_key) + assemble("OP_CHECKSIG")


@dataclass(frozen=True)
class Lines:
    """An artifact with a source line for every opcode."""

    def location(self, opcode_index: int) -> Location:
        return Location("lines.scrypt", opcode_index, 1, f"line {opcode_index}")

    def source_line(self, opcode_index: int) -> str | None:
        return f"line {opcode_index}" if opcode_index < 100 else None

    def state_in(self, script: bytes) -> dict[str, int]:
        return {"size": len(script)}


def judged(unlocking: bytes, locking: bytes, rules: RuleSet | str = "bsv", tx: Transaction | None = None) -> Verdict:
    spent = ((VALUE, locking),)
    return verify(
        unlocking,
        locking,
        tx=tx or transaction(),
        input_index=0,
        value=VALUE,
        rules=rules,
        spent_outputs=spent,
        artifact=Lines(),
    )


def forkid(code: bytes, value: int = VALUE) -> bytes:
    return KEY.sign_digest(Digests(transaction()).bip143(0, code, value, 0x41)) + b"\x41"


def test_a_verdict_that_passes() -> None:
    verdict = judged(assemble("OP_2"), assemble("OP_2 OP_EQUAL"))
    assert verdict
    assert (verdict.error, verdict.opcode_index, verdict.source_line) == (None, None, None)
    assert (verdict.stack, verdict.alt_stack) == ((b"\x01",), ())


def test_a_failing_opcode_finds_its_stacks_untouched() -> None:
    verdict = judged(assemble("OP_2 OP_3"), assemble("OP_DUP OP_TOALTSTACK OP_EQUALVERIFY OP_1"))
    assert not verdict
    assert (verdict.error, verdict.script, verdict.opcode_index) == ("EQUALVERIFY", Phase.LOCKING, 2)
    assert (verdict.stack, verdict.alt_stack) == ((b"\x02", b"\x03"), (b"\x03",))
    assert verdict.source_line == "line 2"


@pytest.mark.parametrize(
    ("locking", "opcode"),
    [("OP_1SUB", 0), ("OP_1SUB OP_NOP", 0), ("OP_IF OP_0 OP_ELSE OP_1 OP_ENDIF", 1), ("OP_IF OP_0 OP_ENDIF", 1)],
)
def test_a_false_end_points_at_what_ran_last(locking: str, opcode: int) -> None:
    rules = RuleSet.named("bsv").without("DISCOURAGE_UPGRADABLE_NOPS")
    verdict = judged(assemble("OP_1"), assemble(locking), rules)
    assert (verdict.error, verdict.opcode_index) == ("EVAL_FALSE", opcode)
    assert verdict.source_line == f"line {opcode}"


def test_rules_that_no_opcode_breaks() -> None:
    verdict = judged(assemble("OP_1 OP_1"), b"")
    assert (verdict.error, verdict.opcode_index, verdict.source_line) == ("CLEANSTACK", None, None)
    verdict = judged(assemble("OP_1"), assemble("OP_IF OP_1"))
    assert (verdict.error, verdict.opcode_index) == ("UNBALANCED_CONDITIONAL", None)
    verdict = judged(assemble("OP_1"), assemble("OP_1 !05aabb"))
    assert (verdict.error, verdict.opcode_index) == ("BAD_OPCODE", 1)


def test_only_the_contract_has_source_lines() -> None:
    verdict = judged(assemble("OP_RESERVED"), assemble("OP_1"))
    assert (verdict.script, verdict.opcode_index, verdict.source_line) == (Phase.UNLOCKING, 0, None)
    redeem = assemble("OP_0 OP_VERIFY")
    rules = RuleSet.from_flags("P2SH", chain="btc")
    verdict = judged(push(redeem), p2sh_script(redeem), rules)
    assert (verdict.script, verdict.opcode_index, verdict.source_line) == (Phase.REDEEM, 1, "line 1")
    verdict = judged(push(b"\x51"), p2sh_script(redeem), rules)
    assert (verdict.error, verdict.script, verdict.source_line) == ("EVAL_FALSE", Phase.LOCKING, None)
    script = assemble("OP_1 OP_0")
    tx = transaction().with_witness(0, (script,))
    verdict = judged(b"", b"\x00\x20" + sha256(script), "btc", tx)
    assert (verdict.error, verdict.script) == ("CLEANSTACK", Phase.WITNESS)


def test_long_pushes_are_shown_as_bytes() -> None:
    verdict = judged(push_data(bytes(100_000)), assemble("OP_1 OP_EQUALVERIFY"))
    assert verdict.error == "EQUALVERIFY"
    assert verdict.stack == (bytes(100_000), b"\x01")


def test_a_trace_shows_every_step() -> None:
    traced = trace(
        assemble("OP_1 OP_2"),
        assemble("OP_SWAP OP_IF OP_1ADD OP_ELSE OP_RESERVED OP_ENDIF OP_3 OP_EQUALVERIFY"),
        tx=transaction(),
        input_index=0,
        value=VALUE,
        artifact=Lines(),
    )
    steps = [(step.script, step.opcode_index, step.offset, step.text, step.taken) for step in traced.steps]
    locking = Phase.LOCKING
    assert steps == [
        (Phase.UNLOCKING, 0, 0, "OP_1", None),
        (Phase.UNLOCKING, 1, 1, "OP_2", None),
        (locking, 0, 0, "OP_SWAP", None),
        (locking, 1, 1, "OP_IF", True),
        (locking, 2, 2, "OP_1ADD", None),
        (locking, 3, 3, "OP_ELSE", None),
        (locking, 5, 5, "OP_ENDIF", None),
        (locking, 6, 6, "OP_3", None),
        (locking, 7, 7, "OP_EQUALVERIFY", None),
    ]
    assert [step.source_line for step in traced.steps][1:4] == [None, "line 0", "line 1"]
    assert traced.steps[2].before.stack == (b"\x01", b"\x02")
    assert all(
        step.after is not None and step.after.stack == following.before.stack
        for step, following in zip(traced.steps, traced.steps[1:], strict=False)
    )
    assert traced.verdict.error == "EVAL_FALSE"
    assert traced.steps[-1].after is not None
    assert traced.steps[-1].after.stack == ()


def test_the_step_that_fails_has_no_after() -> None:
    traced = trace(b"", assemble("OP_1 OP_ADD"), tx=transaction(), input_index=0, value=VALUE)
    assert [step.after is None for step in traced.steps] == [False, True]
    assert str(traced.steps[1]).split() == ["locking", "script", "1", "OP_ADD", "|", "01"]


def test_a_trace_records_signatures() -> None:
    traced = trace(push(forkid(CHECK)), CHECK, tx=transaction(), input_index=0, value=VALUE)
    assert [(check.signature, check.key) for check in traced.signatures] == [(forkid(CHECK), KEY.public_key)]
    assert traced.verdict


def test_several_inputs_share_a_transaction() -> None:
    txin = transaction().inputs[0]
    tx = Transaction(1, (txin, txin, txin), transaction().outputs, 0)
    spent = [(VALUE + place, CHECK) for place in range(3)]
    digests = Digests(tx)
    for place, (value, _) in enumerate(spent):
        signature = KEY.sign_digest(digests.bip143(place, CHECK, value, 0x41)) + b"\x41"
        tx = tx.with_input_script(place, push(signature if place != 1 else signature[:-1] + b"\x43"))
    verdicts = check_transaction(tx, spent)
    assert [verdict.error for verdict in verdicts] == [None, "NULLFAIL", None]
    assert [verdict.error for verdict in check_transaction(tx.serialize(), [TxOut(*each) for each in spent])] == [
        None,
        "NULLFAIL",
        None,
    ]
    assert [bool(run_alone(tx, place, spent[place])) for place in range(3)] == [True, False, True]


def run_alone(tx: Transaction, place: int, spent: tuple[int, bytes]) -> Verdict:
    return verify(tx.inputs[place].script, spent[1], tx=tx, input_index=place, value=spent[0])


def test_what_cannot_be_judged_is_an_error_of_ours() -> None:
    tx = transaction()
    with pytest.raises(CaseError, match="there is no input 1: the transaction has 1"):
        verify(b"", b"", tx=tx, input_index=1, value=0)
    with pytest.raises(CaseError, match="there is no input -1"):
        verify(b"", b"", tx=tx, input_index=-1, value=0)
    with pytest.raises(CaseError, match="not a number of satoshis"):
        verify(b"", b"", tx=tx, input_index=0, value=1 << 63)
    with pytest.raises(CaseError, match="2 spent outputs for 1 inputs"):
        check_transaction(tx, [(1, b""), (2, b"")])
    with pytest.raises(TransactionError):
        verify(b"", b"", tx=b"\x01", input_index=0, value=0)
    with pytest.raises(RuleSetError):
        verify(b"", b"", tx=tx, input_index=0, value=0, rules="bitcoin")
    two = Transaction(1, tx.inputs * 2, tx.outputs, 0, ((bytes(64),), (b"",)))
    with pytest.raises(CaseError, match="give spent_outputs"):
        verify(b"", b"\x51\x20" + KEY.public_key[1:], tx=two, input_index=0, value=0, rules="btc")


def test_the_transaction_may_be_of_python_bitcoinlib() -> None:
    unlocking = push(forkid(CHECK))
    tx = transaction().with_input_script(0, unlocking)
    theirs = CTransaction.deserialize(tx.serialize())
    for each in (tx, tx.serialize(), theirs):
        assert verify(unlocking, CHECK, tx=each, input_index=0, value=VALUE)


def test_running_twice_gives_the_same() -> None:
    assert run("OP_1", "OP_1 OP_EQUAL") == run("OP_1", "OP_1 OP_EQUAL")
