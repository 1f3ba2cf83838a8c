"""Whatever is typed, the command line answers: an exit code it documents, no other error than its own."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from penstock.cli.root import root
from tests.support.spending.hand_made import EQUALS, P2PKH, STREAMING

WORDS = [
    *(
        "compile",
        "check",
        "inspect",
        "run",
        "verify",
        "version",
        "same",
        "sum",
        "unlock",
        "x=5",
        "keyHash=hash160:pub:0x01",
    ),
    *("equals.json", "p2pkh.json", "streaming.json", "nowhere.json", "broken.json", ".", "--set", "--value", "--json"),
    *("--hex", "-o", "--target", "btc", "bsv", "--wrap", "p2wsh", "--rules", "btc-consensus", "--output", "5:51", "-1"),
    *("--spent", "--script", "51", "-", "--artifact", "--trace", "--input", "0", "{}", "{1=2}", '["a"]', '{"x": 1.5}'),
    *("0x00", "5", "true", "@equals.json", "@.", "sig:0x" + "01" * 32, "pub:@equals.json", "text:", "sha256:0x", "[1]"),
]
PYTHON = re.compile(
    r"asm=|bytes\.fromhex|target=\"|PREIMAGE|outputs\[|spent_outputs|a Python |Python bytes|NoneType|positional"
)
"""Spellings of Python, which are of no use in the shell."""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for artifact in (EQUALS, P2PKH, STREAMING):
        (tmp_path / f"{artifact.contract.lower()}.json").write_text(artifact.to_json())
    (tmp_path / "broken.json").write_text('{"version": 9}')


# the folder is only read, but for files that `compile` would write, which nothing reads again
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)), max_size=8))
def test_any_words(words: list[str]) -> None:
    result = CliRunner().invoke(root, words)
    assert isinstance(result.exception, SystemExit | None), (words, result.exception)
    assert not PYTHON.search(result.stderr), (words, result.stderr)
    assert result.exit_code in {0, 1, 2}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(["equals.json same --set x=5", "p2pkh.json unlock --set keyHash=0x" + "00" * 20]),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=12)), max_size=3),
)
def test_any_arguments_of_a_function(call: str, arguments: list[str]) -> None:
    result = CliRunner().invoke(root, ["run", *call.split(), "--", *arguments])
    assert isinstance(result.exception, SystemExit | None), (arguments, result.exception)
    assert not PYTHON.search(result.stderr), (arguments, result.stderr)
    assert result.exit_code in {0, 1, 2}
