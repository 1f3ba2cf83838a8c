"""What can be wrong with inline assembly."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class AsmNotAlone(Diagnostic):
    """Inline assembly among other statements, or elsewhere than in a function."""

    code: ClassVar[str] = "asm-not-alone"

    @property
    def message(self) -> str:
        return "inline assembly must be the whole body of its function"


@dataclass(frozen=True, slots=True)
class BadAssemblyWord(Diagnostic):
    """A word of inline assembly that is neither an opcode nor data."""

    code: ClassVar[str] = "bad-assembly-word"
    word: str
    close: str | None

    @property
    def message(self) -> str:
        return f"`{self.word}` is neither an opcode nor data in hexadecimal (two digits a byte)"

    @property
    def hint(self) -> str | None:
        return None if self.close is None else f"did you mean `{self.close}`?"


@dataclass(frozen=True, slots=True)
class UnbalancedAssembly(Diagnostic):
    """An `OP_IF`, `OP_ELSE` or `OP_ENDIF` that lacks its partner in the same assembly."""

    code: ClassVar[str] = "unbalanced-assembly"

    @property
    def message(self) -> str:
        return "this opcode lacks its `OP_IF` or `OP_ENDIF`"

    @property
    def hint(self) -> str:
        return "the assembly of a function must close what it opens"


@dataclass(frozen=True, slots=True)
class VaryingAssembly(Diagnostic):
    """An opcode in inline assembly that leaves more or fewer items as the data has it."""

    code: ClassVar[str] = "varying-assembly"
    severity: ClassVar[str] = "warning"
    opcode: str
    effect: str

    @property
    def message(self) -> str:
        return f"how many items `{self.opcode}` leaves depends on the data ({self.effect})"

    @property
    def hint(self) -> str:
        return "the function must come to the same number of items whatever the data is: nothing checks that"


@dataclass(frozen=True, slots=True)
class AssemblyEffect(Diagnostic):
    """Inline assembly that does not take what its function is given, or does not leave what it returns."""

    code: ClassVar[str] = "assembly-effect"
    severity: ClassVar[str] = "warning"
    name: str
    fault: str

    @property
    def message(self) -> str:
        return f"the assembly of `{self.name}` {self.fault}"

    @property
    def hint(self) -> str:
        return "it must take all parameters, nothing below them, and leave the result alone"
