"""Of a contract that checks its own transaction (OP_PUSH_TX), exactly the fields that differ are named."""

from typing import Any

import pytest

from penstock.script.assembler import assemble
from penstock.script.pushes import push
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.tx.wire import compact_size
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from tests.support.spending.push_tx import optimal_contract, plain_contract, preimage, spending
from tests.support.spending.script_runs import VALUE, transaction


def judged(unlocking: bytes, locking: bytes, tx: Transaction) -> Verdict:
    return verify(unlocking, locking, tx=tx, input_index=0, value=VALUE)


CONTRACTS = {"plain": plain_contract, "optimal": optimal_contract}


def changed(data: bytes, script: bytes, place: str) -> bytes:
    """Forge a field of a preimage, or cut or stretch it."""
    code = 104 + len(compact_size(len(script)))
    tail = code + len(script)
    at, new = {
        "version": (0, b"\x02"),
        "hash of all outpoints": (4, bytes(32)),
        "hash of all sequences": (36, bytes(32)),
        "outpoint": (68, b"\x99"),
        "script code": (code + 40, b"\x61"),
        "value": (tail, (1001).to_bytes(8, "little")),
        "sequence": (tail + 8, b"\x07"),
        "hash of outputs": (tail + 12, bytes(32)),
        "lock time": (tail + 44, b"\xfe"),
        "hash type": (tail + 48, b"\xc1"),
    }[place]
    return data[:at] + new + data[at + len(new) :]


def spend_of(name: str, hash_type: int = 0x41) -> tuple[bytes, Transaction, bytes]:
    script = CONTRACTS[name](hash_type)
    tx = spending(script, VALUE, hash_type)
    return script, tx, preimage(tx, script, VALUE, hash_type)


def compared(verdict: Verdict) -> dict[str, list[str]] | None:
    """Return the explanation of each field that differs; None if no preimage is compared."""
    lines = verdict.explain().splitlines()
    starts = [place for place, line in enumerate(lines) if line.startswith("the given preimage ")]
    if not starts:
        return None
    if lines[starts[0]].endswith("is right, field by field"):
        assert len(lines) == starts[0] + 1
        return {}
    rows = lines[starts[0] + 1 :]
    return {
        rows[place].strip(): [row.split()[-1] for row in rows[place + 1 : place + 3]]
        for place in range(0, len(rows), 3)
    }


@pytest.mark.parametrize("hash_type", [0x41, 0x42, 0x43, 0xC1, 0xC2, 0xC3])
@pytest.mark.parametrize("name", CONTRACTS)
def test_the_right_preimage_spends(name: str, hash_type: int) -> None:
    script, tx, data = spend_of(name, hash_type)
    assert judged(push(data), script, tx=tx)
    assert not verify(push(data), script, tx=tx, input_index=0, value=VALUE + 1)


@pytest.mark.parametrize(
    "place",
    [
        *("version", "hash of all outpoints", "hash of all sequences", "outpoint", "script code"),
        *("value", "sequence", "hash of outputs", "lock time", "hash type"),
    ],
)
@pytest.mark.parametrize("name", CONTRACTS)
def test_a_forged_field_is_named_and_no_other(name: str, place: str) -> None:
    script, tx, data = spend_of(name)
    verdict = judged(push(changed(data, script, place)), script, tx=tx)
    assert verdict.error in {"NULLFAIL", "SIG_DER", "SIG_HIGH_S"}
    assert list(compared(verdict) or ()) == [place]


@pytest.mark.parametrize(
    ("cut", "named"),
    [
        (lambda data: data[:-1], ["hash type"]),
        (lambda data: data[:-4], ["hash type"]),
        (lambda data: data[:-6], ["lock time", "hash type"]),
        (lambda data: data + b"\x00", ["bytes after it"]),
        (lambda data: b"\x00" + data, ["bytes before it"]),
        (lambda data: data[1:], ["version"]),
        (lambda data: data[:120] + data[121:], ["script code"]),
        (lambda data: data[:120] + b"\x61\x61" + data[120:], ["script code"]),
    ],
)
@pytest.mark.parametrize("name", CONTRACTS)
def test_a_cut_or_stretched_preimage_is_told_where(name: str, cut: Any, named: list[str]) -> None:
    script, tx, data = spend_of(name)
    verdict = judged(push(cut(data)), script, tx=tx)
    assert verdict.error in {"NULLFAIL", "SIG_DER", "SIG_HIGH_S"}
    assert list(compared(verdict) or ()) == named


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_preimage_of_another_transaction_differs_where_the_transactions_do(name: str) -> None:
    script, tx, data = spend_of(name)
    outputs = tx._replace(outputs=(TxOut(850, b"\x53"),))
    assert list(compared(judged(push(data), script, tx=outputs)) or ()) == ["hash of outputs"]
    elsewhere = tx._replace(inputs=(TxIn(OutPoint(b"\x07" * 32, 1), b"", 5), *tx.inputs[1:]))
    assert list(compared(judged(push(data), script, tx=elsewhere)) or ()) == ["hash of all outpoints", "outpoint"]
    alone = tx._replace(inputs=tx.inputs[:1])
    assert list(compared(judged(push(data), script, tx=alone)) or ()) == [
        "hash of all outpoints",
        "hash of all sequences",
    ]


@pytest.mark.parametrize("name", CONTRACTS)
def test_what_differs_is_shown_as_numbers_too(name: str) -> None:
    script, tx, data = spend_of(name)
    text = judged(push(changed(data, script, "value")), script, tx=tx).explain()
    assert "given" in text.split("the given preimage differs:\n  value\n")[1].splitlines()[0]
    assert "e903000000000000 (8 bytes: 1001 satoshis)" in text
    assert "e803000000000000 (8 bytes: 1000 satoshis)" in text
    text = judged(push(changed(data, script, "hash type")), script, tx=tx).explain()
    assert "c1000000 (4 bytes: ALL|ANYONECANPAY|FORKID)" in text
    text = judged(push(changed(data, script, "script code")), script, tx=tx).explain()
    assert f"({len(script)} bytes, from byte 32)" in text


def test_a_preimage_is_compared_though_no_signature_was_checked() -> None:
    """Contracts read the preimage before they check it: the first thing to fail is then another."""
    check = assemble("OP_DUP OP_SIZE 28 OP_SUB OP_SPLIT OP_NIP 20 OP_SPLIT OP_DROP") + push(bytes(32))
    script = check + assemble("OP_EQUALVERIFY") + optimal_contract()
    tx = spending(script, VALUE)
    data = preimage(tx, script, VALUE)
    verdict = judged(push(data), script, tx=tx)
    assert verdict.error == "EQUALVERIFY"
    assert compared(verdict) == {}
    verdict = judged(push(changed(data, script, "sequence")), script, tx=tx)
    assert list(compared(verdict) or ()) == ["sequence"]


def test_the_right_script_code_begins_behind_the_last_separator() -> None:
    inner = optimal_contract()
    script, tx = assemble("OP_NOP OP_CODESEPARATOR") + inner, spending(inner, VALUE)
    assert judged(push(preimage(tx, inner, VALUE)), script, tx=tx)
    whole = judged(push(preimage(tx, script, VALUE)), script, tx=tx)
    assert list(compared(whole) or ()) == ["script code size", "script code"]


def test_a_preimage_that_the_script_puts_together_is_found() -> None:
    """Given in two parts, the whole is on the stack only."""
    script = assemble("OP_CAT") + optimal_contract()
    tx = spending(script, VALUE)
    data = preimage(tx, script, VALUE)
    assert judged(push(data[:50]) + push(data[50:]), script, tx=tx)
    forged = changed(data, script, "value")
    assert list(compared(judged(push(forged[:50]) + push(forged[50:]), script, tx=tx)) or ()) == ["value"]


def test_the_preimage_of_another_contract_elsewhere_is_compared_too() -> None:
    script, tx, _ = spend_of("plain")
    elsewhere = Transaction(1, (TxIn(OutPoint(b"\x07" * 32, 3), b"", 4),), (TxOut(5, b"\x51"),), 3)
    verdict = judged(push(preimage(elsewhere, assemble("OP_DUP OP_CHECKSIG"), 77)), script, tx=tx)
    named = compared(verdict)
    assert named is not None
    assert {"hash of all outpoints", "outpoint", "script code", "value", "hash of outputs"} < set(named)


def test_other_items_are_no_preimages() -> None:
    script, tx, _ = spend_of("plain")
    for item in (bytes(200), bytes(157), b"\x01" * 157, b"", b"\xfd" * 300, transaction().serialize()):
        verdict = judged(push(item), script, tx=tx)
        assert not verdict
        assert compared(verdict) is None
