"""Knowledge of expressions; comparisons whose result is always the same, and operations that always fail."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from penstock.artifact.artifact import Kind
from penstock.records import replace
from penstockc.errors.warnings.constancy import AlwaysFails, AlwaysFalse, AlwaysTrue, DeadArm
from penstockc.language.operations import Operation
from penstockc.language.types import ArrayType
from penstockc.language.value_limits import ValueLimits
from penstockc.lints.constancy.conditions import suppose
from penstockc.lints.constancy.findings import Seen
from penstockc.lints.constancy.operations import COMPARED, CertainFailure, result
from penstockc.lints.constancy.scope import KnownVariables, key_of
from penstockc.lints.constancy.values import BOOL, FALSE, TRUE, KnownValue, of_type, of_value
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import operands_of
from penstockc.source import Sources, Span

_LITERALS: Final = re.compile(r"""\bb'[^']*'|"[^"]*"|\b0x[0-9a-fA-F]+|\b(?:true|false)\b""")
_NAME: Final = re.compile(r"[A-Za-z_]")

_ITSELF: Final = {
    Operation.NUM_EQUAL: TRUE,
    Operation.BYTES_EQUAL: TRUE,
    Operation.BOOL_EQUAL: TRUE,
    Operation.LESS_OR_EQUAL: TRUE,
    Operation.GREATER_OR_EQUAL: TRUE,
    Operation.NUM_NOT_EQUAL: FALSE,
    Operation.LESS: FALSE,
    Operation.GREATER: FALSE,
}
"""Results of comparisons of something with itself."""


@dataclass(slots=True)
class Expressions:
    """Analyses expressions. `returned` are the results of functions analysed before."""

    sources: Sources
    limits: ValueLimits
    seen: Seen = field(default_factory=Seen)
    scope: KnownVariables = field(default_factory=KnownVariables)
    returned: dict[typed.MemberKey, KnownValue] = field(default_factory=dict)
    values: dict[int, KnownValue] = field(default_factory=dict)
    """Knowledge of the expressions of the current statement, by their identity."""
    _settings: dict[Span, tuple[bool, bool]] = field(default_factory=dict)
    _changing: dict[int, bool] = field(default_factory=dict)

    def value(self, expression: typed.Expression) -> KnownValue:
        """Visit an expression; return the knowledge of its value."""
        known = self._value(expression)
        self.values[id(expression)] = known
        return known

    def _value(  # noqa: C901 - one arm per node with knowledge of its own
        self, expression: typed.Expression
    ) -> KnownValue:
        match expression:
            case typed.Literal(span=span, value=value):
                is_setting, is_literal = self._origin(span)
                return replace(of_value(value), is_setting=is_setting, is_literal=is_literal)
            case typed.LocalValue() | typed.Field(base=typed.This()):
                return self.scope.read(expression)
            case typed.Cast(operand=operand, type=kind):
                known, asked = self.value(operand), of_type(kind)
                return asked if asked.is_declared and known == KnownValue(0) else known
            case typed.Apply(operation=Operation.NOT, operands=(typed.Apply() as inner,)) if (
                inner.span == expression.span and inner.operation in COMPARED
            ):
                return self._compared(inner, is_turned=True)
            case typed.Apply(operation=operation) if operation in COMPARED:
                return self._compared(expression, is_turned=False)
            case typed.Apply():
                return self._applied(expression, tuple([self.value(operand) for operand in expression.operands]))
            case typed.And(left=left, right=right):
                return self._joined(left, right, decides=False)
            case typed.Or(left=left, right=right):
                return self._joined(left, right, decides=True)
            case typed.Conditional():
                return self._chosen(expression)
            case typed.Increment(place=place, step=step, span=span):
                old = self.value(place)
                new = self._operation(span, Operation.ADD, (old, of_value(step)))
                self.scope.write(place, new)
                return new if expression.prefix else old
            case typed.Index(base=base, index=index):
                self.value(base)
                self._index(expression, base, self.value(index))
                return of_type(expression.type)
            case typed.FlattenSha256(operand=operand):
                self.value(operand)
                return KnownValue(32, 32)
            case _:
                return self._other(expression)

    def condition(self, expression: typed.Expression) -> KnownValue:
        """Visit a condition that decides something."""
        known = self.value(expression)
        is_atom = isinstance(expression, typed.Literal) or key_of(expression) is not None
        if is_atom:
            self._note_verdict(expression.span, None if known.is_literal else known, "")
        return known

    def suppose(self, condition: typed.Expression, *, truth: bool) -> None:
        """Narrow the variables by a condition that is true, or false, and was visited before."""
        if not self._is_changing(condition):
            suppose(self.scope, condition, truth=truth, values=self.values)

    def _is_changing(self, condition: typed.Expression) -> bool:
        """Return whether evaluating the condition changes variables: then it does not describe them afterwards."""
        known, new, waiting = self._changing, list[typed.Expression](), [condition]
        while waiting:  # not by recursion: a chain has thousands of levels
            expression = waiting.pop()
            if id(expression) not in known:
                new.append(expression)
                waiting.extend(operands_of(expression))
        for expression in reversed(new):
            known[id(expression)] = _changes(expression) or any(known[id(each)] for each in operands_of(expression))
        return known[id(condition)]

    # Parts ------------------------------------------------------------------------------------------------------------

    def _other(self, expression: typed.Expression) -> KnownValue:
        for operand in operands_of(expression):
            self.value(operand)
        if isinstance(expression, typed.Invoke):
            if expression.receiver is not None:
                self.scope.forget(expression.receiver)
            return self.returned.get(expression.function, of_type(expression.type))
        return of_type(expression.type)

    def _compared(self, expression: typed.Apply, *, is_turned: bool) -> KnownValue:
        operands = tuple([self.value(operand) for operand in expression.operands])
        keys = [key_of(operand) for operand in expression.operands]
        operation = expression.operation
        if operation in _ITSELF and keys[0] is not None and keys[0] == keys[1]:
            known = _ITSELF[operation]
        else:
            known = self._applied(expression, operands)
        is_bytes = operation is Operation.BYTES_EQUAL and not operands[0].meets(operands[1])
        by_type = "by their types " if any(operand.is_declared for operand in operands) else ""
        reason = f": {by_type}{_length(operands[0])} are never {_length(operands[1])}" if is_bytes else ""
        if is_turned and known.truth is not None:
            known = replace(FALSE if known.truth else TRUE, is_setting=known.is_setting)
        self._note_verdict(expression.span, known, reason)
        return known

    def _note_verdict(self, span: Span, known: KnownValue | None, reason: str) -> None:
        truth = None if known is None or known.is_setting else known.truth
        found = None if truth is None else AlwaysTrue(span, reason) if truth else AlwaysFalse(span, reason)
        self.seen.note("verdict", span, found)

    def _applied(self, expression: typed.Apply, operands: tuple[KnownValue, ...]) -> KnownValue:
        return self._operation(expression.span, expression.operation, operands)

    def _operation(self, span: Span, operation: Operation, operands: tuple[KnownValue, ...]) -> KnownValue:
        if not operation.gives:
            return TRUE.as_setting()  # a lock-time check: true, or the script fails
        try:
            known = result(operation, operands, self.limits)
        except CertainFailure as failure:
            self.seen.note("failure", span, AlwaysFails(span, str(failure)))
            return BOOL if operation.gives[-1] is Kind.BOOL else KnownValue()
        self.seen.note("failure", span, None)
        return known.as_setting() if any(operand.is_setting for operand in operands) else known

    def _index(self, expression: typed.Index, base: typed.Expression, index: KnownValue) -> None:
        size = base.type.size if isinstance(base.type, ArrayType) else 0
        is_out = not index.meets(KnownValue(0, size - 1))
        reason = f"the index is never one of the {size} elements"
        self.seen.note("failure", expression.span, AlwaysFails(expression.span, reason) if is_out else None)

    def _joined(self, left: typed.Expression, right: typed.Expression, *, decides: bool) -> KnownValue:
        """Visit `&&`, which false decides, or `||`, which true decides."""
        first = self.condition(left)
        if first.truth is decides:
            return first
        outer = self.scope.copy()
        self.suppose(left, truth=not decides)
        second = self.condition(right)
        self.scope.join(outer)
        is_setting = first.is_setting or second.is_setting
        if second.truth is decides:
            return replace(TRUE if decides else FALSE, is_setting=second.is_setting)
        if first.truth is not None and second.truth is not None:
            return replace(FALSE if decides else TRUE, is_setting=is_setting)
        return BOOL

    def _chosen(self, expression: typed.Conditional) -> KnownValue:
        known = self.condition_of_arms(expression.condition, lambda _: True)
        arms = {True: expression.then, False: expression.otherwise}
        found: list[KnownValue] = []
        outer = self.scope
        scopes: list[KnownVariables] = []
        for truth, arm in arms.items():
            self.note_arm(arm.span, known, truth=truth)
            if known.truth is not (not truth):
                self.scope = outer.copy()
                self.suppose(expression.condition, truth=truth)
                found.append(self.value(arm))
                scopes.append(self.scope)
        self.scope = scopes[0]
        for scope in scopes[1:]:
            self.scope.join(scope)
        return found[0] if len(found) == 1 else found[0].joined(found[1])

    def condition_of_arms(self, condition: typed.Expression, has_dead_arm: Callable[[bool], bool]) -> KnownValue:
        """Visit the condition of a branch; where it makes an arm dead, only that is reported.

        Args:
            condition: the condition.
            has_dead_arm: whether the arm that a constant condition of this truth never takes has code.
        """
        outer, self.seen = self.seen, Seen()
        known = self.condition(condition)
        inner, self.seen = self.seen, outer
        is_reported = known.truth is not None and not known.is_setting and has_dead_arm(known.truth)
        for (kind, span), looks in inner.found.items():
            for look in looks:
                self.seen.note(kind, span, None if is_reported and kind == "verdict" else look)
        return known

    def note_arm(self, span: Span, known: KnownValue, *, truth: bool) -> None:
        """Record whether the arm for `truth` is dead."""
        is_dead = known.truth is (not truth) and not known.is_setting
        self.seen.note("arm", span, DeadArm(span, not truth) if is_dead else None)

    def _origin(self, span: Span) -> tuple[bool, bool]:
        """Return whether a literal replaces a name in the source, and whether it is `true` or `false` written out."""
        if span not in self._settings:
            source = self.sources.find(span.start)
            text = source.text[span.start - source.base : span.end - source.base]
            self._settings[span] = bool(_NAME.search(_LITERALS.sub("", text))), text in {"true", "false"}
        return self._settings[span]


def _changes(expression: typed.Expression) -> bool:
    match expression:
        case typed.Increment():
            return True
        case typed.Invoke(receiver=receiver):
            return receiver is not None
        case _:
            return False


def _length(known: KnownValue) -> str:
    if known.number is not None:
        return f"{known.number} byte{'' if known.number == 1 else 's'}"
    if known.high is None:
        return f"{known.low} bytes or more"
    return f"{known.low} to {known.high} bytes"
