"""Warnings about unused names."""

from dataclasses import dataclass

from penstockc.diagnostics import WarningDiagnostic


@dataclass(frozen=True, slots=True)
class UnusedLocal(WarningDiagnostic):
    """A local that is never read."""

    name: str
    message = "`{name}` is never read"
    hint = "remove it, or use it; start its name with `_` if this is meant"


@dataclass(frozen=True, slots=True)
class UnusedParameter(WarningDiagnostic):
    """A parameter that is never read."""

    name: str
    message = "the parameter `{name}` is never read"
    hint = "remove it, or check it; start its name with `_` if this is meant"


@dataclass(frozen=True, slots=True)
class UnusedImport(WarningDiagnostic):
    """An import that is not used."""

    path: str
    message = 'nothing of "{path}" is used in this file'
    hint = "remove the import"
