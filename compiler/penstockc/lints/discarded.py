"""Results that decide something, and are discarded by a statement."""

from collections.abc import Iterator

from penstock.artifact.artifact import BasicType
from penstockc.errors.warnings.expressions import DiscardedResult
from penstockc.language.operations import Operation
from penstockc.lints.tree import is_own
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import statements_in


def discarded_results(program: typed.Program) -> Iterator[DiscardedResult]:
    """Find calls as statements whose result is a truth value.

    Functions that always return `true` are left out (they have a result because each function has one), as are
    the checks of lock times, which fail the script themselves.
    """
    bodies = [function.body for function in program.functions.values() if is_own(function.span)]
    bodies += [entry.constructor.body for entry in program.classes.values() if is_own(entry.constructor.span)]
    for body in bodies:
        for statement in statements_in(body) if isinstance(body, typed.Block) else ():
            if isinstance(statement, typed.Evaluate) and statement.expression.type is BasicType.BOOL:
                call = _deciding_call(program, statement.expression)
                if call is not None:
                    yield DiscardedResult(statement.span, f"`{call}`")


def _deciding_call(program: typed.Program, expression: typed.Expression) -> str | None:
    """Return the name of the function that gives the result, if that can be either."""
    match expression:
        case typed.CheckMultiSig():
            return "checkMultiSig"
        case typed.Apply(operation=Operation.CHECK_SIG):
            return "checkSig"
        case typed.Apply(operation=Operation.WITHIN):
            return "within"
        case typed.Invoke(function=key):
            return None if is_always_true(program.functions[key]) else key.name
        case _:
            return None  # not a call: reported as a useless statement


def is_always_true(function: typed.Function) -> bool:
    """Return whether a function returns the literal `true`."""
    if function.result is None:
        return True
    if isinstance(function.body, typed.Assembly):
        return False
    match function.body.statements[-1:]:
        case (typed.Return(value=typed.Literal(value=True)),):
            return True
        case _:
            return False
