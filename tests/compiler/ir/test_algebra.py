"""Every equation between operations holds for the meanings of its operations, and saves bytes."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number
from penstockc.ir.passes.algebra import EQUATIONS, AnyValue, ConstantPattern, Equation, OperationPattern, Part
from penstockc.language.abort import Abort
from penstockc.language.items import read_item, stack_bytes
from penstockc.language.operations import Freedom, Operation, Value
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.apply import apply
from tests.support.compiling.spellings import spellings
from tests.support.compiling.targets import TARGETS

BSV, BTC = TARGETS["bsv"].limits, TARGETS["btc"].limits

ALL = [equation for equations in EQUATIONS.values() for equation in equations]
VALUES: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.INT: st.one_of(st.integers(0, 3), st.integers(-3, 40), st.integers(-(2**40), 2**40)),
    Kind.BOOL: st.booleans(),
    Kind.BYTES: st.binary(max_size=40),
}


def show(part: Part) -> str:
    match part:
        case OperationPattern(operation=operation, parts=parts):
            return f"{operation.name}({', '.join(map(show, parts))})"
        case ConstantPattern(value=value):
            return repr(value)
        case AnyValue(name=name):
            return name


def unknowns(part: Part, kind: Kind) -> dict[str, Kind]:
    """The unknowns of a form and the kinds of their places."""
    match part:
        case OperationPattern(operation=operation, parts=parts):
            found: dict[str, Kind] = {}
            for inner, place in zip(parts, operation.takes, strict=True):
                found |= unknowns(inner, place)
            return found
        case ConstantPattern():
            return {}
        case AnyValue(name=name):
            return {name: kind}


def value_of(part: Part, given_values: dict[str, Value]) -> Value:
    match part:
        case OperationPattern(operation=operation, parts=parts):
            (result,) = apply(operation, tuple(value_of(inner, given_values) for inner in parts), BSV)
            return result
        case ConstantPattern(value=value):
            return value
        case AnyValue(name=name):
            return given_values[name]


def item_of(part: Part, items: dict[str, bytes], limits: ValueLimits) -> bytes:
    """What a side leaves on the stack for items of any spelling: opcodes read them, or take them by their bytes."""
    match part:
        case ConstantPattern(item=item):
            return item
        case AnyValue(name=name):
            return items[name]
        case OperationPattern(operation=operation, parts=parts):
            operands = [item_of(inner, items, limits) for inner in parts]
            if operation is Operation.PACK:
                return operands[0]
            if operation is Operation.BOOL_EQUAL:
                return stack_bytes(operands[0] == operands[1])
            assert not operation.uses_bytes, "write down here what it makes of other spellings"
            values = tuple(map(read_any, operation.takes, operands))
            (result,) = apply(operation, values, limits)
            return stack_bytes(result)


def read_any(kind: Kind, item: bytes) -> Value:
    return decode_number(item, max_size=None, minimal=False) if kind is Kind.INT else read_item(kind, item)


def canonical_unknowns(part: Part) -> set[str]:
    match part:
        case OperationPattern(parts=parts):
            return {name for inner in parts for name in canonical_unknowns(inner)}
        case AnyValue(name=name, is_canonical=True):
            return {name}
        case _:
            return set()


def parts_that_stay(part: Part) -> Iterator[OperationPattern]:
    """The operations inside a side that `shorten` leaves in the script, since they may abort."""
    if isinstance(part, OperationPattern):
        for inner in part.parts:
            if isinstance(inner, OperationPattern) and inner.operation.freedom is Freedom.PARTIAL:
                yield inner
            yield from parts_that_stay(inner)


def operations(part: Part) -> int:
    return 1 + sum(map(operations, part.parts)) if isinstance(part, OperationPattern) else 0


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


def drawn_items(equation: Equation, data: st.DataObject) -> dict[str, bytes]:
    """Items for the unknowns of an equation, spelled in any way where it does not ask for the canonical one."""
    items = dict[str, bytes]()
    for name, kind in sorted(unknowns(equation.left, equation.left.operation.gives[0]).items()):
        item = stack_bytes(data.draw(VALUES[kind], label=name))
        others = () if name in canonical_unknowns(equation.left) else tuple(spellings(kind, item))
        items[name] = data.draw(st.sampled_from((item, *others)), label=f"spelling of {name}")
    return items


@pytest.mark.parametrize("equation", ALL, ids=lambda equation: f"{show(equation.left)} = {show(equation.right)}")
@given(data=st.data())
def test_both_sides_leave_the_same_bytes_for_any_spelling(equation: Equation, data: st.DataObject) -> None:
    items = drawn_items(equation, data)
    try:
        expected = item_of(equation.left, items, BSV)
    except Abort:
        return
    assert item_of(equation.right, items, BSV) == expected


@pytest.mark.parametrize("limits", [BSV, BTC], ids=["bsv", "btc"])
@pytest.mark.parametrize("equation", ALL, ids=lambda equation: f"{show(equation.left)} = {show(equation.right)}")
@given(data=st.data())
def test_what_aborts_on_the_left_aborts_on_the_right(
    equation: Equation, limits: ValueLimits, data: st.DataObject
) -> None:
    """Or in the rest of the left side. Where numbers are short, only some equations apply."""
    if limits is BTC and not equation.reads_alike:
        return
    items = drawn_items(equation, data)
    right = [equation.right, *parts_that_stay(equation.left)]
    assert aborts(equation.left, items, limits) == any(aborts(part, items, limits) for part in right)


def aborts(part: Part, items: dict[str, bytes], limits: ValueLimits) -> bool:
    try:
        item_of(part, items, limits)
    except Abort:
        return True
    return False


@pytest.mark.parametrize("equation", ALL, ids=lambda equation: f"{show(equation.left)} = {show(equation.right)}")
def test_the_right_side_knows_what_the_left_side_does(equation: Equation) -> None:
    left = unknowns(equation.left, equation.left.operation.gives[0])
    right = unknowns(equation.right, equation.left.operation.gives[0])
    assert right.items() <= left.items()
    assert operations(equation.right) <= operations(equation.left)


def test_no_equation_stands_twice() -> None:
    assert len({show(equation.left) for equation in ALL}) == len(ALL)
