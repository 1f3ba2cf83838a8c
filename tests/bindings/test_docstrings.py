"""Comments as docstrings: a summary of one line, prose in lines that fit, tables as they are; and which comments."""

import pytest

from penstock.bindings.comments import Comments, comments_of
from penstock.bindings.docstrings import docstring
from penstock.bindings.rows import Parameter
from penstockc.syntax.imports import read_modules

LONG = "A word " * 40


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("", '"""Otherwise."""'),
        ("In short", '"""In short."""'),
        ("Is it? It is.", '"""Is it?\n\n    It is.\n    """'),
        ("One\nline, broken.", '"""One line, broken."""'),
        ("First.\n\n\nSecond\none.", '"""First.\n\n    Second one.\n    """'),
        ("First.\n- one\n- two", '"""First.\n\n    - one\n    - two\n    """'),
        ("First.\n\n- one\n- two", '"""First.\n\n    - one\n    - two\n    """'),
        ("  a | b\n  c | d", '"""Otherwise.\n\n    a | b\n    c | d\n    """'),
        (r"C:\new", 'r"""C:\\new."""'),
        ('"Quoted"', '"""\'Quoted"."""'),
        ('Three """', '"""Three \'\'\'."""'),
    ],
)
def test_a_docstring(comment: str, expected: str) -> None:
    made = docstring(comment, "Otherwise.")
    assert made == expected
    assert isinstance(eval(made), str)


def test_lines_fit() -> None:
    listed = [Parameter("steps", "Sequence[int]", "int[3][2]", LONG)]
    made = docstring(f"{LONG}.\n\n  {LONG}", "Otherwise.", listed, indent=8)
    assert made.startswith('"""Otherwise.\n\n        A word A word')
    assert "\n\n        Args:\n            steps: `int[3][2]`, exactly 3 times 2 values: A word" in made
    assert max(map(len, made.split("\n"))) <= 120


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("// Of the file.\n// Two lines.\n\ncontract C {FUNCTION}", Comments("Of the file.\nTwo lines.")),
        ("// Of the file.\n\n/** Its own. */\ncontract C {FUNCTION}", Comments("Its own.")),
        ("contract C {FUNCTION} // afterwards", Comments()),
        ("\ufeff/*\n * Of the file.\n */ struct S {int x;} contract C {FUNCTION}", Comments("Of the file.")),
        ("// File.\nstruct S {int x;} // Own.\ncontract C {FUNCTION}", Comments("File.")),
        (
            "struct S {int x;}\r\n// Of C.\r\ncontract C {\r\n  int a; // one\r\n  // two\r\n  int b;\r\nFUNCTION}",
            Comments("Of C.", {}, {"a": "one", "b": "two"}),
        ),
        ("// allow(unused-property)\ncontract C {int a; // allow(unused-property)\nFUNCTION}", Comments()),
        ("contract C {\n// Say f.\n// ------\npublic FUNCTION}", Comments("", {"f": "Say f."})),
        ("contract C {\n// Say f.\n\nFUNCTION}", Comments()),
        ("// Everything is", Comments("Everything is")),
    ],
)
def test_comments(text: str, expected: Comments) -> None:
    source = text.replace("public FUNCTION", "FUNCTION").replace(
        "FUNCTION", "public function f(int x) { require(x > 0); }"
    )
    found = comments_of(read_modules(source, "c.scrypt"), "C")
    assert found.contract == expected.contract
    assert {name: told for name, told in found.functions.items() if told} == expected.functions
    assert {name: told for name, told in found.properties.items() if told} == expected.properties
