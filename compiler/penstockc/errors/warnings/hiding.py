"""Warnings about names that hide others."""

from dataclasses import dataclass

from penstockc.diagnostics import WarningDiagnostic
from penstockc.source import Span


@dataclass(frozen=True, slots=True)
class ShadowedName(WarningDiagnostic):
    """A local that hides one of an outer block."""

    name: str
    previous: Span
    message = "`{name}` hides another variable of this name"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "the hidden one"


@dataclass(frozen=True, slots=True)
class HiddenBuiltin(WarningDiagnostic):
    """A declaration with the name of a built-in function."""

    name: str
    role: str
    message = "{role} `{name}` has the name of a built-in function"
    hint = "rename it: a reader takes it for the built-in"
