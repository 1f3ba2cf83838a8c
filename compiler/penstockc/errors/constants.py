"""What can be wrong with values that the compiler must know."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class NotConstant(Diagnostic):
    """A value that the compiler must know, and does not."""

    code: ClassVar[str] = "not-constant"
    is_loop_bound: bool = False

    @property
    def message(self) -> str:
        return "expected a compile-time constant"

    @property
    def hint(self) -> str:
        if self.is_loop_bound:
            return "loop as often as it can be at most, and ask in the body: `loop (10) : i { if (i < n) { .. } }`"
        return "literals, `static const` properties and arithmetic on them are"


@dataclass(frozen=True, slots=True)
class ConstantOutOfRange(Diagnostic):
    """A constant outside of the range that its place allows."""

    code: ClassVar[str] = "constant-out-of-range"
    value: int
    least: int
    most: int

    @property
    def message(self) -> str:
        shown = str(self.value) if abs(self.value) < 10**12 else "this number"
        return f"{shown} is out of range: it must be {self.least} to {self.most}"


@dataclass(frozen=True, slots=True)
class UnrolledTooLarge(Diagnostic):
    """Loops that unroll to more code than a function may have."""

    code: ClassVar[str] = "unrolled-too-large"
    most: int

    @property
    def message(self) -> str:
        return f"unrolled, this loop makes the function longer than {self.most} steps"

    @property
    def hint(self) -> str:
        return "the body stands in the script once for each iteration, and inner loops multiply that"


@dataclass(frozen=True, slots=True)
class StaticRing(Diagnostic):
    """A static property whose first value needs itself."""

    code: ClassVar[str] = "static-ring"
    ring: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"the value of `{self.ring[0]}` needs itself: {' -> '.join(self.ring)}"
