"""Examples of errors in compile-time constants."""

from typing import Final

from penstockc.catalogue.example import Example
from penstockc.errors import constants

CONSTANTS: Final = (
    Example(constants.IndexOutOfRange, "int[2] ys = [1, 2];\nx = ys[2];", "int[2] ys = [1, 2];\nx = ys[1];"),
    Example(constants.NotConstant, "loop (x) { x--; }", "loop (10) : i { if (i < x) { x--; } }"),
    Example(
        constants.ConstantOutOfRange, "bytes b = reverseBytes(this.data, 0);", "bytes b = reverseBytes(this.data, 4);"
    ),
    Example(
        constants.UnrolledTooLarge,
        "loop (2000) { loop (2000) { x++; } }",
        "loop (20) { loop (20) { x++; } }",
    ),
)
