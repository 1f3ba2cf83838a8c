"""`penstock channel check-fraud`: a fraud proof is judged; a file that shows nothing is told from one that does."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.sealed.fraud import FraudProof
from tests.support.command_line import Run, fraud_proof


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fraud.cbor"
    path.write_bytes(fraud_proof())
    return path


def test_a_fraud_is_shown(invoke: Run, file: Path) -> None:
    result = invoke("channel", "check-fraud", file.name)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(
        "fraud: chunk 0 opens to other bytes than those that its publisher has signed for\n"
    )
    facts = json.loads(invoke("channel", "check-fraud", file.name, "--json").stdout)
    assert (facts["fraud"], facts["chunk"]) == (True, 0)
    assert facts["publisher"] in result.stdout


def test_a_file_that_shows_nothing(invoke: Run, file: Path) -> None:
    proof = FraudProof.from_bytes(file.read_bytes())
    file.write_bytes(replace(proof, key=bytes([1] * 32)).to_bytes())
    result = invoke("channel", "check-fraud", file.name)
    assert (result.exit_code, result.stdout) == (
        1,
        "no fraud: the key of chunk 0 is not the one of the manifest\n",
    )
    assert json.loads(invoke("channel", "check-fraud", file.name, "--json").stdout)["fraud"] is False


@pytest.mark.parametrize("text", [b"", b"{}", b"\x9f\x9f", b"text"])
def test_another_file_is_refused(invoke: Run, file: Path, text: bytes) -> None:
    file.write_bytes(text)
    result = invoke("channel", "check-fraud", file.name)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: fraud.cbor is not a fraud proof: ")
