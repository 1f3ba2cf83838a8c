"""Facts: what holds of numbers and lengths once a statement has run, as linear forms that are zero or more."""

from collections.abc import Iterator, Mapping
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number
from penstockc.ir import nodes
from penstockc.ir.passes.checks.linear import Linear, number, unknown
from penstockc.ir.passes.expansions.reversal import AS_LONG, DIGESTS
from penstockc.language.operations import Operation

DEEPEST: Final = 12
"""Limit of operations that a form is made of, one in the other."""
EQUAL_LENGTHS: Final = frozenset({Operation.BYTES_AND, Operation.BYTES_OR, Operation.BYTES_XOR})
"""Operations that abort unless both operands have one length."""
COMPARED: Final = {
    # comparison: the sides that are subtracted, and the constant that is added: zero or more where it holds
    Operation.LESS: ((1, 0, -1),),
    Operation.LESS_OR_EQUAL: ((1, 0, 0),),
    Operation.GREATER: ((0, 1, -1),),
    Operation.GREATER_OR_EQUAL: ((0, 1, 0),),
    Operation.NUM_EQUAL: ((0, 1, 0), (1, 0, 0)),
    Operation.WITHIN: ((0, 1, 0), (2, 0, -1)),
}
"""Comparisons of numbers; those with several forms hold where all are zero or more."""


class Forms:
    """Makes forms of a script's values; `made` has the statement that makes each of them."""

    def __init__(self, made: Mapping[nodes.Value, nodes.Statement]) -> None:
        self.made = made
        self.numbers: dict[nodes.Value, Linear] = {}
        self.lengths: dict[nodes.Value, Linear] = {}

    def number(self, value: nodes.Value, depth: int = DEEPEST) -> Linear:
        """Return a number."""
        found = self.numbers.get(value)
        if found is None:
            found = self.numbers[value] = self._number(value, depth)
        return found

    def _number(self, value: nodes.Value, depth: int) -> Linear:
        made = self.made.get(value)
        if isinstance(made, nodes.Constant):
            return number(decode_number(made.data))
        if not isinstance(made, nodes.Apply) or not depth:
            return unknown(value)
        match made.operation:
            case Operation.LENGTH:
                return self.length(made.operands[0], depth - 1)
            case Operation.INCREMENT | Operation.DECREMENT:
                step = 1 if made.operation is Operation.INCREMENT else -1
                return self.number(made.operands[0], depth - 1).plus(number(step))
            case Operation.ADD | Operation.SUB:
                one, other = (self.number(operand, depth - 1) for operand in made.operands)
                return one.plus(other, 1 if made.operation is Operation.ADD else -1)
            case Operation.NORMALIZE:
                return self.number(made.operands[0], depth - 1)
            case _:
                return unknown(value)

    def length(self, value: nodes.Value, depth: int = DEEPEST) -> Linear:
        """Return the length of some bytes, as it is if their operation has not aborted."""
        found = self.lengths.get(value)
        if found is None:
            found = self.lengths[value] = self._length(value, depth)
        return found

    def _length(self, value: nodes.Value, depth: int) -> Linear:
        made = self.made.get(value)
        if isinstance(made, nodes.Constant):
            return number(len(made.data))
        if not isinstance(made, nodes.Apply) or not depth:
            return unknown((Operation.LENGTH, value))
        operands = made.operands
        match made.operation:
            case Operation.CONCATENATE:
                one, other = (self.length(operand, depth - 1) for operand in operands)
                return one.plus(other)
            case Operation.SPLIT:
                place = self.number(operands[1], depth - 1)
                return place if value == made.results[0] else self.length(operands[0], depth - 1).plus(place, -1)
            case Operation.NUM_TO_BIN:
                return self.number(operands[1], depth - 1)
            case operation if operation in AS_LONG:
                return self.length(operands[0], depth - 1)
            case operation if operation in DIGESTS:
                return number(DIGESTS[operation])
            case _:
                return unknown((Operation.LENGTH, value))

    def of(self, statement: nodes.Statement) -> Iterator[Linear]:
        """Yield what holds after a statement, and if the script ends with it in success."""
        match statement:
            case nodes.Require(condition=condition) | nodes.Result(condition=condition):
                yield from self.where(condition)
            case nodes.Apply(operation=Operation.SPLIT, operands=(data, position)):
                place = self.number(position)
                yield place
                yield self.length(data).plus(place, -1)
            case nodes.Apply(operation=operation, operands=(one, other)) if operation in EQUAL_LENGTHS:
                yield from _same(self.length(one), self.length(other))
            case _:
                pass

    def where(self, condition: nodes.Value) -> Iterator[Linear]:
        """Yield what holds where a condition does: all of it if it is a comparison of numbers."""
        made = self.made.get(condition)
        if not isinstance(made, nodes.Apply):
            return
        if made.operation is Operation.BYTES_EQUAL:
            yield from _same(*(self.length(operand) for operand in made.operands))
        for minuend, subtrahend, constant in COMPARED.get(made.operation, ()):
            left, right = self.number(made.operands[minuend]), self.number(made.operands[subtrahend])
            yield left.plus(right, -1).plus(number(constant))

    def bounds(self, form: Linear) -> Iterator[Linear]:
        """Yield that the lengths among the unknowns of a form are zero or more."""
        yield from (unknown(name) for name in form.terms if not _is_number(name))


def _same(one: Linear, other: Linear) -> Iterator[Linear]:
    yield one.plus(other, -1)
    yield other.plus(one, -1)


def _is_number(name: object) -> bool:
    return isinstance(name, nodes.Value) and name.kind is Kind.INT
