"""Removal of unused values.

Keeps every effect: requires, exits, placeholders and operations that may abort (a division by a constant does not).
Afterwards every result of an `If` is used, and of an element only used leaves remain: without any, its index check.
"""

from operator import is_

from penstock.artifact.artifact import Kind
from penstock.script.numbers import as_bool, encode_number
from penstockc.ir.nodes import (
    Apply,
    Constant,
    Dispatch,
    Element,
    Function,
    If,
    Region,
    Require,
    Script,
    Statement,
    Value,
    operands_of,
    results_of,
    walk,
)
from penstockc.ir.walking import first_free, has_effect
from penstockc.language.operations import Operation
from penstockc.targets import Target


def dead_code(script: Script, target: Target) -> Script:
    """Return the script without statements that have no effect."""
    body = _Cleaner(script, target).region(script.body)
    return script if body is script.body else Script(script.span, script.arguments, body)


class _Cleaner:
    """Walks regions from back to front, with the set of values used later."""

    def __init__(self, script: Script, target: Target) -> None:
        self.script = script
        self.target = target
        self.used: set[Value] = set()
        self.next_number = 0
        self.known: dict[Value, bytes] | None = None
        """The constants, collected on first use."""

    def fresh(self, kind: Kind) -> Value:
        """Return a value with a new number."""
        self.next_number = (self.next_number or first_free(self.script)) + 1
        return Value(self.next_number - 1, kind)

    def region(self, region: Region) -> Region:
        self.used.update(region.yields)
        kept: list[Statement] = []
        for statement in reversed(region.statements):
            kept += self._statement(statement)
        if len(kept) == len(region.statements) and all(map(is_, reversed(kept), region.statements)):
            return region
        return Region(tuple(reversed(kept)), region.yields)

    def _statement(self, statement: Statement) -> tuple[Statement, ...]:
        """Return the rest of a statement, from back to front."""
        match statement:
            case If():
                return self._if(statement)
            case Dispatch(span=span, selector=selector, functions=functions):
                bodies = [self.region(function.body) for function in functions]
                if not all(body is function.body for body, function in zip(bodies, functions, strict=True)):
                    cleaned = (
                        Function(function.span, function.name, function.arguments, body)
                        for function, body in zip(functions, bodies, strict=True)
                    )
                    statement = Dispatch(span, selector, tuple(cleaned))
            case Element() if not self.used.issuperset(statement.results):
                return self._element(statement)
            case _:
                is_used = not self.used.isdisjoint(results_of(statement))
                if not is_used and (not has_effect(statement, self.target.is_partial) or self._divides(statement)):
                    return ()
        self.used.update(operands_of(statement))
        return (statement,)

    def _divides(self, statement: Statement) -> bool:
        """Return whether a statement divides by a constant, so that it cannot abort."""
        if self.target.has_short_numbers or not isinstance(statement, Apply):
            return False
        if statement.operation not in {Operation.DIV, Operation.MOD}:
            return False
        if self.known is None:
            made = (each for each in walk(self.script.body) if isinstance(each, Constant))
            self.known = {each.result: each.data for each in made}
        return as_bool(self.known.get(statement.operands[1], b""))

    def _element(self, statement: Element) -> tuple[Statement, ...]:
        span, index, elements = statement.span, statement.index, statement.elements
        columns = [column for column, result in enumerate(statement.results) if result in self.used]
        if columns:
            results = tuple(statement.results[column] for column in columns)
            leaves = tuple(tuple(element[column] for column in columns) for element in elements)
            narrowed = Element(span, results, index, leaves)
            self.used.update(operands_of(narrowed))
            return (narrowed,)
        zero, count, is_one = self.fresh(Kind.INT), self.fresh(Kind.INT), self.fresh(Kind.BOOL)
        self.used.add(index)
        return (
            Require(span, is_one),
            Apply(span, (is_one,), Operation.WITHIN, (index, zero, count)),
            Constant(span, count, encode_number(len(elements))),
            Constant(span, zero, encode_number(0)),
        )

    def _if(self, statement: If) -> tuple[Statement, ...]:
        used = [index for index, result in enumerate(statement.results) if result in self.used]
        then, otherwise = [self._arm(arm, used, statement.results) for arm in (statement.then, statement.otherwise)]
        results = tuple(statement.results[index] for index in used)
        if not results and not then.statements and not otherwise.statements:
            return ()
        self.used.add(statement.condition)
        if then is statement.then and otherwise is statement.otherwise:
            return (statement,)
        return (If(statement.span, statement.condition, then, otherwise, results),)

    def _arm(self, arm: Region, used: list[int], results: tuple[Value, ...]) -> Region:
        if arm.yields and len(used) < len(results):
            arm = Region(arm.statements, tuple(arm.yields[index] for index in used))
        return self.region(arm)
