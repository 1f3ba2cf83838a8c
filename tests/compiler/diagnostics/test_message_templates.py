"""Messages and hints are templates: every fact in braces is an attribute of its class, and every class has a text."""

import ast
import inspect
import itertools
import sys
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest

from penstock.records import fields
from penstock.script.lock_times import Lock
from penstock.script.opcodes import Op
from penstockc.diagnostics import Diagnostic, InternalError
from penstockc.errors.statements import Ending
from penstockc.habits.forms import FORMS
from penstockc.habits.rows import ForeignForm
from penstockc.message_templates import Template, alternatives
from penstockc.source import Span
from tests.support.compiling.error_kinds import kinds

KINDS = list(kinds())
SAMPLES: dict[object, list[object]] = {
    str: ["int", "x{y}"],
    int: [1, 2, 520],
    bool: [False, True],
    Span: [Span(1, 2)],
    Op: [Op.OP_CAT, Op.OP_MUL],
    Lock: list(Lock),
    Ending: list(Ending),
    ForeignForm: list(FORMS[:2]),
    tuple[str, ...]: [("a",), ("a", "b", "a"), tuple("abcdefghij")],
    tuple[Op, ...]: [(Op.OP_CAT,), (Op.OP_CAT, Op.OP_MUL)],
}


def samples(kind: type[Diagnostic]) -> Iterator[Diagnostic]:
    """Instances with all combinations of the sample facts."""
    types = get_type_hints(kind)
    columns: list[list[Any]] = []
    for field in fields(kind):
        choices = [one for one in get_args(types[field.name]) if one is not type(None)]
        optional = type(None) in get_args(types[field.name])
        columns.append([*SAMPLES[choices[0] if optional else types[field.name]], *([None] if optional else [])])
    yield from itertools.starmap(kind, itertools.product(*columns))


def templates(kind: type[Diagnostic]) -> dict[str, Template]:
    return {name: text for name in ("message", "hint") if isinstance(text := getattr(kind, name), Template)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_fact_in_braces_is_an_attribute(kind: type[Diagnostic]) -> None:
    for text in templates(kind).values():
        assert text.fields() <= set(dir(kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_can_be_written(kind: type[Diagnostic]) -> None:
    for found in samples(kind):
        assert found.message
        assert "\n" not in found.message
        assert found.hint is None or found.hint


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_message_has_no_fact_that_may_be_missing(kind: type[Diagnostic]) -> None:
    optional = {name for name, declared in get_type_hints(kind).items() if type(None) in get_args(declared)}
    message = templates(kind).get("message")
    assert message is None or not message.fields() & optional


def test_a_text_that_is_one_template_is_no_property() -> None:
    """A property is for texts that depend on more than the facts."""
    plain = [
        f"{kind.__name__}.{function.name}"
        for kind in KINDS
        for node in ast.parse(inspect.getsource(sys.modules[kind.__module__])).body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
        for function in node.body
        if isinstance(function, ast.FunctionDef) and function.name in {"message", "hint"}
        if isinstance(only := function.body[0], ast.Return)
        if isinstance(only.value, ast.Constant | ast.JoinedStr)
        if not any(isinstance(inner, ast.Call | ast.IfExp | ast.BinOp) for inner in ast.walk(only.value))
    ]
    assert not plain


class SpareParts(Diagnostic, frozen=True):
    """A kind for these tests."""

    names: tuple[str, ...] = ("K", "V")
    count: int = 1
    flag: bool = True
    close: str | None = None
    message = "{names[0]} of {names:chain} or {names:commas}: {count:count part}, {flag}, {{}}"
    hint = "did you mean {close}?"


FOUND = SpareParts(Span(0, 0))


def test_the_code_is_the_name_of_the_class() -> None:
    assert SpareParts.code == "spare-parts"


def test_the_words_after_a_colon() -> None:
    assert FOUND.message == "K of K -> V or K, V: 1 part, true, {}"


@pytest.mark.parametrize(("count", "written"), [(0, "0 parts"), (1, "1 part"), (2, "2 parts")])
def test_counted(count: int, written: str) -> None:
    assert f": {written}," in SpareParts(Span(0, 0), count=count).message


@pytest.mark.parametrize(("size", "written"), [(999_999_999_999, "999999999999"), (-(10**12), "far too many")])
def test_long_numbers_have_words(size: int, written: str) -> None:
    class Sized:
        items = size
        text = Template("{items:short far too many}")

    assert Sized().text == written


def test_a_hint_without_its_fact_is_left_out() -> None:
    assert FOUND.hint is None
    assert SpareParts(Span(0, 0), close="b").hint == "did you mean b?"


def test_an_unknown_word_after_a_colon_is_an_error() -> None:
    class Wrong:
        names = ("a",)
        text = Template("{names:chained}")

    with pytest.raises(TypeError, match="unsupported format string"):
        assert Wrong().text


@pytest.mark.parametrize(("words", "written"), [(("a",), "a"), (("a", "b"), "a or b"), (("a", "b", "c"), "a, b or c")])
def test_alternatives(words: tuple[str, ...], written: str) -> None:
    assert alternatives(words, "or") == written


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_has_a_message_of_its_own(kind: type[Diagnostic]) -> None:
    assert kind.message is not Diagnostic.message


def test_a_diagnostic_without_a_message_is_found() -> None:
    class Silent(Diagnostic, frozen=True):
        """It has no text."""

    with pytest.raises(InternalError, match="Silent"):
        assert Silent(Span(0, 0)).message
