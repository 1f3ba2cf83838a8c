"""What is lost: results that decide, assignments that no transaction carries, properties without a value."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class DiscardedResult(Diagnostic):
    """A truth value that a statement throws away."""

    code: ClassVar[str] = "discarded-result"
    severity: ClassVar[str] = "warning"
    what: str

    @property
    def message(self) -> str:
        return f"the result of {self.what} is thrown away: nothing depends on whether it is true"

    @property
    def hint(self) -> str:
        return "write `require(..)` around it"


@dataclass(frozen=True, slots=True)
class UnassignedProperty(Diagnostic):
    """A property that the constructor leaves as it was."""

    code: ClassVar[str] = "unassigned-property"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"the constructor can end without a value for `{self.name}`: it stays zero, or empty"

    @property
    def hint(self) -> str:
        return f"assign `this.{self.name}` on every path of the constructor"


@dataclass(frozen=True, slots=True)
class LostAssignment(Diagnostic):
    """A property that is not state, and is assigned in a public function."""

    code: ClassVar[str] = "lost-assignment"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is not `@state`: the next spend sees nothing of this assignment"

    @property
    def hint(self) -> str:
        return "mark the property `@state`, or use a local"
