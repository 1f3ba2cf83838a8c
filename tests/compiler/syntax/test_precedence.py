"""Operators bind as in the language's table: text with the fewest parentheses is read back the same."""

from hypothesis import given
from hypothesis import strategies as st

from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast import BinaryOperator, UnaryOperator
from penstockc.syntax.text import tree_text
from tests.support.compiling.sources import expression

NOWHERE = Span(0, 0)

# From the loosest to the tightest; one line binds alike, from left to right.
LEVELS = (
    "||",
    "&&",
    "|",
    "^",
    "&",
    "== !=",
    "< <= > >=",
    "<< >>",
    "+ -",
    "* / %",
)
CONDITIONAL, UNARY, POSTFIX = 0, len(LEVELS) + 1, len(LEVELS) + 2
LEVEL = {BinaryOperator(sign): level for level, line in enumerate(LEVELS, start=1) for sign in line.split()}


def level(node: ast.Expression) -> int:
    match node:
        case ast.Conditional():
            return CONDITIONAL
        case ast.Binary(operator=operator):
            return LEVEL[operator]
        case ast.Unary() | ast.Increment(prefix=True):
            return UNARY
        case _:
            return POSTFIX


def inside(node: ast.Expression, least: int) -> str:
    """The node's text, in parentheses if it binds more loosely than `least`."""
    return printed(node) if level(node) >= least else f"({printed(node)})"


def printed(node: ast.Expression) -> str:
    match node:
        case ast.IntLiteral(value=value):
            return str(value)
        case ast.Name(text=text):
            return text
        case ast.Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"{inside(condition, 1)} ? {printed(then)} : {printed(otherwise)}"
        case ast.Binary(left=left, operator=operator, right=right):
            own = LEVEL[operator]
            return f"{inside(left, own)} {operator} {inside(right, own + 1)}"
        case ast.Unary(operator=operator, operand=operand):
            return f"{operator} {inside(operand, UNARY)}"
        case ast.Increment(target=target, step=step, prefix=prefix):
            sign = "++" if step > 0 else "--"
            return f"{sign} {inside(target, UNARY)}" if prefix else f"{inside(target, POSTFIX)}{sign}"
        case ast.Slice(base=base, start=start, end=end):
            bounds = ("" if bound is None else printed(bound) for bound in (start, end))
            return f"{inside(base, POSTFIX)}[{':'.join(bounds)}]"
        case ast.Member(base=base, name=name):
            return f"{inside(base, POSTFIX)}.{name.text}"
        case _:
            raise TypeError(node)


def larger(inner: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    name = st.just(ast.Identifier(NOWHERE, "field"))
    return st.one_of(
        st.builds(ast.Conditional, st.just(NOWHERE), inner, inner, inner),
        st.builds(ast.Binary, st.just(NOWHERE), inner, st.sampled_from(BinaryOperator), inner),
        st.builds(ast.Unary, st.just(NOWHERE), st.sampled_from(UnaryOperator), inner),
        st.builds(ast.Increment, st.just(NOWHERE), inner, st.sampled_from([1, -1]), st.booleans()),
        st.builds(ast.Slice, st.just(NOWHERE), inner, st.none() | inner, st.none() | inner),
        st.builds(ast.Member, st.just(NOWHERE), inner, name),
    )


LEAVES: st.SearchStrategy[ast.Expression] = st.one_of(
    st.builds(ast.IntLiteral, st.just(NOWHERE), st.integers(0, 99)),
    st.builds(ast.Name, st.just(NOWHERE), st.sampled_from(["x", "y", "z"])),
)


@given(st.recursive(LEAVES, larger, max_leaves=12))
def test_printed_and_read_back(node: ast.Expression) -> None:
    assert tree_text(expression(printed(node))) == tree_text(node)
