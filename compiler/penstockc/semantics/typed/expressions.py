"""Names, places and expressions of the typed tree."""

from typing import TypeGuard

from penstock.artifact.artifact import BasicType
from penstock.records import Record
from penstockc.language.operations import Operation
from penstockc.language.types import ArrayType, LibraryType, StructType, Type
from penstockc.source import Span


class MemberKey(Record, frozen=True):
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


class Local(Record, frozen=True):
    """A parameter or local variable; `number` distinguishes those of one function that share a name."""

    number: int
    name: str
    type: Type
    span: Span


class Literal(Record, frozen=True):
    """A constant: an int, a bool or bytes, according to its type."""

    span: Span
    type: BasicType
    value: int | bool | bytes


class LocalValue(Record, frozen=True):
    """The current value of a local (also a place)."""

    span: Span
    type: Type
    local: Local


class This(Record, frozen=True):
    """The instance whose constructor or method is running (also a place, of the owner's library type)."""

    span: Span
    type: LibraryType


class StaticValue(Record, frozen=True):
    """A static property that is not a compile-time constant (also a place, unless `const`)."""

    span: Span
    type: Type
    key: MemberKey


class Field(Record, frozen=True):
    """`base.name` (a place when `base` is one); `Field(This, "x")` is property x."""

    span: Span
    type: Type
    base: "Expression"
    name: str


class Index(Record, frozen=True):
    """`base[index]` (a place when `base` is one). Outside of the array the script aborts when it evaluates this."""

    span: Span
    type: Type
    base: "Expression"
    index: "Expression"


class Apply(Record, frozen=True):
    """An operator or built-in function: one row of the operations table, with its operands."""

    span: Span
    type: BasicType
    operation: Operation
    operands: tuple["Expression", ...]


class Equals(Record, frozen=True):
    """`left == right` of two structs, arrays or instances: all their leaves are equal, each compared by its kind.

    Their types are the same, or arrays of one shape whose elements are basic and of one kind.
    """

    span: Span
    type: BasicType
    left: "Expression"
    right: "Expression"


class FlattenSha256(Record, frozen=True):
    """`flattenSha256(e)`: the hash of its one leaf, or of the hashes of its leaves, joined in order."""

    span: Span
    type: BasicType
    operand: "Expression"


class Repeat(Record, frozen=True):
    """`repeat(e, size)`: an array of copies of one value, which is evaluated once."""

    span: Span
    type: ArrayType
    operand: "Expression"


class ArrayLength(Record, frozen=True):
    """`len(e)` of an array that has to be evaluated first; that of a variable is a literal."""

    span: Span
    type: BasicType
    operand: "Expression"


class CheckMultiSig(Record, frozen=True):
    """`checkMultiSig(sigs, keys)`: each operand is an array of known size."""

    span: Span
    type: BasicType
    signatures: "Expression"
    keys: "Expression"


class Cast(Record, frozen=True):
    """`PubKey(e)` and the implicit steps from a subtype to its supertype where the tree needs the new type."""

    span: Span
    type: BasicType
    operand: "Expression"


class And(Record, frozen=True):
    """`left && right`."""

    span: Span
    type: BasicType
    left: "Expression"
    right: "Expression"


class Or(Record, frozen=True):
    """`left || right`."""

    span: Span
    type: BasicType
    left: "Expression"
    right: "Expression"


class Conditional(Record, frozen=True):
    """`condition ? then : otherwise`; the condition is a bool."""

    span: Span
    type: Type
    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"


class Increment(Record, frozen=True):
    """`++place`, `place--` and so on: adds `step` (1 or -1); its value is the new one if `prefix`, else the old."""

    span: Span
    type: BasicType
    place: "Place"
    step: int
    prefix: bool


class Invoke(Record, frozen=True):
    """A call of a function of the program. `receiver` is None for statics.

    A receiver that is a place is changed in place; changes to any other are lost.
    A public function called inside `require` has type bool and returns true when it completes.
    """

    span: Span
    type: Type
    function: MemberKey
    receiver: "Expression | None"
    arguments: tuple["Expression", ...]


class Construct(Record, frozen=True):
    """`new L(arguments)`: runs the constructor of library (or contract) `type`."""

    span: Span
    type: LibraryType
    arguments: tuple["Expression", ...]


class ArrayLiteral(Record, frozen=True):
    """`[e, ..]`."""

    span: Span
    type: ArrayType
    elements: tuple["Expression", ...]


class StructLiteral(Record, frozen=True):
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
