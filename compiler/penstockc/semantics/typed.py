"""The typed tree: what a contract means, with every name bound and every type known.

Made by the semantics stage from the syntax tree; read by the evaluator (the language's meaning) and by the lowering to
IR. It is smaller than the syntax: aliases, static constants that are compile-time constants, casts of literals,
compound assignments and short forms are gone. Every node carries its span.

Generics and compile-time parameters are gone too: each combination of type arguments makes a class of its own (named
`Name<int,bytes>`), each combination of constants a function of its own (`MemberKey.constants`).

Reading guide. A *place* is something that can be assigned: a local, a property of `this`, a static, or a field or an
element of one. `Invoke` on a place writes the receiver's properties back to it after the call: methods mutate in place.
Evaluation is strictly left to right; `And`, `Or` and `Conditional` evaluate only what they need.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from penstock.contract.artifact import BasicType
from penstock.script.opcodes import Op
from penstockc.diagnostics import Diagnostic
from penstockc.language.operations import Operation
from penstockc.language.types import ArrayType, LibraryType, StructType, Type
from penstockc.source import Sources, Span


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
    """A parameter or local variable; `number` tells apart those of one function that share a name."""

    number: int
    name: str
    type: Type
    span: Span


# Expressions ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: an int, a bool or bytes, as its type says."""

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
    """A static property that is no compile-time constant (also a place, unless `const`)."""

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
    """`base[index]` (a place when `base` is one). Outside of the array the script aborts, once it gets there."""

    span: Span
    type: Type
    base: "Expression"
    index: "Expression"


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or built-in function: one row of the operations table on its operands."""

    span: Span
    type: BasicType
    operation: Operation
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Equals:
    """`left == right` of two structs, arrays or instances: all their leaves are equal, each as its kind compares."""

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
    """`++place`, `place--` and the like: adds `step` (1 or -1); its value is the new one if `prefix`, else the old."""

    span: Span
    type: BasicType
    place: "Place"
    step: int
    prefix: bool


@dataclass(frozen=True, slots=True)
class Invoke:
    """A call of a function of the program. `receiver` is None for statics.

    A receiver that is a place is changed in place; changes to any other are lost.
    A public function called inside `require` has type bool and gives true when it completes.
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
    | Repeat
    | CheckMultiSig
    | Cast
    | And
    | Or
    | Conditional
    | Increment
    | Invoke
    | Construct
    | ArrayLiteral
    | StructLiteral
)

# Statements -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declare:
    """A local comes to life with a value."""

    span: Span
    local: Local
    value: Expression


@dataclass(frozen=True, slots=True)
class Assign:
    """`place = value;`."""

    span: Span
    place: Place
    value: Expression


@dataclass(frozen=True, slots=True)
class Require:
    """Fail the script unless the condition (a bool) holds."""

    span: Span
    condition: Expression


@dataclass(frozen=True, slots=True)
class Exit:
    """End the script here and now: success if the condition (a bool) holds."""

    span: Span
    condition: Expression


@dataclass(frozen=True, slots=True)
class If:
    """Either arm; an absent `else` is an empty block."""

    span: Span
    condition: Expression
    then: "Block"
    otherwise: "Block"


@dataclass(frozen=True, slots=True)
class Loop:
    """`loop (N) : i body`: the iterations, one after the other.

    Where types or constants within the body depend on the induction variable, each iteration is a block of its own;
    else all of them are the same block. `variable` counts them from 0 and is known when compiling.
    """

    span: Span
    variable: Local | None
    iterations: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class CodeSeparator:
    """`***`: signatures that are checked from here on sign only what follows in the script."""

    span: Span


@dataclass(frozen=True, slots=True)
class Evaluate:
    """An expression for its effects; the value is dropped."""

    span: Span
    expression: Expression


@dataclass(frozen=True, slots=True)
class Return:
    """The last statement of a function that is not public."""

    span: Span
    value: Expression


@dataclass(frozen=True, slots=True)
class Block:
    """Statements in order, a scope of their own."""

    span: Span
    statements: tuple["Statement", ...]


Statement = Declare | Assign | Require | Exit | If | Loop | CodeSeparator | Evaluate | Return | Block

# Inline assembly ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AssemblyVariable:
    """`$name`: a push whose data is known only when the template is filled, `<Owner.function.name>` in it."""

    name: str


@dataclass(frozen=True, slots=True)
class Assembly:
    """`asm { .. }`, the whole body of a function: opcodes, data to push, variables; loops are unrolled.

    It takes the function's parameters from the top of the stack (the last one on top) and leaves its result.
    """

    span: Span
    words: tuple[tuple[Span, Op | bytes | AssemblyVariable], ...]


# Declarations ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Property:
    """A non-static property of a contract or library; `is_state`: `@state`, so that transactions hand it on."""

    span: Span
    name: str
    type: Type
    is_state: bool = False


@dataclass(frozen=True, slots=True)
class Static:
    """A static property that is no compile-time constant: evaluated when the script starts, if anything uses it."""

    span: Span
    key: MemberKey
    type: Type
    initial: Expression


@dataclass(frozen=True, slots=True)
class Function:
    """A function. Public ones return nothing and end in a `Require`; the others end in a `Return`."""

    span: Span
    key: MemberKey
    is_public: bool
    is_static: bool
    parameters: tuple[Local, ...]
    result: Type | None
    body: Block | Assembly


@dataclass(frozen=True, slots=True)
class Constructor:
    """An explicit constructor, or the implicit one spelled out: a parameter and an assignment for each property.

    Every property starts as the zero value of its type.
    """

    span: Span
    parameters: tuple[Local, ...]
    body: Block
    is_implicit: bool


@dataclass(frozen=True, slots=True)
class ClassDefinition:
    """A contract or library."""

    span: Span
    name: str
    is_contract: bool
    type: LibraryType
    properties: tuple[Property, ...]
    constructor: Constructor
    functions: tuple[Function, ...]
    statics: tuple[Static, ...]


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct, as it was declared: its fields as written types, since those of a generic one are open."""

    name: str
    parameters: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Library:
    """A library (or a contract of which the ABI takes instances), likewise: what its constructor takes, what it has."""

    name: str
    parameters: tuple[str, ...]
    is_implicit: bool
    arguments: tuple[tuple[str, str], ...]
    properties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """`type name = type;` of the compiled file or of an import."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Program:
    """A whole compilation: the main contract and everything that it can reach."""

    sources: Sources
    main: str
    classes: Mapping[str, ClassDefinition]
    functions: Mapping[MemberKey, Function]
    statics: Mapping[MemberKey, Static]
    aliases: tuple[Alias, ...]
    structs: tuple[Struct, ...] = ()
    libraries: tuple[Library, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def contract(self) -> ClassDefinition:
        """The main contract (or, in a file without one, its last library)."""
        return self.classes[self.main]

    @property
    def entry_points(self) -> tuple[Function, ...]:
        """The public functions of the main contract, in the order of their indices."""
        return tuple(function for function in self.contract.functions if function.is_public)
