"""Source texts and positions in them.

A span is two offsets into one address space that all files of a compilation share: each `Source` starts where the
previous one ends. A span is two small integers in every node and instruction; file, line and column are
computed only when they are printed.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Self

from penstock.records import Record


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters from `start` up to but not including `end`, counted over all files of the compilation.

    Functions are expanded where they are called. `calls` are the contract's own calls that led to expanded code,
    innermost first; `site` is, for code of the standard library, the contract's call that led into it.
    """

    start: int
    end: int
    site: "Span | None" = field(default=None, repr=False, compare=False)
    calls: tuple["Span", ...] = field(default=(), repr=False, compare=False)

    @property
    def shown(self) -> "Span":
        """The span to show to the contract's author."""
        return self.site or self

    @property
    def path(self) -> tuple["Span", tuple["Span", ...]]:
        """The identity of one expansion of a place: the shown span, and the calls that led there."""
        return self.shown, self.calls

    def merge(self, other: Self) -> "Span":
        """Return the smallest span that covers both.

        self     [----)
        other            [---)
        merged   [-----------)
        """
        return Span(min(self.start, other.start), max(self.end, other.end))


@dataclass(frozen=True, slots=True)
class Source:
    """One file.

    Attributes:
        name: the bare name of the compiled file; for an import its path relative to that file's folder.
        text: its contents unchanged: a byte order mark and CR LF line endings stay.
        base: the offset of its first character in the shared address space.
        line_starts: where each line starts in `text`; a byte order mark is outside of all lines.
    """

    name: str
    text: str
    base: int = 0
    line_starts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first = 1 if self.text.startswith("\ufeff") else 0
        starts = [first, *(i + 1 for i, character in enumerate(self.text) if character == "\n")]
        object.__setattr__(self, "line_starts", tuple(starts))

    @property
    def end(self) -> int:
        """Offset after the last character, plus one, so that the end of file has an offset of its own."""
        return self.base + len(self.text) + 1

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column of `offset`, both counted from 1."""
        local = max(offset - self.base, self.line_starts[0])
        line = bisect_right(self.line_starts, local)
        return line, local - self.line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its line ending."""
        start = self.line_starts[number - 1]
        stop = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:stop].rstrip("\r\n")


class Sources(Record, frozen=True):
    """All files of one compilation, in the order of their bases; the compiled file comes first."""

    files: tuple[Source, ...]

    def find(self, offset: int) -> Source:
        """Return the file that contains `offset`."""
        return self.files[bisect_right([source.base for source in self.files], offset) - 1]
