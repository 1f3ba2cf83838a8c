"""Statements and inline assembly as written."""

from dataclasses import dataclass

from penstockc.source import Span
from penstockc.syntax.ast.expressions import BinaryOperator, Expression, Identifier, TypeExpression


@dataclass(frozen=True, slots=True)
class Block:
    """`{ statement ... }`."""

    span: Span
    statements: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class Declare:
    """`[const] type name = value;`; `type` is None for `auto`."""

    span: Span
    is_const: bool
    type: TypeExpression | None
    name: Identifier
    value: Expression


@dataclass(frozen=True, slots=True)
class Assign:
    """`target = value;`, or `target operator= value;`."""

    span: Span
    target: Expression
    operator: BinaryOperator | None
    value: Expression


@dataclass(frozen=True, slots=True)
class Require:
    """`require(condition);`."""

    span: Span
    condition: Expression


@dataclass(frozen=True, slots=True)
class Exit:
    """`exit(condition);`."""

    span: Span
    condition: Expression


@dataclass(frozen=True, slots=True)
class If:
    """`if (condition) then else otherwise`."""

    span: Span
    condition: Expression
    then: "Statement"
    otherwise: "Statement | None"


@dataclass(frozen=True, slots=True)
class Loop:
    """`loop (count) : variable body`."""

    span: Span
    count: Expression
    variable: Identifier | None
    body: "Statement"


@dataclass(frozen=True, slots=True)
class Return:
    """`return value;`."""

    span: Span
    value: Expression | None


@dataclass(frozen=True, slots=True)
class CodeSeparator:
    """`***`."""

    span: Span


@dataclass(frozen=True, slots=True)
class ExpressionStatement:
    """`expression;`."""

    span: Span
    expression: Expression


@dataclass(frozen=True, slots=True)
class Asm:
    """`asm { item ... }`."""

    span: Span
    items: tuple["AsmItem", ...]


Statement = Block | Declare | Assign | Require | Exit | If | Loop | Return | CodeSeparator | ExpressionStatement | Asm

# Inline assembly ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AsmWord:
    """An opcode name, a hex word, or the induction variable of an enclosing `AsmLoop`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class AsmData:
    """`"text"` or `b'00'`: a push of these bytes."""

    span: Span
    value: bytes


@dataclass(frozen=True, slots=True)
class AsmVariable:
    """`$name`: a placeholder of the template."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class AsmLoop:
    """`loop (count) : variable { item ... }`."""

    span: Span
    count: str
    variable: str | None
    items: tuple["AsmItem", ...]


AsmItem = AsmWord | AsmData | AsmVariable | AsmLoop
