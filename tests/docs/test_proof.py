"""docs/proof.md: its table is what the command makes, its commands are there."""

import re

import pytest

from penstock.prove.proof import Budget
from tests.support.proofs import HEAD, PAGE, STANDARD_HEAD, names, rows_of
from tests.support.standard_functions import standard_contracts

TEXT = PAGE.read_text("utf-8")
ROWS = TEXT.partition(HEAD + "\n")[2].partition("\n\n")[0].splitlines()


def test_every_bundled_contract_has_its_rows() -> None:
    assert list(dict.fromkeys(row.split(" ")[1] for row in ROWS)) == names()


@pytest.mark.parametrize("name", names())
def test_rows_are_what_the_command_makes(name: str) -> None:
    assert [row for row, _ in rows_of(name, Budget())] == [row for row in ROWS if row.split(" ")[1] == name]


def test_the_standard_library_has_its_rows() -> None:
    rows = TEXT.partition(STANDARD_HEAD + "\n")[2].partition("\n\n")[0].splitlines()
    libraries = [library for library, *_ in standard_contracts()]
    assert [row.split(" ")[1] for row in rows] == list(dict.fromkeys(libraries))
    assert [int(row.split(" | ")[1]) for row in rows] == [libraries.count(name) for name in dict.fromkeys(libraries)]
    assert all(row.endswith("| 0 | 0 |") for row in rows)


def test_no_row_differs() -> None:
    assert not [row for row in ROWS if not re.search(r"\| 0 \|$", row)]
