"""Verdicts as text and JSON, for every command that judges: `run`, `verify`.

In: a verdict, and the artifact of the judged script, if known. Out: lines, or facts for JSON.
"""

from collections.abc import Iterator
from typing import Final

import click

from penstock.artifact.artifact import Artifact, Location
from penstock.vm.explaining.formatting import brief
from penstock.vm.explaining.trace import Step, Trace
from penstock.vm.judging.verdict import Verdict

_SHOWN_ITEMS: Final = 4
_WIDEST: Final = 28


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


def trace_lines(trace: Trace) -> Iterator[str]:
    """Yield a line for each opcode that was run: its index, the opcode, the stack before it, its source line."""
    script = None
    for step in trace.steps:
        if step.script is not script:
            script = step.script
            yield f"  {script.value}:"
        source = f"    {step.source_line}" if step.source_line and _is_of_contract(step, trace) else ""
        yield f"  {step.opcode_index:5}  {_cut(step.text):{_WIDEST}}  {_stack(step)}{source}".rstrip()


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
            "source_line": step.source_line if _is_of_contract(step, trace) else None,
        }
        for step in trace.steps
    ]


def _is_of_contract(step: Step, trace: Trace) -> bool:
    """Return whether a step is in the last script, the contract's: the locking script may have only its hash."""
    return step.script is trace.steps[-1].script


def _stack(step: Step) -> str:
    """Return the stack before a step, bottom first."""
    items = step.before.stack
    shown = [brief(item) or "''" for item in items[-_SHOWN_ITEMS:]]
    deeper = ["…"] if len(items) > _SHOWN_ITEMS else []
    return f"| {' '.join([*deeper, *shown])}"


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
