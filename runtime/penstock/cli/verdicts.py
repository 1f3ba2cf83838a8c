"""Verdicts as text and JSON, for every command that judges: `run`, `verify`.

In: a verdict, and the artifact of the judged script, if known. Out: lines, or facts for JSON.
"""

import click

from penstock.artifact.artifact import Artifact, Location
from penstock.vm.explaining.listing import is_of_contract
from penstock.vm.explaining.trace import Trace
from penstock.vm.judging.verdict import Verdict


def outcome(*, accepted: bool) -> str:
    """Return `accepted` or `refused`, in colour where the terminal has it."""
    return click.style("accepted", fg="green") if accepted else click.style("refused", fg="red")


def location_of(verdict: Verdict, artifact: Artifact | None) -> Location | None:
    """Return the source place of the opcode that failed, if it is in the contract's script."""
    if artifact is None or verdict.source_line is None or verdict.opcode_index is None:
        return None
    return artifact.location(verdict.opcode_index)


def refusal_lines(verdict: Verdict, artifact: Artifact | None) -> list[str]:
    """Return the place and the explanation of a refused verdict."""
    location = location_of(verdict, artifact)
    return [*([f"at {location}"] if location else []), verdict.explain()]


def verdict_facts(verdict: Verdict, artifact: Artifact | None) -> dict[str, object]:
    """Return a verdict as JSON: bytes in hex."""
    location = location_of(verdict, artifact)
    return {
        "accepted": bool(verdict),
        "error": verdict.error,
        "script": verdict.script.value,
        "opcode_index": verdict.opcode_index,
        "source_line": verdict.source_line,
        "source": location and {"file": location.file, "line": location.line, "column": location.column},
        "stack": [item.hex() for item in verdict.stack],
    }


def trace_facts(trace: Trace) -> list[dict[str, object]]:
    """Return the opcodes that were run as JSON; `stack` and `alt_stack` are those before the opcode, bottom first."""
    return [
        {
            "script": step.script.value,
            "opcode_index": step.opcode_index,
            "text": step.text,
            "stack": [item.hex() for item in step.before.stack],
            "alt_stack": [item.hex() for item in step.before.alt_stack],
            "taken": step.taken,
            "source_line": step.source_line if is_of_contract(step, trace) else None,
        }
        for step in trace.steps
    ]
