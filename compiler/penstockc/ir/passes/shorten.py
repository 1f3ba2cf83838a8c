"""Replacement of operations by others with the same result in fewer bytes.

`algebra` lists the equations; this applies them, and prefers the shorter of two neighbouring constants. Where a
number that is too long aborts, an equation that would no longer read it does not apply. Leaves unused operations
to `dead_code`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number, encode_number
from penstock.script.pushes import push_size
from penstockc.ir import nodes
from penstockc.ir.canonical import NORMALIZERS
from penstockc.ir.passes.algebra import EQUATIONS, AnyValue, ConstantPattern, Equation, OperationPattern, Part
from penstockc.ir.walking import Walk, use_counts
from penstockc.language.operations import Freedom, Operation
from penstockc.source import Span
from penstockc.targets import Target

NUDGES: Final = {
    # operation: the other one, and the change of a constant on its left, or on its right
    Operation.LESS: (Operation.LESS_OR_EQUAL, 1, -1),
    Operation.LESS_OR_EQUAL: (Operation.LESS, -1, 1),
    Operation.GREATER: (Operation.GREATER_OR_EQUAL, -1, 1),
    Operation.GREATER_OR_EQUAL: (Operation.GREATER, 1, -1),
}
"""Comparisons of whole numbers: x < 17 is x <= 16, whose constant is shorter."""
NUDGED: Final = {*NUDGES, Operation.ADD, Operation.SUB}


def shorten(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with every equation applied that saves bytes."""
    return _Shortening(script, target).script()


@dataclass(slots=True)
class _Match:
    """Values of an equation's unknowns, and the inner operations of the replaced one."""

    bound: dict[str, nodes.Value] = field(default_factory=dict)
    inner: list[nodes.Apply] = field(default_factory=list)


class _Shortening(Walk):
    rewritten = nodes.BRANCHING | {nodes.Apply}

    def __init__(self, script: nodes.Script, target: Target) -> None:
        super().__init__(script)
        self.target = target
        self.uses = Counter(use_counts(script))

    def statement(self, statement: nodes.Statement) -> None:
        """Replace an operation by the other side of an equation."""
        if isinstance(statement, nodes.Apply):
            if self._is_needless(statement.operation, statement.results, statement.operands[0]):
                self._stand_for(statement.results[0], statement.operands[0])
                return
            for equation in self._candidates(statement):
                match = _Match()
                if self._matches(equation.left, statement, match):
                    self._replace(statement, equation.right, match)
                    return
            if statement.operation in NUDGED:
                statement = self._nudged(statement)
        super().statement(statement)

    def _is_needless(self, operation: Operation, results: tuple[nodes.Value, ...], operand: nodes.Value) -> bool:
        """Return whether a value need not be normalized: it is canonical already, or its bytes are unused."""
        if operation not in NORMALIZERS.values() or self.target.is_partial(operation):
            return False
        is_unused = not any(map(self.is_new, results)) and self.used_by_bytes.isdisjoint(results)
        return is_unused or self.is_canonical(operand)

    def _stand_for(self, result: nodes.Value, value: nodes.Value) -> None:
        self.uses[value] += self.uses[result] - 1
        self.rename(result, value)

    def _candidates(self, statement: nodes.Apply) -> Iterator[Equation]:
        """Yield the equations that may fit, judged by the operands' definitions: most statements fit none."""
        operation, operands = statement.operation, statement.operands
        if not EQUATIONS[operation]:
            return
        made = [self.made.get(operand) for operand in operands]
        same = len(operands) > 1 and operands[0] == operands[1]
        if not same and not any(isinstance(each, nodes.Constant | nodes.Apply) for each in made):
            return
        inside = {each.operation for each in made if isinstance(each, nodes.Apply)}
        known = {each.data for each in made if isinstance(each, nodes.Constant)}
        for equation in EQUATIONS[operation]:
            if equation.forms or equation.constants:
                fits = equation.forms <= inside and equation.constants <= known
            else:
                fits = same
            if fits and (equation.reads_alike or not self.target.has_short_numbers):
                yield equation

    def _matches(self, form: OperationPattern, statement: nodes.Apply, match: _Match) -> bool:
        if form.operation is not statement.operation:
            return False
        orders = [statement.operands]
        if form.operation.commutes:
            orders.append(statement.operands[::-1])
        for operands in orders:
            trial = _Match(dict(match.bound), list(match.inner))
            if all(self._fits(part, value, trial) for part, value in zip(form.parts, operands, strict=True)):
                match.bound, match.inner = trial.bound, trial.inner
                return True
        return False

    def _fits(self, part: Part, value: nodes.Value, match: _Match) -> bool:
        match part:
            case ConstantPattern(item=item):
                return self.known(value) == item
            case AnyValue(name=name, is_canonical=is_canonical):
                return match.bound.setdefault(name, value) == value and (not is_canonical or self.is_canonical(value))
            case OperationPattern():
                made = self.made.get(value)
                if not isinstance(made, nodes.Apply) or self.uses[value] != 1:
                    return False
                match.inner.append(made)
                return self._matches(part, made, match)

    def _replace(self, old: nodes.Apply, new: Part, match: _Match) -> None:
        """Write `new` instead of `old`, without inner operations that abort only for a number that `new` reads too."""
        for inner in match.inner:
            if inner.operation.freedom is Freedom.TOTAL and self.place(inner.results[0]) is not None:
                self.drop(inner.results[0])
                self.uses.subtract(inner.operands)
        self.uses.subtract(old.operands)
        result = old.results[0]
        if isinstance(new, OperationPattern) and isinstance(new.parts[0], AnyValue):
            operand = match.bound[new.parts[0].name]
            new = new.parts[0] if self._is_needless(new.operation, old.results, operand) else new
        replacement = self._build(new, old.span, result.kind, match.bound)
        self.uses[replacement] += self.uses[result]
        self.rename(result, replacement)

    def _build(self, part: Part, span: Span, kind: Kind, bound: dict[str, nodes.Value]) -> nodes.Value:
        match part:
            case ConstantPattern(item=item):
                return self.constant(span, kind, item)
            case AnyValue(name=name):
                return bound[name]
            case OperationPattern(operation=operation, parts=parts):
                takes = zip(parts, operation.takes, strict=True)
                operands = [self._build(inner, span, kind, bound) for inner, kind in takes]
                self.uses.update(operands)
                return self.apply(span, operation, *operands)[0]

    def _nudged(self, statement: nodes.Apply) -> nodes.Apply:
        """Return the statement with a shorter constant, if another operation fits one."""
        for place, operand in enumerate(statement.operands):
            known = self._readable(operand)
            nudged = None if known is None else _nudge(statement.operation, place, decode_number(known))
            if known is not None and nudged is not None and push_size(encode_number(nudged[1])) < push_size(known):
                operation, number = nudged
                constant = self.constant(statement.span, Kind.INT, encode_number(number))
                others = statement.operands[:place], statement.operands[place + 1 :]
                is_comparison = operation in NUDGES
                operands = (*others[0], constant, *others[1]) if is_comparison else (*others[0], *others[1], constant)
                return nodes.Apply(statement.span, statement.results, operation, operands)
        return statement

    def _readable(self, operand: nodes.Value) -> bytes | None:
        """Return the bytes of a constant that does not abort where it is read."""
        known, limit = self.known(operand), self.target.limits.operand
        return None if known is None or (limit is not None and len(known) > limit) else known


def _nudge(operation: Operation, place: int, number: int) -> tuple[Operation, int] | None:
    """Return the equivalent operation with another constant instead of `number`."""
    if operation in NUDGES:
        other, *steps = NUDGES[operation]
        return other, number + steps[place]
    if operation is Operation.ADD:
        return Operation.SUB, -number  # after the other operand, wherever the constant was
    if operation is Operation.SUB and place == 1:
        return Operation.ADD, -number
    return None
