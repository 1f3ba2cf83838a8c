"""What can be wrong with a comment that allows a warning."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class AllowWithoutReason(Diagnostic):
    """An `allow` that does not say why."""

    code: ClassVar[str] = "allow-without-reason"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"this does not say why `{self.name}` is allowed, and allows nothing"

    @property
    def hint(self) -> str:
        return f"write `// allow({self.name}): reason`"


@dataclass(frozen=True, slots=True)
class AllowUnknownCode(Diagnostic):
    """An `allow` of a code that no warning has."""

    code: ClassVar[str] = "allow-unknown-code"
    severity: ClassVar[str] = "warning"
    name: str
    close: str | None

    @property
    def message(self) -> str:
        return f"no warning that can be allowed has the code `{self.name}`"

    @property
    def hint(self) -> str:
        return "errors cannot be allowed" if self.close is None else f"did you mean `{self.close}`?"


@dataclass(frozen=True, slots=True)
class IdleAllow(Diagnostic):
    """An `allow` of a warning that there is not."""

    code: ClassVar[str] = "idle-allow"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"there is no warning `{self.name}` here to be allowed"

    @property
    def hint(self) -> str:
        return "take it out; it stands on the line of the warning, or alone on the line above"
