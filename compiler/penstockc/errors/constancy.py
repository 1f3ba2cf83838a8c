"""What comes to the same in every spend: conditions, operations that always fail, code that never runs."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class AlwaysTrue(Diagnostic):
    """A condition that is true in every spend."""

    code: ClassVar[str] = "always-true"
    severity: ClassVar[str] = "warning"
    reason: str

    @property
    def message(self) -> str:
        return f"this condition is always true{self.reason}"

    @property
    def hint(self) -> str:
        return "it checks nothing: write `true` if that is meant"


@dataclass(frozen=True, slots=True)
class AlwaysFalse(Diagnostic):
    """A condition that is false in every spend."""

    code: ClassVar[str] = "always-false"
    severity: ClassVar[str] = "warning"
    reason: str

    @property
    def message(self) -> str:
        return f"this condition is always false{self.reason}"

    @property
    def hint(self) -> str:
        return "no spend gets past it: write `false` if that is meant"


@dataclass(frozen=True, slots=True)
class AlwaysFails(Diagnostic):
    """An operation that fails the script whatever the spender gives."""

    code: ClassVar[str] = "always-fails"
    severity: ClassVar[str] = "warning"
    reason: str

    @property
    def message(self) -> str:
        return f"the script always fails here: {self.reason}"

    @property
    def hint(self) -> str:
        return "`require(false)` says so if that is meant"


@dataclass(frozen=True, slots=True)
class DeadArm(Diagnostic):
    """An arm of a branch that is never taken."""

    code: ClassVar[str] = "dead-arm"
    severity: ClassVar[str] = "warning"
    truth: bool

    @property
    def message(self) -> str:
        return f"this is never reached: its condition is always {'true' if self.truth else 'false'}"

    @property
    def hint(self) -> str:
        return "take it out; what it checks is not checked"


@dataclass(frozen=True, slots=True)
class UnreachableCode(Diagnostic):
    """A statement that no spend gets to."""

    code: ClassVar[str] = "unreachable-code"
    severity: ClassVar[str] = "warning"

    @property
    def message(self) -> str:
        return "this is never reached: the script has ended before"

    @property
    def hint(self) -> str:
        return "take it out; what it checks is not checked"
