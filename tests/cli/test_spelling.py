"""Errors of the library reach the shell with its options, not with Python's arguments."""

from pathlib import Path

import pytest

import penstock
from penstock.cli.spelling import _ROWS, in_shell
from tests.support.command_line import Run, fill
from tests.support.spending.hand_made import parameters, remade
from tests.support.spending.push_tx import optimal_contract

COUNTER = str(penstock.bundled("counter"))
OPTIMAL = remade("<Tx.check_.type>75" + optimal_contract().hex(), "", "Optimal", {"unlock": "SigHashPreimage preimage"})
PLACES = remade("<a>7551", "int a", "Places", {"move": "int b"}, state_properties=parameters("int x, int y"))
SAME = ["run", "equals.json", "same", "5", "--set", "x=5"]
ARTICLE = ["stream", "film", "--form", "article"]
CASES = {
    r"as asm=\{'([^']+)': …\}": (
        ["run", "optimal.json", "unlock", "preimage"],
        "Tx.check_.type: expected the value that the assembly pushes, as --asm Tx.check_.type=VALUE, got nothing",
    ),
    r"^\w+ asm: ": (
        ["run", "optimal.json", "unlock", "preimage", "--asm", "type=0x41"],
        "--asm: expected a variable of inline assembly (Tx.check_.type), got 'type'",
    ),
    r'compiled with target="(\w+)"': (
        [*SAME, "--wrap", "p2wsh"],
        "--wrap: expected a contract compiled with --target btc, got one for bsv, without witnesses",
    ),
    r"^wrap: ": ([*SAME, "--wrap", "p2wsh"], "--wrap: expected a contract"),
    r"^lock_time: ": (
        [
            "run",
            "optimal.json",
            "unlock",
            "preimage",
            *["--asm", "Tx.check_.type=0x41", "--grind", "--lock-time", "4294967295", "--value", "1"],
        ],
        "--lock-time: expected a whole number from 0 to 4294967295, got 4294967296",
    ),
    r"^args: expected PREIMAGE among the arguments": (
        ["run", "optimal.json", "unlock", "0x00", "--asm", "Tx.check_.type=0x41", "--grind"],
        "--grind: expected the argument `preimage`, got 1 arguments without",
    ),
    r"\b(\d+) positional arguments": ([*SAME[:-2], "6", "--set", "x=5"], "expected (int y), got 2 arguments"),
    r"^(\w+) state: expected an instance after its first transition.*": (
        ["run", "places.json", "move", "1", "--set", "a=1", "--state", "x=1"],
        "Places state: only the script can compute the first one: give every property with --state or --next",
    ),
    r"^the price (is|of) ": (["stream", "film", "--price", "0"], "--price: the price is 0 satoshis a chunk"),
    r"^payment_rate is ": (["stream", "film", "--fee-rate", "0"], "--fee-rate: the fee rate is 0; it must be 1 to"),
    r"^a chunk has ": (["stream", "film", "--chunk-size", "0"], "--chunk-size: a chunk has 1 to 1,073,741,824 bytes"),
    r"^the fee rate is ": (["stream", "film", "--fee-rate", "-1"], "--fee-rate: the fee rate is -1 satoshis"),
    r"^the fee coin has ": (["stream", "film", "--fee-coin", "-1"], "--fee-coin: the fee coin has -1 satoshis"),
    r"^the chunk size is ": ([*ARTICLE, "--chunk-size", "0"], "--chunk-size: the chunk size is 0 bytes"),
    r"\bRaise the price to ": ([*ARTICLE, "--chunk-size", "9", "--price", "1"], "Raise --price to 2, "),
    r"\blower the fee rate\b": ([*ARTICLE, "--chunk-size", "9", "--price", "1"], " lower --fee-rate, or"),
    r"\bclose 2-way, or add": (
        [*ARTICLE, "--chunk-size", "9", "--price", "1", "--close", "1-way"],
        "use --close 2-way, or add a --fee-coin",
    ),
    r"\badd a (larger )?coin for the fee\b": (
        [*ARTICLE, "--chunk-size", "9", "--price", "1", "--fee-rate", "9", "--fee-coin", "1"],
        "add a larger --fee-coin",
    ),
}


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    fill(tmp_path)
    (tmp_path / "film").write_bytes(b"0123456789")
    for artifact in (OPTIMAL, PLACES):
        (tmp_path / f"{artifact.contract.lower()}.json").write_text(artifact.to_json())
    return invoke


def test_every_spelling_has_a_command_that_meets_it() -> None:
    assert [row.python for row in _ROWS] == list(CASES)


@pytest.mark.parametrize("python", CASES)
def test_errors_name_options(run: Run, python: str) -> None:
    words, message = CASES[python]
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert message in result.stderr


def test_other_messages_stay_as_they_are() -> None:
    assert in_shell("total: expected int, got bool True") == "total: expected int, got bool True"
