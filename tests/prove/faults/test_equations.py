"""Each equation between operations made wrong: the proof of a contract that it shortens finds a spend."""

import dataclasses
from typing import Final

import pytest

from penstock.artifact.artifact import Kind
from penstock.records import replace
from penstockc.ir.passes.algebra import EQUATIONS, AnyValue, ConstantPattern, Equation, OperationPattern, Part
from penstockc.language.operations import Operation
from tests.support.planted import check

SPELLED: Final = {
    Operation.ADD: "({} + {})",
    Operation.SUB: "({} - {})",
    Operation.MUL: "({} * {})",
    Operation.DIV: "({} / {})",
    Operation.NEGATE: "(-{})",
    Operation.MIN: "min({}, {})",
    Operation.MAX: "max({}, {})",
    Operation.INT_SHIFT_LEFT: "({} << {})",
    Operation.INT_SHIFT_RIGHT: "({} >> {})",
    Operation.NUM_EQUAL: "({} == {})",
    Operation.NUM_NOT_EQUAL: "({} != {})",
    Operation.LESS: "({} < {})",
    Operation.LESS_OR_EQUAL: "({} <= {})",
    Operation.GREATER: "({} > {})",
    Operation.GREATER_OR_EQUAL: "({} >= {})",
    Operation.IS_ZERO: "({} == 0)",
    Operation.INT_TO_BOOL: "({} != 0)",
    Operation.NOT: "(!{})",
    Operation.BOOL_EQUAL: "({} == {})",
    Operation.BOOL_AND: "({} && {})",
    Operation.BOOL_OR: "({} || {})",
    Operation.BYTES_EQUAL: "({} == {})",
    Operation.CONCATENATE: "({} + {})",
    Operation.SLICE: "{}[{} : {}]",
    Operation.TAKE: "{}[: {}]",
    Operation.SKIP: "{}[{} :]",
    Operation.LENGTH: "len({})",
    Operation.PACK: "pack({})",
    Operation.UNPACK: "unpack({})",
    Operation.NUM_TO_BIN: "num2bin({}, {})",
    Operation.RIPEMD160: "ripemd160({})",
    Operation.SHA1: "sha1({})",
    Operation.SHA256: "sha256({})",
    Operation.HASH160: "hash160({})",
    Operation.HASH256: "hash256({})",
}
"""How operations are written in a contract."""
OTHERS: Final = {
    Operation.NORMALIZE: Operation.NEGATE,
    Operation.INCREMENT: Operation.DECREMENT,
    Operation.DECREMENT: Operation.INCREMENT,
    Operation.NEGATE: Operation.ABS,
    Operation.ADD: Operation.SUB,
    Operation.SUB: Operation.ADD,
    Operation.IS_ZERO: Operation.INT_TO_BOOL,
    Operation.INT_TO_BOOL: Operation.IS_ZERO,
    Operation.NUM_EQUAL: Operation.LESS_OR_EQUAL,
    Operation.NUM_NOT_EQUAL: Operation.LESS,
    Operation.LESS: Operation.LESS_OR_EQUAL,
    Operation.LESS_OR_EQUAL: Operation.LESS,
    Operation.GREATER: Operation.GREATER_OR_EQUAL,
    Operation.GREATER_OR_EQUAL: Operation.GREATER,
    Operation.NORMALIZE_BOOL: Operation.NOT,
    Operation.NOT: Operation.NORMALIZE_BOOL,
    Operation.TAKE: Operation.SKIP,
    Operation.SKIP: Operation.TAKE,
    Operation.HASH256: Operation.SHA256,
    Operation.HASH160: Operation.RIPEMD160,
}
"""What an equation with this operation on its right side has instead when it is wrong."""
TYPES: Final = {Kind.INT: "int", Kind.BOOL: "bool", Kind.BYTES: "bytes"}
AND_OR: Final = {Operation.BOOL_AND: "&&", Operation.BOOL_OR: "||"}
CANONICAL: Final = {Kind.INT: ("(p - q)", "int p, int q"), Kind.BOOL: ("(p < q)", "int p, int q")}
"""Values that always have their canonical bytes, and the arguments that they are made of."""
ROWS: Final = [equation for rows in EQUATIONS.values() for equation in rows]


def spelled(part: Part, kind: Kind, parameters: dict[str, None]) -> str:
    """A side of an equation as an expression; its unknowns become arguments."""
    match part:
        case OperationPattern(
            operation=Operation.BOOL_AND | Operation.BOOL_OR, parts=(one, ConstantPattern(value=truth))
        ):
            parameters["int y"] = None  # a constant here would be decided as a branch before
            return f"({spelled(one, kind, parameters)} {AND_OR[part.operation]} (y {'==' if truth else '!='} y))"
        case OperationPattern(operation=operation, parts=parts):
            inner = [spelled(each, of, parameters) for each, of in zip(parts, operation.takes, strict=True)]
            return SPELLED[operation].format(*inner)
        case AnyValue(is_canonical=True):
            text, given = CANONICAL[kind]
            parameters[given] = None
            return text
        case AnyValue(name=name):
            parameters[f"{TYPES[kind]} {name}"] = None
            return name
        case ConstantPattern(value=bytes() as value):
            return f"b'{value.hex()}'"
        case ConstantPattern(value=value):
            return str(value).lower()


def contract(equation: Equation) -> str:
    """A contract that has the left side."""
    parameters: dict[str, None] = {}
    (kind,) = equation.left.operation.gives
    expression = spelled(equation.left, kind, parameters)
    given = ", ".join((*parameters, f"{TYPES[kind]} r"))
    small = "require(n < 9); " if "num2bin" in expression else ""
    return f"contract C {{ public function f({given}) {{ {small}require({expression} == r); }} }}"


def wrong(equation: Equation) -> Equation:
    """The equation with another right side."""
    (kind,) = equation.left.operation.gives
    return dataclasses.replace(equation, right=other(equation.right, kind))


def other(part: Part, kind: Kind) -> Part:
    match part, kind:
        case OperationPattern(operation=Operation.WITHIN, parts=(value, low, high)), _:
            return replace(part, parts=(value, high, low))
        case OperationPattern(operation=operation), _:
            return replace(part, operation=OTHERS[operation])
        case ConstantPattern(value=bool() as value), _:
            return ConstantPattern(not value)
        case ConstantPattern(value=int() as value), _:
            return ConstantPattern(value + 1)
        case _, Kind.INT:
            return OperationPattern(Operation.INCREMENT, (part,))
        case _, Kind.BOOL:
            return OperationPattern(Operation.NOT, (part,))
        case _:
            return OperationPattern(Operation.CONCATENATE, (part, part))


@pytest.mark.parametrize("equation", ROWS, ids=lambda each: contract(each).partition(" { ")[2][:-4])
def test_a_wrong_equation_is_found(equation: Equation) -> None:
    operation = equation.left.operation
    changed = tuple(wrong(each) if each is equation else each for each in EQUATIONS[operation])
    check(contract(equation), lambda patch: patch.setitem(EQUATIONS, operation, changed))
