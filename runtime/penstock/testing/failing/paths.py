"""Path of a call through the source: the branches that it took, as the evaluator saw them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from penstock.evaluation.calls import evaluate_call
from penstock.evaluation.watching import Watch
from penstock.testing.judging import JudgedCall
from penstockc.output.scryptc.places import is_built_in
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import expressions_in, statements_in
from penstockc.source import Sources, Span

_MOST_STEPS = 40


@dataclass(slots=True)
class PathWatch(Watch):
    """Notes the way of each branch in the author's own files."""

    conditions: frozenset[tuple[int, int]]
    taken: list[tuple[Span, bool]] = field(default_factory=list)

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Note the way of a branch; requirements are left out."""
        if (span.start, span.end) in self.conditions:
            self.taken.append((span, way))


def path_of(judged: JudgedCall) -> Iterator[str]:
    """Yield the branches that a call took, in their order: `line 12: amount > 5 is true`."""
    if judged.evaluated is None:
        return
    program = judged.evaluated.program
    watch = PathWatch(frozenset((span.start, span.end) for span in _conditions(program)))
    evaluate_call(program, judged.spend, judged.call, watch=watch)
    for span, way in watch.taken[:_MOST_STEPS]:
        source = program.sources.find(span.start)
        file = "" if source == program.sources.files[0] else f"{source.name}, "
        yield f"{file}line {source.position(span.start)[0]}: {text_of(program.sources, span)} is {str(way).lower()}"
    if len(watch.taken) > _MOST_STEPS:
        yield f"… and {len(watch.taken) - _MOST_STEPS} more branches"


def text_of(sources: Sources, span: Span) -> str:
    """Return a piece of source with single spaces."""
    source = sources.find(span.start)
    return " ".join(source.text[span.start - source.base : span.end - source.base].split())


def is_written(statement: typed.Statement) -> bool:
    """Return whether the author has written a statement: not so the call that loads the state."""
    match statement:
        case typed.Evaluate(expression=typed.Invoke(function=key)):
            return not key.name.startswith("__")
        case _:
            return True


def _conditions(program: typed.Program) -> Iterator[Span]:
    """Yield the spans of the conditions that decide where a call goes on, in the author's own files."""
    for function in program.functions.values():
        if isinstance(function.body, typed.Block) and not is_built_in(program.sources.find(function.span.start)):
            for statement in statements_in(function.body):
                if isinstance(statement, typed.If):
                    yield statement.condition.span
                for expression in expressions_in(statement):
                    if isinstance(expression, typed.Conditional):
                        yield expression.condition.span
