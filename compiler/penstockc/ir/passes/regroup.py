"""Regrouping: an associative operation takes several arguments in the order in which they are on the stack.

`a + b + c` of three arguments, the last on top, is a + (b + c): two additions and no move. Sums and products are of
numbers of any size, so only targets without short numbers have them regrouped; bytes keep their order. Several
constants in one sum or product become one. Leaves the operations before to `dead_code`.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add, mul
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number, encode_number
from penstockc.ir import nodes
from penstockc.ir.nodes import walk
from penstockc.ir.walking import Walk, use_counts
from penstockc.language.operations import Operation
from penstockc.targets import Target

SUMS: Final = {Operation.ADD: add, Operation.MUL: mul}
"""Operations whose operands may be in any order and grouping, with their meaning."""
GROUPED: Final = {*SUMS, Operation.CONCATENATE}
FEWEST: Final = 3
"""Arguments that are regrouped, at least."""

Tree = nodes.Value | tuple["Tree", "Tree"]
"""The operands of nested operations of one kind."""


def regroup(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with chains of operations on arguments in the order of the stack."""
    return _Regrouping(script, target).script()


class _Regrouping(Walk):
    def __init__(self, script: nodes.Script, target: Target) -> None:
        super().__init__(script)
        self.operations = {Operation.CONCATENATE} if target.has_short_numbers else GROUPED
        uses = use_counts(script)
        self.inner = set(_inner(script, uses))
        """Results that are only an operand of the same operation."""
        self.position = {value: place for place, value in _arguments(script) if uses.get(value) == 1}
        """Arguments with a single use, by their places from the bottom of the stack."""

    def statement(self, statement: nodes.Statement) -> None:
        """Write the outermost operation of a chain with all others in a new order."""
        if (
            isinstance(statement, nodes.Apply)
            and statement.operation in self.operations
            and statement.results[0] not in self.inner
        ):
            before = self._tree(statement)
            after = self._regrouped(statement, [*_leaves(before)])
            if after != before:
                self.rename(statement.results[0], self._written(statement, after))
                return
        super().statement(statement)

    def _tree(self, statement: nodes.Apply) -> Tree:
        left, right = (self._operand(statement.operation, operand) for operand in statement.operands)
        return left, right

    def _operand(self, operation: Operation, operand: nodes.Value) -> Tree:
        made = self.made.get(operand)
        is_same = operand in self.inner and isinstance(made, nodes.Apply) and made.operation is operation
        return self._tree(made) if is_same and isinstance(made, nodes.Apply) else operand

    def _regrouped(self, statement: nodes.Apply, leaves: list[nodes.Value]) -> Tree:
        if statement.operation is Operation.CONCATENATE:
            return self._in_runs(leaves) or self._tree(statement)
        constants = [leaf for leaf in leaves if self.known(leaf) is not None]
        if len(constants) > 1:
            leaves = [*(leaf for leaf in leaves if leaf not in constants), self._total(statement, constants)]
        arguments = sorted((leaf for leaf in leaves if leaf in self.position), key=lambda leaf: self.position[leaf])
        if len(arguments) < FEWEST:
            return _leftwards(leaves) if len(constants) > 1 else self._tree(statement)
        return _leftwards([_rightwards(arguments), *(leaf for leaf in leaves if leaf not in self.position)])

    def _total(self, statement: nodes.Apply, constants: list[nodes.Value]) -> nodes.Value:
        """Write what several constants make together."""
        numbers = [decode_number(self.known(constant) or b"") for constant in constants]
        return self.constant(statement.span, Kind.INT, encode_number(reduce(SUMS[statement.operation], numbers)))

    def _in_runs(self, leaves: list[nodes.Value]) -> Tree | None:
        """Return bytes with each run of arguments that are in order on the stack grouped from its end; None without."""
        parts: list[Tree] = []
        run: list[nodes.Value] = []
        for leaf in leaves:
            if run and (leaf not in self.position or self.position[leaf] < self.position[run[-1]]):
                parts += _grouped(run)
                run = []
            (run if leaf in self.position else parts).append(leaf)
        parts += _grouped(run)
        return _leftwards(parts) if len(parts) < len(leaves) else None

    def _written(self, statement: nodes.Apply, tree: Tree) -> nodes.Value:
        if isinstance(tree, nodes.Value):
            return tree
        operands = [self._written(statement, part) for part in tree]
        return self.apply(statement.span, statement.operation, *operands)[0]


def _leftwards(parts: Sequence[Tree]) -> Tree:
    tree = parts[0]
    for part in parts[1:]:
        tree = tree, part
    return tree


def _rightwards(parts: Sequence[Tree]) -> Tree:
    tree = parts[-1]
    for part in parts[-2::-1]:
        tree = part, tree
    return tree


def _grouped(run: Sequence[nodes.Value]) -> Sequence[Tree]:
    return [_rightwards(run)] if len(run) >= FEWEST else run


def _leaves(tree: Tree) -> Iterator[nodes.Value]:
    if isinstance(tree, nodes.Value):
        yield tree
    else:
        for part in tree:
            yield from _leaves(part)


def _inner(script: nodes.Script, uses: dict[nodes.Value, int]) -> Iterator[nodes.Value]:
    made: dict[nodes.Value, Operation] = {}
    for statement in walk(script.body):
        if isinstance(statement, nodes.Apply):
            for operand in statement.operands:
                if made.get(operand) is statement.operation and uses[operand] == 1:
                    yield operand
            if statement.operation in GROUPED:
                made[statement.results[0]] = statement.operation


def _arguments(script: nodes.Script) -> Iterator[tuple[int, nodes.Value]]:
    yield from enumerate(script.arguments)
    for statement in walk(script.body):
        if isinstance(statement, nodes.Dispatch):
            for function in statement.functions:
                yield from enumerate(function.arguments)
