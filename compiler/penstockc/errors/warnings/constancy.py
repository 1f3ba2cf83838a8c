"""Warnings about constancy: conditions that are always the same, operations that always fail, unreachable code."""

from penstockc.diagnostics import WarningDiagnostic


class AlwaysTrue(WarningDiagnostic, frozen=True):
    """A condition that is true in every spend."""

    reason: str
    message = "this condition is always true{reason}"
    hint = "it checks nothing: write `true` if that is meant"


class AlwaysFalse(WarningDiagnostic, frozen=True):
    """A condition that is false in every spend."""

    reason: str
    message = "this condition is always false{reason}"
    hint = "every spend fails here: write `false` if that is meant"


class AlwaysFails(WarningDiagnostic, frozen=True):
    """An operation that fails in every spend."""

    reason: str
    message = "the script always fails here: {reason}"
    hint = "write `require(false)` if that is meant"


class DeadArm(WarningDiagnostic, frozen=True):
    """An arm of a branch that is never taken."""

    truth: bool
    message = "this is never reached: its condition is always {truth}"
    hint = "remove it; its checks are never made"


class UnreachableCode(WarningDiagnostic, frozen=True):
    """A statement that is never reached."""

    message = "this is never reached: the script has ended before"
    hint = "remove it; its checks are never made"
