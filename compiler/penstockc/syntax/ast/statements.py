"""Statements and inline assembly as written."""

from penstock.records import Record
from penstockc.source import Span
from penstockc.syntax.ast.expressions import BinaryOperator, Expression, Identifier, TypeExpression


class Block(Record, frozen=True):
    """`{ statement ... }`."""

    span: Span
    statements: tuple["Statement", ...]


class Declare(Record, frozen=True):
    """`[const] type name = value;`; `type` is None for `auto`."""

    span: Span
    is_const: bool
    type: TypeExpression | None
    name: Identifier
    value: Expression


class Assign(Record, frozen=True):
    """`target = value;`, or `target operator= value;`."""

    span: Span
    target: Expression
    operator: BinaryOperator | None
    value: Expression


class Require(Record, frozen=True):
    """`require(condition);`."""

    span: Span
    condition: Expression


class Exit(Record, frozen=True):
    """`exit(condition);`."""

    span: Span
    condition: Expression


class If(Record, frozen=True):
    """`if (condition) then else otherwise`."""

    span: Span
    condition: Expression
    then: "Statement"
    otherwise: "Statement | None"


class Loop(Record, frozen=True):
    """`loop (count) : variable body`."""

    span: Span
    count: Expression
    variable: Identifier | None
    body: "Statement"


class Return(Record, frozen=True):
    """`return value;`."""

    span: Span
    value: Expression | None


class CodeSeparator(Record, frozen=True):
    """`***`."""

    span: Span


class ExpressionStatement(Record, frozen=True):
    """`expression;`."""

    span: Span
    expression: Expression


class Asm(Record, frozen=True):
    """`asm { item ... }`."""

    span: Span
    items: tuple["AsmItem", ...]


Statement = Block | Declare | Assign | Require | Exit | If | Loop | Return | CodeSeparator | ExpressionStatement | Asm

# Inline assembly ------------------------------------------------------------------------------------------------------


class AsmWord(Record, frozen=True):
    """An opcode name, a hex word, or the induction variable of an enclosing `AsmLoop`."""

    span: Span
    text: str


class AsmData(Record, frozen=True):
    """`"text"` or `b'00'`: a push of these bytes."""

    span: Span
    value: bytes


class AsmVariable(Record, frozen=True):
    """`$name`: a placeholder of the template."""

    span: Span
    name: str


class AsmLoop(Record, frozen=True):
    """`loop (count) : variable { item ... }`."""

    span: Span
    count: str
    variable: str | None
    items: tuple["AsmItem", ...]


AsmItem = AsmWord | AsmData | AsmVariable | AsmLoop
