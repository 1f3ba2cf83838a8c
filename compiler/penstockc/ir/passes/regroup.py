"""Regrouping: an associative operation takes several arguments in the order in which they are on the stack.

`a + b + c` of three arguments, the last on top, is a + (b + c): two additions and no move. Sums and products are of
numbers of any size, so only targets without short numbers have them regrouped; bytes keep their order. Several
constants in one sum or product become one. Leaves the operations before to `dead_code`.
"""

from collections.abc import Iterator, Mapping, Sequence
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

Chain = list[nodes.Value | None]
"""Nested operations of one kind, each after its operands: a, b, None, c, None is (a + b) + c. They can be thousands."""


def regroup(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with chains of operations on arguments in the order of the stack."""
    return _Regrouping(script, target).script()


class _Regrouping(Walk):
    rewritten = nodes.BRANCHING | {nodes.Apply}

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
            before = self._chain(statement)
            after = self._regrouped(statement, before)
            if after != before:
                self.rename(statement.results[0], self._written(statement, after))
                return
        super().statement(statement)

    def _chain(self, statement: nodes.Apply) -> Chain:
        chain: Chain = []
        waiting: Chain = [None, *statement.operands[::-1]]
        while waiting:
            operand = waiting.pop()
            made = None if operand is None or operand not in self.inner else self.made.get(operand)
            if isinstance(made, nodes.Apply) and made.operation is statement.operation:
                waiting += (None, *made.operands[::-1])
            else:
                chain.append(operand)
        return chain

    def _regrouped(self, statement: nodes.Apply, chain: Chain) -> Chain:
        leaves = [leaf for leaf in chain if leaf is not None]
        if statement.operation is Operation.CONCATENATE:
            return self._in_runs(leaves) or chain
        constants = [leaf for leaf in leaves if self.known(leaf) is not None]
        if len(constants) > 1:
            variable = [leaf for leaf in leaves if self.known(leaf) is None]
            leaves = [*variable, self._total(statement, constants)]
        arguments = sorted((leaf for leaf in leaves if leaf in self.position), key=lambda leaf: self.position[leaf])
        if len(arguments) < FEWEST:
            return _leftwards([[leaf] for leaf in leaves]) if len(constants) > 1 else chain
        others: list[Chain] = [[leaf] for leaf in leaves if leaf not in self.position]
        return _leftwards([_rightwards(arguments), *others])

    def _total(self, statement: nodes.Apply, constants: list[nodes.Value]) -> nodes.Value:
        """Write what several constants make together."""
        numbers = [decode_number(self.known(constant) or b"") for constant in constants]
        return self.constant(statement.span, Kind.INT, encode_number(reduce(SUMS[statement.operation], numbers)))

    def _in_runs(self, leaves: list[nodes.Value]) -> Chain | None:
        """Return bytes with each run of arguments that are in order on the stack grouped from its end; None without."""
        parts: list[Chain] = []
        run: list[nodes.Value] = []
        for leaf in leaves:
            if run and (leaf not in self.position or self.position[leaf] < self.position[run[-1]]):
                parts += _grouped(run)
                run = []
            if leaf in self.position:
                run.append(leaf)
            else:
                parts.append([leaf])
        parts += _grouped(run)
        return _leftwards(parts) if len(parts) < len(leaves) else None

    def _written(self, statement: nodes.Apply, chain: Chain) -> nodes.Value:
        operands: list[nodes.Value] = []
        for each in chain:
            if each is None:
                right, left = operands.pop(), operands.pop()
                operands += self.apply(statement.span, statement.operation, left, right)
            else:
                operands.append(each)
        return operands[0]


def _leftwards(parts: Sequence[Chain]) -> Chain:
    """Return ((a + b) + c) + ..."""
    chain = [*parts[0]]
    for part in parts[1:]:
        chain += (*part, None)
    return chain


def _rightwards(leaves: Sequence[nodes.Value]) -> Chain:
    """Return a + (b + (c + ...))."""
    return [*leaves, *[None] * (len(leaves) - 1)]


def _grouped(run: Sequence[nodes.Value]) -> list[Chain]:
    return [_rightwards(run)] if len(run) >= FEWEST else [[leaf] for leaf in run]


def _inner(script: nodes.Script, uses: Mapping[nodes.Value, int]) -> Iterator[nodes.Value]:
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
