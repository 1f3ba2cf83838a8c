"""What can be wrong with type parameters and arguments."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class WrongTypeArgumentCount(Diagnostic):
    """More or fewer type arguments than parameters."""

    code: ClassVar[str] = "wrong-type-argument-count"
    name: str
    wanted: int
    given: int

    @property
    def message(self) -> str:
        arguments = "1 type argument" if self.wanted == 1 else f"{self.wanted} type arguments"
        return f"`{self.name}` takes {arguments}, {self.given} given"


@dataclass(frozen=True, slots=True)
class MissingTypeArguments(Diagnostic):
    """A generic class or struct alone, where no context tells its type arguments."""

    code: ClassVar[str] = "missing-type-arguments"
    name: str
    parameters: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"`{self.name}` needs type arguments"

    @property
    def hint(self) -> str:
        return f"it is declared `{self.name}<{', '.join(self.parameters)}>`"


@dataclass(frozen=True, slots=True)
class EndlessInstances(Diagnostic):
    """A generic class or struct that needs itself with ever larger type arguments."""

    code: ClassVar[str] = "endless-instances"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` needs itself with ever larger type arguments"
