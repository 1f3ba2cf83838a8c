"""Warnings about properties: without a value, or with an assignment that no transaction carries."""

from penstockc.diagnostics import WarningDiagnostic


class UnassignedProperty(WarningDiagnostic, frozen=True):
    """A property that the constructor can leave unassigned."""

    name: str
    message = "the constructor can end without a value for `{name}`: it stays zero, or empty"
    hint = "assign `this.{name}` on every path of the constructor"


class LostAssignment(WarningDiagnostic, frozen=True):
    """An assignment to a property in a public function, without `@state`."""

    name: str
    message = "`{name}` is not `@state`: the next spend does not see this assignment"
    hint = "mark the property `@state`, or use a local"
