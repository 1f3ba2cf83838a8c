"""Names, types and expressions as written."""

from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name where it is declared or used."""

    span: Span
    text: str


# Types ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedType:
    """`int`, `Map<int, bytes>`."""

    span: Span
    name: Identifier
    arguments: tuple["TypeExpression", ...]


@dataclass(frozen=True, slots=True)
class SizedType:
    """`element[size]`: an array; `size` is None where the initialiser determines it.

    `int[2][3]` is an array of 2 elements of type `int[3]`: `SizedType(SizedType(int, 3), 2)`.
    """

    span: Span
    element: "TypeExpression"
    size: "Expression | None"


TypeExpression = NamedType | SizedType

# Expressions ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IntLiteral:
    """`42`, `0x2a`; never negative."""

    span: Span
    value: int


@dataclass(frozen=True, slots=True)
class BoolLiteral:
    """`true`, `false`."""

    span: Span
    value: bool


@dataclass(frozen=True, slots=True)
class BytesLiteral:
    """`b'00ff'`."""

    span: Span
    value: bytes


@dataclass(frozen=True, slots=True)
class StringLiteral:
    """`"text"`: the bytes of its UTF-8 form; `text` is as written, with its escapes."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """`balance`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class GenericName:
    """`Map<int, bytes>` used as a value: the prefix of a static call."""

    span: Span
    type: NamedType


@dataclass(frozen=True, slots=True)
class This:
    """`this`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`operator operand`."""

    span: Span
    operator: UnaryOperator
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    span: Span
    left: "Expression"
    operator: BinaryOperator
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    span: Span
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class Increment:
    """`++target`, `target--` and so on: adds `step` (1 or -1)."""

    span: Span
    target: "Expression"
    step: int
    prefix: bool


@dataclass(frozen=True, slots=True)
class Index:
    """`base[index]`."""

    span: Span
    base: "Expression"
    index: "Expression"


@dataclass(frozen=True, slots=True)
class Slice:
    """`base[start:end]`, either bound may be absent."""

    span: Span
    base: "Expression"
    start: "Expression | None"
    end: "Expression | None"


@dataclass(frozen=True, slots=True)
class Member:
    """`base.name`."""

    span: Span
    base: "Expression"
    name: Identifier


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`: a static of the owner, a built-in or a cast.

    Called names take no type arguments: `f(a < b, c > (d))` is parsed as if `a` did.
    """

    span: Span
    function: Identifier
    type_arguments: tuple["TypeExpression", ...]
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class MethodCall:
    """`receiver.function(arguments)`: a method, or a static of the class that `receiver` names."""

    span: Span
    receiver: "Expression"
    function: Identifier
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class New:
    """`new type(arguments)`."""

    span: Span
    type: NamedType
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    """`[element, ...]`, at least one."""

    span: Span
    elements: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class StructLiteral:
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
