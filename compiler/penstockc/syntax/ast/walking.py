"""Walk over the nodes inside a statement, an expression or a written type."""

from collections.abc import Iterator
from typing import assert_never

from penstockc.syntax.ast.expressions import (
    ArrayLiteral,
    Binary,
    BoolLiteral,
    BytesLiteral,
    Call,
    Conditional,
    Expression,
    GenericName,
    Increment,
    Index,
    IntLiteral,
    Member,
    MethodCall,
    Name,
    NamedType,
    New,
    SizedType,
    Slice,
    StringLiteral,
    StructLiteral,
    This,
    TypeExpression,
    Unary,
)
from penstockc.syntax.ast.statements import (
    Asm,
    Assign,
    Block,
    CodeSeparator,
    Declare,
    Exit,
    ExpressionStatement,
    If,
    Loop,
    Require,
    Return,
    Statement,
)

Node = Statement | Expression | TypeExpression


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything inside it, outer ones first, except inline assembly."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(part for part in reversed(parts(node)) if part is not None)


def parts(node: Node) -> tuple[Node | None, ...]:  # noqa: C901 - a line per node
    """Return the nodes directly inside a node, in order; None where something optional is absent."""
    match node:
        case Block(statements=statements):
            return statements
        case Declare(type=type_, value=value):
            return type_, value
        case Assign(target=target, value=value):
            return target, value
        case Require(condition=condition) | Exit(condition=condition):
            return (condition,)
        case If(condition=condition, then=then, otherwise=otherwise):
            return condition, then, otherwise
        case Loop(count=count, body=body):
            return count, body
        case Return(value=value):
            return (value,)
        case ExpressionStatement(expression=expression):
            return (expression,)
        case CodeSeparator() | Asm():
            return ()
        case NamedType(arguments=arguments):
            return arguments
        case SizedType(element=element, size=size):
            return element, size
        case _:
            return _inside_expression(node)


def _inside_expression(node: Expression) -> tuple[Node | None, ...]:  # noqa: C901 - a line per node
    match node:
        case IntLiteral() | BoolLiteral() | BytesLiteral() | StringLiteral() | Name() | This():
            return ()
        case GenericName(type=type_):
            return (type_,)
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return left, right
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return condition, then, otherwise
        case Increment(target=target):
            return (target,)
        case Index(base=base, index=index):
            return base, index
        case Slice(base=base, start=start, end=end):
            return base, start, end
        case Member(base=base):
            return (base,)
        case Call(type_arguments=type_arguments, arguments=arguments):
            return (*type_arguments, *arguments)
        case MethodCall(receiver=receiver, arguments=arguments):
            return receiver, *arguments
        case New(type=type_, arguments=arguments):
            return type_, *arguments
        case ArrayLiteral(elements=elements):
            return elements
        case StructLiteral(values=values):
            return values
        case _:
            assert_never(node)
