"""Traces -> places where a contract cuts its own script, as a preimage holds it, at a constant position.

A preimage is its fixed fields, the length of the script code, the script code, and more fields. Every position after
the length that is counted from the front is inside of the script. Positions counted from the end are not constants.
"""

from collections.abc import Iterator
from typing import Final

from penstock.records import Record
from penstock.script.numbers import decode_number
from penstockc.ir import nodes
from penstockc.language.operations import Operation
from penstockc.lints.paths.recording import Fork, ProgramTraces, Trace
from penstockc.source import Span

SCRIPT_IN_PREIMAGE: Final = 109
"""Bytes of a preimage before its script code at most: version, two hashes, outpoint, and a length of 5 bytes."""


class Origin(Record, frozen=True):
    """A part of a value: it begins `start` bytes after the beginning, of which `head` are not the script."""

    start: int
    head: int

    def from_here(self, count: int) -> "Origin":
        """Return the part that begins `count` bytes later."""
        return Origin(self.start + count, self.head)

    @property
    def is_inside(self) -> bool:
        """Whether the part begins inside of the script, not before it or at its beginning."""
        return self.start > self.head


def cuts(recording: ProgramTraces) -> Iterator[Span]:
    """Yield the place of each cut, as often as it is made."""
    known = {value: Origin(0, SCRIPT_IN_PREIMAGE) for value in recording.preimages}
    known |= {value: Origin(0, 0) for value in recording.script_codes}
    finder = _CutFinder(recording, known)
    for trace in recording.traces:
        yield from finder.trace(trace)


class _CutFinder(Record, frozen=True):
    recording: ProgramTraces
    origins: dict[nodes.Value, Origin]

    def trace(self, trace: Trace) -> Iterator[Span]:
        for step in trace:
            match step:
                case nodes.Apply():
                    yield from self._apply(step)
                case Fork(branch=branch, then=then, otherwise=otherwise):
                    yield from self.trace(then)
                    yield from self.trace(otherwise)
                    self._join(branch)
                case _:
                    pass

    def _apply(self, step: nodes.Apply) -> Iterator[Span]:
        """Take a cut: the origin of the part, and its place if that is inside of the script."""
        origin = self.origins.get(step.operands[0]) if step.operands else None
        if origin is None:
            return
        bounds = [self._number(bound) for bound in step.operands[1:]]
        match step.operation, bounds:
            case Operation.TAKE, [_]:
                start: int | None = 0
            case (Operation.SKIP, [start]) | (Operation.SLICE, [start, _]):
                pass
            case _:
                return
        if any(bound is not None and origin.from_here(bound).is_inside for bound in bounds):
            yield step.span.shown
        if start is not None:
            self.origins.setdefault(step.results[0], origin.from_here(start))

    def _number(self, value: nodes.Value) -> int | None:
        item = self.recording.known.get(value)
        return None if item is None else decode_number(item)

    def _join(self, branch: nodes.If) -> None:
        """Follow a result that is the same part in both arms."""
        for result, *yielded in zip(branch.results, branch.then.yields, branch.otherwise.yields, strict=False):
            origins = {self.origins.get(value) for value in yielded}
            if len(origins) == 1 and (origin := origins.pop()) is not None:
                self.origins.setdefault(result, origin)
