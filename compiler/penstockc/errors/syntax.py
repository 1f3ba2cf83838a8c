"""What can be wrong with a text before anyone asks what it means."""

import re
from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic
from penstockc.habits.forms import CHARACTERS, NUMBERS
from penstockc.habits.rows import Form
from penstockc.source import Span
from penstockc.support.recursion_limit import MAX_ALTERNATIVES, MAX_NESTING, MAX_OPERATORS


@dataclass(frozen=True, slots=True)
class UnexpectedText(Diagnostic):
    """Something else must stand here. `found` and `expected` are in the user's words, quoted where they are text."""

    code: ClassVar[str] = "unexpected-text"
    found: str
    expected: tuple[str, ...]

    @property
    def message(self) -> str:
        if not self.expected:
            return f"{self.found} does not belong here"
        *others, last = self.expected
        choice = f"{', '.join(others)} or {last}" if others else last
        return f"expected {choice}, found {self.found}"

    @property
    def hint(self) -> str | None:
        if self.found == "`=`" and "`)`" in self.expected:
            return "`==` compares; `=` gives a value to a name, as a statement of its own"
        return None


@dataclass(frozen=True, slots=True)
class ForeignSyntax(Diagnostic):
    """A form of other languages. `text` is the part that tells it, at the span."""

    code: ClassVar[str] = "foreign-syntax"
    habit: Form
    text: str

    @property
    def message(self) -> str:
        return self.habit.says or f"the language has no `{self.text}`"

    @property
    def hint(self) -> str:
        return self.habit.instead


@dataclass(frozen=True, slots=True)
class UnexpectedCharacter(Diagnostic):
    """No token of the language starts with this character."""

    code: ClassVar[str] = "unexpected-character"
    character: str

    @property
    def message(self) -> str:
        shown = self.character if self.character.isprintable() else f"U+{ord(self.character):04X}"
        return f"`{shown}` does not belong to the language"

    @property
    def hint(self) -> str | None:
        return CHARACTERS.get(self.character)


@dataclass(frozen=True, slots=True)
class MissingSemicolon(Diagnostic):
    """A statement or declaration has no `;` at its end. The span is the end of what stands before."""

    code: ClassVar[str] = "missing-semicolon"

    @property
    def message(self) -> str:
        return "missing `;`"


@dataclass(frozen=True, slots=True)
class UnclosedBrace(Diagnostic):
    """The file ends while this `{` is open."""

    code: ClassVar[str] = "unclosed-brace"

    @property
    def message(self) -> str:
        return "this `{` is never closed"


@dataclass(frozen=True, slots=True)
class KeywordAsName(Diagnostic):
    """A keyword stands where a name is declared."""

    code: ClassVar[str] = "keyword-as-name"
    keyword: str

    @property
    def message(self) -> str:
        return f"`{self.keyword}` is a keyword and cannot be a name"


@dataclass(frozen=True, slots=True)
class UnterminatedComment(Diagnostic):
    """A `/*` without its `*/`."""

    code: ClassVar[str] = "unterminated-comment"

    @property
    def message(self) -> str:
        return "this comment is never closed"

    @property
    def hint(self) -> str:
        return "comments do not nest: the first `*/` ends one"


@dataclass(frozen=True, slots=True)
class UnterminatedString(Diagnostic):
    """A string or bytes literal without its closing quote on the same line."""

    code: ClassVar[str] = "unterminated-string"
    quote: str

    @property
    def message(self) -> str:
        return f"this literal has no closing {self.quote} on its line"


@dataclass(frozen=True, slots=True)
class OddHexDigits(Diagnostic):
    """A bytes literal with half a byte."""

    code: ClassVar[str] = "odd-hex-digits"
    count: int

    @property
    def message(self) -> str:
        return f"two hex digits make a byte, and these are {self.count}"


@dataclass(frozen=True, slots=True)
class BadHexDigit(Diagnostic):
    """A bytes literal with something that is no hex digit. The span is that of the first such character."""

    code: ClassVar[str] = "bad-hex-digit"
    character: str

    @property
    def message(self) -> str:
        return f"`{self.character}` is not a hex digit"

    @property
    def hint(self) -> str:
        return 'text is written in double quotes without the b: "text"'


@dataclass(frozen=True, slots=True)
class OldBytesLiteral(Diagnostic):
    """`b"00"`, the form of the language's first year."""

    code: ClassVar[str] = "old-bytes-literal"
    digits: str

    @property
    def message(self) -> str:
        return "bytes are written in single quotes"

    @property
    def hint(self) -> str:
        return f"write b'{self.digits}'"


@dataclass(frozen=True, slots=True)
class BadNumber(Diagnostic):
    """A number with something else in it, such as `12ab` or `0x`."""

    code: ClassVar[str] = "bad-number"
    text: str

    @property
    def message(self) -> str:
        return f"`{self.text}` is not a number"

    @property
    def hint(self) -> str:
        for spelling, instead in NUMBERS:
            if re.fullmatch(spelling, self.text):
                return instead.format(digits="".join(filter(str.isdigit, self.text)))
        return "numbers are decimal, `42`, or hexadecimal, `0x2a`; bytes are written b'2a'"


@dataclass(frozen=True, slots=True)
class NotAType(Diagnostic):
    """An expression stands where a declaration needs a type."""

    code: ClassVar[str] = "not-a-type"
    text: str

    @property
    def message(self) -> str:
        return f"`{self.text}` is not a type"


@dataclass(frozen=True, slots=True)
class MissingIndex(Diagnostic):
    """`values[]` where a value stands."""

    code: ClassVar[str] = "missing-index"

    @property
    def message(self) -> str:
        return "an index is missing between `[` and `]`"


@dataclass(frozen=True, slots=True)
class MissingInitialiser(Diagnostic):
    """A local without a first value."""

    code: ClassVar[str] = "missing-initialiser"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` needs a value from the start"

    @property
    def hint(self) -> str:
        return f"write `{self.name} = ..;`"


@dataclass(frozen=True, slots=True)
class BadModifier(Diagnostic):
    """A modifier that does not exist, stands twice, contradicts another or has no meaning at this place."""

    code: ClassVar[str] = "bad-modifier"
    modifier: str
    reason: str

    @property
    def message(self) -> str:
        return f"`{self.modifier}` {self.reason}"


@dataclass(frozen=True, slots=True)
class NestedTooDeeply(Diagnostic):
    """Parentheses, operators or blocks inside each other beyond what the compiler follows."""

    code: ClassVar[str] = "nested-too-deeply"

    @property
    def message(self) -> str:
        return (
            f"this nests deeper than {MAX_NESTING} levels, or has more than {MAX_OPERATORS} operators in a row, or "
            f"{MAX_ALTERNATIVES} alternatives"
        )

    @property
    def hint(self) -> str:
        return "keep intermediate results in locals"


@dataclass(frozen=True, slots=True)
class ImportNotFound(Diagnostic):
    """An imported file cannot be read."""

    code: ClassVar[str] = "import-not-found"
    path: str

    @property
    def message(self) -> str:
        return f'file not found: "{self.path}"'

    @property
    def hint(self) -> str:
        return "paths are relative to the folder of the importing file, and every character counts"


@dataclass(frozen=True, slots=True)
class ImportUnreadable(Diagnostic):
    """An imported file is no UTF-8 text, or the system refuses to read it."""

    code: ClassVar[str] = "import-unreadable"
    path: str
    reason: str

    @property
    def message(self) -> str:
        return f'cannot read "{self.path}": {self.reason}'


@dataclass(frozen=True, slots=True)
class ImportCycle(Diagnostic):
    """Files that import each other in a ring.

    `files` starts and ends with the same one. The span is that of the import that closes the ring, `first` that of the
    one that begins it.
    """

    code: ClassVar[str] = "import-cycle"
    files: tuple[str, ...]
    first: Span

    @property
    def message(self) -> str:
        return f"these files import each other: {' -> '.join(self.files)}"
