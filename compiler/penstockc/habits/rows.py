"""The two kinds of rows: a form that does not parse, and a name that nothing has."""

import re
from dataclasses import dataclass
from enum import StrEnum


class SourceLevel(StrEnum):
    """Where a piece of source stands: a whole file, members of a contract, or statements of a public function."""

    FILE = "file"
    MEMBERS = "members"
    STATEMENTS = "statements"


@dataclass(frozen=True, slots=True)
class ForeignForm:
    """A form of other languages that does not parse.

    Attributes:
        written: what the user writes, as the list of habits names it.
        instead: what to write instead: the hint.
        wrong, right: an example of the form, and the same as it should be. The second one compiles.
        place: where the form is told, and where the examples stand.
        is_anywhere: whether it is told at other places too.
        at: matches the text around the word at which parsing fails. Group 1, if there is one, is underlined.
        begins: matches the text where the statement or declaration begins; underlined where there is no `at`.
        says: the message, where "the language has no" with the underlined text does not say it.
    """

    written: str
    instead: str
    wrong: str
    right: str
    place: SourceLevel = SourceLevel.STATEMENTS
    at: str | None = None
    begins: str | None = None
    says: str | None = None
    is_anywhere: bool = False

    def find(self, text: str, start: int, position: int, window: tuple[int, int]) -> tuple[int, int] | None:
        """Return the range of this form, or None if it does not explain an error at `position`.

        Args:
            text: the file.
            start: where the statement begins in which `position` is.
            position: where parsing fails.
            window: the range of the text in which `at` is looked for.
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


@dataclass(frozen=True, slots=True)
class Word:
    """A name that other languages have.

    Attributes:
        names: matches the names as a whole.
        instead: what to write instead: the hint.
        wrong, right: an example with the name, and the same as it should be. The second one compiles.
        place: where the examples stand.
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
