"""Warnings about expressions and statements that do less than they seem to."""

from penstockc.diagnostics import WarningDiagnostic


class Backslash(WarningDiagnostic, frozen=True):
    """A backslash in a string that does not start an escape."""

    message = "this backslash does not start an escape and is an ordinary character"
    hint = "escapes are \\n, \\r, \\t and \\\\; other bytes are written b'00'"


class ThisAsClass(WarningDiagnostic, frozen=True):
    """`this` in a static function, before a static member: older compilers read it as the class."""

    owner: str
    message = "there is no `this` in a static function: it is read as `{owner}`"
    hint = "write `{owner}`"


class UselessStatement(WarningDiagnostic, frozen=True):
    """An expression as a statement that changes nothing."""

    message = "this statement does nothing"
    hint = "a statement is a call, an assignment, `++` or `--`"


class DiscardedResult(WarningDiagnostic, frozen=True):
    """A truth value that a statement discards."""

    call: str
    message = "the result of {call} is discarded: nothing depends on whether it is true"
    hint = "write `require(..)` around it"
