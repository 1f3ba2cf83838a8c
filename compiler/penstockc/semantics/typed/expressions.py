"""Names, places and expressions of the typed tree."""

from dataclasses import dataclass
from typing import TypeGuard

from penstock.artifact.artifact import BasicType
from penstockc.language.operations import Operation
from penstockc.language.types import ArrayType, LibraryType, StructType, Type
from penstockc.source import Span


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A function or static by its owner (contract or library, with its type arguments) and name.

    `constants` are the compile-time arguments of a function with `static const` parameters.
    """

    owner: str
    name: str
    constants: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.owner}.{self.name}"

    def variable(self, name: str) -> str:
        """Return the full name of assembly variable `name` of this function, in which type arguments do not count."""
        return f"{self.owner.partition('<')[0]}.{self.name}.{name}"


@dataclass(frozen=True, slots=True)
class Local:
    """A parameter or local variable; `number` distinguishes those of one function that share a name."""

    number: int
    name: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: an int, a bool or bytes, according to its type."""

    span: Span
    type: BasicType
    value: int | bool | bytes


@dataclass(frozen=True, slots=True)
class LocalValue:
    """The current value of a local (also a place)."""

    span: Span
    type: Type
    local: Local


@dataclass(frozen=True, slots=True)
class This:
    """The instance whose constructor or method is running (also a place, of the owner's library type)."""

    span: Span
    type: LibraryType


@dataclass(frozen=True, slots=True)
class StaticValue:
    """A static property that is not a compile-time constant (also a place, unless `const`)."""

    span: Span
    type: Type
    key: MemberKey


@dataclass(frozen=True, slots=True)
class Field:
    """`base.name` (a place when `base` is one); `Field(This, "x")` is property x."""

    span: Span
    type: Type
    base: "Expression"
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`base[index]` (a place when `base` is one). Outside of the array the script aborts when it evaluates this."""

    span: Span
    type: Type
    base: "Expression"
    index: "Expression"


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or built-in function: one row of the operations table, with its operands."""

    span: Span
    type: BasicType
    operation: Operation
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Equals:
    """`left == right` of two structs, arrays or instances: all their leaves are equal, each compared by its kind.

    Their types are the same, or arrays of one shape whose elements are basic and of one kind.
    """

    span: Span
    type: BasicType
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class FlattenSha256:
    """`flattenSha256(e)`: the hash of its one leaf, or of the hashes of its leaves, joined in order."""

    span: Span
    type: BasicType
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Repeat:
    """`repeat(e, size)`: an array of copies of one value, which is evaluated once."""

    span: Span
    type: ArrayType
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class ArrayLength:
    """`len(e)` of an array that has to be evaluated first; that of a variable is a literal."""

    span: Span
    type: BasicType
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class CheckMultiSig:
    """`checkMultiSig(sigs, keys)`: each operand is an array of known size."""

    span: Span
    type: BasicType
    signatures: "Expression"
    keys: "Expression"


@dataclass(frozen=True, slots=True)
class Cast:
    """`PubKey(e)` and the implicit steps from a subtype to its supertype where the tree needs the new type."""

    span: Span
    type: BasicType
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class And:
    """`left && right`."""

    span: Span
    type: BasicType
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Or:
    """`left || right`."""

    span: Span
    type: BasicType
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`; the condition is a bool."""

    span: Span
    type: Type
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


@dataclass(frozen=True, slots=True)
class Increment:
    """`++place`, `place--` and so on: adds `step` (1 or -1); its value is the new one if `prefix`, else the old."""

    span: Span
    type: BasicType
    place: "Place"
    step: int
    prefix: bool


@dataclass(frozen=True, slots=True)
class Invoke:
    """A call of a function of the program. `receiver` is None for statics.

    A receiver that is a place is changed in place; changes to any other are lost.
    A public function called inside `require` has type bool and returns true when it completes.
    """

    span: Span
    type: Type
    function: MemberKey
    receiver: "Expression | None"
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Construct:
    """`new L(arguments)`: runs the constructor of library (or contract) `type`."""

    span: Span
    type: LibraryType
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    """`[e, ..]`."""

    span: Span
    type: ArrayType
    elements: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class StructLiteral:
    """`{e, ..}`: a value for each field, in order."""

    span: Span
    type: StructType
    values: tuple["Expression", ...]


Place = LocalValue | This | StaticValue | Field | Index
Choice = And | Or | Conditional
Aggregate = Repeat | ArrayLength | ArrayLiteral | StructLiteral
Expression = (
    Literal
    | LocalValue
    | This
    | StaticValue
    | Field
    | Index
    | Apply
    | Equals
    | FlattenSha256
    | CheckMultiSig
    | Cast
    | Increment
    | Invoke
    | Construct
    | Choice
    | Aggregate
)


def is_place(expression: Expression) -> TypeGuard[Place]:
    """Return whether an expression is assignable."""
    while isinstance(expression, Field | Index):
        expression = expression.base
    return isinstance(expression, LocalValue | This | StaticValue)
