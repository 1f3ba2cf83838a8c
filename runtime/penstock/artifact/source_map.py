"""Source map: the source line of each opcode.

In: one position per opcode from the compiler, or a source map of version 3 (ECMA-426) from an artifact. Out: the place
of an opcode, with its source line. The map has one generated line, and its generated column is the index of the opcode:
pushes and placeholders count as one. Lines and columns (in characters) count from 1 here and from 0 in the JSON.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, Self

from penstock.artifact.json_reader import JsonValue
from penstock.errors import hides_frames
from penstock.records import Record, replace

__tracebackhide__ = hides_frames

_DIGITS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_DIGIT_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_MOST_DIGITS: Final = 7  # enough for 32 bits; limits the numbers in a damaged map


class SourceFile(Record, frozen=True):
    """A compiled file: its bare name, and its text if the map contains it."""

    name: str
    text: str | None = None

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without indentation and line ending; empty if there is no such line."""
        lines = self.text.split("\n") if self.text else []
        return lines[number - 1].strip() if 1 <= number <= len(lines) else ""


class Position(Record, frozen=True):
    """A place in the sources: index of the file, line and column, both from 1.

    `calls` are the calls that led there, innermost first: functions are expanded where they are called.
    """

    file: int
    line: int
    column: int
    calls: tuple["Position", ...] = ()


class Location(Record, frozen=True):
    """The place of an opcode for users: file name, line and column from 1, the stripped source line.

    `calls` are the places of the calls that led there, innermost first.
    """

    file: str
    line: int
    column: int
    text: str
    calls: tuple["Location", ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Segment(Record, frozen=True):
    """Opcodes from index `start` on come from `position` (None: from no place in the sources)."""

    start: int
    position: Position | None


class SourceMap(Record, frozen=True):
    """The files of a compilation, and the segments of its script in ascending order of their starts."""

    files: tuple[SourceFile, ...] = ()
    segments: tuple[Segment, ...] = ()

    @classmethod
    def of(cls, files: Iterable[SourceFile], positions: Iterable[Position | None]) -> Self:
        """Build the map from one position per opcode, in order."""
        segments: list[Segment] = []
        previous: Position | None = None
        for index, position in enumerate(positions):
            if position != previous:
                segments.append(Segment(index, position))
                previous = position
        return cls(tuple(files), tuple(segments))

    def location(self, opcode_index: int) -> Location | None:
        """Return the place of opcode `opcode_index`; None if it has none.

        The map does not contain the length of the script: an index past the end has the place of the last opcode.
        """
        nearest = bisect_right(self.segments, opcode_index, key=lambda segment: segment.start) - 1
        position = self.segments[nearest].position if nearest >= 0 else None
        if position is None:
            return None
        return self._location(position)

    def _location(self, position: Position) -> Location:
        file = self.files[position.file]
        calls = tuple(map(self._location, position.calls))
        return Location(file.name, position.line, position.column, file.line(position.line), calls)

    def to_object(self) -> dict[str, object]:
        """Return the map as the JSON object of a source map, version 3.

        The calls that led to a place are in Penstock's own field, `x_calls`, if there are any: every stack of calls
        once, as `[file, line, column]` for each call, and for each segment the number of its stack, 0 for none.
        """
        stacks = {segment.position.calls: None for segment in self.segments if segment.position}
        stacks.pop((), None)
        numbers = {stack: number for number, stack in enumerate(stacks, 1)}
        calls = {
            "stacks": [[[call.file, call.line, call.column] for call in stack] for stack in stacks],
            "segments": [numbers.get(each.position.calls, 0) if each.position else 0 for each in self.segments],
        }
        return {
            "version": 3,
            "sources": [file.name for file in self.files],
            "sourcesContent": [file.text for file in self.files],
            "names": [],
            "mappings": _encode(self.segments),
            **({"x_calls": calls} if stacks else {}),
        }

    @classmethod
    def read(cls, source: JsonValue) -> Self:
        """Parse a source map of version 3.

        Raises:
            ArtifactError: a field is missing or damaged.
        """
        if source.get("version").natural() != 3:
            raise source.get("version").error("only source maps of version 3 can be read")
        names = [name.text() for name in source.get("sources").items()]
        texts: list[str | None] = [None] * len(names)
        if contents := source.find("sourcesContent"):
            for index, text in zip(range(len(names)), contents.items(), strict=False):
                texts[index] = None if text.value is None else text.text()
        files = tuple(map(SourceFile, names, texts))
        segments = tuple(_decode(source.get("mappings"), len(files)))
        calls = source.find("x_calls")
        return cls(files, segments if calls is None else _with_calls(segments, calls, len(files)))

    @classmethod
    def read_places(cls, places: JsonValue, files: Iterable[SourceFile]) -> Self:
        """Parse the list of older artifacts (version 8), one `file:line:column:end line:end column` per opcode.

        Raises:
            ArtifactError: an entry of another shape.
        """
        known = tuple(files)
        return cls.of(known, [_read_place(place, len(known)) for place in places.items()])


def _read_place(place: JsonValue, files: int) -> Position | None:
    numbers = place.text().partition("#")[0].split(":")
    try:
        file, line, column, _, _ = map(int, numbers)
    except ValueError:
        raise place.error("expected file:line:column:line:column") from None
    if file < 0:
        return None
    if file >= files or line < 1 or column < 1:
        raise place.error(f"there is no place {place.text()!r} in {files} sources")
    return Position(file, line, column)


def _encode(segments: Iterable[Segment]) -> str:
    """Encode segments as relative numbers: column; or column, file, line, column."""
    start, file, line, column = 0, 0, 1, 1
    words: list[str] = []
    for segment in segments:
        word = _number(segment.start - start)
        start = segment.start
        if place := segment.position:
            word += _number(place.file - file) + _number(place.line - line) + _number(place.column - column)
            file, line, column = place.file, place.line, place.column
        words.append(word)
    return ",".join(words)


def _number(value: int) -> str:
    """Encode one number in base 64, least digit first, five bits and a continuation bit each, sign in the lowest."""
    rest = (abs(value) << 1) | (value < 0)
    digits = ""
    while rest >= 32:
        digits += _DIGITS[(rest & 31) | 32]
        rest >>= 5
    return digits + _DIGITS[rest]


def _decode(mappings: JsonValue, files: int) -> Iterator[Segment]:
    start, file, line, column = 0, 0, 1, 1
    latest = -1
    for index, word in enumerate(mappings.text().split(",") if mappings.text() else ()):
        numbers = _numbers(word)
        if numbers is None or len(numbers) not in (1, 4, 5):
            raise mappings.error(f"segment {index + 1}, {word[:40]!r}, is not a segment of one generated line")
        start += numbers[0]
        if start <= latest:
            raise mappings.error(f"segment {index + 1} does not follow the one before it")
        latest = start
        if len(numbers) == 1:
            yield Segment(start, None)
            continue
        file, line, column = file + numbers[1], line + numbers[2], column + numbers[3]
        if not 0 <= file < files or line < 1 or column < 1:
            raise mappings.error(f"segment {index + 1} is not a place in {files} sources")
        yield Segment(start, Position(file, line, column))


def _with_calls(segments: tuple[Segment, ...], calls: JsonValue, files: int) -> tuple[Segment, ...]:
    """Return the segments with the calls that led to them, in the form of `to_object`."""
    stacks = [tuple(_read_call(call, files) for call in stack.items()) for stack in calls.get("stacks").items()]
    numbers = tuple(calls.get("segments").items())
    if len(numbers) != len(segments):
        raise calls.error(f"{len(numbers)} segments have calls, of {len(segments)} segments")
    read = []
    for segment, number in zip(segments, numbers, strict=True):
        if number.natural() > len(stacks):
            raise number.error(f"there is no stack of calls {number.value}")
        stack = stacks[number.natural() - 1] if number.natural() else ()
        read.append(replace(segment, position=segment.position and replace(segment.position, calls=stack)))
    return tuple(read)


def _read_call(source: JsonValue, files: int) -> Position:
    numbers = [number.natural() for number in source.items()]
    if len(numbers) != 3 or numbers[0] >= files or 0 in numbers[1:]:
        raise source.error(f"expected a file of {files}, a line and a column from 1")
    return Position(numbers[0], numbers[1], numbers[2])


def _numbers(word: str) -> list[int] | None:
    """Decode the numbers of one segment; None if it is damaged."""
    numbers: list[int] = []
    value = digits = 0
    for character in word:
        digit = _DIGIT_VALUES.get(character)
        if digit is None or digits == _MOST_DIGITS:
            return None
        value |= (digit & 31) << (5 * digits)
        digits += 1
        if digit < 32:
            numbers.append(-(value >> 1) if value & 1 else value >> 1)
            value = digits = 0
    return None if digits else numbers
