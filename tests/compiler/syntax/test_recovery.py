"""One run finds several mistakes with their places, and invents none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstockc.diagnostics import CompileError, Diagnostic
from penstockc.errors.syntax import UnexpectedText
from penstockc.source import Source
from penstockc.syntax.grammar import keywords
from penstockc.syntax.parse import parse
from tests.support.compiling.sources import syntax_errors

STATEMENT = "contract Sample {{ public function f(int x) {{ {} require(x == 1); }} int last; }}"

# Mistakes in one statement, and their report: always exactly one.
SINGLE = {
    "int y = 1\n": "missing-semicolon",
    "f()\n{ }": "missing-semicolon",
    "int y = (1;": "unexpected-text",
    "int y = ((1;": "unexpected-text",
    "require((x == 1);": "unexpected-text",
    "require(x == 1));": "unexpected-text",
    "require(x = 1);": "unexpected-text",
    "bytes b = c[1;": "unexpected-text",
    "int y = ;": "unexpected-text",
    "int y = 1 +;": "unexpected-text",
    "if x { y = 1; }": "foreign-syntax",
    "if (x { y = 1; }": "unexpected-text",
    "loop 3 { y = 1; }": "foreign-syntax",
    "else { y = 1; }": "unexpected-text",
    "int if = 3;": "keyword-as-name",
    "bytes contract = b'';": "keyword-as-name",
    "int y = 3 # 4;": "unexpected-character",
    "int y = 3 \\ + 4;": "unexpected-character",
    "int 3 = y;": "unexpected-text",
    "x + y;": "unexpected-text",
    "asm { OP_DUP ! OP_DROP }": "unexpected-text",
    "return return x;": "unexpected-text",
    "int y = b'0g';": "bad-hex-digit",
    "int y = new;": "unexpected-text",
}


@pytest.mark.parametrize(("text", "code"), SINGLE.items())
def test_one_mistake_is_one_report(text: str, code: str) -> None:
    assert syntax_errors(STATEMENT.format(text)) == [code]


@pytest.mark.parametrize(("text", "code"), [item for item in SINGLE.items() if item[1] != "bad-hex-digit"])
def test_the_next_mistake_is_found_too(text: str, code: str) -> None:
    assert syntax_errors(STATEMENT.format(text + " bytes z = ; ")) == [code, "unexpected-text"]


@pytest.mark.parametrize(("text", "code"), [item for item in SINGLE.items() if item[1] != "bad-hex-digit"])
def test_so_is_one_in_the_next_contract(text: str, code: str) -> None:
    other = "contract Other { int; }"
    assert syntax_errors(f"{STATEMENT.format(text)}\n{other}") == [code, "unexpected-text"]


def test_what_was_expected_is_said_in_words() -> None:
    def said(text: str) -> tuple[tuple[str, ...], str]:
        with pytest.raises(CompileError) as raised:
            parse(Source("s", text))
        (found,) = raised.value.diagnostics
        assert isinstance(found, UnexpectedText)
        return found.expected, found.found

    assert said("contract C { int x int y; } ") == (("`;`", "`=`"), "`int`")
    assert said("contract C { ; }") == (("a property", "a function", "`}`"), "`;`")
    assert said("contract C { function f(int) { } }") == (("a name",), "`)`")
    assert said("contract C { function f() : int { return 1 2; } }") == (("an operator", "`;`"), "`2`")
    assert said("contract C { function f() : int { ) } }") == (("a statement", "`}`"), "`)`")
    assert said("contract C { function f() : int { if (]) { } } }") == (("an expression",), "`]`")
    assert said("contract C { function f() : int { g(,); } }") == (("an expression", "`)`"), "`,`")
    assert said("library") == (("a name",), "the end of the file")
    assert said("import x;") == (("a string in double quotes",), "`x`")


def test_there_is_a_limit() -> None:
    assert len(syntax_errors(STATEMENT.format("int y = ; " * 1000))) == 20


WORDS = sorted(keywords())
SIGNS = [*"{}()[]<>;:,.?=+-*/\"'$#\\", "==", "***", "++", "--", "/*", "*/", "//", "@state", "\n"]
NAMES = ["C", "x", "int", "A<int>", "1", "0x", "b'00'", "b'", '"s"']


@given(st.lists(st.sampled_from([*WORDS, *SIGNS, *NAMES]), max_size=60))
def test_any_text_is_parsed_or_refused(words: list[str]) -> None:
    refuses_or_parses(" ".join(words))


@given(st.text(max_size=80))
def test_so_is_any_string(text: str) -> None:
    refuses_or_parses(text)


@pytest.mark.parametrize("piece", ["(", "[", "{", "-", "x + ", "A<", "if (x) ", "x[0", "a.", "f(", "new L(", "x ? "])
@pytest.mark.parametrize("count", [100, 3_000])
def test_depth_is_refused_in_time(piece: str, count: int) -> None:
    refuses_or_parses(STATEMENT.format(piece * count))
    refuses_or_parses(STATEMENT.format(f"int y = {piece * count}x;"))


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("(", ")"), ("x + (", ")"), ("[", "]"), ("{x, ", "}"), ("f(", ")"), ("x ? x : ", ""), ("! ", "")],
)
def test_the_limit_of_nesting(opening: str, closing: str) -> None:
    """A hundred levels, more than real contracts have, are fine; thousands are refused."""

    def nested(count: int) -> str:
        return STATEMENT.format(f"int y = {opening * count}x{closing * count};")

    parse(Source("s", nested(100)))
    assert syntax_errors(nested(3_000)) == ["nested-too-deeply"]


def refuses_or_parses(text: str) -> None:
    found = found_in(text)
    assert all(0 <= one.span.start <= one.span.end <= len(text) for one in found)


def found_in(text: str) -> tuple[Diagnostic, ...]:
    try:
        parse(Source("s", text))
    except CompileError as error:
        return error.diagnostics
    return ()
