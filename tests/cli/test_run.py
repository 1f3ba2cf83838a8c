"""`run`: verdicts, signatures and output."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import penstock
from penstock.cli.root import root
from penstock.script.chains import BTC
from penstock.script.hashes import hash160
from penstock.tx.address import p2pkh_script, p2sh_address
from tests.support.command_line import ALICE, ALICE_KEY, BOB, BOB_KEY, Run, fill, printed
from tests.support.spending.hand_made import P2PKH


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    """Run a command in a folder with a few contracts and artifacts."""
    fill(tmp_path)
    return invoke


def test_run_accepts(run: Run) -> None:
    text = printed(run("run", "sum.scrypt", "unlock", "2", "3", "--set", "total=5"))
    assert text.startswith("accepted: Sum.unlock (unlocked by 2 bytes, locked by ")


@pytest.mark.parametrize("options", [[], ["--set", "total=5"], ["--json"]])
def test_run_without_a_function_lists_those_that_there_are(run: Run, options: list[str]) -> None:
    result = run("run", "equals.json", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: penstock run [OPTIONS] FILE [FUNCTION] [ARGUMENTS]...\n")
    assert result.stderr.endswith(
        "Error: Missing FUNCTION. The public functions of Equals are:\n  same(int y)\n  sum(int a, int b)\n"
    )


def test_run_refuses_and_says_at_which_line(run: Run) -> None:
    result = run("run", "sum.scrypt", "unlock", "-1", "6", "--set", "total=5")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith("refused: Sum.unlock")
    assert "require(a > 0);" in result.stdout


def test_colours_are_for_terminals_that_want_them(run: Run) -> None:
    words = ["run", "sum.scrypt", "unlock", "2", "3", "--set", "total=5"]
    assert "\x1b[32maccepted" in CliRunner().invoke(root, words, color=True).stdout
    assert "\x1b" not in CliRunner().invoke(root, words, color=True, env={"NO_COLOR": "1"}).stdout


def test_run_signs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "chunk").write_bytes(b"a chunk")
    (tmp_path / "bob.wif").write_text(BOB.wif())
    filled = [
        *("--set", f"alice=pub:{ALICE.wif()}", "--set", "bob=pub:@bob.wif", "--set", "hash=sha256:@chunk"),
    ]
    assert run("run", "streaming.json", "unlock", "@chunk", "sig:@bob.wif", *filled).exit_code == 0
    assert run("run", "streaming.json", "unlock", f"sig:{ALICE_KEY}", f"sig:{BOB_KEY}:NONE", *filled).exit_code == 0
    refused = run("run", "streaming.json", "unlock", "text:rubbish", f"sig:{BOB_KEY}", *filled)
    assert (refused.exit_code, "SIG_DER" in refused.stdout) == (1, True)


def test_run_writes_json_that_other_tools_can_judge(run: Run) -> None:
    arguments = ["p2pkh.json", "unlock", f"sig:{ALICE_KEY}", f"pub:{ALICE_KEY}", "--json"]
    spend = ["--set", f"keyHash=hash160:pub:{ALICE_KEY}", "--value", "777", "--output", "700:51", "--lock-time", "9"]
    report = json.loads(printed(run("run", *arguments, *spend)))
    assert report["accepted"] is True
    assert bytes.fromhex(report["locking_script"]) == P2PKH.instantiate(hash160(ALICE.public_key)).locking_script
    verdict = penstock.verify(
        bytes.fromhex(report["unlocking_script"]),
        bytes.fromhex(report["locking_script"]),
        tx=bytes.fromhex(report["transaction"]),
        input_index=0,
        value=report["value"],
        rules="bsv",
    )
    assert verdict
    tx = penstock.Transaction.parse(bytes.fromhex(report["transaction"]))
    assert (tx.outputs, tx.lock_time) == ((penstock.TxOut(700, b"\x51"),), 9)
    refused = json.loads(run("run", *arguments, "--set", f"keyHash=0x{'00' * 20}").stdout)
    assert (refused["accepted"], refused["error"]) == (False, "EQUALVERIFY")


def test_run_wraps_on_btc(run: Run, tmp_path: Path) -> None:
    (tmp_path / "btc.json").write_text(replace(P2PKH, chain=BTC).to_json())
    arguments = ["btc.json", "unlock", f"sig:{ALICE_KEY}", f"pub:{ALICE_KEY}"]
    filled = ["--set", f"keyHash=hash160:pub:{ALICE_KEY}", "--wrap", "p2wsh"]
    assert run("run", *arguments, *filled).exit_code == 0
    report = json.loads(printed(run("run", *arguments, *filled, "--json")))
    assert (report["locking_script"][:4], report["unlocking_script"]) == ("0020", "")


def test_run_judges_by_other_rules(run: Run) -> None:
    """Equals.sum with a surplus item below: the version 2 transaction is let off CLEANSTACK after Chronicle."""
    arguments = ["equals.json", "same", "5", "--set", "x=5"]
    for rules in ("bsv", "bsv-consensus"):
        assert run("run", *arguments, "--rules", rules).exit_code == 0
    result = run("run", *arguments, "--rules", "dogecoin")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "dogecoin" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["same", "5"], "Equals: expected (int x), got nothing for 'x'"),
        (["same", "5", "--set", "y=5"], "Equals: expected (int x), got an argument named 'y'"),
        (["same", "--set", "x=5"], "Equals.same: expected (int y), got nothing for 'y'"),
        (["sum", "1", "2", "3", "--set", "x=5"], "Equals.sum: expected (int a, int b), got 3 arguments"),
        (["product", "--set", "x=5"], "Equals: expected a public function (same, sum), got 'product'"),
        (["same", "0xff", "--set", "x=@file"], "x: expected int as a decimal or 0x… number, got '@file'"),
        (["same", "five", "--set", "x=5"], "y: expected int as a decimal or 0x… number, got 'five'"),
        (["same", "5", "--set", "x"], "'x' is not NAME=VALUE"),
        (["same", "5", "--set", "x=1", "--set", "x=2"], "'x' is set twice"),
        (["same", "5"], "--set x=VALUE"),
        (["same", "5", "--set", "x=5", "--lock-time", "-1"], "'--lock-time': -1 is not in the range 0<=x<=4294967295"),
        (["same", "5", "--set", "x=5", "--sequence", "4294967296"], "'--sequence': 4294967296 is not in the range"),
        (["same", "5", "--set", "x=5", "--tx-version", "9999999999"], "'--tx-version': 9999999999 is not in"),
        (["same", "5", "--set", "x=5", "--value", "-1"], "'--value': -1 is not in the range"),
        (["same", "5", "--set", "x=5", "--output", "9"], None),
        (
            ["same", "5", "--set", "x=5", "--output", "ten:51"],
            "'ten:51' is neither SATOSHIS:HEX, ",
        ),
        (
            ["same", "5", "--set", "x=5", "--output", "-1:51"],
            "'-1:51': the satoshis are a whole number from 0 to 2100000000000000",
        ),
        (["same", "5", "--sett", "x=5"], "--sett"),
        (["same", "5", "--set", "x=5", "--wrap", "p2wsh"], "--wrap: expected a contract compiled with --target btc"),
        (
            ["same", "5", "--set", "x=5", "--target", "btc"],
            "--target: expected bsv, for which equals.json was",
        ),
    ],
)
def test_run_names_what_it_cannot_use(run: Run, arguments: list[str], message: str | None) -> None:
    result = run("run", "equals.json", *arguments)
    if message is None:  # an output without a script is one
        assert result.exit_code == 0
        return
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sig:0x01", "0x"], "error: sig: the secret must be 32 bytes"),
        ([f"sig:{ALICE_KEY}:SOME", "0x"], "error: sig: unknown hash type 'SOME'"),
        ([f"sig:{ALICE_KEY}", "pub:no key"], "error: key: this is not a key in wallet import format"),
    ],
)
def test_keys_that_are_none_are_named_by_their_parameter(run: Run, words: list[str], message: str) -> None:
    result = run("run", "p2pkh.json", "unlock", *words, "--set", f"keyHash=0x{'00' * 20}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)


def test_secrets_are_not_repeated(run: Run) -> None:
    wif = BOB.wif()
    result = run("run", "p2pkh.json", "unlock", f"sig:{wif}x", "0x", "--set", f"keyHash=0x{'00' * 20}")
    assert (result.exit_code, wif in result.stderr) == (2, False)


# Outputs to a key -----------------------------------------------------------------------------------------------------


ALICE_HASH = hash160(ALICE.public_key)


@pytest.mark.parametrize(
    "key",
    [
        ALICE_KEY,
        ALICE.wif(),
        ALICE.wif("test"),
        "@alice.wif",
        ALICE.public_key.hex(),
        f"0x{ALICE.public_key.hex()}",
        ALICE_HASH.hex(),
        ALICE.address(),
        ALICE.address("test"),
    ],
)
def test_an_output_to_a_key(run: Run, tmp_path: Path, key: str) -> None:
    (tmp_path / "alice.wif").write_text(ALICE.wif())
    outputs = ["--output", f"600:p2pkh:{key}", "--output", "300:51"]
    report = json.loads(printed(run("run", "equals.json", "same", "5", "--set", "x=5", *outputs, "--json")))
    tx = penstock.Transaction.parse(bytes.fromhex(report["transaction"]))
    assert tx.outputs == (penstock.TxOut(600, p2pkh_script(ALICE_HASH)), penstock.TxOut(300, b"\x51"))


def test_an_uncompressed_key_has_an_output_of_its_own(run: Run) -> None:
    old = replace(ALICE, compressed=False)
    for key in (old.wif(), old.public_key.hex()):
        words = ["equals.json", "same", "5", "--set", "x=5", "--output", f"1:p2pkh:{key}", "--json"]
        tx = penstock.Transaction.parse(bytes.fromhex(json.loads(printed(run("run", *words)))["transaction"]))
        assert tx.outputs[0].script == p2pkh_script(hash160(old.public_key))


@pytest.mark.parametrize(
    "key", ["", "0x01", "00" * 33, "1BoatSLRHtKNngkdXEeobR76b53LETtpyU", BOB.wif()[:-1], BOB.wif() + "x", "bc1q"]
)
def test_what_is_no_key_for_an_output_is_not_repeated(run: Run, key: str) -> None:
    result = run("run", "equals.json", "same", "5", "--set", "x=5", "--output", f"7:p2pkh:{key}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'7:p2pkh:…': after p2pkh: comes a private key (as in sig:KEY), a public key in hex, or an" in result.stderr
    assert not key or key not in result.stderr


def test_addresses_of_scripts_are_not_keys(run: Run) -> None:
    address = p2sh_address(bytes(20))
    result = run("run", "equals.json", "same", "5", "--set", "x=5", "--output", f"7:p2pkh:{address}")
    assert result.exit_code == 2
    assert f"'{address}' is the address of a script: give the script in hex" in result.stderr


def test_a_missing_key_file_is_named(run: Run) -> None:
    result = run("run", "equals.json", "same", "5", "--set", "x=5", "--output", "7:p2pkh:@nowhere")
    assert (result.exit_code, result.stderr) == (2, "error: nowhere: No such file or directory\n")


SEPARATED = """contract Parts {
    PubKey alice;
    public function open(Sig first, Sig second) {
        require(checkSig(first, this.alice));
        ***
        require(checkSig(second, this.alice));
    }
}"""


@pytest.mark.parametrize(
    "form", [["bsv"], ["btc"], ["btc", "--wrap", "p2sh-p2wsh"], ["btc", "--wrap", "p2tr"]], ids=" ".join
)
def test_a_signature_may_be_for_the_script_after_a_separator(run: Run, tmp_path: Path, form: list[str]) -> None:
    (tmp_path / "parts.scrypt").write_text(SEPARATED)
    key = f"sig:{ALICE.wif()}"
    words = ["run", "parts.scrypt", "open", key]
    filled = ["--set", f"alice=pub:{ALICE.wif()}", "--target", *form]
    assert run(*words, key, *filled).exit_code == 1
    assert run(*words, f"{key}:ALL@0", *filled).exit_code == 0
    assert "accepted" in printed(run(*words, f"{key}:ALL@0", *filled, "--evaluate"))
    missing = run(*words, f"{key}:ALL@1", *filled)
    assert missing.exit_code == 2
    assert "expected the number of one of 1 code separators, from 0, got 1" in missing.stderr


def test_a_bare_contract_for_btc_says_that_it_is_not_relayed(run: Run) -> None:
    words = ["run", "sum.scrypt", "unlock", "2", "3", "--set", "total=5", "--target", "btc"]
    assert run(*words).exit_code == 0
    bare = run(*words, "--wrap", "bare")
    assert bare.exit_code == 1
    assert "STANDARD_INPUT: the scripts pass, but nodes do not relay it" in bare.stdout


def test_more_out_than_in_is_refused(run: Run) -> None:
    words = ["run", "sum.scrypt", "unlock", "2", "3", "--set", "total=5", "--value", "1000"]
    assert run(*words, "--output", "1000:51").exit_code == 0
    refused = run(*words, "--output", "1001:51", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["error"] == "VALUE_CREATED"
