"""Every equation between operations holds for the meanings of its operations, and saves bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.contract.artifact import Kind
from penstockc.ir.passes.algebra import EQUATIONS, Equation, Form, Known, Part, Unknown
from penstockc.language.abort import Abort
from penstockc.language.operations import Value
from penstockc.meaning.apply import apply
from penstockc.meaning.limits import BSV

ALL = [equation for equations in EQUATIONS.values() for equation in equations]
VALUES: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.INT: st.one_of(st.integers(0, 3), st.integers(-3, 40), st.integers(-(2**40), 2**40)),
    Kind.BOOL: st.booleans(),
    Kind.BYTES: st.binary(max_size=40),
}


def show(part: Part) -> str:
    match part:
        case Form(operation=operation, parts=parts):
            return f"{operation.name}({', '.join(map(show, parts))})"
        case Known(value=value):
            return repr(value)
        case Unknown(name=name):
            return name


def unknowns(part: Part, kind: Kind) -> dict[str, Kind]:
    """The unknowns of a form and the kinds of their places."""
    match part:
        case Form(operation=operation, parts=parts):
            found: dict[str, Kind] = {}
            for inner, place in zip(parts, operation.takes, strict=True):
                found |= unknowns(inner, place)
            return found
        case Known():
            return {}
        case Unknown(name=name):
            return {name: kind}


def value_of(part: Part, given_values: dict[str, Value]) -> Value:
    match part:
        case Form(operation=operation, parts=parts):
            (result,) = apply(operation, tuple(value_of(inner, given_values) for inner in parts), BSV)
            return result
        case Known(value=value):
            return value
        case Unknown(name=name):
            return given_values[name]


def operations(part: Part) -> int:
    return 1 + sum(map(operations, part.parts)) if isinstance(part, Form) else 0


@pytest.mark.parametrize("equation", ALL, ids=lambda equation: f"{show(equation.left)} = {show(equation.right)}")
@given(data=st.data())
def test_both_sides_mean_the_same(equation: Equation, data: st.DataObject) -> None:
    kinds = unknowns(equation.left, equation.left.operation.gives[0])
    values = {name: data.draw(VALUES[kind], label=name) for name, kind in sorted(kinds.items())}
    try:
        expected = value_of(equation.left, values)
    except Abort:
        return  # a partial operation stays in the script, so that it aborts as before
    assert value_of(equation.right, values) == expected


@pytest.mark.parametrize("equation", ALL, ids=lambda equation: f"{show(equation.left)} = {show(equation.right)}")
def test_the_right_side_knows_what_the_left_side_does(equation: Equation) -> None:
    left = unknowns(equation.left, equation.left.operation.gives[0])
    right = unknowns(equation.right, equation.left.operation.gives[0])
    assert right.items() <= left.items()
    assert operations(equation.right) <= operations(equation.left)


def test_no_equation_stands_twice() -> None:
    assert len({show(equation.left) for equation in ALL}) == len(ALL)
