"""Steps of a call: each statement of the author's files that ran, with the values that it gave.

In: a judged call. Out: one line for each statement, indented by the depth of calls. The call is evaluated once more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from penstock.evaluation.calls import evaluate_call, plain
from penstock.evaluation.watching import Watch
from penstock.testing.describing import arguments_of, value_text
from penstock.testing.failing.paths import is_written, text_of
from penstock.testing.judging import JudgedCall
from penstockc.meaning.places import Frame, ValuePlace, read
from penstockc.meaning.values import Value
from penstockc.output.scryptc.places import is_built_in
from penstockc.semantics import typed
from penstockc.source import Sources, Span

_MOST_STEPS: Final = 1000
_WIDEST: Final = 72


@dataclass(slots=True)
class Step:
    """A statement that ran.

    Attributes:
        depth: how many calls lead to it.
        place: its file, if that is not the contract's own, and its line.
        text: its text.
        results: what it gave: values, and the ways of its conditions.
    """

    depth: int
    place: str
    text: str
    results: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        text = f"{'  ' * self.depth}{self.text}"
        shown = text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
        return f"{self.place:>5}  {shown:{_WIDEST if self.results else 0}}  {'; '.join(self.results)}".rstrip()


@dataclass(slots=True)
class _Running:
    """A function that runs: its variables, and the statement that runs in it."""

    frame: Frame | None = None
    statement: typed.Statement | None = None
    step: Step | None = None


class TraceWatch(Watch):
    """Notes the steps of one call."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.steps: list[Step] = []
        self._running: list[_Running] = []

    def call(self, function: typed.Function) -> None:  # noqa: ARG002 - its first statement names it
        """Note that a function begins."""
        self._running.append(_Running())

    def reach(self, statement: typed.Statement, frame: Frame) -> None:
        """Note a statement; the one before it in its function has its values by now. Constructors are left out."""
        if not self._running:
            return
        running = self._running[-1]
        if running.frame is None:
            running.frame = frame
        if running.frame is frame:
            _settle(running, self.sources)
            running.statement, running.step = statement, self._step(statement)

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Note the way of a condition at the statement that it belongs to."""
        for running in reversed(self._running):
            statement, step = running.statement, running.step
            if step is not None and statement is not None and _contains(statement.span, span):
                text = text_of(self.sources, span)
                if not (step.results and step.results[-1].startswith(f"{text}: ")):  # the answer of a signature
                    step.results.append(_way(statement, text, span, way=way))
                return

    def check_signature(self, check: Span, answer: str) -> None:
        """Note the result of a check."""
        for running in reversed(self._running):
            statement, step = running.statement, running.step
            if step is not None and statement is not None and _contains(statement.span, check):
                step.results.append(f"{text_of(self.sources, check)}: {answer}")
                return

    def leave(self, function: typed.Function, value: Value) -> None:  # noqa: ARG002 - its last statement names it
        """Note the value of a function that returns."""
        running = self._running.pop()
        if isinstance(running.statement, typed.Return) and running.step is not None:
            running.step.results.append(value_text(plain(value)))
        else:
            _settle(running, self.sources)

    def _step(self, statement: typed.Statement) -> Step | None:
        """Return the step of a statement; None for one of the library, or a block."""
        source = self.sources.find(statement.span.start)
        is_shown = is_written(statement) and not isinstance(statement, typed.Block | typed.Loop)
        if is_built_in(source) or not is_shown or len(self.steps) >= _MOST_STEPS:
            return None
        line = str(source.position(statement.span.start)[0])
        place = line if source == self.sources.files[0] else f"{source.name}:{line}"
        step = Step(len(self._running) - 1, place, _text(statement, self.sources))
        self.steps.append(step)
        return step


def trace_of(judged: JudgedCall) -> Iterator[str]:
    """Yield the trace of a call: its arguments, its steps, and how it ended."""
    yield ", ".join(f"{name} = {value}" for name, value in arguments_of(judged.call)) or "without arguments"
    if judged.evaluated is None:
        yield "  the artifact has no sources, so its statements are not known"
        return
    evaluated = judged.evaluated
    watch = TraceWatch(evaluated.program.sources)
    evaluate_call(evaluated.program, judged.spend, judged.call, watch=watch)
    yield from map(str, watch.steps)
    if len(watch.steps) >= _MOST_STEPS:
        yield f"  … and more: {_MOST_STEPS:,} steps are shown"
    yield "accepted" if evaluated.outcome else f"refused: {evaluated.outcome.reason}"


def _settle(running: _Running, sources: Sources) -> None:
    """Note the value that the last statement of a function gave to a variable."""
    statement, step = running.statement, running.step
    running.statement = running.step = None
    if step is None or running.frame is None:
        return
    match statement:
        case typed.Declare(local=local):
            value = running.frame.locals[local.name, local.number]
            step.results.append(f"{local.name} = {value_text(plain(value))}")
        case typed.Assign(place=place) | typed.Evaluate(expression=typed.Increment(place=place)):
            step.results.append(_assigned(place, running.frame, sources))
        case _:
            pass


def _assigned(place: typed.Place, frame: Frame, sources: Sources) -> str:
    """Return an assigned place with its value: of an element at a computed index, the whole array."""
    path: list[str] = []
    base: typed.Expression = place
    while isinstance(base, typed.Field | typed.Index):
        if isinstance(base, typed.Index):
            place, path = base.base, []  # type: ignore[assignment] # the base of a place is one
        else:
            path.insert(0, base.name)
        base = base.base
    assert isinstance(base, typed.LocalValue | typed.This | typed.StaticValue), "as in `typed.is_place`"
    value = read(ValuePlace(base, tuple(path)), frame)
    return f"{text_of(sources, place.span)} = {value_text(plain(value))}"


def _text(statement: typed.Statement, sources: Sources) -> str:
    match statement:
        case typed.If(condition=condition):
            return f"if ({text_of(sources, condition.span)})"
        case _:
            return text_of(sources, statement.span)


def _way(statement: typed.Statement, text: str, span: Span, *, way: bool) -> str:
    match statement:
        case typed.Require() if span == statement.span:
            return "held" if way else "refused"
        case typed.If(condition=condition) | typed.Exit(condition=condition) if span == condition.span:
            return str(way).lower()
        case _:
            return f"{text}: {str(way).lower()}"


def _contains(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
