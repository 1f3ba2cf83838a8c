"""Removal of unused values.

Keeps every effect: requires, exits, placeholders and operations that may abort (a division by a constant does not).
Afterwards every result of an `If` is used, and of an element only used leaves remain: without any, its index check.
"""

from operator import is_

from penstock.artifact.artifact import Kind
from penstock.script.numbers import as_bool, encode_number
from penstockc.ir import nodes
from penstockc.ir.nodes import operands_of, results_of, walk
from penstockc.ir.walking import first_free, has_effect
from penstockc.language.operations import Operation
from penstockc.targets import Target


def dead_code(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script without statements that have no effect."""
    body = _Cleaner(script, target).region(script.body)
    return script if body is script.body else nodes.Script(script.span, script.arguments, body)


class _Cleaner:
    """Walks regions from back to front, with the set of values used later."""

    def __init__(self, script: nodes.Script, target: Target) -> None:
        self.script = script
        self.target = target
        self.used: set[nodes.Value] = set()
        self.next_number = 0
        self.known: dict[nodes.Value, bytes] | None = None
        """The constants, collected on first use."""

    def fresh(self, kind: Kind) -> nodes.Value:
        """Return a value with a new number."""
        self.next_number = (self.next_number or first_free(self.script)) + 1
        return nodes.Value(self.next_number - 1, kind)

    def region(self, region: nodes.Region) -> nodes.Region:
        self.used.update(region.yields)
        kept: list[nodes.Statement] = []
        for statement in reversed(region.statements):
            kept += self._statement(statement)
        if len(kept) == len(region.statements) and all(map(is_, reversed(kept), region.statements)):
            return region
        return nodes.Region(tuple(reversed(kept)), region.yields)

    def _statement(self, statement: nodes.Statement) -> tuple[nodes.Statement, ...]:
        """Return the rest of a statement, from back to front."""
        match statement:
            case nodes.If():
                return self._if(statement)
            case nodes.Dispatch(span=span, selector=selector, functions=functions):
                bodies = [self.region(function.body) for function in functions]
                if not all(body is function.body for body, function in zip(bodies, functions, strict=True)):
                    cleaned = (
                        nodes.Function(function.span, function.name, function.arguments, body)
                        for function, body in zip(functions, bodies, strict=True)
                    )
                    statement = nodes.Dispatch(span, selector, tuple(cleaned))
            case nodes.Element() if not self.used.issuperset(statement.results):
                return self._element(statement)
            case _:
                is_used = not self.used.isdisjoint(results_of(statement))
                if not is_used and (not has_effect(statement, self.target.is_partial) or self._divides(statement)):
                    return ()
        self.used.update(operands_of(statement))
        return (statement,)

    def _divides(self, statement: nodes.Statement) -> bool:
        """Return whether a statement divides by a constant, so that it cannot abort."""
        if self.target.has_short_numbers or not isinstance(statement, nodes.Apply):
            return False
        if statement.operation not in {Operation.DIV, Operation.MOD}:
            return False
        if self.known is None:
            made = (each for each in walk(self.script.body) if isinstance(each, nodes.Constant))
            self.known = {each.result: each.data for each in made}
        return as_bool(self.known.get(statement.operands[1], b""))

    def _element(self, statement: nodes.Element) -> tuple[nodes.Statement, ...]:
        span, index, elements = statement.span, statement.index, statement.elements
        columns = [column for column, result in enumerate(statement.results) if result in self.used]
        if columns:
            results = tuple(statement.results[column] for column in columns)
            leaves = tuple(tuple(element[column] for column in columns) for element in elements)
            narrowed = nodes.Element(span, results, index, leaves)
            self.used.update(operands_of(narrowed))
            return (narrowed,)
        zero, count, is_one = self.fresh(Kind.INT), self.fresh(Kind.INT), self.fresh(Kind.BOOL)
        self.used.add(index)
        return (
            nodes.Require(span, is_one),
            nodes.Apply(span, (is_one,), Operation.WITHIN, (index, zero, count)),
            nodes.Constant(span, count, encode_number(len(elements))),
            nodes.Constant(span, zero, encode_number(0)),
        )

    def _if(self, statement: nodes.If) -> tuple[nodes.Statement, ...]:
        used = [index for index, result in enumerate(statement.results) if result in self.used]
        then, otherwise = [self._arm(arm, used, statement.results) for arm in (statement.then, statement.otherwise)]
        results = tuple(statement.results[index] for index in used)
        if not results and not then.statements and not otherwise.statements:
            return ()
        self.used.add(statement.condition)
        if then is statement.then and otherwise is statement.otherwise:
            return (statement,)
        return (nodes.If(statement.span, statement.condition, then, otherwise, results),)

    def _arm(self, arm: nodes.Region, used: list[int], results: tuple[nodes.Value, ...]) -> nodes.Region:
        if arm.yields and len(used) < len(results):
            arm = nodes.Region(arm.statements, tuple(arm.yields[index] for index in used))
        return self.region(arm)
