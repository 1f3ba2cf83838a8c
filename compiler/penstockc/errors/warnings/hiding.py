"""Warnings about names that hide others."""

from penstockc.diagnostics import WarningDiagnostic
from penstockc.source import Span


class ShadowedName(WarningDiagnostic, frozen=True):
    """A local that hides one of an outer block."""

    name: str
    previous: Span
    message = "`{name}` hides another variable of this name"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "the hidden one"


class HiddenBuiltin(WarningDiagnostic, frozen=True):
    """A declaration with the name of a built-in function."""

    name: str
    role: str
    message = "{role} `{name}` has the name of a built-in function"
    hint = "rename it: a reader takes it for the built-in"
