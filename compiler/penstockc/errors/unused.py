"""Names that nothing uses, and names that hide what is built in."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class UnusedLocal(Diagnostic):
    """A local that is never read."""

    code: ClassVar[str] = "unused-local"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is never read"

    @property
    def hint(self) -> str:
        return "take it out, or use it; a name that begins with `_` says that this is meant"


@dataclass(frozen=True, slots=True)
class UnusedParameter(Diagnostic):
    """A parameter that is never read."""

    code: ClassVar[str] = "unused-parameter"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"the parameter `{self.name}` is never read"

    @property
    def hint(self) -> str:
        return "take it out, or check it; a name that begins with `_` says that this is meant"


@dataclass(frozen=True, slots=True)
class UnusedImport(Diagnostic):
    """An import of which nothing is used."""

    code: ClassVar[str] = "unused-import"
    severity: ClassVar[str] = "warning"
    path: str

    @property
    def message(self) -> str:
        return f'nothing of "{self.path}" is used in this file'

    @property
    def hint(self) -> str:
        return "take the import out"


@dataclass(frozen=True, slots=True)
class HiddenBuiltin(Diagnostic):
    """A declaration with the name of a function that is always there."""

    code: ClassVar[str] = "hidden-builtin"
    severity: ClassVar[str] = "warning"
    name: str
    what: str

    @property
    def message(self) -> str:
        return f"{self.what} `{self.name}` has the name of a built-in function"

    @property
    def hint(self) -> str:
        return "give it a name of its own: a reader takes it for the built-in"
