"""Bindings of the bundled contracts, on which their tests are written, as `penstock bindings` makes them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from penstock.cli.root import root

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not (ROOT / "contracts").is_dir(), reason="only a checkout has the contracts beside the tests")
def test_they_are_those_of_the_contracts_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(root, ["bindings", "-o", "tests/contracts/bindings", "--check"])
    assert done.exit_code == 0, done.output
