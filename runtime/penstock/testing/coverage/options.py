"""Options of the coverage of contracts: which reports are wanted, and where they go.

--contract-coverage=term,html:pages,json:coverage.json
"""

from argparse import ArgumentTypeError
from collections.abc import Mapping
from typing import Final

import pytest

_PLACES: Final[Mapping[str, str]] = {
    "term": "",
    "html": "contract-coverage",
    "json": "contract-coverage.json",
    "lcov": "contract-coverage.info",
}
"""The kinds of reports, and where each goes by default."""

Wanted = dict[str, str]
"""Kinds of reports, and where each goes."""


def declare_coverage(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("penstock", "tests of contracts")
    group.addoption(
        "--contract-coverage",
        nargs="?",
        const={"term": ""},
        type=wanted_reports,
        metavar="REPORTS",
        help="Show what the tests have reached of contracts: term, html[:FOLDER], json[:FILE], lcov[:FILE], with"
        " commas between them; by default term.",
    )
    group.addoption(
        "--contract-coverage-fail-under",
        metavar="PERCENT",
        type=float,
        help="Fail if less of the contracts is covered.",
    )
    group.addoption(
        "--contract-coverage-append", action="store_true", help="Add to what the last run has covered of contracts."
    )
    group.addoption(
        "--contract-coverage-library", action="store_true", help="Cover the code of the standard library too."
    )


def wanted_reports(text: str) -> Wanted:
    """Return the reports that an option asks for.

    Raises:
        ArgumentTypeError: one of them is unknown.
    """
    found: Wanted = {}
    for part in text.split(","):
        kind, _, place = part.partition(":")
        if kind not in _PLACES or (place and not _PLACES[kind]):
            known = "term, html[:FOLDER], json[:FILE], lcov[:FILE]"
            raise ArgumentTypeError(f"no report {part!r}: there are {known}; write --contract-coverage=term")
        found[kind] = place or _PLACES[kind]
    return found


def reports_of(config: pytest.Config) -> Wanted:
    """Return the reports that a run asks for; a limit alone asks for that on the terminal."""
    wanted: Wanted | None = config.getoption("contract_coverage")
    if wanted is not None:
        return wanted
    flags = ("contract_coverage_append", "contract_coverage_library")
    has_limit = config.getoption("contract_coverage_fail_under") is not None
    return {"term": ""} if has_limit or any(map(config.getoption, flags)) else {}
