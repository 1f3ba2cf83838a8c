"""Every bundled contract is proved, on each chain that it compiles for; contracts of others where they are at hand."""

import importlib.util
import os
import time
from pathlib import Path

import pytest

import penstock
from penstock import Artifact
from penstock.prove.proof import Budget, Proof, Way, prove

BUNDLED = [path.stem for path in sorted(penstock.bundled("p2pkh").parent.glob("*.scrypt"))]


def proved(artifact: Artifact, budget: Budget | None = None) -> Proof:
    proof = prove(artifact, budget)
    assert proof is not None
    return proof


def unproved(proof: Proof) -> list[str]:
    return [f"{each.function} {each.claim}: {each.note}" for each in proof.findings if not each.is_proved]


@pytest.mark.parametrize("layout", ["smallest", "official"])
@pytest.mark.parametrize("target", ["bsv", "btc"])
@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_contracts_are_proved(name: str, target: str, layout: str) -> None:
    try:
        artifact = penstock.compile_file(penstock.bundled(name), target=target, layout=layout)
    except penstock.CompileError:
        pytest.skip("needs the other chain")
    assert unproved(proved(artifact)) == []


def test_an_argument_in_another_spelling_is_a_case_of_raw() -> None:
    """The number 5 can be pushed as 0500; a script that compares its bytes accepts what the source never does."""
    text = "contract C { public function f(bytes x) { require(x == b'0500'); } }"
    artifact = penstock.compile_source(text)
    honest = "contract C { public function f(int x) { int y = unpack(pack(x)); require(pack(y) == b'0500'); } }"
    right = penstock.compile_source(honest)
    assert proved(right).is_complete
    wrong = Artifact.from_json(right.to_json().replace(f'"{right.hex}"', f'"{artifact.hex}"'))
    proof = proved(wrong)
    found = {each.claim: each.way for each in proof.findings}
    assert found == {"typed": Way.FORM, "raw": Way.DIFFERS}
    (difference,) = proof.differences
    assert difference.witness is not None
    assert difference.witness.accepted
    assert difference.witness.arguments["x"] == b"\x05\x00"


def size_contracts() -> list[tuple[str, str]]:
    path = os.environ.get("PENSTOCK_SIZES")
    if not path or not Path(path).is_file():
        return []
    spec = importlib.util.spec_from_file_location("size_contracts", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [(name, row["s"]) for name, row in module.D.items() if row["s"]]


@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_contracts_of_the_size_table_are_proved(target: str) -> None:
    """PENSTOCK_SIZES names a file with a table D of contracts, whose sources are under `s`."""
    contracts = size_contracts()
    if not contracts:
        pytest.skip("PENSTOCK_SIZES names no file")
    left = []
    for name, text in contracts:
        try:
            artifact = penstock.compile_source(text, target=target)
        except penstock.CompileError:
            continue
        left += [f"{name}: {each}" for each in unproved(proved(artifact))]
    assert left == []


UNDECIDED = {
    "ackermann": "each round depends on all before it, by several conditions",
    "asm": "hand-written code leaves more items than it says",
    "ecdsa": "slices of a signature at lengths that it holds itself",
    "kaggle": "sums over a row of slices: the first case takes longer than there is time",
    "merkleToken": "twenty steps of a tree, each either way, with a root from the preimage",
    "serializerTest": "the size of the length of a string, in bytes that a branch chooses",
    "simpleBVM": "arms of a branch leave different numbers of items",
    "sudoku": "some thousand conditions on elements of a string",
    "turingMachine": "a tape that is cut at a place that is written to, too",
    "uniswap": "products and quotients of balances in the lengths of a state",
}
"""Contracts of other people that are not proved, with the reason."""


@pytest.mark.long
def test_contracts_of_other_people(corpus: Path) -> None:
    """All are proved but those listed, and none of them differs but `asm`, whose assembly leaves items."""
    left, differ, count = [], [], 0
    for path in sorted(corpus.rglob("contracts/*.scrypt")):
        start = time.monotonic()
        try:
            artifact = penstock.compile_file(path)
        except penstock.CompileError:
            continue
        if not artifact.functions or time.monotonic() - start > 60 or len(artifact.hex) > 1_500_000:
            continue
        count += 1
        proof = proved(artifact, Budget(seconds=30))
        left += [] if proof.is_complete else [path.stem]
        differ += [path.stem] if proof.differences else []
    assert set(left) <= UNDECIDED.keys()
    assert set(differ) <= {"asm"}
    assert count > 100
