"""docs/proof.md: its table is what the command makes, its commands are there."""

import re

import pytest

from penstock.prove.proof import Budget
from tests.support.proofs import HEAD, PAGE, names, rows_of

TEXT = PAGE.read_text("utf-8")
ROWS = TEXT.partition(HEAD + "\n")[2].partition("\n\n")[0].splitlines()


def test_every_bundled_contract_has_its_rows() -> None:
    assert list(dict.fromkeys(row.split(" ")[1] for row in ROWS)) == names()


@pytest.mark.parametrize("name", names())
def test_rows_are_what_the_command_makes(name: str) -> None:
    assert [row for row, _ in rows_of(name, Budget())] == [row for row in ROWS if row.split(" ")[1] == name]


def test_no_row_differs() -> None:
    assert not [row for row in ROWS if not re.search(r"\| 0 \|$", row)]
