"""Faults planted in rules of the compiler: a proof of what it then compiles has to show them by a spend."""

from collections.abc import Callable

import pytest

import penstock
from penstock import Artifact
from penstock.prove.proof import Budget, prove
from penstockc.codegen.schedule.memory import forget

BUDGET = Budget(seconds=2, steps=0, spends=120)


def check(source: str, plant: Callable[[pytest.MonkeyPatch], object], target: str = "bsv") -> None:
    """Demand that a contract is proved, is compiled otherwise with a fault, and is then refuted by a spend."""
    right = penstock.compile_source(source, target=target)
    proof = prove(right, BUDGET)
    assert proof is not None
    assert proof.is_complete, proof
    wrong = faulty(source, plant, target)
    assert wrong.hex != right.hex, "the rule does not change this contract"
    found = prove(wrong, BUDGET)
    assert found is not None
    assert found.differences, (right.asm, wrong.asm, found)


def faulty(source: str, plant: Callable[[pytest.MonkeyPatch], object], target: str) -> Artifact:
    """Compile with a fault; nothing that was scheduled without it is taken up, nor the other way round."""
    forget()
    try:
        with pytest.MonkeyPatch.context() as patch:
            plant(patch)
            return penstock.compile_source(source, target=target)
    finally:
        forget()
