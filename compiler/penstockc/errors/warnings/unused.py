"""Warnings about unused names."""

from dataclasses import dataclass

from penstockc.diagnostics import WarningDiagnostic


@dataclass(frozen=True, slots=True)
class UnusedLocal(WarningDiagnostic):
    """A local that is never read."""

    name: str
    message = "`{name}` is never read"
    hint = "take it out, or use it; a name that begins with `_` says that this is meant"


@dataclass(frozen=True, slots=True)
class UnusedParameter(WarningDiagnostic):
    """A parameter that is never read."""

    name: str
    message = "the parameter `{name}` is never read"
    hint = "take it out, or check it; a name that begins with `_` says that this is meant"


@dataclass(frozen=True, slots=True)
class UnusedImport(WarningDiagnostic):
    """An import of which nothing is used."""

    path: str
    message = 'nothing of "{path}" is used in this file'
    hint = "take the import out"
