"""Warnings about expressions and statements that do less than they seem to."""

from dataclasses import dataclass

from penstockc.diagnostics import WarningDiagnostic


@dataclass(frozen=True, slots=True)
class Backslash(WarningDiagnostic):
    """A backslash in a string that does not start an escape."""

    message = "this backslash does not start an escape and is an ordinary character"
    hint = "escapes are \\n, \\r, \\t and \\\\; other bytes are written b'00'"


@dataclass(frozen=True, slots=True)
class ThisAsClass(WarningDiagnostic):
    """`this` in a static function, before a static member: older compilers read it as the class."""

    owner: str
    message = "there is no `this` in a static function: it is read as `{owner}`"
    hint = "write `{owner}`"


@dataclass(frozen=True, slots=True)
class UselessStatement(WarningDiagnostic):
    """An expression as a statement that changes nothing."""

    message = "this statement does nothing"
    hint = "a statement is a call, an assignment, `++` or `--`"


@dataclass(frozen=True, slots=True)
class DiscardedResult(WarningDiagnostic):
    """A truth value that a statement discards."""

    call: str
    message = "the result of {call} is discarded: nothing depends on whether it is true"
    hint = "write `require(..)` around it"
