"""Inline assembly with other effects than its function."""

from typing import Final

from tests.support.compiling.lint_cases.case import Case, in_function

ASSEMBLY: Final = tuple(
    Case(
        "assembly-effect",
        name,
        in_function(
            "require(f(x, x) > 3);", "int x", f"    static function f(int a, int b) : int {{ asm {{ {failing} }} }}\n"
        ),
        in_function(
            "require(f(x, x) > 3);", "int x", f"    static function f(int a, int b) : int {{ asm {{ {mended} }} }}\n"
        ),
    )
    for name, failing, mended in (
        ("leaves too much", "OP_DUP OP_ADD", "OP_ADD"),
        ("leaves nothing", "OP_2DROP", "OP_2DROP OP_1"),
        ("takes too much", "OP_ADD OP_ADD", "OP_DUP OP_ADD OP_ADD"),
        ("arms that differ", "OP_IF OP_1 OP_ENDIF", "OP_IF OP_1ADD OP_ENDIF"),
        (
            "arms that differ, with else",
            "OP_IF OP_DROP OP_1 OP_ELSE OP_1 OP_ENDIF",
            "OP_IF OP_1ADD OP_ELSE OP_1SUB OP_ENDIF",
        ),
        ("the second stack", "OP_FROMALTSTACK OP_2DROP", "OP_TOALTSTACK OP_FROMALTSTACK OP_ADD"),
        ("rolled", "OP_1 OP_ROLL", "OP_1 OP_ROLL OP_ADD"),
        ("unrolled", "loop (2) { OP_DUP } OP_ADD", "loop (2) { OP_DUP } OP_ADD OP_ADD OP_ADD"),
    )
)
