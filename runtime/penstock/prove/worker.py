"""z3 in a process of its own: it keeps no limit of time while it prepares a question, and may run out of memory.

`settle` starts this module as a program and ends it when its time is over. The program gets the artifact and the name
of a function, makes the formulas itself, and answers whether they are equal.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from math import ceil

from penstock.artifact.artifact import Artifact
from penstock.evaluation.programs import program_of
from penstock.prove.claims.compare import compared
from penstock.prove.claims.formulas import (
    arguments_of,
    compilation,
    script_formula,
    source_formula,
    stray_formula,
)
from penstock.prove.claims.solver import Solver
from penstock.prove.terms.node import FALSE
from penstockc.support.recursion_limit import raised_recursion_limit

_START = 10.0
"""Seconds of the processor for the start of a process, and for the formulas."""
_SLOWEST = 6
"""How many times longer than the processor's time a question may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question for z3.

    Attributes:
        artifact: the artifact as JSON.
        function: name of a public function; empty for selectors that select none.
        as_pushed: whether numbers and truth values may be pushed in any form.
        seconds: time for cases.
        cases: the most cases.
        steps: z3's resource limit for one question.
    """

    artifact: str
    function: str
    as_pushed: bool
    seconds: float
    cases: int
    steps: int


def settle(question: Question) -> int | None:
    """Return the number of cases in which z3 settled a claim; None if it did not."""
    text = json.dumps({name: getattr(question, name) for name in Question.__dataclass_fields__})
    command = [sys.executable, "-c", f"from {__name__} import main; main()"]
    try:
        done = subprocess.run(  # noqa: S603 - this module
            command, input=text, capture_output=True, text=True, timeout=_SLOWEST * _most(question), check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode or not done.stdout.strip():
        return None
    found = json.loads(done.stdout)
    return int(found) if found is not None else None


def _most(question: Question) -> float:
    """Return the most time of the processor, in seconds."""
    return 2 * question.seconds + _START


def main() -> None:
    """Read a question from the standard input, and write the answer."""
    question = Question(**json.loads(sys.stdin.read()))
    if find_spec("resource"):  # not on Windows
        import resource  # noqa: PLC0415 - as above

        most = ceil(_most(question))
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    with raised_recursion_limit():
        print(json.dumps(_answer(question)))  # noqa: T201 - the answer


def _answer(question: Question) -> int | None:
    artifact = Artifact.from_json(question.artifact)
    program = program_of(artifact)
    if program is None:
        return None
    of, solver = compilation(artifact, program), Solver(question.steps)
    if question.function:
        function = next(each for each in program.entry_points if each.key.name == question.function)
        items = arguments_of(function, as_pushed=question.as_pushed)
        source = source_formula(of, function, items)
        script = script_formula(of, function, items)
    else:
        source, script = FALSE, stray_formula(of)
    if solver.are_equal(source, script, ()):
        return 1
    comparison = compared(source, script, question.seconds, question.cases, solver)
    return comparison.cases if comparison.is_settled else None
