"""Each rule of the optimiser is made wrong in a test of the proof: tests/prove/faults has a row for it."""

from pathlib import Path

from penstockc.ir.passes import PASSES as ALL_PASSES
from penstockc.ir.passes.expand import EXPANSIONS
from tests.prove.faults.test_stages import CODE, EXPANDED, PASSES

ROOT = Path(__file__).resolve().parents[2] / "compiler" / "penstockc"
SEARCHES = {
    "codegen.schedule.scheduler",
    "codegen.schedule.linear",
    "codegen.schedule.memory",
    "codegen.schedule.models",
    "codegen.schedule.effort",
    "codegen.stack.stack_shuffle",
    "codegen.stack.moves",
}
"""They choose among ways that other modules write, or write what those call for."""
VALUES = {"codegen.plan.plan", "codegen.plan.make", "codegen.instructions.instruction", "codegen.instructions.emit"}
"""What code is made of, and its bytes."""
ELSEWHERE = {
    "codegen.instructions.peephole",
    "codegen.instructions.dispatch",
    "codegen.schedule.shapes",
    "ir.passes.algebra",
}
"""Tables and functions with tests of their own in that folder."""


def modules(folder: str) -> set[str]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__init__.py"
    }


def test_each_pass_has_a_fault() -> None:
    planted = {fault.module for fault in PASSES}
    assert {each.__module__.removeprefix("penstockc.") for group in ALL_PASSES for each in group} <= planted
    assert modules("ir/passes") == planted | (ELSEWHERE & modules("ir/passes"))


def test_each_module_of_code_generation_has_a_fault() -> None:
    planted = {fault.module for fault in CODE}
    assert modules("codegen") == planted | SEARCHES | VALUES | (ELSEWHERE & modules("codegen"))


def test_each_expansion_has_a_fault() -> None:
    assert EXPANDED.keys() == EXPANSIONS.keys()
