"""Warnings about comments that allow warnings."""

from penstockc.diagnostics import WarningDiagnostic


class AllowWithoutReason(WarningDiagnostic, frozen=True):
    """An `allow` without a reason."""

    name: str
    message = "this `allow` of `{name}` has no reason, and allows nothing"
    hint = "write `// allow({name}): reason`"


class AllowUnknownCode(WarningDiagnostic, frozen=True):
    """An `allow` of an unknown code."""

    name: str
    close: str | None
    message = "`{name}` is not the code of a warning that can be allowed"

    @property
    def hint(self) -> str:
        return "errors cannot be allowed" if self.close is None else f"did you mean `{self.close}`?"


class IdleAllow(WarningDiagnostic, frozen=True):
    """An `allow` of a warning that does not occur here."""

    name: str
    message = "there is no warning `{name}` here to be allowed"
    hint = "remove it; it belongs on the line of the warning, or alone on the line above"
