"""Failing calls in the words of the source: the first require in source order that does not hold.

Which requirement did not hold is the evaluator's word: the script may check requirements in another order, or together.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from penstock.contract.errors import ArgumentError, StateError
from penstock.errors import hides_frames
from penstock.testing.describing import Named, arguments_of, leaves_of, named_values
from penstock.testing.failing.paths import path_of, text_of
from penstock.testing.judging import JudgedCall
from penstock.vm.explaining.explain import difference_lines, required_outputs
from penstockc.diagnostics import excerpt
from penstockc.output.scryptc.places import is_built_in
from penstockc.source import Span

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True)
class Failure(JudgedCall):
    """A call that its contract refuses."""

    @property
    def require(self) -> str | None:
        """The statement that does not hold, as it is written, with single spaces; None if it is not known."""
        span = self._span
        return self.verdict.source_line if span is None else self._text(span)

    @property
    def comment(self) -> str | None:
        """The comment after the statement on its last line; None without one."""
        span = self._span
        if span is None or self.evaluated is None:
            return None
        source = self.evaluated.program.sources.find(span.start)
        after = source.text[span.end - source.base :].partition("\n")[0]
        found = re.search(r"//(.*)|/\*(.*?)\*/", after)
        return None if found is None else (found[1] or found[2] or "").strip()

    @property
    def signature(self) -> str | None:
        """The parameter with the signature that did not hold; None if no signature failed."""
        if self.evaluated is None or self.evaluated.failed is None:
            return None
        pairs = zip(leaves_of(self.call), self.call.items, strict=False)  # the items may end with the function's index
        return next((leaf.path for leaf, item in pairs if item == self.evaluated.failed), None)

    @property
    def lock(self) -> bool:
        """Whether a lock time was not met."""
        return self.evaluated is not None and self.evaluated.early

    @property
    def outputs(self) -> frozenset[int]:
        """The outputs that the script asks to be others, by index; empty if it failed elsewhere."""
        return frozenset(each.output for each in required_outputs(self.verdict))

    def lines(self) -> Iterator[str]:
        """Yield the failure for readers: source with carets, arguments, state, and the machine's reason."""
        yield f"{self.name} is refused: {self._reason}"
        if self.evaluated is not None and self._span is not None:
            yield from excerpt(self._span, self.evaluated.program.sources)
        elif self.verdict.source_line:
            yield f"  {self.verdict.location}  {self.verdict.source_line}"
        contract = self.spend.contract
        yield from _values("arguments", arguments_of(self.call))
        yield from _values("constructor", named_values(contract.values))
        yield from self._state()
        yield from _section("path", path_of(self))
        yield from _section("the script asks for other outputs", difference_lines(required_outputs(self.verdict)))
        if self.evaluated is None:
            yield from self.verdict.explain().splitlines()
        else:
            yield f"machine: {self.verdict.error}, in the {self.verdict.script.value}{self._opcode}"

    def _state(self) -> Iterator[str]:
        try:
            yield from _values("state", named_values(self.spend.contract.state))
        except (ArgumentError, StateError) as error:  # computed in the script; not a state of this contract
            yield str(error)

    @property
    def _opcode(self) -> str:
        return "" if self.verdict.opcode_index is None else f", opcode {self.verdict.opcode_index}"

    @property
    def _reason(self) -> str:
        if self.evaluated is None or self.evaluated.outcome.accepted:
            return f"{self.verdict.error}"
        wrong = f", the signature {self.signature!r} does not hold" if self.signature else ""
        return f"{self.evaluated.outcome.reason}{wrong}"

    @property
    def _span(self) -> Span | None:
        """The requirement in which the call ended, the innermost of the contract's own; without one, what ended it."""
        if self.evaluated is None or self.evaluated.outcome.accepted:
            return None
        find = self.evaluated.program.sources.find
        own = (each for each in self.evaluated.ended_in if not is_built_in(find(each.start)))
        return next(own, self.evaluated.outcome.span)

    def _text(self, span: Span) -> str:
        assert self.evaluated is not None, "a span is the evaluator's"
        return text_of(self.evaluated.program.sources, span)


def failure_of(judged: JudgedCall) -> Failure | None:
    """Return the failure of a judged call; None if its script accepts it."""
    return None if judged.accepted else Failure(judged.spend, judged.call, judged.verdict, judged.evaluated)


def _values(heading: str, pairs: Iterable[Named]) -> Iterator[str]:
    """Yield names with values, under a heading; nothing without any."""
    return _section(heading, (f"{name}  {value}" for name, value in pairs))


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines under a heading, with an indent; nothing without any."""
    rows = [line if line.startswith("  ") else f"  {line}" for line in lines]
    if rows:
        yield heading
        yield from rows
