"""Foreign forms of files, members, statements and expressions, which do not parse; foreign characters and numbers."""

from typing import Final

from penstockc.habits.expressions import EXPRESSIONS
from penstockc.habits.files import FILES
from penstockc.habits.members import MEMBERS
from penstockc.habits.rows import ForeignForm
from penstockc.habits.statements import STATEMENTS

FORMS: Final[tuple[ForeignForm, ...]] = (*FILES, *MEMBERS, *STATEMENTS, *EXPRESSIONS)
"""The first row that matches is reported."""

CHARACTERS: Final = {
    "#": "a comment begins with `//`",
    "'": "text is written in double quotes: `\"abc\"`; bytes are written b'00ff'",
    "`": 'text is written in double quotes: `"abc"`, and is joined by `+`',
    "\\": "lines need no continuation sign: only `;` ends a statement",
    "$": "`$name` is a variable of inline assembly; elsewhere names are letters, digits and `_`",
    "\N{LEFT DOUBLE QUOTATION MARK}": 'quotes are the plain ones: `"abc"`',
    "\N{RIGHT DOUBLE QUOTATION MARK}": 'quotes are the plain ones: `"abc"`',
    "\N{LEFT SINGLE QUOTATION MARK}": "quotes are the plain ones: b'00ff'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "quotes are the plain ones: b'00ff'",
}
"""Hints for characters that no token starts with."""

NUMBERS: Final = (
    (r"[0-9]+n", "numbers have no suffix, and any size: write `{digits}`"),
    (r"[0-9][0-9_]*_[0-9_]*", "numbers have no `_` in them: write `{digits}`"),
    (r"[0-9]+[eE][0-9]+", "write out the zeros of a number, or multiply: `3 * 100000000`"),
    (r"0[oO][0-7]+|0[bB][01]+", "numbers are decimal or hexadecimal: `42` or `0x2a`"),
)
"""Spellings of numbers in other languages, and their hints."""
