"""`run --evaluate`: the script's verdict, next to the language's own meaning."""

import json
from pathlib import Path

import pytest

import penstock
from tests.support.command_line import ALICE_KEY, Run, fill, printed

COUNTER = penstock.bundled("counter")
DEEP = """contract Deep {
    static function below(int x) : int {
        asm { OP_DROP OP_DEPTH }
    }

    public function open(int y, int x) {
        require(below(x) == 0 && y == 1);
    }
}
"""
LOCKED = """contract Locked {
    int until;

    public function open(Sig sig, PubKey key) {
        checkLockTime(this.until);
        require(checkSig(sig, key));
    }
}
"""
CHOICE = """contract Choice {
    public function open(bool early, int x) { // allow(unguarded-function): numbers
        require(pack(early ? x : x + 1) == b'000000008000');
    }
}
"""
TWICE = """struct Both { int[2] numbers; bool yes; }
contract Twice {
    Both first;

    public function open(Both second) {
        require(second.numbers == this.first.numbers && second.yes != this.first.yes);
    }
}
"""


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    """Run a command in a folder with a few contracts and artifacts."""
    fill(tmp_path)
    for name, text in {"deep": DEEP, "locked": LOCKED, "choice": CHOICE, "twice": TWICE}.items():
        (tmp_path / f"{name}.scrypt").write_text(text)
    return invoke


SUM_IS_5 = ["run", "sum.scrypt", "unlock", "--set", "total=5", "--evaluate"]


def test_both_accept(run: Run) -> None:
    lines = printed(run(*SUM_IS_5, "2", "3")).splitlines()
    assert lines[0].startswith("accepted: Sum.unlock")
    assert lines[1:] == ["evaluated: accepted, every requirement is true, at sum.scrypt:11:9"]


def test_both_refuse(run: Run) -> None:
    result = run(*SUM_IS_5, "-1", "6")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith("refused: Sum.unlock")
    assert result.stdout.endswith("\nevaluated: refused, the requirement is false, at sum.scrypt:10:9\n")


def test_without_the_option_nothing_is_evaluated(run: Run) -> None:
    assert "evaluated" not in printed(run(*SUM_IS_5[:-1], "2", "3"))
    assert "evaluated" not in json.loads(printed(run(*SUM_IS_5[:-1], "2", "3", "--json")))


def test_json(run: Run) -> None:
    report = json.loads(printed(run(*SUM_IS_5, "2", "3", "--json")))
    assert report["evaluated"] == {
        "accepted": True,
        "reason": "every requirement is true",
        "source": {"file": "sum.scrypt", "line": 11, "column": 9},
    }


@pytest.mark.parametrize(("following", "code"), [("6", 0), ("7", 1)])
def test_a_contract_with_state(run: Run, following: str, code: int) -> None:
    asked = ["run", str(COUNTER), "increment", "preimage", "--set", "count=5", "--next", f"count={following}"]
    result = run(*asked, "--evaluate")
    assert (result.exit_code, result.stderr) == (code, "")
    assert f"evaluated: {'refused' if code else 'accepted'}" in result.stdout


@pytest.mark.parametrize(("lock_time", "code"), [("100", 0), ("99", 1)])
@pytest.mark.parametrize("wrap", ["bare", "p2wsh"])
def test_signatures_and_lock_times_of_the_spend(run: Run, lock_time: str, code: int, wrap: str) -> None:
    asked = ["run", "locked.scrypt", "open", f"sig:{ALICE_KEY}", f"pub:{ALICE_KEY}", "--target", "btc", "--evaluate"]
    when = ["--set", "until=100", "--lock-time", lock_time, "--sequence", "0"]
    result = run(*asked, *when, *(["--wrap", wrap] if wrap == "p2wsh" else []))
    assert (result.exit_code, result.stderr) == (code, "")
    assert f"evaluated: {'refused' if code else 'accepted'}" in result.stdout


@pytest.mark.parametrize(("yes", "code"), [("false", 0), ("true", 1)])
def test_structs_and_arrays(run: Run, yes: str, code: int) -> None:
    second = f"{{numbers=[1, 2], yes={yes}}}"
    result = run("run", "twice.scrypt", "open", second, "--set", "first={numbers=[1, 2], yes=true}", "--evaluate")
    assert (result.exit_code, result.stderr) == (code, "")


def test_a_long_number_that_a_script_may_refuse_is_no_difference(run: Run) -> None:
    """On btc a number of six bytes may be refused where a branch chooses between it and a computed one."""
    asked = ["run", "choice.scrypt", "open", "true", str(1 << 39), "--target", "btc", "--evaluate"]
    result = run(*asked)
    assert (result.exit_code, result.stderr) == (1, "")


def test_a_difference_has_an_exit_code_of_its_own(run: Run) -> None:
    """Assembly that looks below its items has one result in the script, and another one alone."""
    result = run("run", "deep.scrypt", "open", "1", "1", "--evaluate")
    assert result.exit_code == 3
    assert result.stdout.startswith("refused: Deep.open")
    assert "evaluated: accepted, every requirement is true" in result.stdout
    assert result.stderr.startswith("error: the script refuses a call that the language's meaning accepts.\n")
    assert "report the contract" in result.stderr


def test_the_other_difference(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deep.scrypt").write_text(DEEP.replace("== 0", "== 1"))
    result = run("run", "deep.scrypt", "open", "1", "1", "--evaluate", "--json")
    assert result.exit_code == 3
    report = json.loads(result.stdout)
    assert (report["accepted"], report["evaluated"]["accepted"]) == (True, False)
    assert result.stderr.startswith("error: the script accepts a call that the language's meaning refuses.\n")


def test_an_artifact_cannot_be_evaluated(run: Run) -> None:
    result = run("run", "p2pkh.json", "unlock", "--evaluate")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: --evaluate needs the source, and p2pkh.json is an artifact\n"


def test_other_rules_cannot_be_evaluated(run: Run) -> None:
    printed(run(*SUM_IS_5, "2", "3", "--rules", "bsv"))
    result = run(*SUM_IS_5, "2", "3", "--rules", "bsv-consensus")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--evaluate uses the target's own rules: omit --rules." in result.stderr
