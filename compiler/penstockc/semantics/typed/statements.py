"""Statements and inline assembly of the typed tree."""

from penstock.records import Record
from penstock.script.opcodes import Op
from penstockc.semantics.typed.expressions import Expression, Local, Place
from penstockc.source import Span


class Declare(Record, frozen=True):
    """Declaration of a local with its first value."""

    span: Span
    local: Local
    value: Expression


class Assign(Record, frozen=True):
    """`place = value;`."""

    span: Span
    place: Place
    value: Expression


class Require(Record, frozen=True):
    """Fail the script unless the condition (a bool) is true."""

    span: Span
    condition: Expression


class Exit(Record, frozen=True):
    """End the script here: success if the condition (a bool) is true."""

    span: Span
    condition: Expression


class If(Record, frozen=True):
    """Either arm; an absent `else` is an empty block."""

    span: Span
    condition: Expression
    then: "Block"
    otherwise: "Block"


class Loop(Record, frozen=True):
    """`loop (N) : i body`: the iterations, one after the other.

    Where types or constants within the body depend on the induction variable, each iteration is a block of its own;
    else all of them are the same block. `variable` counts them from 0 and is known when compiling.
    """

    span: Span
    variable: Local | None
    iterations: tuple["Block", ...]


class CodeSeparator(Record, frozen=True):
    """`***`: signatures that are checked from here on cover only the following part of the script."""

    span: Span


class Evaluate(Record, frozen=True):
    """An expression evaluated for its effects; the value is dropped."""

    span: Span
    expression: Expression


class Return(Record, frozen=True):
    """The last statement of a function that is not public."""

    span: Span
    value: Expression


class Block(Record, frozen=True):
    """Statements in order, a scope of their own."""

    span: Span
    statements: tuple["Statement", ...]


Statement = Declare | Assign | Require | Exit | If | Loop | CodeSeparator | Evaluate | Return | Block

# Inline assembly ------------------------------------------------------------------------------------------------------


class AssemblyVariable(Record, frozen=True):
    """`$name`: a push whose data is known only when the template is filled, `<Owner.function.name>` in it."""

    name: str


class Assembly(Record, frozen=True):
    """`asm { .. }`, the whole body of a function: opcodes, data to push, variables; loops are unrolled.

    It takes the function's parameters from the top of the stack (the last one on top) and leaves its result.
    """

    span: Span
    words: tuple[tuple[Span, Op | bytes | AssemblyVariable], ...]
