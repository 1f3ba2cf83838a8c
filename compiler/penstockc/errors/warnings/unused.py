"""Warnings about unused names."""

from penstockc.diagnostics import WarningDiagnostic


class UnusedLocal(WarningDiagnostic, frozen=True):
    """A local that is never read."""

    name: str
    message = "`{name}` is never read"
    hint = "remove it, or use it; start its name with `_` if this is meant"


class UnusedParameter(WarningDiagnostic, frozen=True):
    """A parameter that is never read."""

    name: str
    message = "the parameter `{name}` is never read"
    hint = "remove it, or check it; start its name with `_` if this is meant"


class UnusedImport(WarningDiagnostic, frozen=True):
    """An import that is not used."""

    path: str
    message = 'nothing of "{path}" is used in this file'
    hint = "remove the import"
