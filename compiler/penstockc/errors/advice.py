"""What is right, but deserves a look."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Backslash(Diagnostic):
    """A backslash in a string that begins no escape."""

    code: ClassVar[str] = "backslash"
    severity: ClassVar[str] = "warning"

    @property
    def message(self) -> str:
        return "this backslash begins no escape and is an ordinary character"

    @property
    def hint(self) -> str:
        return "escapes are \\n, \\r, \\t and \\\\; other bytes are written b'00'"
