"""Spared checks: a requirement of a number or a length is left out if operations or other requirements imply it.

A cut aborts unless its place is within the bytes, and AND, OR and XOR abort for different lengths: so a script that
goes on after `x ^ y` needs the length of one of both. A requirement is implied by what is before it on its path, and by
what comes after it in its region, up to where the script may end with success: then the script accepts in no other
spend. Of several that imply each other all but one are left out, the first ones first. Leaves their conditions to
`dead_code`.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import Final

from penstockc.ir import nodes
from penstockc.ir.nodes import regions_of, results_of, walk
from penstockc.ir.passes.checks.facts import COMPARED, Forms
from penstockc.ir.passes.checks.linear import Linear, implies
from penstockc.ir.walking import may_accept, use_counts, within
from penstockc.language.operations import Operation
from penstockc.targets import Target

LONGEST: Final = 2_500
"""Statements of a script that is looked through: each requirement is held against all that is known."""


def spare(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script without implied requirements."""
    statements = list(islice(walk(script.body), LONGEST + 1))
    made = {value: each for each in statements for value in results_of(each)}
    sparing = _Sparing(made, use_counts(script), target)
    if len(statements) > LONGEST or not any(map(sparing.is_comparison, statements)):
        return script
    body = sparing.region(script.body, [])
    return script if body is script.body else nodes.Script(script.span, script.arguments, body)


class _Sparing:
    def __init__(
        self, made: dict[nodes.Value, nodes.Statement], uses: Mapping[nodes.Value, int], target: Target
    ) -> None:
        self.made = made
        self.uses = uses
        self.forms = Forms(made)
        self.target = target

    def is_comparison(self, statement: nodes.Statement) -> bool:
        """Return whether a statement is a requirement that compares numbers, for which its condition alone is made.

        Where numbers may be too long to be read, only one that compares a length with a constant: that reads both.
        """
        if not isinstance(statement, nodes.Require) or self.uses.get(statement.condition) != 1:
            return False
        made = self.made.get(statement.condition)
        if not isinstance(made, nodes.Apply) or made.operation not in COMPARED:
            return False
        return not self.target.has_short_numbers or all(map(self._is_readable, made.operands))

    def _is_readable(self, operand: nodes.Value) -> bool:
        made = self.made.get(operand)
        if isinstance(made, nodes.Constant):
            return len(made.data) <= (self.target.limits.operand or len(made.data))
        return isinstance(made, nodes.Apply) and made.operation is Operation.LENGTH

    def region(self, region: nodes.Region, before: list[Linear]) -> nodes.Region:
        """Return a region without implied requirements; `before` holds on the path to it."""
        facts = [tuple(self.forms.of(each)) for each in region.statements]
        statements = list[nodes.Statement]()
        for at, statement in enumerate(region.statements):
            if self.is_comparison(statement):
                goals, facts[at] = facts[at], ()
                known = (*before, *chain.from_iterable(facts[: self._end(region, at)]))
                if all(self._follows(known, goal) for goal in goals):
                    continue
                facts[at] = goals
            if regions_of(statement):
                statements.append(self._with_arms(statement, [*before, *chain.from_iterable(facts[:at])]))
            else:
                statements.append(statement)
        if len(statements) == len(region.statements) and all(map(_is, statements, region.statements)):
            return region
        return nodes.Region(tuple(statements), region.yields)

    def _end(self, region: nodes.Region, start: int) -> int:
        """Return the index of the first statement after this one in which the script may end with success."""
        for at in range(start, len(region.statements)):
            if within(region.statements[at], may_accept):
                return at
        return len(region.statements)

    def _follows(self, known: Iterable[Linear], goal: Linear) -> bool:
        forms = list(known)
        lengths = [bound for form in (*forms, goal) for bound in self.forms.bounds(form)]
        return implies([*forms, *{tuple(each.terms): each for each in lengths}.values()], goal)

    def _with_arms(self, statement: nodes.Statement, known: list[Linear]) -> nodes.Statement:
        match statement:
            case nodes.If(span=span, condition=condition, results=results):
                then = self.region(statement.then, [*known, *self.forms.where(condition)])
                otherwise = self.region(statement.otherwise, known)
                is_same = then is statement.then and otherwise is statement.otherwise
                return statement if is_same else nodes.If(span, condition, then, otherwise, results)
            case nodes.Dispatch(span=span, selector=selector, functions=functions):
                bodies = [self.region(function.body, known) for function in functions]
                if all(body is function.body for body, function in zip(bodies, functions, strict=True)):
                    return statement
                spared = (
                    nodes.Function(function.span, function.name, function.arguments, body)
                    for function, body in zip(functions, bodies, strict=True)
                )
                return nodes.Dispatch(span, selector, tuple(spared))
            case _:
                return statement


def _is(one: nodes.Statement, other: nodes.Statement) -> bool:
    return one is other
