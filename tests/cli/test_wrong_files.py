"""Files that a command cannot use: each is named, with what is wrong, and without a traceback."""

from pathlib import Path

import pytest

from penstock.artifact.artifact import Artifact
from tests.support.command_line import ALICE_KEY, Run, fill
from tests.support.spending.hand_made import P2PKH

COMMANDS = {
    "compile": ["compile", "{}"],
    "check": ["check", "{}"],
    "show": ["show", "{}", "--stage", "ir"],
    "inspect": ["inspect", "{}"],
    "run": ["run", "{}", "f"],
    "verify": ["verify", "51", "--value", "1", "--script", "51", "--artifact", "{}"],
}
NO_ARTIFACT = "{} is an artifact, and a source is needed"
SOURCES_ONLY = ("compile", "check", "show")


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    """Run a command in a folder with files of all kinds."""
    fill(tmp_path)
    for folder in ("folder", "folder.scrypt", "folder.json"):
        (tmp_path / folder).mkdir()
    for suffix in ("scrypt", "json"):
        (tmp_path / f"empty.{suffix}").touch()
        (tmp_path / f"binary.{suffix}").write_bytes(b"\x81\xff\xfe\x00" * 50)
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "half.json").write_text(P2PKH.to_json()[:200])
    return invoke


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere.scrypt", "nowhere.scrypt"),
        ("nowhere.json", "nowhere.json"),
        ("folder", "folder"),
        ("folder.scrypt", "folder.scrypt"),
        ("folder.json", "folder.json"),
        ("empty.scrypt", "there is no contract or library in this file"),
        ("empty.json", "empty.json: artifact: not JSON at line 1, column 1"),
        ("binary.scrypt", "binary.scrypt is not UTF-8 text"),
        ("binary.json", "binary.json: artifact: not UTF-8 text"),
        ("list.json", "list.json: artifact: expected an object, got a list"),
        ("half.json", "half.json: artifact: not JSON at line "),
        ("broken.scrypt", "broken.scrypt:3:"),
    ],
)
def test_files_that_cannot_be_used_are_named(run: Run, command: str, name: str, message: str) -> None:
    result = run(*(word.format(name) for word in COMMANDS[command]))
    assert result.exit_code in {1, 2}
    assert result.stdout == ""
    if command in SOURCES_ONLY and name.endswith(".json") and not name.startswith("folder"):
        message = NO_ARTIFACT.format(name)
    assert message in result.stderr
    assert "rror" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["compile", "sum.scrypt", "-o", "sum.scrypt/deep"], "error: sum.scrypt"),
        (["stream", "sum.scrypt", "--save", "p2pkh.json/copy"], "error: p2pkh.json is a file, not a folder"),
        (["stream", "sum.scrypt", "--report", "p2pkh.json/page"], "error: p2pkh.json is a file, not a folder"),
    ],
)
def test_a_file_is_not_a_folder(run: Run, words: list[str], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("error", "error: there is no code 'error': `penstock explain` lists all codes\n"),
        ("", "error: there is no code '': `penstock explain` lists all codes\n"),
        ("error[]", "error: there is no code '': `penstock explain` lists all codes\n"),
        ("type_mismatch", "error: there is no code 'type_mismatch': did you mean type-mismatch?\n"),
        ("0x515", "error: there is no code '0x515': `penstock explain` lists all codes\n"),
        ("x" * 100, f"error: there is no code '{'x' * 40}'…: `penstock explain` lists all codes\n"),
    ],
)
def test_codes_that_there_are_not(run: Run, code: str, message: str) -> None:
    result = run("explain", code)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


@pytest.mark.parametrize("code", ["type-mismatch", "TYPE-MISMATCH", "error[type-mismatch]", "error[type-mismatch]: x"])
def test_codes_may_be_pasted(run: Run, code: str) -> None:
    assert run("explain", code).stdout.startswith("error[type-mismatch]\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["inspect", "02<x>52"], "error: '02<x>52': <x> is inside a push\n"),
        (["run", "sum.scrypt", "unlok"], "error: Sum: expected a public function (unlock), got 'unlok'\n"),
        (
            ["run", "p2pkh.json", "unlock", "sig:@binary.json", "0x", "--set", f"keyHash=hash160:pub:{ALICE_KEY}"],
            "error: sig: the file binary.json is not text: a key is text, or 0x and 64 digits\n",
        ),
        (
            ["run", "p2pkh.json", "unlock", "@", "0x", "--set", f"keyHash=hash160:pub:{ALICE_KEY}"],
            "error: sig: expected Sig as 0x…, @file, text:…, pub:KEY, sig:KEY or sha256:…, got '@'\n",
        ),
    ],
)
def test_riddles_are_solved(run: Run, words: list[str], message: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


def test_the_script_of_another_contract(run: Run) -> None:
    result = run("inspect", "p2pkh.json", "--script", "51")
    assert (result.exit_code, result.stderr) == (1, "this is not a script of P2PKH: its code differs\n")


def test_an_artifact_is_still_read(run: Run) -> None:
    assert Artifact.from_json(Path("p2pkh.json").read_text()) == P2PKH
    assert run("inspect", "p2pkh.json").exit_code == 0
