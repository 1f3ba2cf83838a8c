"""Warnings about comments that allow warnings."""

from dataclasses import dataclass

from penstockc.diagnostics import WarningDiagnostic


@dataclass(frozen=True, slots=True)
class AllowWithoutReason(WarningDiagnostic):
    """An `allow` that does not say why."""

    name: str
    message = "this does not say why `{name}` is allowed, and allows nothing"
    hint = "write `// allow({name}): reason`"


@dataclass(frozen=True, slots=True)
class AllowUnknownCode(WarningDiagnostic):
    """An `allow` of a code that no warning has."""

    name: str
    close: str | None
    message = "no warning that can be allowed has the code `{name}`"

    @property
    def hint(self) -> str:
        return "errors cannot be allowed" if self.close is None else f"did you mean `{self.close}`?"


@dataclass(frozen=True, slots=True)
class IdleAllow(WarningDiagnostic):
    """An `allow` of a warning that is not given here."""

    name: str
    message = "there is no warning `{name}` here to be allowed"
    hint = "take it out; it stands on the line of the warning, or alone on the line above"
