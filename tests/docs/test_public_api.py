"""The public module: every name is there, is what its home says, and costs nothing until it is used."""

import ast
import inspect
from enum import Enum

import pytest

import penstock
from tests.support.fresh_python import run_fresh

PROMISED = {
    *("Artifact", "Contract", "Spend", "Verdict", "RuleSet", "PrivateKey", "ArgumentError", "CompileError"),
    *("compile_file", "compile_source", "verify", "check_transaction", "sign", "sighash", "PenstockError"),
}
HEAVY = ("lark", "coincurve", "ecdsa", "bitcoin", "click", "rich", "jinja2", "penstockc", "json")


def run(code: str) -> str:
    """Run Python in a fresh process; return what it prints."""
    done = run_fresh(code)
    assert not done.returncode, done.stderr
    return done.stdout.strip()


def test_every_promised_name_is_public() -> None:
    assert set(penstock.__all__) >= PROMISED
    assert set(dir(penstock)) >= set(penstock.__all__)


@pytest.mark.parametrize("name", sorted(penstock._HOMES))
def test_a_name_is_what_its_home_says(name: str) -> None:
    value = getattr(penstock, name)
    assert (value.__module__, value.name if isinstance(value, Enum) else value.__name__) == (
        penstock._HOMES[name],
        name,
    )
    assert inspect.getdoc(value)


def test_type_checkers_see_the_same_names_from_the_same_homes() -> None:
    tree = ast.parse(inspect.getsource(penstock))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname: node.module for node in guarded.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert seen == penstock._HOMES


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="module 'penstock' has no attribute 'Compile'"):
        _ = penstock.Compile  # type: ignore[attr-defined]  # what the test is about


def test_importing_penstock_loads_nothing_heavy() -> None:
    code = f"import sys, penstock; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert run(code) == "[]"


def test_an_artifact_can_be_used_without_compiler_or_keys() -> None:
    code = """
import sys, penstock
artifact = penstock.Artifact.from_json('{"version": 9, "contract": "A", "hex": "<x>9c", "abi": ['
    '{"type": "function", "name": "f", "index": 0, "params": []},'
    '{"type": "constructor", "params": [{"name": "x", "type": "int"}]}]}')
print(artifact.instantiate(5).locking_script.hex())
print([name for name in ("lark", "coincurve", "bitcoin", "penstockc") if name in sys.modules])
"""
    assert run(code).splitlines() == ["559c", "[]"]


def test_every_error_of_ours_has_the_same_base() -> None:
    errors = [value for name in penstock.__all__ if isinstance(value := getattr(penstock, name), type)]
    errors = [value for value in errors if issubclass(value, Exception) and not issubclass(value, Warning)]
    assert len(errors) >= 4
    assert all(issubclass(error, penstock.PenstockError) for error in errors)
