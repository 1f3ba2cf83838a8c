"""How a mistake is shown: the line, the caret below it, and nothing that a terminal cannot take."""

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstockc.diagnostics import MOST_SHOWN, CompileError, Diagnostic, render
from penstockc.source import Source, Sources, Span


class Sample(Diagnostic, frozen=True):
    """A mistake with a place of its own to point at."""

    code: ClassVar[str] = "sample"
    other: Span | None = None

    @property
    def message(self) -> str:
        return "something is wrong"

    @property
    def hint(self) -> str:
        return "mend it"

    @property
    def related(self) -> tuple[Span, str] | None:
        return None if self.other is None else (self.other, "see")


def shown(text: str, part: str, other: Span | None = None) -> list[str]:
    """The rendered text that points at the first `part` of `text`, as lines."""
    start = text.index(part)
    sources = Sources((Source("a.scrypt", text),))
    return render(Sample(Span(start, start + len(part)), other), sources).splitlines()


def test_the_whole_of_it() -> None:
    text = "int x;\n\tint y = wrong;\n"
    assert shown(text, "wrong", Span(4, 5)) == [
        "error[sample]: something is wrong",
        " --> a.scrypt:2:10",
        "  |",
        "2 | \tint y = wrong;",
        "  | \t        ^^^^^",
        "  = note: see at a.scrypt:1:5",
        "  = hint: mend it",
    ]


def test_the_margin_grows_with_the_line_number() -> None:
    assert shown("\n" * 99 + "x", "x")[1:5] == ["   --> a.scrypt:100:1", "    |", "100 | x", "    | ^"]


@pytest.mark.parametrize(
    ("text", "part", "caret"),
    [
        ("日本 = x;", "x", "       ^"),
        ("x = 日本;", "日本", "    ^^^^"),
        ("😀 x", "x", "   ^"),
        ("e\u0301 x", "x", "  ^"),
        ("\t\tx", "x", "\t\t^"),
        ("first {\nsecond }", "{\nsecond", "      ^"),
        ("x;\r\n", ";\r\n", " ^"),
    ],
)
def test_the_caret_stands_below(text: str, part: str, caret: str) -> None:
    assert shown(text, part)[4] == f"  | {caret}"


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_end_of_the_file(bom: str, newline: str) -> None:
    text = f"{bom}contract{newline}"
    source = Source("a.scrypt", text)
    end = len(text)
    assert render(Sample(Span(end, end)), Sources((source,))).splitlines()[1:5] == [
        " --> a.scrypt:2:1",
        "  |",
        "2 | ",
        "  | ^",
    ]
    assert source.position(0) == (1, 1)
    assert source.line(1) == "contract"


@pytest.mark.parametrize("place", [0, 10, 100_000, 149_990])
def test_of_a_long_line_only_a_part_is_shown(place: int) -> None:
    text = "-" * place + "WRONG" + "-" * (149_995 - place)
    *_, line, carets, _ = shown(text, "WRONG")
    assert len(line) < 180
    assert line[carets.index("^") : carets.rindex("^") + 1] == "WRONG"
    assert ("…" in line[:6]) == (place > 1000)
    assert line.endswith("…") == (place < 149_000)


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_any_place_of_any_text(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    lines = render(Sample(Span(start, end)), Sources((Source("a", text),))).split("\n")
    assert len(lines) == 7
    assert "^" in lines[4]
    "\n".join(lines).encode()


def test_files_have_spans_of_their_own() -> None:
    first = Source("a", "one\ntwo")
    second = Source("b", "three", first.end)
    sources = Sources((first, second))
    assert sources.find(first.base + 7) is first
    assert sources.find(second.base) is second
    assert second.position(second.base + 2) == (1, 3)
    error = CompileError(sources, [Sample(Span(second.base, second.base + 5)), Sample(Span(4, 7))])
    assert [found.span.start for found in error.diagnostics] == [4, second.base]
    assert "b:1:1" in str(error)
    assert "a:2:1" in str(error)


def test_hundreds_are_not_shown() -> None:
    sources = Sources((Source("a", "x"),))
    error = CompileError(sources, [Sample(Span(0, 1))] * (MOST_SHOWN + 23))
    assert len(error.diagnostics) == MOST_SHOWN + 23
    assert str(error).count("something is wrong") == MOST_SHOWN
    assert str(error).endswith("... and 23 more\n")


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_merging_spans(a: int, b: int, c: int, d: int) -> None:
    one, other = Span(min(a, b), max(a, b)), Span(min(c, d), max(c, d))
    both = one.merge(other)
    assert both == other.merge(one)
    assert both.start == min(a, b, c, d)
    assert both.end == max(a, b, c, d)
