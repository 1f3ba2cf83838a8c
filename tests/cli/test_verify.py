"""`verify`: raw transactions with real signatures, judged input by input and as a whole."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import penstock
from penstock import OutPoint, Transaction, TxIn, TxOut
from penstock.cli.root import root
from penstock.script.chains import BTC
from penstock.script.hashes import hash160, sha256
from penstock.script.pushes import push_data
from penstock.tx.address import p2pkh_script, p2sh_script, witness_script
from tests.support.command_line import ALICE, BOB, SUM, Run, fill, printed
from tests.support.spending.hand_made import P2PKH

ALICE_SCRIPT, BOB_SCRIPT = (p2pkh_script(hash160(key.public_key)) for key in (ALICE, BOB))
SPENT = [TxOut(1000, ALICE_SCRIPT), TxOut(2000, BOB_SCRIPT)]
ANYONE = b"\x51"


OUTPOINTS = [OutPoint(b"\x01" * 32, 0), OutPoint(b"\x02" * 32, 1)]


def paid(outputs: list[TxOut], *, spent: list[TxOut] = SPENT, outpoints: list[OutPoint] = OUTPOINTS) -> Transaction:
    """A transaction that spends Alice's output and Bob's, signed by both."""
    tx = Transaction(1, tuple(map(TxIn, outpoints)), tuple(outputs))
    for index, (key, output) in enumerate(zip((ALICE, BOB), spent, strict=False)):
        signature = penstock.sign(tx, index, output.script, output.value, key, "ALL")
        tx = tx.with_input_script(index, push_data(signature) + push_data(key.public_key))
    return tx


GOOD = paid([TxOut(2900, ANYONE)])
FORGED = GOOD.with_input_script(1, GOOD.inputs[0].script)
PAIRS = [word for spent in SPENT for word in ("--value", str(spent.value), "--script", spent.script.hex())]


def spent_json(spent: list[TxOut] = SPENT, **more: object) -> str:
    return json.dumps([{"value": each.value, "script": each.script.hex(), **more} for each in spent])


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    """Run a command in a folder with contracts and a transaction."""
    fill(tmp_path)
    (tmp_path / "tx.hex").write_text(GOOD.serialize().hex() + "\n")
    (tmp_path / "tx.bin").write_bytes(GOOD.serialize())
    (tmp_path / "forged.hex").write_text(FORGED.serialize().hex())
    (tmp_path / "spent.json").write_text(spent_json())
    return invoke


# Accepted and refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [GOOD.serialize().hex(), f"0x{GOOD.serialize().hex()}", "tx.hex", "tx.bin"])
def test_every_form_of_a_transaction(run: Run, form: str) -> None:
    text = printed(run("verify", form, "--spent", "spent.json"))
    assert text.splitlines() == [
        f"accepted: input 0, 1,000 satoshis of {'01' * 32}:0",
        f"accepted: input 1, 2,000 satoshis of {'02' * 32}:1",
        f"accepted: transaction {GOOD.txid_hex} ({GOOD.size()} bytes): 3,000 satoshis in, 2,900 out, a fee of 100",
    ]


@pytest.mark.parametrize("content", [GOOD.serialize(), GOOD.serialize().hex().encode()])
def test_a_transaction_on_the_standard_input(run: Run, content: bytes) -> None:
    del run
    result = CliRunner().invoke(root, ["verify", "-", *PAIRS], input=io.BytesIO(content))
    assert printed(result).endswith("a fee of 100\n")


@pytest.mark.parametrize(
    "content",
    [
        spent_json(),
        json.dumps(
            [
                {"value": each.value, "script": f"0x{each.script.hex()}", "txid": f"0{index + 1}" * 32, "vout": index}
                for index, each in enumerate(SPENT)
            ]
        ),
        "".join(f"{each.value}:{each.script.hex()}\n\n" for each in SPENT),
        "\n".join(each.serialize().hex() for each in SPENT),
    ],
    ids=["json", "outpoints", "lines", "outputs"],
)
def test_every_form_of_the_spent_outputs(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "spent").write_text(content)
    assert printed(run("verify", "tx.hex", "--spent", "spent")) == printed(run("verify", "tx.hex", *PAIRS))


def funded(segwit: bool) -> tuple[list[Transaction], Transaction]:
    """Two transactions with outputs of Alice and Bob, and one that spends them."""
    dust = TxOut(1, ANYONE)
    funding = [
        Transaction(1, (TxIn(OutPoint(bytes([number]) * 32, 0)),), (*(dust,) * number, SPENT[number], dust))
        for number in range(2)
    ]
    if segwit:
        funding[1] = funding[1].with_witness(0, [b"a witness"])
    outpoints = [OutPoint(each.txid, number) for number, each in enumerate(funding)]
    return funding, paid([TxOut(2900, ANYONE)], outpoints=outpoints)


@pytest.mark.parametrize("segwit", [False, True])
def test_spent_outputs_in_whole_transactions(run: Run, tmp_path: Path, segwit: bool) -> None:
    """In any order; one alone is enough for its input."""
    funding, tx = funded(segwit)
    raw, lines = tx.serialize().hex(), [each.serialize().hex() for each in funding]
    (tmp_path / "spent").write_text("\n".join(reversed(lines)))
    assert printed(run("verify", raw, "--spent", "spent")).endswith("a fee of 100\n")
    assert "a fee of 100" in printed(run("verify", raw, "--spent", "spent", "--input", "1"))
    (tmp_path / "spent").write_text(f"0x{lines[1]}\n")
    assert "were not compared" in printed(run("verify", raw, "--spent", "spent", "--input", "1"))
    for only, index in ((["--input", "0"], 0), ([], 0)):
        result = run("verify", raw, "--spent", "spent", *only)
        assert (result.exit_code, result.stdout) == (2, "")
        told = f"error: spent lacks the transaction {funding[0].txid_hex}, of which input {index} spends an output\n"
        assert result.stderr == told
    assert run("verify", raw, "--spent", "spent", "--input", "2").stderr.startswith("error: there is no input 2: ")


def test_other_lines_among_transactions_are_named(run: Run, tmp_path: Path) -> None:
    funding, tx = funded(segwit=False)
    line = funding[0].serialize().hex()
    for strange in (GOOD.serialize().hex(), "1000:51", "5g", SPENT[0].serialize().hex()):
        (tmp_path / "spent").write_text(f"{line}\n{strange}\n")
        result = run("verify", tx.serialize().hex(), "--spent", "spent")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("error: spent, line 2 is not a transaction of which an input spends an output")


def test_an_output_that_a_transaction_does_not_have(run: Run, tmp_path: Path) -> None:
    funding, _ = funded(segwit=False)
    tx = paid([TxOut(1, ANYONE)], outpoints=[OutPoint(funding[0].txid, 2), OutPoint(funding[0].txid, 0)])
    (tmp_path / "spent").write_text(funding[0].serialize().hex())
    result = run("verify", tx.serialize().hex(), "--spent", "spent")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: input 0 spends output 2 of {funding[0].txid_hex}, which has 2 outputs\n"


def test_a_forged_input_is_refused_and_explained(run: Run) -> None:
    result = run("verify", "forged.hex", "--spent", "spent.json")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines()[1].startswith("refused: input 1, 2,000 satoshis")
    assert "EQUALVERIFY" in result.stdout
    assert result.stdout.endswith("): input 1 is refused\n")


@pytest.mark.parametrize("wrong", [TxOut(1001, ALICE_SCRIPT), TxOut(1000, BOB_SCRIPT)])
def test_another_spent_output_is_refused(run: Run, tmp_path: Path, wrong: TxOut) -> None:
    (tmp_path / "spent.json").write_text(spent_json([wrong, SPENT[1]]))
    assert run("verify", "tx.hex", "--spent", "spent.json").exit_code == 1


def test_json(run: Run) -> None:
    good = json.loads(printed(run("verify", "tx.hex", "--spent", "spent.json", "--json")))
    assert (good["accepted"], good["txid"], good["bytes"]) == (True, GOOD.txid_hex, GOOD.size())
    assert (good["rules"], good["faults"]) == ("bsv", [])
    assert (good["value_in"], good["value_out"], good["fee"]) == (3000, 2900, 100)
    assert [(each["index"], each["txid"], each["vout"], each["value"]) for each in good["inputs"]] == [
        (0, "01" * 32, 0, 1000),
        (1, "02" * 32, 1, 2000),
    ]
    assert good["inputs"][0]["explanation"] is None
    result = run("verify", "forged.hex", "--spent", "spent.json", "--json")
    bad = json.loads(result.stdout)
    assert (result.exit_code, bad["accepted"]) == (1, False)
    assert [(each["accepted"], each["error"]) for each in bad["inputs"]] == [(True, None), (False, "EQUALVERIFY")]
    assert bad["inputs"][1]["explanation"].startswith("EQUALVERIFY: ")
    assert bad["inputs"][1]["accepted_in_blocks"] is False


# The whole ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tx", "reason"),
    [
        (paid([TxOut(3001, ANYONE)]), "it spends more than its inputs hold: 3,001 satoshis out, 3,000 in"),
        (paid([]), "it has no outputs (bad-txns-vout-empty)"),
        (paid([TxOut(-1, ANYONE)]), "an output has a negative value (bad-txns-vout-negative)"),
        (paid([TxOut(100, p2sh_script(bytes(20)))]), "an output pays to a script hash"),
    ],
)
def test_a_transaction_with_a_fault_is_refused_though_its_inputs_are_accepted(
    run: Run, tx: Transaction, reason: str
) -> None:
    result = run("verify", tx.serialize().hex(), *PAIRS)
    assert (result.exit_code, result.stderr) == (1, "")
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["accepted", "accepted", "refused"]
    assert reason in result.stdout


def test_all_that_comes_in_may_go_out(run: Run) -> None:
    tx = paid([TxOut(3000, ANYONE)])
    assert printed(run("verify", tx.serialize().hex(), *PAIRS)).endswith("3,000 out, a fee of 0\n")


def test_inputs_together_have_at_most_all_coins(run: Run) -> None:
    spent = [TxOut(21_000_000 * 100_000_000, ALICE_SCRIPT), TxOut(1, BOB_SCRIPT)]
    pairs = [word for each in spent for word in ("--value", str(each.value), "--script", each.script.hex())]
    result = run("verify", paid([TxOut(1, ANYONE)], spent=spent).serialize().hex(), *pairs)
    assert result.exit_code == 1
    assert "its inputs together have more than 21 million coins" in result.stdout


# One input ------------------------------------------------------------------------------------------------------------


def test_one_input_with_its_output_alone(run: Run) -> None:
    pair = ["--value", "1000", "--script", ALICE_SCRIPT.hex(), "--input", "0"]
    lines = printed(run("verify", "forged.hex", *pair)).splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("): 2,900 satoshis out; 1 other input was not judged")
    assert lines[2].startswith("Satoshis in and out were not compared")
    facts = json.loads(printed(run("verify", "forged.hex", *pair, "--json")))
    assert (facts["value_in"], facts["fee"], len(facts["inputs"])) == (None, None, 1)
    elsewhere = run("verify", "forged.hex", *pair[:-1], "1")
    assert (elsewhere.exit_code, elsewhere.stderr) == (1, "")


def test_one_input_with_the_outputs_of_all(run: Run) -> None:
    """Then satoshis are compared."""
    text = printed(run("verify", "forged.hex", "--spent", "spent.json", "--input", "0"))
    assert text.endswith("3,000 satoshis in, 2,900 out, a fee of 100; 1 other input was not judged\n")
    assert run("verify", "forged.hex", "--spent", "spent.json", "--input", "1").exit_code == 1


# Chains, rules, contracts ---------------------------------------------------------------------------------------------


def test_the_rules_of_blocks_are_milder(run: Run) -> None:
    """A surplus item on the stack: not relayed, and allowed in blocks."""
    tx = GOOD.with_input_script(0, b"\x51" + GOOD.inputs[0].script).serialize().hex()
    result = run("verify", tx, *PAIRS)
    assert result.exit_code == 1
    assert "CLEANSTACK" in result.stdout
    assert "The rules of blocks accept it (--rules bsv-consensus); nodes do not relay it." in result.stdout
    assert json.loads(run("verify", tx, *PAIRS, "--json").stdout)["inputs"][0]["accepted_in_blocks"] is True
    printed(run("verify", tx, *PAIRS, "--rules", "bsv-consensus"))


def test_a_hostile_script_is_not_judged_without_its_guard(run: Run) -> None:
    """It doubles an item until the guard stops it; by the rules of blocks alone it would take all memory."""
    locking = push_data(b"x" * 500) + b"\x76\x7e" * 60
    tx = Transaction(1, (TxIn(OutPoint(b"\x01" * 32, 0)),), (TxOut(1, ANYONE),))
    result = run("verify", tx.serialize().hex(), "--value", "1", "--script", locking.hex())
    assert result.exit_code == 1
    assert "RESOURCE_LIMIT" in result.stdout
    assert "rules of blocks" not in result.stdout


def wrapped(key: penstock.PrivateKey) -> tuple[Transaction, TxOut]:
    """A P2WSH spend of P2PKH, signed by `key`, and the output that it spends."""
    contract = replace(P2PKH, chain=BTC).instantiate(hash160(ALICE.public_key))
    spend = penstock.Spend(contract, wrap="p2wsh", outputs=[(900, contract.locking_script)])
    call = spend.call("unlock", spend.sign(key), key.public_key)
    return spend.transaction(call), spend.spent_outputs[0]


def test_a_witness_script_on_btc(run: Run, tmp_path: Path) -> None:
    (tmp_path / "btc.json").write_text(replace(P2PKH, chain=BTC).to_json())
    for key, code in ((ALICE, 0), (BOB, 1)):
        tx, spent = wrapped(key)
        pair = ["--value", str(spent.value), "--script", spent.script.hex()]
        for chain in (["--target", "btc"], ["--rules", "btc-consensus"], ["--artifact", "btc.json"]):
            result = run("verify", tx.serialize().hex(), *pair, *chain)
            assert (result.exit_code, result.stderr) == (code, "")
        assert "input 0, P2PKH, " in result.stdout
        other = run("verify", tx.serialize().hex(), *pair)
        assert (other.exit_code, other.stdout) == (2, "")
        assert "error: TX is not a transaction of bsv: " in other.stderr
        assert other.stderr.endswith("\nIt has witnesses: give --target btc\n")


def test_outputs_that_are_not_relayed_are_named(run: Run) -> None:
    contract = replace(P2PKH, chain=BTC).instantiate(hash160(ALICE.public_key))
    spend = penstock.Spend(contract, outputs=[(900, ANYONE)])
    tx = spend.transaction(spend.call("unlock", spend.sign(ALICE), ALICE.public_key)).serialize().hex()
    words = ["verify", tx, "--value", "1000", "--script", spend.locking_script.hex()]
    result = run(*words, "--target", "btc")
    assert result.exit_code == 1
    assert "nodes do not relay it: STANDARD_OUTPUT: output 0: nodes relay a script like this one" in result.stdout
    assert run(*words, "--rules", "btc-consensus").exit_code == 0


@pytest.mark.parametrize(("total", "code"), [(5, 0), (6, 1)])
@pytest.mark.parametrize("wrap", ["bare", "p2wsh", "p2sh"])
def test_a_contract_has_its_source_lines(run: Run, total: int, code: int, wrap: str) -> None:
    chain = "bsv" if wrap == "bare" else "btc"
    contract = penstock.compile_source(SUM, target=chain, name="sum.scrypt").instantiate(total)
    items = contract.call("unlock", 2, 3)
    tx = Transaction(1, (TxIn(OutPoint(bytes(31) + b"\x01", 0)),), (TxOut(900, ANYONE),))
    locking = contract.locking_script
    match wrap:
        case "p2wsh":
            tx, locking = tx.with_witness(0, items.witness), witness_script(0, sha256(locking))
        case "p2sh":
            tx = tx.with_input_script(0, items.unlocking_script + push_data(locking))
            locking = p2sh_script(hash160(locking))
        case _:
            tx = tx.with_input_script(0, items.unlocking_script)
    words = ["verify", tx.serialize().hex(), "--value", "1000", "--script", locking.hex()]
    for artifact in (["--artifact", "sum.scrypt"], ["--artifact", "sum.scrypt", "--json"]):
        result = run(*words, "--rules", f"{chain}-consensus", *artifact)
        assert (result.exit_code, result.stderr) == (code, "")
    facts = json.loads(result.stdout)["inputs"][0]
    assert facts["contract"] == "Sum"
    if code:
        assert facts["source"] == {"file": "sum.scrypt", "line": 11, "column": 9}
        assert "at sum.scrypt:11:9" in run(*words, "--rules", f"{chain}-consensus", "--artifact", "sum.scrypt").stdout
    traced = run(*words, "--rules", f"{chain}-consensus", "--artifact", "sum.scrypt", "--trace")
    lines = traced.stdout.splitlines()
    assert any(line.endswith("require(add(a, b) == this.total);") for line in lines)
    assert not any("OP_HASH160" in line and "require" in line for line in lines)


def test_another_contract_is_told(run: Run) -> None:
    result = run("verify", "tx.hex", "--spent", "spent.json", "--artifact", "sum.scrypt")
    assert result.exit_code == 0
    assert result.stderr == "warning: Sum does not lock a judged input, so its source lines are not shown\n"
    assert json.loads(run("verify", "tx.hex", *PAIRS, "--artifact", "sum.scrypt", "--json").stdout)["accepted"]


def test_a_trace_shows_every_opcode_with_its_stack(run: Run) -> None:
    text = printed(run("verify", "tx.hex", "--spent", "spent.json", "--input", "0", "--trace"))
    assert "  unlocking script:\n" in text
    assert "  locking script:\n" in text
    assert [line.split()[1] for line in text.splitlines() if "OP_" in line] == [
        "OP_DUP",
        "OP_HASH160",
        "OP_EQUALVERIFY",
        "OP_CHECKSIG",
    ]
    facts = json.loads(printed(run("verify", "tx.hex", "--spent", "spent.json", "--trace", "--json")))
    steps = facts["inputs"][0]["trace"]
    assert [step["script"] for step in steps] == ["unlocking script"] * 2 + ["locking script"] * 5
    assert steps[-1]["text"] == "OP_CHECKSIG"
    assert steps[-1]["stack"][1] == ALICE.public_key.hex()


def test_deep_stacks_and_long_pushes_are_cut_in_a_trace(run: Run) -> None:
    locking = b"\x51" * 6 + b"\x75" * 5 + push_data(b"x" * 60) + b"\x75"
    tx = Transaction(1, (TxIn(OutPoint(b"\x01" * 32, 0)),), (TxOut(1, ANYONE),))
    text = printed(run("verify", tx.serialize().hex(), "--value", "1", "--script", locking.hex(), "--trace"))
    assert "| … 01 01 01 01\n" in text
    assert "7878787878787878787878787878…"[:20] in text


def test_taproot_needs_the_outputs_of_all(run: Run) -> None:
    spent = [TxOut(1000, witness_script(1, b"\x02" * 32)), TxOut(2000, ANYONE)]
    tx = Transaction(2, (TxIn(OutPoint(b"\x01" * 32, 0)), TxIn(OutPoint(b"\x02" * 32, 0))), (TxOut(1, ANYONE),))
    raw = tx.with_witness(0, [bytes(64)]).serialize().hex()
    alone = ["--value", "1000", "--script", spent[0].script.hex(), "--input", "0", "--target", "btc"]
    result = run("verify", raw, *alone)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "give the spent outputs of all inputs" in result.stderr


# Wrong words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["tx.hex"], "The outputs that TX spends are missing: give --spent FILE, or --value with --script."),
        (["tx.hex", "--spent", "spent.json", *PAIRS], "--spent has the spent outputs: omit --value and --script."),
        (["tx.hex", *PAIRS[:4]], "error: 1 spent output for 2 inputs: give one for each input, in the order"),
        (["tx.hex", *PAIRS[:4], *PAIRS], "error: 3 spent outputs for 2 inputs: give one for each input"),
        (["tx.hex", *PAIRS, *PAIRS[:4], "--input", "0"], "in the order of the inputs, or only that of input 0"),
        (["tx.hex", *PAIRS, "--value", "1"], "error: 3 --value and 2 --script: give one pair for each input"),
        (
            ["tx.hex", *PAIRS, "--input", "2"],
            "error: there is no input 2: the transaction has 2 inputs, counted from 0",
        ),
        (["tx.hex", *PAIRS, "--input", "-1"], "--input"),
        (["tx.hex", "--value", "-1", "--script", "51"], "'--value': -1 is not in the range"),
        (["tx.hex", "--value", "2100000000000001", "--script", "51"], "'--value': 2100000000000001 is not in"),
        (["tx.hex", "--value", "1", "--script", "5g"], "error: --script: '5g' is neither a file nor hex"),
        (["tx.hex", "--value", "1", "--script", "515"], "error: --script: hex of 3 digits is half a byte short"),
        (["tx.hex", *PAIRS, "--rules", "dogecoin"], "dogecoin"),
        (["tx.hex", *PAIRS, "--rules", "btc", "--target", "bsv"], "--rules btc are of btc, --target is bsv: omit one"),
        (["tx.hex", *PAIRS, "--artifact", "p2pkh.json", "--target", "btc"], "--target: expected bsv, for which p2pkh"),
        (["tx.hex", *PAIRS, "--artifact", "nowhere.json"], "error: nowhere.json: No such file"),
        (["nowhere.hex", *PAIRS], "error: TX: 'nowhere.hex' is neither a file nor hex"),
        ([GOOD.serialize().hex()[:-1], *PAIRS], "error: TX: hex of "),
        ([GOOD.serialize().hex()[:-2], *PAIRS], "error: TX is not a transaction of bsv: lock time at byte "),
        ([GOOD.serialize().hex() + "00", *PAIRS], "1 bytes too many"),
        (["", *PAIRS], "error: TX is empty: a raw transaction is expected"),
        (["0x", *PAIRS], "error: TX is empty: a raw transaction is expected"),
        ([".", *PAIRS], "error: TX: '.' is neither a file nor hex"),
        (["folder", *PAIRS], "error: folder: Is a directory"),
        (["empty", *PAIRS], "error: TX: empty is empty"),
        (["sum.scrypt", *PAIRS], "error: TX: sum.scrypt: '/', character 1, is not a hexadecimal digit"),
        (["coinbase.hex", *PAIRS], "error: TX is a coinbase: its input spends no output"),
        (["tx.hex", "--spent", "empty"], "error: 0 spent outputs for 2 inputs"),
        (["tx.hex", "--spent", "folder"], "'folder' is a directory"),
        (["tx.hex", "--spent", "nowhere.json"], "error: nowhere.json: No such file"),
        (["tx.hex", "--spent", "tx.bin"], "error: tx.bin is not UTF-8 text: expected [{"),
        (
            ["tx.hex", "--spent", "sum.scrypt"],
            "error: sum.scrypt, line 1: '/', character 1, is not a hexadecimal digit",
        ),
        (["tx.hex", "--spent", "tx.hex"], "error: tx.hex, line 1 is neither SATOSHIS:HEX nor an output as in"),
    ],
)
def test_what_cannot_be_used_is_named(run: Run, tmp_path: Path, words: list[str], message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    coinbase = Transaction(1, (TxIn(OutPoint(bytes(32), 0xFFFF_FFFF), b"\x51\x51"),), (TxOut(1, ANYONE),))
    (tmp_path / "coinbase.hex").write_text(coinbase.serialize().hex())
    result = run("verify", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"value": 1, "script": "51"}', "has one JSON object: a list is expected, as in [{"),
        ("[1", "error: spent.json is not JSON: "),
        ("[1, 2]", 'error: spent.json, output 0 needs "value" and "script", as in [{"value": 1000'),
        ('[{"value": 1}, 2]', 'error: spent.json, output 0 needs "value" and "script"'),
        (
            '[{"value": 1, "script": "51", "tx": "aa"}]',
            "output 0 has an unknown field 'tx': there are value, script, txid",
        ),
        (
            '[{"value": 0.001, "script": "51"}]',
            "output 0: the value is '0.001'; it is a whole number of satoshis from 0",
        ),
        ('[{"value": true, "script": "51"}]', "output 0: the value is 'True'; it is a whole number"),
        ('[{"value": -1, "script": "51"}]', "the value is '-1'"),
        ('[{"value": 2100000000000001, "script": "51"}]', "from 0 to 2,100,000,000,000,000 (a coin has 100,000,000)"),
        ('[{"value": 1, "script": 51}]', "output 0: the script is a text of hexadecimal digits"),
        ('[{"value": 1, "script": "515"}]', "output 0: script: hex of 3 digits is half a byte short"),
        ('[{"value": 1, "script": "51", "txid": "00"}]', "output 0: the txid is a text of 64 hexadecimal digits"),
        ('[{"value": 1, "script": "51", "txid": 7}]', "output 0: the txid is a text of 64 hexadecimal digits"),
        ('[{"value": 1, "script": "51", "vout": "0"}]', "output 0: the vout is a whole number"),
        (
            spent_json(txid="02" * 32),
            f"output 0 is {'02' * 32}, but input 0 spends {'01' * 32}:0: use the order of the",
        ),
        (spent_json(vout=1), f"output 0 is the transaction:1, but input 0 spends {'01' * 32}:0"),
        ("x:51\n1:51", "spent.json, line 1: the value is 'x'; it is a whole number of satoshis"),
        ("1000:51\n\n1:5", "error: spent.json, line 3: hex of 1 digit is half a byte short"),
        (
            "00",
            "spent.json, line 1 is neither SATOSHIS:HEX nor an output as in a transaction: value at byte 0: needs 8",
        ),
        (TxOut(-1, b"").serialize().hex(), "line 1: the value is '-1'"),
    ],
)
def test_a_damaged_list_of_spent_outputs_is_named_by_its_place(
    run: Run, tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "spent.json").write_text(content)
    result = run("verify", "tx.hex", "--spent", "spent.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
