"""Names that hide others."""

from typing import Final

from tests.support.compiling.lint_cases.case import Case, in_function, plain

NAMES: Final = (
    plain(
        "unused-local",
        "never read",
        "int y = x; y = 7; y++; require(x > 3);",
        "int y = x; y = 7; y++; require(y > 3 + x);",
    ),
    plain(
        "unused-local",
        "the inner one",
        "int y = x; { int z = 3; z += x; } require(y > 3);",
        "int y = x; { int z = 3; z += x; require(z > 7); } require(y > 3);",
    ),
    plain("unused-parameter", "never read", "require(x > 3);", "require(x > 3 && y > 3);", "int x, int y"),
    Case(
        "unused-parameter",
        "an underscore says that it is meant",
        in_function("require(x > 3);", "int x, int y"),
        in_function("require(x > 3);", "int x, int _y"),
    ),
    Case(
        "hidden-builtin",
        "a static function",
        in_function(
            "require(abs(x) > 3);", "int x", "    static function abs(int x) : int { return x < 0 ? -x : x; }\n"
        ),
        in_function("require(this.abs(x) > 3);", "int x", "    function abs(int x) : int { return x < 0 ? -x : x; }\n"),
    ),
    plain("hidden-builtin", "a class", "int Utils = x; require(Utils > 3);", "int len = x; require(len > 3);"),
)
