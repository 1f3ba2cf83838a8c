"""Which branches are alike: the same steps on values of other names, as the iterations of a loop have them.

What is alike is scheduled once. A branch is described with its values numbered as they appear; the same description
means the same code, provided that the values lie alike on the stack.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from penstockc.codegen.instructions import Word
from penstockc.codegen.plan import Branch, Compute, End, Plan, Push, Read, Rename, Select, Step

Description = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a branch has in common with others, its description, and the `names` that its values have there."""

    description: Description
    names: dict[int, int]


def likeness(branch: Branch) -> Likeness:
    """Describe a branch."""
    describer = _Describer({}, [])
    describer.step(branch, branch.then.words)
    return Likeness(tuple(describer.written), describer.names)


@dataclass(frozen=True, slots=True)
class _Describer:
    names: dict[int, int]
    written: list[object]

    def values(self, values: Iterable[int], words: dict[int, Word]) -> None:
        """Write the values' names; with the first mention of one that can be pushed, what pushes it."""
        for value in values:
            if value not in self.names:
                self.names[value] = len(self.names)
                self.written.append(words.get(value))
            self.written.append(self.names[value])
        self.written.append(None)

    def plan(self, plan: Plan) -> None:
        self.written.extend((plan.span.start, plan.span.end, len(plan.steps)))
        for step in plan.steps:
            self.step(step, plan.words)
        self.values(plan.results, plan.words)

    def step(self, step: Step, words: dict[int, Word]) -> None:
        """Write a step. The instructions of alike steps are the same object: see `planning`."""
        self.written.extend((type(step), step.span.start, step.span.end))
        match step:
            case Push(value=value):
                self.values((value,), words)
            case Rename(operand=operand, result=result):
                self.values((operand, result), words)
            case Compute(orders=orders, results=results, requires=requires):
                for operands, code in orders:
                    self.values(operands, words)
                    self.written.append(id(code))
                self.values(results, words)
                self.written.append(requires)
            case Read(index=index, elements=elements, results=results):
                for element in elements:
                    self.values(element, words)
                self.values((index, *results), words)
            case Branch(condition=condition, then=then, otherwise=otherwise, results=results):
                self.values((condition, *results), words)
                self.plan(then)
                self.plan(otherwise)
            case End(condition=condition):
                self.values((condition,), words)
            case Select():
                raise AssertionError("no branch holds a dispatch")
