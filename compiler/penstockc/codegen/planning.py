"""Making plans: which statements become one step, what is pushed where it is used, and what must come first."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, assert_never

from penstock.script.opcodes import Op
from penstock.script.pushes import push_size
from penstockc.codegen.instructions import Hole, Word
from penstockc.codegen.plan import (
    Branch,
    Compute,
    End,
    Entry,
    Order,
    Plan,
    Push,
    Rename,
    Select,
    Step,
    gives,
    is_requirement,
    least_size,
    number_of,
    number_value,
)
from penstockc.diagnostics import InternalError
from penstockc.ir.nodes import (
    Apply,
    CheckMultiSig,
    Constant,
    Dispatch,
    Exit,
    If,
    Placeholder,
    Region,
    Require,
    Statement,
    Value,
    operands_of,
    uses,
)
from penstockc.language.operations import Operation
from penstockc.source import Span

SHORT_PUSH: Final = 2
"""Bytes: a constant whose push is no longer is pushed at each use, since fetching it would cost as much."""

MIRRORED: Final = {
    Operation.LESS: Op.OP_GREATERTHAN,
    Operation.GREATER: Op.OP_LESSTHAN,
    Operation.LESS_OR_EQUAL: Op.OP_GREATERTHANOREQUAL,
    Operation.GREATER_OR_EQUAL: Op.OP_LESSTHANOREQUAL,
}
"""What does the same with the operands the other way round."""


def make_plan(
    span: Span, region: Region, results: tuple[Value, ...] = (), known: Mapping[int, Word] | None = None
) -> Plan:
    """Return the plan of a region that hands out `results`.

    `known` are the words of short constants from around the region.
    """
    return _Planner(span, region, results, dict(known or {})).plan()


class _Planner:
    def __init__(self, span: Span, region: Region, results: tuple[Value, ...], words: dict[int, Word]) -> None:
        self.span = span
        self.region = region
        self.results = () if region.ends_script else tuple(value.number for value in results)
        self.known = words
        self.words = dict(words)
        self.pushed = set(words)
        self.steps: list[Step] = []
        self.taken: list[frozenset[int]] = []
        self.producer: dict[int, int] = {}
        direct = [value.number for statement in region.statements for value in operands_of(statement)]
        self.direct = Counter([*direct, *(value.number for value in region.yields)])
        self.total = Counter(value.number for value in uses(region))

    def plan(self) -> Plan:
        for statement in self.region.statements:
            self._statement(statement)
        if not self.region.ends_script:
            for value, result in zip(self.region.yields, self.results, strict=True):
                self._rename(self.span, value.number, result)
        needs = _needs(self.steps, self.taken, self.producer)
        users: dict[int, list[int]] = {}
        for step, numbers in enumerate(self.taken):
            for number in numbers:
                users.setdefault(number, []).append(step)
        return Plan(
            span=self.span,
            steps=tuple(self.steps),
            needs=needs,
            followers=_followers(needs),
            takes=tuple(self.taken),
            gives=tuple(map(gives, self.steps)),
            users={value: tuple(steps) for value, steps in users.items()},
            words=self.words,
            requirements=tuple(number for number, step in enumerate(self.steps) if is_requirement(step)),
            outer=frozenset(users) - frozenset(self.producer),
            results=self.results,
            ends_script=self.region.ends_script,
            needs_depth=any(map(_may_end, self.steps)),
            least=sum(least_size(step, self.words) for step in self.steps),
        )

    def _add(self, step: Step, *takes: int) -> None:
        for value in gives(step):
            self.producer[value] = len(self.steps)
        self.steps.append(step)
        self.taken.append(frozenset(value for value in takes if value not in self.pushed))

    def _statement(self, statement: Statement) -> None:
        match statement:
            case Constant(span=span, result=result, data=data):
                self._word(span, result.number, data, is_short=push_size(data) <= SHORT_PUSH)
            case Placeholder(span=span, result=result, name=name):
                self._word(span, result.number, Hole(name), is_short=False)
            case Apply(span=span, operation=operation, operands=operands, results=results) if operation.opcodes == ():
                self._rename(span, operands[0].number, results[0].number)
            case Apply(span=span, results=results):
                self._compute(span, *_orders(statement), tuple(value.number for value in results))
            case CheckMultiSig(span=span, result=result):
                self._compute(span, (self._multi_sig(statement),), False, (result.number,))  # noqa: FBT003 - leaves none
            case Require(span=span, condition=condition):
                self._require(span, condition.number)
            case If():
                self._branch(statement)
            case Exit(span=span, condition=condition):
                self._add(End(span, condition.number), condition.number)
            case Dispatch():
                self._select(statement)
            case _:
                assert_never(statement)

    def _word(self, span: Span, value: int, word: Word, *, is_short: bool) -> None:
        """Push a value where its only user needs it, everywhere again if that is short, or else once for all."""
        self.words[value] = word
        if is_short:
            self.known[value] = word
        if is_short or self.direct[value] == self.total[value] == 1:
            self.pushed.add(value)
        else:
            self._add(Push(span, value))

    def _rename(self, span: Span, operand: int, result: int) -> None:
        self._add(Rename(span, operand, result), operand)

    def _compute(self, span: Span, orders: tuple[Order, ...], leaves_operand: bool, results: tuple[int, ...]) -> None:  # noqa: FBT001 - a fact of the step
        self._add(Compute(span, orders, results, leaves_operand), *orders[0][0])

    def _multi_sig(self, check: CheckMultiSig) -> Order:
        counts = [number_value(number) for number in (0, len(check.signatures), len(check.keys))]
        self.words |= {value: number_of(value) for value in counts}
        self.pushed.update(counts)
        signatures = [value.number for value in check.signatures]
        keys = [value.number for value in check.keys]
        return (counts[0], *signatures, counts[1], *keys, counts[2]), (Op.OP_CHECKMULTISIG,)

    def _require(self, span: Span, condition: int) -> None:
        """Make one step of a requirement and the operation it is about, if nobody else looks at that one's result."""
        at = self.producer.get(condition)
        made = None if at is None else self.steps[at]
        if isinstance(made, Compute) and made.results == (condition,) and self.total[condition] == 1 and at is not None:
            moved = any(map(_may_end, self.steps[at:]))
            if not moved and not made.leaves_operand:
                del self.producer[condition]
                self.steps[at] = replace(made, results=(), requires=span)
                return
        self._add(Compute(span, (((condition,), ()),), requires=span), condition)

    def _branch(self, statement: If) -> None:
        known = {value: word for value, word in self.words.items() if value in self.known}
        then = make_plan(statement.span, statement.then, statement.results, known)
        otherwise = make_plan(statement.span, statement.otherwise, statement.results, known)
        results = tuple(value.number for value in statement.results)
        condition = statement.condition.number
        step = Branch(statement.span, condition, then, otherwise, results)
        self._add(step, condition, *then.outer, *otherwise.outer)

    def _select(self, statement: Dispatch) -> None:
        functions = tuple(
            Entry(
                function.span,
                function.name,
                tuple(value.number for value in function.arguments),
                make_plan(function.span, function.body, (), self.known),
            )
            for function in statement.functions
        )
        outer = {
            value for function in functions for value in function.plan.outer if value not in set(function.arguments)
        }
        selector = statement.selector.number
        self._add(Select(statement.span, selector, functions), selector, *outer)


def _orders(statement: Apply) -> tuple[tuple[Order, ...], bool]:
    """Return the ways to apply an operation, and whether they leave the operand below the result."""
    operation, operands = statement.operation, tuple(value.number for value in statement.operands)
    opcodes = operation.opcodes
    if opcodes is None:
        raise InternalError(f"{operation.name} has no opcodes: it should have been expanded")
    if opcodes[-1] in {Op.OP_DROP, Op.OP_NIP}:  # the row drops the operand right after: that is left to the search
        return ((operands, opcodes[:-1]),), True
    orders = [(operands, opcodes)]
    if operands != operands[::-1]:
        if operation.commutes:
            orders.append((operands[::-1], opcodes))
        if operation in MIRRORED:
            orders.append((operands[::-1], (MIRRORED[operation],)))
    return tuple(orders), False


def _may_end(step: Step) -> bool:
    """Whether the script may end with success within this step, so that effects keep to their side of it."""
    match step:
        case End():
            return True
        case Branch(then=then, otherwise=otherwise):
            return then.needs_depth or otherwise.needs_depth
        case Push() | Compute() | Rename() | Select():
            return False


def _needs(steps: list[Step], taken: list[frozenset[int]], producer: dict[int, int]) -> tuple[frozenset[int], ...]:
    """Say which steps come before each: the makers of what it takes, and what a possible end of the script parts."""
    needs = []
    barrier: int | None = None
    for index, step in enumerate(steps):
        before = {producer[value] for value in taken[index] if value in producer}
        if barrier is not None:
            before.add(barrier)
        if _may_end(step):
            before.update(range(barrier or 0, index))
            barrier = index
        elif isinstance(step, Select):
            before.update(range(barrier or 0, index))
        needs.append(frozenset(before))
    return tuple(needs)


def _followers(needs: tuple[frozenset[int], ...]) -> tuple[tuple[int, ...], ...]:
    followers: list[list[int]] = [[] for _ in needs]
    for step, before in enumerate(needs):
        for earlier in before:
            followers[earlier].append(step)
    return tuple(tuple(after) for after in followers)
