"""The examples that are no part of the article run, and show what they say."""

import re

import pytest

from tests.support.example_files import example


def test_the_register_of_shares(capsys: pytest.CaptureFixture[str]) -> None:
    example("shares").main()
    lines = capsys.readouterr().out.splitlines()
    assert [re.sub(r"[\d,]+ bytes", "n bytes", line) for line in lines[1:5]] == [
        "issue: a transaction of n bytes; issued 60, register of n bytes",
        "issue: a transaction of n bytes; issued 90, register of n bytes",
        "transfer: a transaction of n bytes; issued 90, register of n bytes",
        "holders: Bob 90",
    ]
    assert [line.rpartition(" at ")[2] for line in lines[5:]] == [
        "require(this.issued <= this.limit);",
        "require(this.updateStateSigHashType(preimage, SigHash.value(preimage), OWN_OUTPUT));",
        "require(this.updateStateSigHashType(preimage, SigHash.value(preimage), OWN_OUTPUT));",
    ]
