"""Listing of a trace: a line for each opcode, with the stack before it."""

from collections.abc import Iterator
from typing import Final

from penstock.vm.explaining.formatting import brief
from penstock.vm.explaining.trace import Step, Trace

_SHOWN_ITEMS: Final = 4
_WIDEST: Final = 28


def trace_lines(trace: Trace) -> Iterator[str]:
    """Yield a line for each opcode that was run: its index, the opcode, the stack before it, its source line."""
    script = None
    for step in trace.steps:
        if step.script is not script:
            script = step.script
            yield f"  {script.value}:"
        source = f"    {step.source_line}" if step.source_line and is_of_contract(step, trace) else ""
        yield f"  {step.opcode_index:5}  {_cut(step.text):{_WIDEST}}  {_stack(step)}{source}".rstrip()


def is_of_contract(step: Step, trace: Trace) -> bool:
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
