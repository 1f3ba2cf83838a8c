"""Making of plans: statements that become one step, values pushed at each use, and the order of effects."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, assert_never

from penstock.records import Record, field, replace
from penstock.script.opcodes import Op
from penstock.script.pushes import push_size
from penstockc.codegen.instructions.instruction import Code, Hole, Instr, Word
from penstockc.codegen.plan.plan import (
    ArrayRead,
    BranchStep,
    Caution,
    Compute,
    End,
    EntryPlan,
    Order,
    Push,
    RegionPlan,
    Rename,
    Select,
    Step,
    caution_of,
    gives,
    is_requirement,
    least_size,
    needs_depth,
    number_of,
    number_value,
    size_within,
)
from penstockc.diagnostics import InternalError
from penstockc.ir import nodes
from penstockc.ir.nodes import operands_of, uses
from penstockc.language.operations import Operation
from penstockc.source import Span

SHORT_PUSH: Final = 2
"""Bytes: a constant whose push is not longer is pushed at each use, since fetching it would cost as much."""

MIRRORED: Final = {
    Operation.LESS: Op.OP_GREATERTHAN,
    Operation.GREATER: Op.OP_LESSTHAN,
    Operation.LESS_OR_EQUAL: Op.OP_GREATERTHANOREQUAL,
    Operation.GREATER_OR_EQUAL: Op.OP_LESSTHANOREQUAL,
}
"""The equivalent opcode with the operands swapped."""

CHECKS: Final = {Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY, Op.OP_CHECKMULTISIG, Op.OP_CHECKMULTISIGVERIFY}


def make_plan(span: Span, region: nodes.Region) -> RegionPlan:
    """Return the plan of a whole script."""
    return _Planner(_Facts(Counter(value.number for value in uses(region))), span, region, ()).plan()


class _Facts(Record, frozen=True):
    """Facts about values, over all regions.

    `uses` counts them; `words` are the pushes of values that are not the result of a step. Values in `pushed` are
    not on the stack: each user pushes them.
    """

    uses: Counter[int]
    words: dict[int, Word] = field(default_factory=dict)
    pushed: set[int] = field(default_factory=set)
    codes: dict[tuple[object, ...], Code] = field(default_factory=dict)

    def code(self, span: Span, *opcodes: Op) -> Code:
        """Return instructions: the same object for the same ones, so that equal steps are recognized quickly."""
        key = *span.path, span, opcodes
        if key not in self.codes:
            self.codes[key] = tuple(Instr(opcode, span) for opcode in opcodes)
        return self.codes[key]


class _Planner:
    def __init__(self, facts: _Facts, span: Span, region: nodes.Region, results: tuple[nodes.Value, ...]) -> None:
        self.facts = facts
        self.span = span
        self.region = region
        self.results = () if region.ends_script else tuple(value.number for value in results)
        self.steps: list[Step] = []
        self.taken: list[frozenset[int]] = []
        self.producer: dict[int, int] = {}
        self.last_end = -1
        direct = (value.number for statement in region.statements for value in operands_of(statement))
        self.direct = Counter(direct)
        self.direct.update(value.number for value in region.yields)

    def plan(self) -> RegionPlan:
        for statement in self.region.statements:
            self._statement(statement)
        if not self.region.ends_script:
            for value, result in zip(self.region.yields, self.results, strict=True):
                self._rename(self.span, value.number, result)
        cautions = [caution_of(step) for step in self.steps]
        users: dict[int, list[int]] = {}
        for step, numbers in enumerate(self.taken):
            for number in numbers:
                users.setdefault(number, []).append(step)
        return RegionPlan(
            span=self.span,
            steps=tuple(self.steps),
            takes=tuple(self.taken),
            gives=tuple(map(gives, self.steps)),
            users={value: tuple(steps) for value, steps in users.items()},
            words=self.facts.words,
            requirements=tuple(number for number, step in enumerate(self.steps) if is_requirement(step)),
            outer=frozenset(users).difference(self.producer),
            results=self.results,
            ends_script=self.region.ends_script,
            needs_depth=any(map(needs_depth, self.steps)),
            caution=max(cautions, default=Caution.NONE),
            size=len(self.steps) + sum(map(size_within, self.steps)),
            least=sum(least_size(step, self.facts.words) for step in self.steps),
        )

    def _add(self, step: Step, takes: Iterable[int]) -> None:
        number = len(self.steps)
        for value in gives(step):
            self.producer[value] = number
        if caution_of(step) is Caution.END:
            self.last_end = number
        self.steps.append(step)
        self.taken.append(frozenset(takes) - self.facts.pushed)

    def _statement(self, statement: nodes.Statement) -> None:  # noqa: C901 - one arm per kind of statement
        match statement:
            case nodes.Constant(span=span, result=result, data=data):
                self._word(span, result.number, data, is_short=push_size(data) <= SHORT_PUSH)
            case nodes.Placeholder():
                self._placeholder(statement)
            case nodes.Apply(span=span, operation=operation, operands=operands, results=results) if (
                operation.opcodes == ()
            ):
                self._rename(span, operands[0].number, results[0].number)
            case nodes.Apply(span=span, results=results):
                orders, leaves_operand = self._orders(statement)
                caution = Caution.CHECK if CHECKS.intersection(statement.operation.opcodes or ()) else Caution.NONE
                self._compute(Compute(span, orders, _numbers(results), leaves_operand, caution=caution))
            case nodes.CheckMultiSig(span=span, result=result):
                order = self._multi_sig(statement)
                self._compute(Compute(span, (order,), (result.number,), caution=Caution.CHECK))
            case nodes.Element(span=span, results=results, index=index, elements=elements):
                read = ArrayRead(span, index.number, tuple(map(_numbers, elements)), _numbers(results))
                self._add(read, _numbers(operands_of(statement)))
            case nodes.Assembly(span=span, results=results, operands=operands):
                order = _numbers(operands), _written(statement)
                ends = any(instr.word is Op.OP_RETURN for instr in order[1])
                caution = Caution.END if ends else Caution.SEQUENCE
                self._compute(Compute(span, (order,), _numbers(results), caution=caution))
            case nodes.Separator(span=span):
                code = (Instr(Op.OP_CODESEPARATOR, span, as_written=True),)
                self._compute(Compute(span, (((), code),), caution=Caution.SEPARATE))
            case nodes.Require(span=span, condition=condition):
                self._require(span, condition.number)
            case nodes.If():
                self._branch(statement)
            case nodes.Exit(span=span, condition=condition):
                self._add(End(span, condition.number), (condition.number,))
            case nodes.Result(span=span, condition=condition):
                self._result(span, condition.number)
            case nodes.Dispatch():
                self._select(statement)
            case _:
                assert_never(statement)

    def _word(self, span: Span, value: int, word: Word, *, is_short: bool) -> None:
        """Push a value at its only use, at each use if it is short, or else once for all."""
        self.facts.words[value] = word
        if is_short or self.direct[value] == self.facts.uses[value] == 1:
            self.facts.pushed.add(value)
        else:
            self._add(Push(span, value), ())

    def _placeholder(self, statement: nodes.Placeholder) -> None:
        span, value, hole = statement.span, statement.result.number, Hole(statement.name)
        if statement.comes_first:
            self.facts.words[value] = hole
            self._add(Push(span, value, comes_first=True), ())
        else:
            self._word(span, value, hole, is_short=False)

    def _rename(self, span: Span, operand: int, result: int) -> None:
        self._add(Rename(span, operand, result), (operand,))

    def _compute(self, step: Compute) -> None:
        self._add(step, step.orders[0][0])

    def _orders(self, statement: nodes.Apply) -> tuple[tuple[Order, ...], bool]:
        """Return the orders in which to apply an operation, and whether they leave the operand below the result."""
        operation, operands = statement.operation, _numbers(statement.operands)
        opcodes = operation.opcodes
        if opcodes is None:
            raise InternalError(f"{operation.name} has no opcodes: it should have been expanded")
        if opcodes[-1] in {Op.OP_DROP, Op.OP_NIP}:  # the row drops the operand at once: the search decides that
            return ((operands, self.facts.code(statement.span, *opcodes[:-1])),), True
        code = self.facts.code(statement.span, *opcodes)
        orders = [(operands, code)]
        if operands != operands[::-1]:
            if operation.commutes:
                orders.append((operands[::-1], code))
            if operation in MIRRORED:
                orders.append((operands[::-1], self.facts.code(statement.span, MIRRORED[operation])))
        return tuple(orders), False

    def _multi_sig(self, check: nodes.CheckMultiSig) -> Order:
        counts = [number_value(number) for number in (0, len(check.signatures), len(check.keys))]
        self.facts.words.update({value: number_of(value) for value in counts})
        self.facts.pushed.update(counts)
        operands = (counts[0], *_numbers(check.signatures), counts[1], *_numbers(check.keys), counts[2])
        return operands, self.facts.code(check.span, Op.OP_CHECKMULTISIG)

    def _require(self, span: Span, condition: int) -> None:
        """Join a requirement with the operation that makes its condition, if the condition has no other use."""
        at = self.producer.get(condition, -1)
        made = self.steps[at] if at >= 0 else None
        if isinstance(made, Compute) and made.results == (condition,) and self.facts.uses[condition] == 1:
            moved = self.last_end >= at
            if not moved and not made.leaves_operand:
                del self.producer[condition]
                self.steps[at] = replace(made, results=(), requires=span)
                return
        self._compute(Compute(span, (((condition,), ()),), requires=span))

    def _result(self, span: Span, condition: int) -> None:
        """End the plan with the operation that makes the script's result, if it can be done last."""
        at = self.producer.get(condition, -1)
        made = self.steps[at] if at >= 0 else None
        is_known = isinstance(self.facts.words.get(condition), bytes)
        if is_known:
            self._add(End(span, condition, returns=False), (condition,))
        elif (
            isinstance(made, Compute)
            and made.results == (condition,)
            and not made.leaves_operand
            and self.facts.uses[condition] == 1
            and all(caution_of(step) <= Caution.CHECK for step in self.steps[at:])
        ):
            del self.steps[at], self.taken[at]
            self.producer = {value: step - (step > at) for value, step in self.producer.items() if step != at}
            self._compute(replace(made, results=(), requires=span, caution=Caution.END))
        else:
            self._compute(Compute(span, (((condition,), ()),), requires=span, caution=Caution.END))

    def _branch(self, statement: nodes.If) -> None:
        then, otherwise = [
            _Planner(self.facts, statement.span, arm, statement.results).plan()
            for arm in (statement.then, statement.otherwise)
        ]
        condition = statement.condition.number
        step = BranchStep(statement.span, condition, then, otherwise, _numbers(statement.results))
        self._add(step, (condition, *then.outer, *otherwise.outer))

    def _select(self, statement: nodes.Dispatch) -> None:
        functions = tuple(
            EntryPlan(
                function.span,
                function.name,
                _numbers(function.arguments),
                _Planner(self.facts, function.span, function.body, ()).plan(),
            )
            for function in statement.functions
        )
        outer = {value for entry in functions for value in entry.plan.outer.difference(entry.arguments)}
        self._add(Select(statement.span, statement.selector.number, functions), (statement.selector.number, *outer))


def _numbers(values: Iterable[nodes.Value]) -> tuple[int, ...]:
    return tuple(value.number for value in values)


def _written(assembly: nodes.Assembly) -> Code:
    words = ((span, Hole(word) if isinstance(word, str) else word) for span, word in assembly.words)
    return tuple(Instr(word, span, as_written=True) for span, word in words)
