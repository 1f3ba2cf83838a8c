"""Choices between numbers: a branch that yields one of two numbers becomes an operation on them.

The smaller or larger of two is MIN or MAX, a number without its sign is ABS, and one that is counted up or down if a
condition holds is a sum with the condition as 1 or 0. A branch is replaced only if all its results are, and if nothing
in its arms can abort: then the operation aborts for no number that its condition has not read.
"""

from typing import Final, NamedTuple

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number, encode_number
from penstockc.ir import nodes
from penstockc.ir.nodes import results_of
from penstockc.ir.walking import Walk, has_effect
from penstockc.language.operations import Operation
from penstockc.targets import Target


class Extreme(NamedTuple):
    """Choices that a comparison of a and b decides.

    `first` is the operation for `a if it holds else b`, `second` for `b if it holds else a`. Instead of a constant b
    the branch may also yield b + `beside_b`, and instead of a constant a, a + `beside_a`: x < 5 ? x : 4 is min(x, 4).
    """

    first: Operation
    second: Operation
    beside_a: int
    beside_b: int


EXTREMES: Final = {
    Operation.LESS: Extreme(Operation.MIN, Operation.MAX, 1, -1),
    Operation.LESS_OR_EQUAL: Extreme(Operation.MIN, Operation.MAX, -1, 1),
    Operation.GREATER: Extreme(Operation.MAX, Operation.MIN, -1, 1),
    Operation.GREATER_OR_EQUAL: Extreme(Operation.MAX, Operation.MIN, 1, -1),
}
ONE: Final = encode_number(1)
ZERO: Final = encode_number(0)
STEPS: Final = {Operation.INCREMENT: Operation.ADD, Operation.DECREMENT: Operation.SUB}
"""An operation on a number that one arm does and the other does not, and the same operation on it and 1 or 0."""


class _Computed(NamedTuple):
    """An operation on values, or on constants that have to be written first."""

    operation: Operation
    operands: tuple[nodes.Value | int, ...]


class _Counted(NamedTuple):
    """The condition as a number, or what an operation makes of it and the value `base`."""

    operation: Operation
    base: nodes.Value | None
    is_negated: bool


def choose(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with operations instead of branches that choose numbers."""
    return _Choosing(script, target).script()


class _Choosing(Walk):
    rewritten = nodes.BRANCHING

    def __init__(self, script: nodes.Script, target: Target) -> None:
        super().__init__(script)
        self.target = target

    def statement(self, statement: nodes.Statement) -> None:
        """Replace a branch by operations."""
        statement = self.with_regions(statement)
        if isinstance(statement, nodes.If) and _yields_numbers(statement):
            found = [self._found(statement, place) for place in range(len(statement.results))]
            choices = [choice for choice in found if choice is not None]
            if len(choices) == len(found) and not self._has_effect(statement):
                for result, choice in zip(statement.results, choices, strict=True):
                    self.rename(result, self._written(statement, choice))
                return
        self.write(statement)

    def _has_effect(self, statement: nodes.If) -> bool:
        """Return whether a branch does more than define values: asked last, since it looks at all in the arms."""
        arms = statement.then, statement.otherwise
        return any(has_effect(inner, self.target.is_partial) for arm in arms for inner in arm.statements)

    def _found(self, statement: nodes.If, place: int) -> _Computed | _Counted | None:
        """Return what a result of a branch may be replaced by."""
        then, otherwise = statement.then.yields[place], statement.otherwise.yields[place]
        inner = {
            value
            for arm in (statement.then, statement.otherwise)
            for each in arm.statements
            for value in results_of(each)
        }
        made = self.made.get(statement.condition)
        found: _Computed | _Counted | None = None
        if isinstance(made, nodes.Apply) and made.operation in EXTREMES:
            found = self._extreme(made, then, otherwise) or self._absolute(made, then, otherwise)
        return found or self._counted(statement.condition, then, otherwise, inner)

    def _extreme(self, comparison: nodes.Apply, then: nodes.Value, otherwise: nodes.Value) -> _Computed | None:
        row, (a, b) = EXTREMES[comparison.operation], comparison.operands
        for operation, one, other in ((row.first, then, otherwise), (row.second, otherwise, then)):
            left, right = self._same(one, a, row.beside_a), self._same(other, b, row.beside_b)
            if left is not None and right is not None:
                return _Computed(operation, (left, right))
        return None

    def _same(self, value: nodes.Value, operand: nodes.Value, beside: int) -> nodes.Value | int | None:
        """Return the operand if a branch yields it, or its number if that is a constant or the one beside it."""
        if value == operand:
            return operand
        known, compared, limit = self.known(value), self.known(operand), self.target.limits.operand
        if known is None or compared is None or (limit is not None and len(known) > limit):
            return None
        number = decode_number(known)
        return number if number - decode_number(compared) in {0, beside} else None

    def _absolute(self, comparison: nodes.Apply, then: nodes.Value, otherwise: nodes.Value) -> _Computed | None:
        """Return ABS for a comparison with zero that decides whether a number is negated."""
        a, b = comparison.operands
        is_less = comparison.operation in {Operation.LESS, Operation.LESS_OR_EQUAL}
        for number, zero, negative, positive in (
            (a, b, *((then, otherwise) if is_less else (otherwise, then))),
            (b, a, *((otherwise, then) if is_less else (then, otherwise))),
        ):
            made = self.made.get(negative)
            negates = (
                isinstance(made, nodes.Apply) and made.operation is Operation.NEGATE and made.operands == (number,)
            )
            if positive == number and self.known(zero) == encode_number(0) and negates:
                return _Computed(Operation.ABS, (number,))
        return None

    def _counted(
        self, condition: nodes.Value, then: nodes.Value, otherwise: nodes.Value, inner: set[nodes.Value]
    ) -> _Counted | None:
        if self.target.has_short_numbers and not self.is_canonical(condition):
            return None
        numbers = self.known(then), self.known(otherwise)
        if numbers in {(ONE, ZERO), (ZERO, ONE)}:
            return _Counted(Operation.BOOL_TO_INT, None, numbers == (ZERO, ONE))
        for changed, same, is_negated in ((then, otherwise, False), (otherwise, then, True)):
            made = self.made.get(changed)
            if (
                changed in inner
                and same not in inner
                and isinstance(made, nodes.Apply)
                and made.operands == (same,)
                and made.operation in STEPS
            ):
                return _Counted(STEPS[made.operation], same, is_negated)
        return None

    def _written(self, statement: nodes.If, choice: _Computed | _Counted) -> nodes.Value:
        span, condition = statement.span, statement.condition
        if isinstance(choice, _Computed):
            operands = [
                each if isinstance(each, nodes.Value) else self.constant(span, Kind.INT, encode_number(each))
                for each in choice.operands
            ]
            return self.apply(span, choice.operation, *operands)[0]
        if choice.is_negated:
            (condition,) = self.apply(span, Operation.NOT, condition)
        elif not self.is_canonical(condition):
            (condition,) = self.apply(span, Operation.NORMALIZE_BOOL, condition)
        (number,) = self.apply(span, Operation.BOOL_TO_INT, condition)
        return number if choice.base is None else self.apply(span, choice.operation, choice.base, number)[0]


def _yields_numbers(statement: nodes.If) -> bool:
    """Return whether both arms of a branch yield numbers, and nothing else."""
    if not statement.results or any(result.kind is not Kind.INT for result in statement.results):
        return False
    return not (statement.then.ends_script or statement.otherwise.ends_script)
