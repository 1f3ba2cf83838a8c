"""`penstock prove`, `penstock compile --verify` and `penstock who`."""

import dataclasses
import json
from pathlib import Path

import pytest

import penstock
from tests.support.command_line import Run

ESCROW, STREAMING = (str(penstock.bundled(name)) for name in ("escrow", "streaming"))


def test_each_claim_has_a_line(invoke: Run) -> None:
    result = invoke("prove", ESCROW)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == 9
    assert "settle: typed: proved by form" in lines[1]
    assert "all functions: selector: proved by form" in lines[7]
    assert lines[8] == "7 of 7 claims proved"


def test_json(invoke: Run) -> None:
    (entry,) = json.loads(invoke("prove", STREAMING, "--json", "--target", "btc").stdout)
    assert entry["proved"] is True
    assert entry["target"] == "btc"
    assert [(each["function"], each["claim"], each["way"]) for each in entry["claims"]] == [
        ("unlock", "typed", "form"),
        ("unlock", "raw", "form"),
    ]


def test_a_folder(invoke: Run, tmp_path: Path) -> None:
    for number in range(2):
        text = f"contract C {{ public function f(int x) {{ require(x == {number}); }} }}"
        (tmp_path / f"c{number}.scrypt").write_text(text)
    (tmp_path / "wrong.scrypt").write_text("contract C {")
    result = invoke("prove", ".")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "4 of 4 claims proved"


def test_verify_writes_what_is_proved(invoke: Run, tmp_path: Path) -> None:
    result = invoke("compile", ESCROW, "--verify")
    assert result.exit_code == 0
    assert "proved by form" in result.stderr
    assert (tmp_path / "escrow.json").exists()


def test_a_difference_is_shown_with_a_spend(invoke: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison is dropped: 2DROP in place of NUMEQUALVERIFY."""
    source = tmp_path / "lock.scrypt"
    source.write_text("contract C { public function f(int x, int y) { require(x == y); require(x > 2); } }")
    artifact = penstock.compile_file(source)
    wrong = artifact.hex.replace("9d", "6d")
    assert wrong != artifact.hex
    monkeypatch.setattr(
        "penstock.cli.commands.compile.compile_file",
        lambda *_args, **_more: dataclasses.replace(artifact, hex=wrong, md5=""),
    )
    result = invoke("compile", "lock.scrypt", "--verify", "-o", "out")
    assert result.exit_code == 1
    assert "DIFFERS" in result.stderr
    assert "replayed on the machine: accepted" in result.stderr
    assert not (tmp_path / "out").exists()


def test_who(invoke: Run) -> None:
    result = invoke("who", STREAMING)
    assert result.stdout.splitlines() == [
        "unlock:",
        "  always  a signature of <bob>",
        "  way 1   dataOrSig with sha256 = <hash>",
        "  way 2   a signature of <alice>",
    ]


@pytest.mark.parametrize(("key", "code"), [("bob", 0), ("alice", 1), ("carol", 1)])
def test_a_key_can_be_required(invoke: Run, key: str, code: int) -> None:
    result = invoke("who", STREAMING, "--require-key", key)
    assert result.exit_code == code
    assert (f"unlock can be spent without a signature of <{key}>" in result.stderr) == bool(code)


def test_the_preimage_is_recognised(invoke: Run) -> None:
    (entry,) = json.loads(invoke("who", str(penstock.bundled("counter")), "--json").stdout)
    assert {each["kind"] for each in entry["always"]} == {"preimage", "outputs"}
    assert entry["open"] is True


OWNED = """contract Owned {
    @state PubKey owner;
    @state int count;

    public function take(Sig sig, SigHashPreimage preimage, int value) {
        require(checkSig(sig, this.owner));
        %s
    }
}"""


@pytest.mark.parametrize(
    ("rest", "is_checked"),
    [
        ("this.count++; require(this.updateState(preimage, value));", True),
        ("require(Tx.checkPreimage(preimage) && value == this.count);", True),
        ("require(value == this.count);", False),
    ],
    ids=["handed on", "ended", "not checked"],
)
def test_a_key_in_the_state(invoke: Run, tmp_path: Path, rest: str, is_checked: bool) -> None:
    """It holds only where the preimage that it is read from is checked: another one may have any key."""
    file = tmp_path / "owned.scrypt"
    file.write_text(OWNED % rest, "utf-8")
    result = invoke("who", str(file), "--require-key", "owner")
    assert "a signature of <owner>, a key in the state" in result.stdout
    assert (result.exit_code == 0) == is_checked
    assert ("anyone can spend it" in result.stdout) != is_checked
