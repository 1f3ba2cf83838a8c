"""The two kinds of rows: a form that does not parse, and an undeclared name."""

import re
from enum import StrEnum

from penstock.records import Record


class SourceLevel(StrEnum):
    """Level of a piece of source: a whole file, members of a contract, or statements of a public function."""

    FILE = "file"
    MEMBERS = "members"
    STATEMENTS = "statements"


class ForeignForm(Record, frozen=True):
    """A form of other languages that does not parse.

    Attributes:
        written: the foreign form, as the list of habits names it.
        instead: the hint.
        wrong, right: an example of the form, and its correction, which compiles.
        place: the level at which the form is reported, and of the examples.
        is_anywhere: whether it is reported at other levels too.
        at: matches the text around the word at which parsing fails. Group 1, if there is one, is underlined.
        begins: matches the text where the statement or declaration begins; underlined where there is no `at`.
        message: the message; by default "the language has no" with the underlined text.
    """

    written: str
    instead: str
    wrong: str
    right: str
    place: SourceLevel = SourceLevel.STATEMENTS
    at: str | None = None
    begins: str | None = None
    message: str | None = None
    is_anywhere: bool = False

    def find(self, text: str, start: int, position: int, window: tuple[int, int]) -> tuple[int, int] | None:
        """Return the range of this form, or None if it does not explain an error at `position`.

        Args:
            text: the file.
            start: the start of the statement that contains `position`.
            position: the place where parsing fails.
            window: the range of the text in which `at` is searched.
        """
        head = re.compile(self.begins).match(text, start) if self.begins else None
        if self.begins and head is None:
            return None
        if self.at is None:
            return None if head is None else _underlined(head)
        for found in re.compile(self.at).finditer(text, *window):
            if found.start() <= position < found.end():
                return _underlined(found)
        return None


class Word(Record, frozen=True):
    """A name from other languages.

    Attributes:
        names: a pattern that matches whole names.
        instead: the hint.
        wrong, right: an example with the name, and its correction, which compiles.
        place: the level of the examples.
    """

    names: str
    instead: str
    wrong: str
    right: str
    place: SourceLevel = SourceLevel.STATEMENTS


def find_word(rows: tuple[Word, ...], name: str) -> Word | None:
    """Return the first row that has the name."""
    return next((row for row in rows if re.fullmatch(row.names, name)), None)


def _underlined(found: re.Match[str]) -> tuple[int, int]:
    start, end = found.span(1) if found.re.groups else found.span()
    return start, start + len(found.string[start:end].rstrip())
