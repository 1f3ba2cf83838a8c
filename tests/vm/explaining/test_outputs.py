"""For a contract that fixes its outputs, the first output that differs is shown, with the difference."""

from dataclasses import dataclass

import pytest

from penstock.script.assembler import assemble
from penstock.script.hashes import hash256
from penstock.script.pushes import push
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.explaining.outputs import Output, covered, output_differences, read_outputs
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from tests.support.spending.push_tx import plain_contract, preimage
from tests.support.spending.script_runs import VALUE

PAY, KEEP = TxOut(900, b"\x51"), TxOut(50, b"\x52" * 300)
# The preimage lies under the outputs: check the hash of these against its field, then the preimage itself.
COMPARE = assemble("OP_HASH256 OP_OVER OP_SIZE 28 OP_SUB OP_SPLIT OP_NIP 20 OP_SPLIT OP_DROP OP_EQUALVERIFY")


@dataclass(frozen=True)
class LastByte:
    """An artifact whose contracts have their last byte for a state."""

    def location(self, opcode_index: int) -> None:
        return None

    def source_line(self, opcode_index: int) -> str | None:
        return None if opcode_index else "first"

    def state_in(self, script: bytes) -> dict[str, int | bool | bytes]:
        return {"last": script[-1], "rest": script[:-1]}


def written(*outputs: TxOut) -> bytes:
    """Write outputs down as a transaction has them."""
    tx = Transaction(1, (), outputs, 0).serialize()
    return tx[6:-4]


def judged(asked: bytes, outputs: tuple[TxOut, ...], hash_type: int = 0x41, *, with_state: bool = False) -> Verdict:
    """Judge a contract that asks for these outputs in a transaction with those."""
    script = push(asked) + COMPARE + plain_contract(hash_type)
    tx = Transaction(1, (TxIn(OutPoint(bytes(range(32)), 1), b"", 5),), outputs, 0)
    unlocking = push(preimage(tx, script, VALUE, hash_type))
    artifact = LastByte() if with_state else None
    return verify(unlocking, script, tx=tx, input_index=0, value=VALUE, artifact=artifact)


def told(verdict: Verdict) -> list[str] | None:
    """Return the part of the explanation about outputs; None without one."""
    lines = verdict.explain().splitlines()
    heading = "the outputs that the script requires differ from the transaction's:"
    return lines[lines.index(heading) + 1 :] if heading in lines else None


@pytest.mark.parametrize("hash_type", [0x41, 0xC1, 0x43, 0xC3])
def test_the_right_outputs_spend_and_nothing_is_said(hash_type: int) -> None:
    outputs = (PAY, KEEP)
    asked = written(*(outputs if hash_type & 3 == 1 else outputs[:1]))
    verdict = judged(asked, outputs, hash_type)
    assert verdict, verdict.explain()
    assert told(verdict) is None


def test_an_amount_that_differs() -> None:
    assert told(judged(written(PAY, TxOut(51, KEEP.script)), (PAY, KEEP))) == [
        "  output 1 value",
        "    asked    3300000000000000 (8 bytes: 51 satoshis)",
        "    in fact  3200000000000000 (8 bytes: 50 satoshis)",
    ]


def test_a_script_that_differs_is_shown_where_it_does() -> None:
    other = TxOut(50, KEEP.script[:200] + b"\x53" + KEEP.script[201:])
    lines = told(judged(written(PAY, other), (PAY, KEEP)))
    assert lines is not None
    assert lines[0] == "  output 1 script"
    assert lines[1].startswith("    asked    …525252525252525253")
    assert lines[2].startswith("    in fact  …525252525252525252")


def test_the_state_in_it_is_told_leaf_by_leaf() -> None:
    asked = written(TxOut(900, b"\x51\x05"))
    assert told(judged(asked, (TxOut(900, b"\x51\x06"),), with_state=True)) == [
        "  output 0 script",
        "    asked    5105 (2 bytes)",
        "    in fact  5106 (2 bytes)",
        "  output 0 state last",
        "    asked    5",
        "    in fact  6",
    ]


@pytest.mark.parametrize("outputs", [(PAY,), (PAY, KEEP, KEEP), ()])
def test_outputs_that_are_missing_or_too_many(outputs: tuple[TxOut, ...]) -> None:
    assert told(judged(written(PAY, KEEP), outputs)) == [
        "  number of outputs",
        "    asked    2",
        f"    in fact  {len(outputs)}",
    ]


def test_single_covers_the_one_at_the_place_of_the_input() -> None:
    assert told(judged(written(KEEP), (PAY, KEEP), 0x43)) is not None
    assert told(judged(written(KEEP), (), 0x43)) == ["  number of outputs", "    asked    1", "    in fact  0"]


def test_none_covers_no_output() -> None:
    assert told(judged(written(KEEP), (PAY,), 0x42)) is None


@pytest.mark.parametrize("asked", [b"", bytes(8), written(PAY)[:-1], written(PAY) + b"\x00", b"\xff" * 9, hash256(b"")])
def test_what_is_hashed_and_is_no_outputs_is_not_compared(asked: bytes) -> None:
    assert read_outputs(asked) is None
    assert told(judged(asked, (PAY,))) is None


def test_outputs_that_are_not_hashed_are_not_compared() -> None:
    script = push(written(KEEP)) + assemble("OP_DROP OP_0 OP_VERIFY") + plain_contract()
    tx = Transaction(1, (TxIn(OutPoint(bytes(range(32)), 1), b"", 5),), (PAY,), 0)
    verdict = verify(push(preimage(tx, script, VALUE)), script, tx=tx, input_index=0, value=VALUE)
    assert verdict.error == "VERIFY"
    assert told(verdict) is None


@pytest.mark.parametrize("size", [0, 252, 253, 0xFFFF, 0x10000])
def test_scripts_of_all_sizes_are_read(size: int) -> None:
    outputs = (TxOut(1, bytes(size)), PAY)
    read = read_outputs(written(*outputs))
    assert read is not None
    assert [(bytes(value), bytes(script)) for value, script in read] == [
        (amount.to_bytes(8, "little"), script) for amount, script in outputs
    ]
    everything = covered(outputs, 0, 1)
    assert everything is not None
    assert output_differences(read, everything) == ()
    assert covered(outputs, 1, 3) == (Output(PAY.value.to_bytes(8, "little"), PAY.script),)
