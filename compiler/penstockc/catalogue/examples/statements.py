"""Examples of errors in statements and inline assembly."""

from typing import Final

from penstockc.catalogue.example import Example, in_members
from penstockc.errors import statements

STATEMENTS: Final = (
    in_members(
        statements.EntryPointWithoutRequire,
        "public function check(int y) { if (y > 1) { require(y < 9); } else { require(y == 0); } }",
        "public function check(int y) { if (y > 1) { require(y < 9); } else { require(y == 0); } require(true); }",
    ),
    in_members(
        statements.MissingReturn,
        "static function twice(int y) : int { y += y; }",
        "static function twice(int y) : int { y += y; return y; }",
    ),
    Example(statements.MisplacedReturn, "if (x == 1) { return; }\nx--;", "if (x != 1) { x--; }"),
    in_members(
        statements.ReturnWithoutValue,
        "static function twice(int y) : int { return; }",
        "static function twice(int y) : int { return y + y; }",
    ),
    Example(statements.AsmNotAlone, "asm { OP_1ADD }", "x++;"),
    in_members(
        statements.BadAssemblyWord,
        "static function next(int y) : int { asm { OP_ADD1 } }",
        "static function next(int y) : int { asm { OP_1ADD } }",
    ),
    in_members(
        statements.UnbalancedAssembly,
        "static function pick(int y) : int { asm { OP_IF OP_1 OP_ELSE OP_2 } }",
        "static function pick(int y) : int { asm { OP_IF OP_1 OP_ELSE OP_2 OP_ENDIF } }",
    ),
)
