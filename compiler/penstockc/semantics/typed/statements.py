"""Statements and inline assembly of the typed tree."""

from dataclasses import dataclass

from penstock.script.opcodes import Op
from penstockc.semantics.typed.expressions import Expression, Local, Place
from penstockc.source import Span


@dataclass(frozen=True, slots=True)
class Declare:
    """Declaration of a local with its first value."""

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
    """Fail the script unless the condition (a bool) is true."""

    span: Span
    condition: Expression


@dataclass(frozen=True, slots=True)
class Exit:
    """End the script here: success if the condition (a bool) is true."""

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
    """`***`: signatures that are checked from here on cover only the following part of the script."""

    span: Span


@dataclass(frozen=True, slots=True)
class Evaluate:
    """An expression evaluated for its effects; the value is dropped."""

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
