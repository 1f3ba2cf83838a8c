"""Each warning is given where it is due, and not where the contract is mended."""

import pytest

from penstockc.errors.warnings import allowing
from penstockc.lints.codes import WARNINGS
from penstockc.pipeline import check_source
from tests.support.compiling.error_kinds import kinds
from tests.support.compiling.lint_cases import CASES, Case

NAMES = [f"{case.code}: {case.name}" for case in CASES]
ELSEWHERE = {"backslash", "shadowed-name", "this-as-class", "unused-import", "useless-statement", "varying-assembly"}
"""What is found before there is a program, or in several files: tests of its own."""


def codes(text: str) -> list[str]:
    return [found.code for found in check_source(text).diagnostics]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_warning_is_given(case: Case) -> None:
    assert case.code in codes(case.failing)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_mended_contract_has_no_warning(case: Case) -> None:
    assert codes(case.mended) == []


def test_every_warning_has_a_case() -> None:
    assert {kind.code for kind in WARNINGS} == {case.code for case in CASES} | ELSEWHERE


def test_every_warning_but_those_about_allowing_can_be_allowed() -> None:
    warnings = {kind for kind in kinds() if kind.severity == "warning"}
    about_allowing = {kind for kind in warnings if kind.__module__ == allowing.__name__}
    assert warnings - about_allowing == set(WARNINGS)


def test_no_two_cases_share_a_name() -> None:
    assert len(set(NAMES)) == len(NAMES)
