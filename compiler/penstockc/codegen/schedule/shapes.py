"""Shapes of plans: two plans of one shape differ in their values and in their places in the source alone.

Code of the standard library is expanded wherever it is called, so most branches of a contract with state have the shape
of another. They are scheduled alike: the code of one, with the values and places of the other, is that of the other.
"""

from collections.abc import Iterable, Mapping

from penstock.records import Record
from penstockc.codegen.instructions.instruction import Code, Word
from penstockc.codegen.plan.plan import ArrayRead, BranchStep, Compute, End, Push, RegionPlan, Rename, Select, Step
from penstockc.diagnostics import InternalError
from penstockc.source import Span

Key = tuple[object, ...]
Place = tuple[int, int]
"""Start and end of a span, without the calls that led there."""


class Shape(Record, frozen=True, eq=False):
    """A plan, or a branch, apart from its values and places.

    Attributes:
        key: equal for those of one shape.
        values: its values, in the order of the key.
        places: its places, in the order of the key.
    """

    key: Key
    values: tuple[int, ...]
    places: tuple[Place, ...]


def shape_of_plan(plan: RegionPlan) -> Shape:
    """Return the shape of a plan, which has no choice of functions."""
    writer = _KeyWriter()
    return writer.shape(writer.plan(plan), plan.words)


def shape_of_branch(branch: BranchStep) -> Shape:
    """Return the shape of a branch."""
    writer = _KeyWriter()
    return writer.shape(writer.step(branch), branch.then.words)


class _KeyWriter:
    """Numbers values and places in the order in which they occur."""

    def __init__(self) -> None:
        self.values: dict[int, int] = {}
        self.places: dict[Place, int] = {}

    def shape(self, key: Key, words: Mapping[int, Word]) -> Shape:
        pushed = tuple([words.get(value) for value in self.values])
        return Shape((key, pushed), tuple(self.values), tuple(self.places))

    def step(self, step: Step) -> Key:
        span = self.span(step.span)
        match step:
            case Push(value=value, comes_first=comes_first):
                return Push, span, self.value(value), comes_first
            case Compute(orders=orders, results=results, leaves_operand=leaves_operand, caution=caution):
                written = tuple([(self.several(operands), self.code(code)) for operands, code in orders])
                requires = None if step.requires is None else self.span(step.requires)
                return Compute, span, written, self.several(results), leaves_operand, requires, caution
            case ArrayRead(index=index, elements=elements, results=results):
                read = tuple(map(self.several, elements))
                return ArrayRead, span, self.value(index), read, self.several(results)
            case Rename(operand=operand, result=result):
                return Rename, span, self.value(operand), self.value(result)
            case BranchStep(condition=condition, then=then, otherwise=otherwise, results=results):
                arms = self.plan(then), self.plan(otherwise)
                return BranchStep, span, self.value(condition), arms, self.several(results)
            case End(condition=condition, returns=returns):
                return End, span, self.value(condition), returns
            case Select():
                raise InternalError("each function has a shape of its own")

    def plan(self, plan: RegionPlan) -> Key:
        steps = tuple(
            [
                (self.step(step), *sorted(self.several(takes)))  # the step has numbered them
                for step, takes in zip(plan.steps, plan.takes, strict=True)
            ]
        )
        return self.span(plan.span), steps, self.several(plan.results), plan.ends_script

    def value(self, value: int) -> int:
        return self.values.setdefault(value, len(self.values))

    def several(self, values: Iterable[int]) -> tuple[int, ...]:
        return tuple([self.value(value) for value in values])

    def code(self, code: Code) -> Key:
        return tuple([(instr.word, self.span(instr.span), instr.as_written) for instr in code])

    def span(self, span: Span) -> Key:
        site = None if span.site is None else self.place(span.site)
        return self.place(span), site, *[self.place(call) for call in span.calls]

    def place(self, span: Span) -> int:
        return self.places.setdefault((span.start, span.end), len(self.places))
