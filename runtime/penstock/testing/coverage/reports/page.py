"""Pages: an index, and for each file its source with marks for every way, the tests that took it, and arguments.

The pages need no scripts, no other files and no network.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePath
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import penstock
from penstock.testing.coverage.collector import Collector, File
from penstock.testing.coverage.coloring import Word, colored_lines
from penstock.testing.coverage.points import Kind, Point
from penstock.testing.coverage.reports.text import HEADINGS
from penstock.testing.coverage.summary import FileSummary, never_accepted, total_percent
from penstock.wording import counted

_PACKAGE: Final = "penstock.testing.coverage"
_INSIDE: Final = frozenset({Kind.BRANCH, Kind.SIGNATURE, Kind.INDEX})
"""Kinds of points that are pieces of a line: those with a way that is not taken are underlined."""
_MOST_TESTS: Final = 25
_LONGEST_EXAMPLE: Final = 200


@dataclass(frozen=True, slots=True)
class Way:
    """A way of a point, for the page."""

    name: str
    state: str
    count: str
    number: str
    tests: tuple[str, ...]
    more: str
    example: str


@dataclass(frozen=True, slots=True)
class PagePoint:
    """A point, for the page."""

    text: str
    kind: str
    column: int
    infeasible: str | None
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one way beside a line."""

    state: str
    title: str


@dataclass(frozen=True, slots=True)
class PageWord:
    """A piece of text with its classes."""

    classes: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, for the page."""

    number: int
    size: str
    state: str
    words: tuple[PageWord, ...]
    points: tuple[PagePoint, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of its ways."""
        return tuple(Mark(way.state, f"{point.text}: {way.name}") for point in self.points for way in point.ways)


def write_pages(folder: Path, collector: Collector, summaries: list[FileSummary]) -> None:
    """Write the pages into a folder, which is made if it is missing.

    Raises:
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(collector, summaries):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def pages(collector: Collector, summaries: list[FileSummary]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each page, the index first."""
    environment = Environment(
        loader=PackageLoader(_PACKAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    style = Markup(files(_PACKAGE).joinpath("templates/style.css").read_text("utf-8"))  # noqa: S704 - our own file
    links = _links(summaries)
    index = environment.get_template("index.html.j2")
    yield "index.html", index.render(_index(summaries, links), style=style)
    template = environment.get_template("file.html.j2")
    for each in summaries:
        yield links[each.file], template.render(_file(collector, each), style=style)


def _index(summaries: list[FileSummary], links: dict[str, str]) -> dict[str, object]:
    """Return the facts of the index."""
    kinds = [kind for kind in HEADINGS if any(each.all[kind] for each in summaries)]
    return {
        "percent": _percent(total_percent(summaries)),
        "version": penstock.__version__,
        "headings": [HEADINGS[kind] for kind in kinds],
        "never": [
            {"name": point.text, "place": point.place, "link": f"{links[point.place.file]}#L{point.place.line}"}
            for point, _ in never_accepted(summaries)
        ],
        "rows": [
            {
                "file": each.file,
                "link": links[each.file],
                "counts": [{"taken": each.taken[kind], "all": each.all[kind]} for kind in kinds],
                "percent": _percent(each.percent),
                "width": round(each.percent, 1),
            }
            for each in summaries
        ],
    }


def _file(collector: Collector, summary: FileSummary) -> dict[str, object]:
    """Return the facts of a file's page."""
    file = collector.files[summary.file]
    return {
        "file": summary.file,
        "percent": _percent(summary.percent),
        "ways": counted(sum(summary.all.values()), "way"),
        "sizes": [(target, sum(lines.values())) for target, lines in sorted(file.sizes.items())],
        "lines": list(_lines(collector, summary.file, file)),
    }


def _links(summaries: list[FileSummary]) -> dict[str, str]:
    """Return the name of each file's page."""
    links: dict[str, str] = {}
    for each in summaries:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", str(PurePath(each.file).with_suffix(""))).strip("-") or "file"
        taken, number, name = set(links.values()), 1, f"{stem}.html"
        while name in taken or name == "index.html":
            number += 1
            name = f"{stem}-{number}.html"
        links[each.file] = name
    return links


def _lines(collector: Collector, name: str, file: File) -> Iterator[Line]:
    points: dict[int, list[Point]] = {}
    for point in collector.points_in(name):
        points.setdefault(point.place.line, []).append(point)
    for number, words in enumerate(colored_lines(file.text), start=1):
        here = points.get(number, [])
        shown = tuple(_page_point(collector, point) for point in here)
        sizes = [str(lines[number]) for _, lines in sorted(file.sizes.items()) if number in lines]
        missed = [
            (point.place.column, point.place.end_column if point.place.end_line == number else None)
            for point in here
            if point.kind in _INSIDE
            and point.infeasible is None
            and not all(collector.count(point, way) for way in point.kind.ways)
        ]
        yield Line(number, "/".join(sizes), _state(shown), tuple(_underlined(words, missed)), shown)


def _page_point(collector: Collector, point: Point) -> PagePoint:
    ways = tuple(_way(collector, point, way) for way in point.kind.ways)
    return PagePoint(point.text, point.kind.label, point.place.column, point.infeasible, ways)


def _way(collector: Collector, point: Point, name: str) -> Way:
    reach = collector.reached.get((point, name))
    if reach is None:
        return Way(name, "none" if point.infeasible is None else "excused", "", "", (), "", "")
    tests = tuple(test or "outside of a test" for test in reach.tests)
    more = counted(len(tests) - _MOST_TESTS, "other") if len(tests) > _MOST_TESTS else ""
    example = reach.example if len(reach.example) <= _LONGEST_EXAMPLE else f"{reach.example[:_LONGEST_EXAMPLE]}…"
    count = counted(reach.count, "time")
    return Way(name, "all", count, counted(len(tests), "test"), tests[:_MOST_TESTS], more, example)


def _state(points: tuple[PagePoint, ...]) -> str:
    """Return the class of a line: the state of all its ways."""
    states = [way.state for point in points for way in point.ways]
    wanted = [state for state in states if state != "excused"]
    if not wanted:
        return "excused" if states else ""
    return "all" if all(state == "all" for state in wanted) else "part" if "all" in wanted else "none"


def _underlined(words: list[Word], missed: list[tuple[int, int | None]]) -> Iterator[PageWord]:
    """Yield the words of a line; those in the given columns, from and up to, are marked."""
    column = 1
    for kind, text in words:
        ends = {len(text)}
        for start, end in missed:
            ends.update(cut - column for cut in (start, end) if cut is not None and 0 < cut - column < len(text))
        begin = 0
        for end_here in sorted(ends):
            place = column + begin
            inside = any(start <= place and (end is None or place < end) for start, end in missed)
            yield PageWord(f"w-{kind} miss" if inside else f"w-{kind}", text[begin:end_here])
            begin = end_here
        column += len(text)


def _percent(value: float) -> str:
    """Return a percentage, never rounded up to 100."""
    return "100 %" if value >= 100 else f"{min(value, 99.9):.1f} %"
