"""docs/threats.md: each threat has a number, a loss, a measure and tests, and the tests fail without the measure."""

import ast
from pathlib import Path

import pytest

from tests.support.mutation.mutants import Tree
from tests.support.threats.measures import REMOVALS, Removal
from tests.support.threats.page import ROOT, TEXT, threats
from tests.support.threats.table import applied, noticed

THREATS = threats()
FILES = sorted({test.split("::")[0] for threat in THREATS for test in threat.tests})


def test_each_threat_has_tests_and_a_measure_that_can_be_taken_away() -> None:
    numbers = [threat.number for threat in THREATS]
    assert len(numbers) >= 50
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers == [removal.number for removal in REMOVALS]
    assert all(threat.tests for threat in THREATS)
    assert sum(len(threat.tests) for threat in THREATS) <= TEXT.count(".py::")


@pytest.mark.parametrize("file", FILES)
def test_each_named_test_is_there(file: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    named = {
        test.removeprefix(f"{file}::") for threat in THREATS for test in threat.tests if test.startswith(f"{file}::")
    }
    assert named <= there


@pytest.mark.parametrize("removal", REMOVALS, ids=lambda removal: str(removal.number))
def test_each_measure_stands_once_in_its_file(removal: Removal) -> None:
    source = (ROOT / removal.file).read_text("utf-8")
    assert applied(removal, source) != source


@pytest.mark.long
def test_tests_fail_without_the_measures(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    assert tree.imports_itself()
    both = [(threat, removal) for threat, removal in zip(THREATS, REMOVALS, strict=True) if removal.is_possible]
    survivors = [threat.number for threat, removal in both if not noticed(tree, threat, removal)]
    assert survivors == []
