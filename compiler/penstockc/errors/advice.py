"""What is right, but deserves a look."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Backslash(Diagnostic):
    """A backslash in a string, which is no escape."""

    code: ClassVar[str] = "backslash"
    severity: ClassVar[str] = "warning"

    @property
    def message(self) -> str:
        return "a backslash in a string is an ordinary character"

    @property
    def hint(self) -> str:
        return "there are no escapes; other bytes are written b'0a'"
