"""Syntax errors: a text that does not parse."""

import re

from penstockc.diagnostics import Diagnostic
from penstockc.habits.forms import CHARACTERS, NUMBERS
from penstockc.habits.rows import ForeignForm
from penstockc.message_templates import alternatives
from penstockc.support.recursion_limit import MAX_ALTERNATIVES, MAX_CONDITIONS, MAX_NESTING, MAX_OPERATORS


class UnexpectedText(Diagnostic, frozen=True):
    """Text that is not allowed here. `found` and `expected` are in the user's words, quoted where they are text."""

    found: str
    expected: tuple[str, ...]

    @property
    def message(self) -> str:
        if not self.expected:
            return f"{self.found} is not allowed here"
        return f"expected {alternatives(self.expected, 'or')}, found {self.found}"

    @property
    def hint(self) -> str | None:
        if self.found == "`=`" and "`)`" in self.expected:
            return "`==` compares; `=` assigns, and is a statement of its own"
        return None


class ForeignSyntax(Diagnostic, frozen=True):
    """A form of other languages. `text` is the part at the span."""

    habit: ForeignForm
    text: str
    hint = "{habit.instead}"

    @property
    def message(self) -> str:
        return self.habit.message or f"the language has no `{self.text}`"


class UnexpectedCharacter(Diagnostic, frozen=True):
    """A character that no token starts with."""

    character: str

    @property
    def message(self) -> str:
        shown = self.character if self.character.isprintable() else f"U+{ord(self.character):04X}"
        return f"`{shown}` is not a character of the language"

    @property
    def hint(self) -> str | None:
        return CHARACTERS.get(self.character)


class MissingSemicolon(Diagnostic, frozen=True):
    """A statement or declaration without `;` at its end. The span is the end of the text before."""

    message = "missing `;`"


class UnclosedBrace(Diagnostic, frozen=True):
    """A `{` without its `}`."""

    message = "this `{{` is never closed"


class KeywordAsName(Diagnostic, frozen=True):
    """A keyword used as the name of a declaration."""

    keyword: str
    message = "`{keyword}` is a keyword and cannot be a name"


class UnterminatedComment(Diagnostic, frozen=True):
    """A `/*` without its `*/`."""

    message = "this comment is never closed"
    hint = "comments do not nest: the first `*/` ends one"


class UnterminatedString(Diagnostic, frozen=True):
    """A string or bytes literal without its closing quote on the same line."""

    quote: str
    message = "this literal has no closing {quote} on its line"


class OddHexDigits(Diagnostic, frozen=True):
    """A bytes literal with half a byte."""

    count: int
    message = "two hex digits make a byte, and these are {count}"


class BadHexDigit(Diagnostic, frozen=True):
    """A bytes literal with something that is not a hex digit. The span is that of the first such character."""

    character: str
    message = "`{character}` is not a hex digit"
    hint = 'text is written in double quotes without the b: "text"'


class OldBytesLiteral(Diagnostic, frozen=True):
    """`b"00"`, the form of the language's first year."""

    digits: str
    message = "bytes are written in single quotes"
    hint = "write b'{digits}'"


class BadNumber(Diagnostic, frozen=True):
    """A number with something else in it, such as `12ab` or `0x`."""

    text: str
    message = "`{text}` is not a number"

    @property
    def hint(self) -> str:
        for spelling, instead in NUMBERS:
            if re.fullmatch(spelling, self.text):
                return instead.format(digits="".join(filter(str.isdigit, self.text)))
        return "numbers are decimal, `42`, or hexadecimal, `0x2a`; bytes are written b'2a'"


class NotAType(Diagnostic, frozen=True):
    """An expression in place of a type."""

    text: str
    message = "`{text}` is not a type"


class MissingIndex(Diagnostic, frozen=True):
    """`values[]` used as a value."""

    message = "an index is missing between `[` and `]`"


class MissingInitialiser(Diagnostic, frozen=True):
    """A local without a first value."""

    name: str
    message = "`{name}` needs an initial value"
    hint = "write `{name} = ..;`"


class BadModifier(Diagnostic, frozen=True):
    """A modifier that is unknown, repeated, contradictory or meaningless here."""

    modifier: str
    reason: str
    message = "`{modifier}` {reason}"


class NestedTooDeeply(Diagnostic, frozen=True):
    """Parentheses, operators or blocks nested more deeply than the compiler allows."""

    message = (
        f"this nests deeper than {MAX_NESTING} levels, or has more than {MAX_OPERATORS} operators in a row "
        f"({MAX_CONDITIONS} of && and ||), or {MAX_ALTERNATIVES} alternatives"
    )
    hint = "keep intermediate results in locals"
