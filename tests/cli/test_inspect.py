"""`inspect`: artifacts, scripts with the data after them, transactions."""

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import penstock
from penstock import OutPoint, Transaction, TxIn, TxOut
from penstock.cli.root import root
from penstock.script.hashes import hash160
from penstock.script.pushes import push_data
from penstock.tx.address import p2pkh_script, p2sh_script, witness_script
from tests.support.command_line import ALICE, BOB, Run, fill, printed, standard_payment

COUNTER = str(penstock.bundled("counter"))
RAW, SPENT = standard_payment()


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    """Run a command in a folder with a few contracts and artifacts."""
    fill(tmp_path)
    return invoke


def test_inspect_lists_an_artifact(run: Run) -> None:
    text = printed(run("inspect", "streaming.json"))
    assert "Streaming for bsv" in text
    assert "12 opcodes, 110 bytes" in text
    assert "   11      1  OP_NIP" in text
    assert "    7     34  <alice>" not in text  # the fifth push comes sixth
    assert "    6     34  <alice>" in text


def test_inspect_shows_sources_and_function_sizes(run: Run) -> None:
    text = printed(run("inspect", "sum.scrypt"))
    assert "Sum.unlock" in text
    assert "require(a > 0);" in text
    assert "sum.scrypt:10:" in text


def test_the_bytes_of_the_functions_add_up(run: Run) -> None:
    listed = json.loads(printed(run("inspect", "sum.scrypt", "--json")))
    assert sum(function["opcodes"] for function in listed["functions"]) == listed["opcodes"]
    assert {function["name"] for function in listed["functions"]} >= {"Sum.unlock"}
    assert listed["bytes"] is None  # an int has no single length


def test_inspect_disassembles_hex(run: Run) -> None:
    text = printed(run("inspect", "76a914000102030405060708090a0b0c0d0e0f1011121388ac"))
    assert text.splitlines()[0] == "5 opcodes, 25 bytes"
    assert "    2     21  000102030405060708090a0b0c0d0e0f10111213" in text
    assert "OP_SUBSTR" in printed(run("inspect", "0x7f", "--target", "btc"))
    assert "!4c05" in printed(run("inspect", "764c05"))


@pytest.mark.parametrize("subject", ["76a", "0x5"])
def test_inspect_counts_the_digits(run: Run, subject: str) -> None:
    result = run("inspect", subject)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {subject!r} is half a byte short of a script in hex\n"


@pytest.mark.parametrize("size", [128, 5000])
def test_inspect_takes_scripts_longer_than_the_name_of_a_file(run: Run, size: int) -> None:
    assert printed(run("inspect", "51" * size)).startswith(f"{size:,} opcodes, {size:,} bytes\n")


def test_inspect_counts_one_as_one(run: Run) -> None:
    assert printed(run("inspect", "51")).startswith("1 opcode, 1 byte\n")


@pytest.mark.parametrize("subject", ["hello", "nothing.txt", "abc.txt", "0x", ""])
def test_inspect_refuses_what_is_neither_file_nor_hex(run: Run, subject: str) -> None:
    result = run("inspect", subject)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: {subject!r} is neither a file nor a script in hex\n"


# Data after OP_RETURN -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "opcodes", "data"),
    [
        ("516a", 2, ""),
        ("516aff4c", 2, "ff4c"),
        ("006a0568656c6c6f", 2, "0568656c6c6f"),
        ("5163ac686a01", 5, "01"),  # after the end of a branch
        ("51636a6851", 5, None),  # inside a branch: what follows is code
        ("51636a6751686aac", 7, "ac"),
        ("51656a6851", 5, None),  # VERIF opens a branch too
        ("5551", 2, None),
    ],
)
def test_what_follows_a_return_is_data(run: Run, script: str, opcodes: int, data: str | None) -> None:
    facts = json.loads(printed(run("inspect", script, "--json")))
    assert (facts["opcodes"], facts["data"], facts["state"]) == (opcodes, data, None)
    text = printed(run("inspect", script))
    assert ("data after OP_RETURN" in text) == bool(data)
    on_btc = json.loads(printed(run("inspect", script, "--target", "btc", "--json")))
    assert on_btc["data"] is None


def test_pushes_after_a_return_are_told_apart(run: Run) -> None:
    text = printed(run("inspect", "006a" + push_data(b"hello").hex() + push_data(b"\xff").hex()))
    assert text.startswith("2 opcodes, 2 bytes, and 8 bytes of data\n")
    assert "  push 68656c6c6f (5 bytes) 'hello'\n" in text
    assert text.endswith("  push ff (1 byte)\n")


@pytest.mark.parametrize(("transition", "words"), [(False, "no transition yet"), (True, "after a transition")])
def test_the_layout_of_a_state_is_recognised(run: Run, transition: bool, words: str) -> None:
    contract = penstock.compile_file(COUNTER).instantiate(5)
    contract = contract.with_state(count=6) if transition else contract
    script = contract.locking_script.hex()
    assert f"  the state of a contract, {words}" in printed(run("inspect", script))
    facts = json.loads(printed(run("inspect", script, "--json")))
    assert facts["state"] == {"genesis": not transition, "leaves": "0106" if transition else "0100"}
    assert facts["data"] == contract.data.hex() if contract.data else False
    assert "count  6" in printed(run("inspect", COUNTER, "--script", script)) or not transition


@pytest.mark.parametrize("data", ["0001060300000001", "0201060300000000", "0000000000", "00", "0001060400000000"])
def test_another_layout_is_not_a_state(run: Run, data: str) -> None:
    assert json.loads(printed(run("inspect", f"516a{data}", "--json")))["state"] is None


def test_a_return_earlier_than_the_state_ends_the_code(run: Run) -> None:
    facts = json.loads(printed(run("inspect", "6a516a0001060300000000", "--json")))
    assert (facts["opcodes"], facts["state"]) == (1, None)


def test_the_script_of_an_instance_may_be_in_a_file(run: Run, tmp_path: Path) -> None:
    script = penstock.compile_file(COUNTER).instantiate(5).with_state(count=6).locking_script
    (tmp_path / "script.hex").write_text(script.hex())
    (tmp_path / "script.bin").write_bytes(script)
    for name in ("script.hex", "script.bin"):
        assert "count  6" in printed(run("inspect", COUNTER, "--script", name))
        assert "the state of a contract" in printed(run("inspect", name))


# Transactions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", [RAW.hex(), f"0x{RAW.hex()}", "tx.hex", "tx.bin", "tx", "wrapped.txt"])
def test_a_transaction_is_shown_as_one(run: Run, tmp_path: Path, subject: str) -> None:
    (tmp_path / "tx.hex").write_text(f"{RAW.hex()}\n")
    (tmp_path / "tx.bin").write_bytes(RAW)
    (tmp_path / "tx").write_bytes(RAW)
    (tmp_path / "wrapped.txt").write_text(f"{RAW.hex()[:60]}\n{RAW.hex()[60:]}\n")
    tx = Transaction.parse(RAW)
    signature, key = tx.inputs[0].script[1:73], ALICE.public_key
    lines = printed(run("inspect", subject)).splitlines()
    assert lines[:2] == [f"transaction {tx.txid_hex}", f"{len(RAW)} bytes, version 1, lock time 0 (none)"]
    assert lines[3:5] == [f"input 0: spends {'0a' * 32}:0", "  sequence 0xffffffff (final)"]
    assert lines[5].startswith(f"  unlocking script, {len(tx.inputs[0].script)} bytes: {signature[:40].hex()}…")
    assert lines[5].endswith(key.hex())
    assert lines[7] == f"output 0: 900 satoshis to {BOB.address()} (P2PKH)"
    assert lines[8].startswith("  locking script, 25 bytes: OP_DUP OP_HASH160 ")
    facts = json.loads(printed(run("inspect", subject, "--json")))["transaction"]
    assert (facts["txid"], facts["version"], facts["lock_time"], facts["bytes"]) == (tx.txid_hex, 1, 0, len(RAW))
    assert facts["inputs"][0]["txid"] == "0a" * 32
    assert facts["outputs"][0]["address"] == BOB.address()
    assert facts["outputs"][0]["contract"] is None


def test_a_transaction_on_the_standard_input(run: Run) -> None:
    del run
    assert printed(CliRunner().invoke(root, ["inspect", "-"], input=io.BytesIO(RAW))).startswith("transaction ")


def test_the_parts_of_a_transaction(run: Run) -> None:
    counter = penstock.compile_file(COUNTER).instantiate(5).with_state(count=6)
    outputs = (
        TxOut(1, counter.locking_script),
        TxOut(2, b"\x00\x6a" + push_data(b"hello")),
        TxOut(3, b"\x4c"),
        TxOut(4, b""),
        TxOut(5, b"\x51" * 60),
        TxOut(6, p2sh_script(bytes(20))),
    )
    tx = Transaction(2, (TxIn(OutPoint(b"\x01" * 32, 7), b"\x51", 5),), outputs, 800_000)
    text = printed(run("inspect", tx.serialize().hex()))
    assert "version 2, lock time 800,000 (a height)" in text
    assert f"input 0: spends {'01' * 32}:7\n  sequence 0x00000005\n  unlocking script, 1 byte: OP_1\n" in text
    assert "output 0: 1 satoshi\n" in text
    assert "OP_RETURN\n  data after OP_RETURN: " in text
    assert "    the state of a contract, after a transition; values 0106 (2 bytes)\n" in text
    assert (
        "OP_0 OP_RETURN\n  data after OP_RETURN: 0568656c6c6f (6 bytes)\n    push 68656c6c6f (5 bytes) 'hello'" in text
    )
    assert "locking script, 1 byte: !4c (1 byte)" in text
    assert "locking script, 0 bytes: (empty)" in text
    assert f"{'OP_1 ' * 48}… and 12 more" in text
    assert "output 5: 6 satoshis\n" in text  # bsv has no such address
    known = printed(run("inspect", tx.serialize().hex(), "--artifact", COUNTER))
    assert "  Counter\n\n  arguments:\n    count  5\n\n  state:\n    count  6\n\noutput 1: 2 satoshis" in known
    facts = json.loads(printed(run("inspect", tx.serialize().hex(), "--artifact", COUNTER, "--json")))["transaction"]
    assert facts["outputs"][0]["contract"]["state"] == {"count": 6}
    assert [each["data"] for each in facts["outputs"][1:]] == ["0568656c6c6f", None, None, None, None]
    late = tx._replace(lock_time=1_700_000_000).serialize().hex()
    assert "lock time 1,700,000,000 (seconds since 1970)" in printed(run("inspect", late))


def test_a_transaction_with_witnesses_is_of_btc(run: Run) -> None:
    digest = hash160(ALICE.public_key)
    scripts = [
        *(p2pkh_script(digest), p2sh_script(digest)),
        *(witness_script(0, digest), witness_script(0, bytes(32)), witness_script(1, b"\x02" * 32)),
        *(b"\x52\x02\x01\x02", b"\x00\x14\x01"),
    ]
    outputs = tuple(TxOut(index, script) for index, script in enumerate(scripts))
    tx = Transaction(2, (TxIn(OutPoint(b"\x01" * 32, 0)),), outputs).with_witness(0, [b"", b"\xaa" * 50])
    raw = tx.serialize().hex()
    for target in ([], ["--target", "btc"]):
        text = printed(run("inspect", raw, *target))
        assert f"{len(raw) // 2} bytes ({tx.virtual_size} virtual)" in text
        assert f"  witness item (empty)\n  witness item {'aa' * 40}… (50 bytes)\n" in text
        kinds = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith("output")]
        assert kinds == ["(P2PKH)", "(P2SH)", "(P2WPKH)", "(P2WSH)", "(taproot)", "satoshis", "satoshis"]
    facts = json.loads(printed(run("inspect", raw, "--json")))["transaction"]
    assert facts["inputs"][0]["witness"] == ["", "aa" * 50]
    assert facts["outputs"][2]["address"].startswith("bc1q")
    assert facts["outputs"][4]["address"].startswith("bc1p")


def test_a_coinbase(run: Run) -> None:
    tx = Transaction(1, (TxIn(OutPoint(bytes(32), 0xFFFF_FFFF), b"\x51\x51"),), (TxOut(1, b"\x51"),))
    assert "input 0: coinbase: it spends no output\n" in printed(run("inspect", tx.serialize().hex()))


def test_a_truncated_transaction_is_warned_of(run: Run) -> None:
    for raw in (RAW[:-1], RAW[:50], b"\x02" + RAW[1:-3]):
        result = run("inspect", raw.hex())
        assert result.exit_code == 0
        assert result.stderr.startswith("warning: this starts like a transaction, but is not a whole one: ")
    assert run("inspect", "0100").stderr == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["folder"], "error: folder is a folder: name a file in it\n"),
        (["empty"], "error: FILE: empty is empty\n"),
        (["odd.hex"], "error: FILE: odd.hex: hex of 3 digits is half a byte short: a digit is missing or too many\n"),
        (["wrong.hex"], "error: FILE: wrong.hex: 'g', character 4, is not a hexadecimal digit\n"),
        (["text.txt"], "text.txt:1:1"),
        (["51", "--artifact", "p2pkh.json"], "--artifact needs a transaction"),
        (["p2pkh.json", "--artifact", "p2pkh.json"], "--artifact needs a transaction"),
        ([RAW.hex(), "--script", "51"], "--script needs a contract"),
        (["p2pkh.json", "--script", "5"], "error: --script: hex of 1 digit is half a byte short"),
        ([RAW.hex(), "--artifact", "p2pkh.json", "--target", "btc"], "--target: expected bsv, for which p2pkh.json"),
    ],
)
def test_what_cannot_be_shown_is_named(run: Run, tmp_path: Path, words: list[str], message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "odd.hex").write_text("515")
    (tmp_path / "wrong.hex").write_text("515g")
    (tmp_path / "text.txt").write_text("hello world")
    result = run("inspect", *words)
    assert result.exit_code in {1, 2}
    assert result.stdout == ""
    assert message in result.stderr
