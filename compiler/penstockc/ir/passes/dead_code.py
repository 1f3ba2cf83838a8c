"""Values that nobody uses are not computed.

Keeps every effect: requires, exits, placeholders and operations that may abort. Leaves no result of an `If` unused.
"""

from penstockc.ir.nodes import (
    Dispatch,
    Function,
    If,
    Region,
    Script,
    Statement,
    Value,
    operands_of,
    results_of,
)
from penstockc.ir.walking import has_effect
from penstockc.targets import Target


def dead_code(script: Script, target: Target) -> Script:
    """Return the script without statements that make no difference."""
    return Script(script.span, script.arguments, _Cleaner(target, set()).region(script.body))


class _Cleaner:
    """Goes through regions from back to front, knowing what is used further down."""

    def __init__(self, target: Target, used: set[Value]) -> None:
        self.target = target
        self.used = used

    def region(self, region: Region) -> Region:
        self.used.update(region.yields)
        kept = [clean for statement in reversed(region.statements) for clean in self._statement(statement)]
        return Region(tuple(reversed(kept)), region.yields)

    def _statement(self, statement: Statement) -> tuple[Statement, ...]:
        is_used = not self.used.isdisjoint(results_of(statement))
        if not is_used and not has_effect(statement, self.target.is_partial):
            return ()
        match statement:
            case If():
                statement = self._if(statement)
            case Dispatch(span=span, selector=selector, functions=functions):
                cleaned = (
                    Function(function.span, function.name, function.arguments, self.region(function.body))
                    for function in functions
                )
                statement = Dispatch(span, selector, tuple(cleaned))
            case _:
                pass
        self.used.update(operands_of(statement))
        return (statement,)

    def _if(self, statement: If) -> If:
        used = [index for index, result in enumerate(statement.results) if result in self.used]
        arms = [
            self.region(Region(arm.statements, tuple(arm.yields[index] for index in used) if arm.yields else ()))
            for arm in (statement.then, statement.otherwise)
        ]
        results = tuple(statement.results[index] for index in used)
        return If(statement.span, statement.condition, arms[0], arms[1], results)
