"""Errors of compile-time values: constants, sizes, indices and loop bounds."""

from penstockc.diagnostics import Diagnostic


class NotConstant(Diagnostic, frozen=True):
    """A value that must be a compile-time constant, and is not."""

    is_loop_bound: bool = False
    message = "expected a compile-time constant"

    @property
    def hint(self) -> str:
        if self.is_loop_bound:
            return "loop up to the largest possible count, and test in the body: `loop (10) : i { if (i < n) { .. } }`"
        return "constants are literals, `static const` properties and arithmetic on them"


class ConstantOutOfRange(Diagnostic, frozen=True):
    """A constant outside of the allowed range."""

    value: int
    least: int
    most: int
    message = "{value:short this number} is out of range: it must be {least} to {most}"


class IndexOutOfRange(Diagnostic, frozen=True):
    """A constant index outside of the array."""

    array: str
    index: int
    size: int
    message = "{array} has no element {index:short with this number}: they are numbered 0 to {last}"

    @property
    def last(self) -> int:
        """The largest index."""
        return self.size - 1


class UnrolledTooLarge(Diagnostic, frozen=True):
    """Loops that unroll to more code than is allowed in a function."""

    most: int
    message = "unrolled, this loop makes the function longer than {most} steps"
    hint = "the script contains the body once for each iteration, and inner loops multiply that"
