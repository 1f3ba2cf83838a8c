"""Superfluous checks: told where the script accepts the same without them, and only there."""

import pytest

import penstock
from penstock.cli.proving import json_of, text_of
from penstock.prove.proof import Budget, Proof, prove

CONTRACT = "contract C {{\n public function f(int x, bytes a, bytes b) {{\n{}\n }}\n}}"
SUPERFLUOUS = {
    "what a bound excludes": ("require(x != 5);\nrequire(x > 10);\nrequire(a == b);", [3]),
    "a bound below another, which the compiler leaves out": ("require(x > 5);\nrequire(x > 10);\nrequire(a == b);", []),
    "none": ("require(a == sha256(b));\nrequire(x > 3);\nrequire(x < 9);", []),
}


def proof_of(text: str) -> Proof:
    proof = prove(penstock.compile_source(text), Budget(steps=0))
    assert proof is not None
    return proof


@pytest.mark.parametrize("name", SUPERFLUOUS)
def test_superfluous_checks(name: str) -> None:
    body, lines = SUPERFLUOUS[name]
    assert [place.line for place in proof_of(CONTRACT.format(body)).superfluous] == lines


def test_the_check_of_the_selector_is_needed() -> None:
    """Without it every function accepts the same: only other selectors tell."""
    proof = proof_of(
        "contract Two { public function f(int x) { require(x == 3); } public function g(int x) { require(x == 4); } }"
    )
    assert proof.superfluous == ()


def test_they_are_shown() -> None:
    proof = proof_of(CONTRACT.format(SUPERFLUOUS["what a bound excludes"][0]))
    assert "contract.scrypt:3: superfluous check: " in text_of("contract.scrypt", proof)
    assert json_of("contract.scrypt", proof)["superfluous"] == [{"file": "contract.scrypt", "line": 3, "column": 1}]


@pytest.mark.parametrize("name", ["coin_toss", "shares"])
def test_bundled_contracts_have_none(name: str) -> None:
    proof = prove(penstock.compile_file(penstock.bundled(name)), Budget(steps=0))
    assert proof is not None
    assert proof.superfluous == ()


def test_longer_scripts_are_not_looked_through() -> None:
    body = "\n".join(f"require(x * {number} + {number * number} > 7);" for number in range(1, 160))
    assert proof_of(CONTRACT.format(body)).superfluous == ()
