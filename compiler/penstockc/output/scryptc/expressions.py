"""Expressions of the syntax tree for SDKs.

Names of nodes and fields are those of the official compiler as far as its published trees show them. They show no
choices, increments, array and struct literals, `new` and operators other than `+`, `-`, `==` and `>`: the names of
those are ours.
"""

from typing import Final, assert_never

from penstockc.diagnostics import InternalError
from penstockc.output.scryptc.nodes import Node, NodeWriter
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.literals import unescaped

BINARY: Final = {
    ast.BinaryOperator.ADD: "Add",
    ast.BinaryOperator.SUBTRACT: "Sub",
    ast.BinaryOperator.MULTIPLY: "Mul",
    ast.BinaryOperator.DIVIDE: "Div",
    ast.BinaryOperator.REMAINDER: "Mod",
    ast.BinaryOperator.SHIFT_LEFT: "LShift",
    ast.BinaryOperator.SHIFT_RIGHT: "RShift",
    ast.BinaryOperator.LESS: "LessThan",
    ast.BinaryOperator.LESS_OR_EQUAL: "LessThanOrEqual",
    ast.BinaryOperator.GREATER: "GreaterThan",
    ast.BinaryOperator.GREATER_OR_EQUAL: "GreaterThanOrEqual",
    ast.BinaryOperator.EQUAL: "Equal",
    ast.BinaryOperator.NOT_EQUAL: "NotEqual",
    ast.BinaryOperator.BIT_AND: "BitAnd",
    ast.BinaryOperator.BIT_XOR: "BitXor",
    ast.BinaryOperator.BIT_OR: "BitOr",
    ast.BinaryOperator.AND: "BoolAnd",
    ast.BinaryOperator.OR: "BoolOr",
}
UNARY: Final = {
    ast.UnaryOperator.NEGATE: "Negate",
    ast.UnaryOperator.NOT: "Not",
    ast.UnaryOperator.INVERT: "Invert",
}
INCREMENTS: Final = {
    (1, True): "PreIncrement",
    (1, False): "PostIncrement",
    (-1, True): "PreDecrement",
    (-1, False): "PostDecrement",
}
"""Names by step, and by whether the operator is in front."""
HEX: Final = ("0x", "0X")


class ExpressionWriter(NodeWriter):
    """Writes expressions."""

    def literal(self, expression: ast.Expression) -> Node | None:
        """Return the node of a literal or a negative number; None for anything else."""
        match expression:
            case ast.BoolLiteral(span=span, value=value):
                return self.node("BoolLiteral", span, value=value)
            case ast.IntLiteral(span=span, value=value):
                return self.node("IntLiteral", span, value=value, hex=self.text(span).startswith(HEX))
            case ast.Unary(span=span, operator=ast.UnaryOperator.NEGATE, operand=ast.IntLiteral() as operand):
                is_hex = self.text(operand.span).startswith(HEX)
                return self.node("IntLiteral", span, value=-operand.value, hex=is_hex)
            case ast.BytesLiteral(span=span, value=value):
                return self.node("BytesLiteral", span, value=list(value))
            case ast.StringLiteral(span=span, text=text):
                return self.node("BytesLiteral", span, value=list(unescaped(text).encode()))
            case _:
                return None

    def expression(self, expression: ast.Expression) -> Node:  # noqa: C901 - one arm per node of a closed union
        """Return the node of an expression."""
        literal = self.literal(expression)
        if literal is not None:
            return literal
        match expression:
            case ast.Name(span=span, text=text):
                return self.node("Variable", span, name=text)
            case ast.GenericName(span=span, type=written):
                return self.node("Variable", span, name=self.type(written))
            case ast.This(span=span):
                return self.node("Variable", span, name="this")
            case ast.Unary(span=span, operator=operator, operand=operand):
                return self.node("UnaryExpr", span, name=UNARY[operator], expr=self.expression(operand))
            case ast.Increment(span=span, target=target, step=step, prefix=prefix):
                return self.node("UnaryExpr", span, name=INCREMENTS[step, prefix], expr=self.expression(target))
            case ast.Binary(span=span, left=left, operator=operator, right=right):
                return self.binary(span, BINARY[operator], left, self.expression(right))
            case ast.Member(span=span, base=base, name=name):
                return self.binary(span, "Dot", base, self.node("Variable", name.span, name=name.text))
            case ast.Index(span=span, base=base, index=index):
                return self.binary(span, "Index", base, self.expression(index))
            case ast.Conditional() | ast.Slice():
                return self._choice(expression)
            case ast.Call() | ast.MethodCall() | ast.New():
                return self._call(expression)
            case ast.ArrayLiteral(span=span, elements=parts):
                return self.node("ArrayLiteral", span, value=[self.expression(part) for part in parts])
            case ast.StructLiteral(span=span, values=parts):
                return self.node("StructLiteral", span, value=[self.expression(part) for part in parts])
            case ast.IntLiteral() | ast.BoolLiteral() | ast.BytesLiteral() | ast.StringLiteral():
                raise InternalError("a literal without a node")
            case _:
                assert_never(expression)

    def binary(self, span: Span, name: str, left: ast.Expression, right: Node) -> Node:
        """Return the node of an operation on two operands."""
        return self.node("BinaryExpr", span, lExpr=self.expression(left), name=name, rExpr=right)

    def optional(self, expression: ast.Expression | None) -> Node | None:
        """Return the node of an expression that may be absent."""
        return None if expression is None else self.expression(expression)

    def _choice(self, expression: ast.Conditional | ast.Slice) -> Node:
        match expression:
            case ast.Conditional(span=span, condition=condition, then=then, otherwise=otherwise):
                arms = {"trueExpr": self.expression(then), "falseExpr": self.expression(otherwise)}
                return self.node("TernaryExpr", span, cond=self.expression(condition), **arms)
            case ast.Slice(span=span, base=base, start=start, end=end):
                bounds = {"start": self.optional(start), "end": self.optional(end)}
                return self.node("Slice", span, expr=self.expression(base), **bounds)

    def _call(self, call: ast.Call | ast.MethodCall | ast.New) -> Node:
        """Return the node of a call: its name is the text before the arguments, as in `this.sum`."""
        params = [self.expression(argument) for argument in call.arguments]
        match call:
            case ast.Call(function=function):
                name = function.text
            case ast.MethodCall(receiver=receiver, function=function):
                name = f"{self.text(receiver.span, ' ')}.{function.text}"
            case ast.New(type=written):
                return self.node("New", call.span, type=self.type(written), params=params)
        return self.node("FunctionCall", call.span, name=name, params=params)
