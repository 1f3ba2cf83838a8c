"""Names, types and expressions as written."""

from enum import StrEnum

from penstock.records import Record
from penstockc.source import Span


class UnaryOperator(StrEnum):
    """Operators before their one operand, spelled as in the source."""

    NEGATE = "-"
    NOT = "!"
    INVERT = "~"


class BinaryOperator(StrEnum):
    """Operators between two operands, spelled as in the source."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    REMAINDER = "%"
    SHIFT_LEFT = "<<"
    SHIFT_RIGHT = ">>"
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    EQUAL = "=="
    NOT_EQUAL = "!="
    BIT_AND = "&"
    BIT_XOR = "^"
    BIT_OR = "|"
    AND = "&&"
    OR = "||"


class Identifier(Record, frozen=True):
    """A name where it is declared or used."""

    span: Span
    text: str


# Types ----------------------------------------------------------------------------------------------------------------


class NamedType(Record, frozen=True):
    """`int`, `Map<int, bytes>`."""

    span: Span
    name: Identifier
    arguments: tuple["TypeExpression", ...]


class SizedType(Record, frozen=True):
    """`element[size]`: an array; `size` is None where the initialiser determines it.

    `int[2][3]` is an array of 2 elements of type `int[3]`: `SizedType(SizedType(int, 3), 2)`.
    """

    span: Span
    element: "TypeExpression"
    size: "Expression | None"


TypeExpression = NamedType | SizedType

# Expressions ----------------------------------------------------------------------------------------------------------


class IntLiteral(Record, frozen=True):
    """`42`, `0x2a`; never negative."""

    span: Span
    value: int


class BoolLiteral(Record, frozen=True):
    """`true`, `false`."""

    span: Span
    value: bool


class BytesLiteral(Record, frozen=True):
    """`b'00ff'`."""

    span: Span
    value: bytes


class StringLiteral(Record, frozen=True):
    """`"text"`: the bytes of its UTF-8 form; `text` is as written, with its escapes."""

    span: Span
    text: str


class Name(Record, frozen=True):
    """`balance`."""

    span: Span
    text: str


class GenericName(Record, frozen=True):
    """`Map<int, bytes>` used as a value: the prefix of a static call."""

    span: Span
    type: NamedType


class This(Record, frozen=True):
    """`this`."""

    span: Span


class Unary(Record, frozen=True):
    """`operator operand`."""

    span: Span
    operator: UnaryOperator
    operand: "Expression"


class Binary(Record, frozen=True):
    """`left operator right`."""

    span: Span
    left: "Expression"
    operator: BinaryOperator
    right: "Expression"


class Conditional(Record, frozen=True):
    """`condition ? then : otherwise`."""

    span: Span
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


class Increment(Record, frozen=True):
    """`++target`, `target--` and so on: adds `step` (1 or -1)."""

    span: Span
    target: "Expression"
    step: int
    prefix: bool


class Index(Record, frozen=True):
    """`base[index]`."""

    span: Span
    base: "Expression"
    index: "Expression"


class Slice(Record, frozen=True):
    """`base[start:end]`, either bound may be absent."""

    span: Span
    base: "Expression"
    start: "Expression | None"
    end: "Expression | None"


class Member(Record, frozen=True):
    """`base.name`."""

    span: Span
    base: "Expression"
    name: Identifier


class Call(Record, frozen=True):
    """`function(arguments)`: a static of the owner, a built-in or a cast.

    Called names take no type arguments: `f(a < b, c > (d))` is parsed as if `a` did.
    """

    span: Span
    function: Identifier
    type_arguments: tuple["TypeExpression", ...]
    arguments: tuple["Expression", ...]


class MethodCall(Record, frozen=True):
    """`receiver.function(arguments)`: a method, or a static of the class that `receiver` names."""

    span: Span
    receiver: "Expression"
    function: Identifier
    arguments: tuple["Expression", ...]


class New(Record, frozen=True):
    """`new type(arguments)`."""

    span: Span
    type: NamedType
    arguments: tuple["Expression", ...]


class ArrayLiteral(Record, frozen=True):
    """`[element, ...]`, at least one."""

    span: Span
    elements: tuple["Expression", ...]


class StructLiteral(Record, frozen=True):
    """`{value, ...}`: the fields of a struct in order."""

    span: Span
    values: tuple["Expression", ...]


Expression = (
    IntLiteral
    | BoolLiteral
    | BytesLiteral
    | StringLiteral
    | Name
    | GenericName
    | This
    | Unary
    | Binary
    | Conditional
    | Increment
    | Index
    | Slice
    | Member
    | Call
    | MethodCall
    | New
    | ArrayLiteral
    | StructLiteral
)
