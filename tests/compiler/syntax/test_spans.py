"""Every node's span covers its text, no more and no less."""

from collections.abc import Iterator

import pytest
from hypothesis import given

from penstock.records import Record
from penstockc.source import Source, Span
from penstockc.syntax import ast
from penstockc.syntax.parse import parse
from tests.support.generators.random_contracts import Chooser, choosers, random_contract

TEXT = """\
// before
import "other.scrypt";
struct Pair<A, B> { A first; B[2] second; }
contract Sample {
    static const int N = (3 + 4);
    function f(Pair<int, bytes> p, int x) : int { return -x * (2 + x[0 : N]); }
    public function g(bytes y) { if (y == b'00') { x++; } require(this.f({1, y}, 2) > N ? true : !false); }
}
"""


def nodes(node: object) -> Iterator[tuple[str, Span]]:
    """Each node below `node`, by its kind and span."""
    if isinstance(node, tuple):
        for part in node:
            yield from nodes(part)
    elif isinstance(node, Record):
        if not (isinstance(node, ast.Modifiers) and not node.present):
            yield type(node).__name__, node.span  # type: ignore[attr-defined] # every node has one
        for name in node.__struct_fields__:
            yield from nodes(getattr(node, name))


def test_each_kind_covers_its_text() -> None:
    base = 1000
    found = {(kind, TEXT[span.start - base : span.end - base]) for kind, span in nodes(parse(Source("s", TEXT, base)))}
    assert found >= {
        ("Import", 'import "other.scrypt";'),
        ("Struct", "struct Pair<A, B> { A first; B[2] second; }"),
        ("SizedType", "B[2]"),
        ("Identifier", "second"),
        ("Modifiers", "static const"),
        ("Binary", "3 + 4"),
        ("NamedType", "Pair<int, bytes>"),
        ("NamedType", "bytes"),
        ("Return", "return -x * (2 + x[0 : N]);"),
        ("Binary", "-x * (2 + x[0 : N])"),
        ("Slice", "x[0 : N]"),
        ("Unary", "-x"),
        ("Block", "{ x++; }"),
        ("ExpressionStatement", "x++;"),
        ("Increment", "x++"),
        ("StructLiteral", "{1, y}"),
        ("MethodCall", "this.f({1, y}, 2)"),
        ("Conditional", "this.f({1, y}, 2) > N ? true : !false"),
    }


@given(choosers("spans"))
def test_children_lie_inside_and_in_order(choose: Chooser) -> None:
    contract = random_contract(choose, "bsv", 12)
    module = parse(Source("s", contract.text))
    assert module.span == Span(0, len(contract.text))
    check_children(module)


def check_children(node: object) -> None:
    if not isinstance(node, Record):
        return
    span: Span = node.span  # type: ignore[attr-defined] # every node has one
    for name in node.__struct_fields__:
        value = getattr(node, name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Record):
                if isinstance(child, ast.Modifiers) and not child.present:
                    continue
                inner: Span = child.span  # type: ignore[attr-defined] # every node has one
                assert span.start <= inner.start < inner.end <= span.end, (node, child)
                check_children(child)


@pytest.mark.parametrize("text", ["int x = 1;", "const auto x = 1;"])
def test_a_statement_starts_at_its_first_word(text: str) -> None:
    module = parse(Source("s", f"contract C {{ public function f() {{ {text} }} }}"))
    (declared,) = [span for kind, span in nodes(module) if kind == "Declare"]
    assert text == f"contract C {{ public function f() {{ {text} }} }}"[declared.start : declared.end]
