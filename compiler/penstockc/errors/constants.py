"""Errors of values that the compiler must know: constants, sizes, indices and loop bounds."""

from dataclasses import dataclass

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class NotConstant(Diagnostic):
    """A value that the compiler must know, and does not."""

    is_loop_bound: bool = False
    message = "expected a compile-time constant"

    @property
    def hint(self) -> str:
        if self.is_loop_bound:
            return "loop as often as it can be at most, and ask in the body: `loop (10) : i { if (i < n) { .. } }`"
        return "literals, `static const` properties and arithmetic on them are"


@dataclass(frozen=True, slots=True)
class ConstantOutOfRange(Diagnostic):
    """A constant outside of the range that its place allows."""

    value: int
    least: int
    most: int
    message = "{value:short this number} is out of range: it must be {least} to {most}"


@dataclass(frozen=True, slots=True)
class IndexOutOfRange(Diagnostic):
    """A constant index that no element has."""

    array: str
    index: int
    size: int
    message = "{array} has no element {index:short with this number}: they are numbered 0 to {last}"

    @property
    def last(self) -> int:
        """The largest index."""
        return self.size - 1


@dataclass(frozen=True, slots=True)
class UnrolledTooLarge(Diagnostic):
    """Loops that unroll to more code than a function may have."""

    most: int
    message = "unrolled, this loop makes the function longer than {most} steps"
    hint = "the body stands in the script once for each iteration, and inner loops multiply that"
