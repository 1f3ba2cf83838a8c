"""Nodes of the intermediate form: values in regions, before they have places on the stack.

A `Value` is one stack item and is defined exactly once: by a statement, as an argument, or as the result of an `If`.
A `Region` is a straight line of statements; `If` and `Dispatch` contain regions, which may use every value
defined before them outside. Requires are effects: a script accepts when it reaches its end, or an `Exit` or `Result`
that is true, without a `Require` that fails or an operation that aborts.

Order. Between two statements that may end the script early with success (`Exit`, or an `If` with one inside), effects
and partial operations may move freely, since it does not matter which of two failures comes first; across such a
statement they may not.
"""

from collections.abc import Iterator
from itertools import chain
from typing import ClassVar, Final

from penstock.artifact.artifact import Kind
from penstock.records import Record, force_setattr
from penstock.script.opcodes import Op
from penstockc.language.operations import Operation
from penstockc.source import Span


class Value(Record, frozen=True):
    """One stack item: `number` is unique in its script, `kind` is the type of its bytes."""

    number: int
    kind: Kind

    def __str__(self) -> str:
        return f"v{self.number}"

    def __hash__(self) -> int:
        """Hash the number alone; large scripts look up millions of values."""
        return self.number


class Constant(Record, frozen=True):
    """A known stack item."""

    operands: ClassVar[tuple[Value, ...]] = ()

    span: Span
    result: Value
    data: bytes

    @property
    def results(self) -> tuple[Value, ...]:
        """The value that it defines."""
        return (self.result,)


class Placeholder(Record, frozen=True):
    """A constructor argument: one push whose data is known only when the template is filled.

    It is written exactly once, whether used or not, so its length counts in no decision. If it `comes_first`, only
    placeholders are before it in the script; otherwise it is where its value is used.
    """

    operands: ClassVar[tuple[Value, ...]] = ()

    span: Span
    result: Value
    name: str
    comes_first: bool = False

    @property
    def results(self) -> tuple[Value, ...]:
        """The value that it defines."""
        return (self.result,)


class Apply(Record, frozen=True):
    """One row of the operations table, with its operands."""

    span: Span
    results: tuple[Value, ...]
    operation: Operation
    operands: tuple[Value, ...]


class CheckMultiSig(Record, frozen=True):
    """Whether each signature matches one of the keys, in the same order."""

    span: Span
    result: Value
    signatures: tuple[Value, ...]
    keys: tuple[Value, ...]

    @property
    def results(self) -> tuple[Value, ...]:
        """The value that it defines."""
        return (self.result,)

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that it uses."""
        return (*self.signatures, *self.keys)


class Element(Record, frozen=True):
    """The element at `index` of an array, or abort; all `elements` have the same number of leaves."""

    span: Span
    results: tuple[Value, ...]
    index: Value
    elements: tuple[tuple[Value, ...], ...]

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that it uses."""
        return (self.index, *chain.from_iterable(self.elements))


class Assembly(Record, frozen=True):
    """Hand-written code, which takes the operands (the last on top) and should leave the results.

    It is an effect, and may use the alt stack: it stays in order with code separators and other assembly.
    """

    span: Span
    results: tuple[Value, ...]
    operands: tuple[Value, ...]
    words: tuple[tuple[Span, Op | bytes | str], ...]
    """Opcodes, data to push, and names of placeholders, each with its place in the source."""


class Separator(Record, frozen=True):
    """OP_CODESEPARATOR: an effect that no check of a signature and no other effect may cross."""

    results: ClassVar[tuple[Value, ...]] = ()
    operands: ClassVar[tuple[Value, ...]] = ()

    span: Span


class Require(Record, frozen=True):
    """Fail unless the condition is true."""

    results: ClassVar[tuple[Value, ...]] = ()

    span: Span
    condition: Value

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that it uses."""
        return (self.condition,)


class Exit(Record, frozen=True):
    """End the script here: success if the condition is true. Always the last statement of its region."""

    results: ClassVar[tuple[Value, ...]] = ()

    span: Span
    condition: Value

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that it uses."""
        return (self.condition,)


class Result(Record, frozen=True):
    """End the script with this condition as its result. Always the last statement of the script or of a function.

    Unlike an `Exit` it needs no opcode: nothing follows it.
    """

    results: ClassVar[tuple[Value, ...]] = ()

    span: Span
    condition: Value

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that it uses."""
        return (self.condition,)


class If(Record, frozen=True):
    """Either region; `results` are the values that the chosen one yields."""

    span: Span
    condition: Value
    then: "Region"
    otherwise: "Region"
    results: tuple[Value, ...] = ()

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that it uses itself, outside of its regions."""
        return (self.condition,)


class Function(Record, frozen=True):
    """A public function: its body runs when the selector is its index in the `Dispatch`."""

    span: Span
    name: str
    arguments: tuple[Value, ...]
    body: "Region"


class Dispatch(Record, frozen=True):
    """Run the function with the index `selector`, from 0, or fail. Always the last statement of the script's body."""

    results: ClassVar[tuple[Value, ...]] = ()

    span: Span
    selector: Value
    functions: tuple[Function, ...]

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that it uses itself, outside of its regions."""
        return (self.selector,)


Statement = (
    Constant
    | Placeholder
    | Apply
    | CheckMultiSig
    | Element
    | Assembly
    | Separator
    | Require
    | Exit
    | Result
    | If
    | Dispatch
)


BRANCHING: Final = frozenset({If, Dispatch})
"""Kinds of statements with regions."""


class Region(Record, frozen=True):
    """Statements in order, then the values for the results of the `If` around it.

    A region that always ends in an `Exit` yields nothing, even if the `If` has results. `ends_script` follows from the
    statements: all paths through the region end the script before its end.
    """

    statements: tuple[Statement, ...] = ()
    yields: tuple[Value, ...] = ()
    ends_script: bool = False

    def __post_init__(self) -> None:
        """Look at the last statement: known once, for regions that nest deeply."""
        last = self.statements[-1] if self.statements else None
        match last:
            case Exit() | Result():
                force_setattr(self, "ends_script", True)  # noqa: FBT003 - a field
            case If(then=then, otherwise=otherwise):
                force_setattr(self, "ends_script", then.ends_script and otherwise.ends_script)
            case _:
                pass


class Script(Record, frozen=True):
    """A whole locking script. `arguments` are the items that the unlocking script leaves, the last on top.

    With several public functions the only argument named here is the selector; those of the chosen function are
    below it and are named in the `Dispatch`.
    """

    span: Span
    arguments: tuple[Value, ...]
    body: Region


def operands_of(statement: Statement) -> tuple[Value, ...]:
    """Return the operands of the statement itself, without those of its regions."""
    return statement.operands


def results_of(statement: Statement) -> tuple[Value, ...]:
    """Return the values that the statement defines for the following ones."""
    return statement.results


def regions_of(statement: Statement) -> tuple[Region, ...]:
    """Return the regions inside the statement."""
    match statement:
        case If(then=then, otherwise=otherwise):
            return then, otherwise
        case Dispatch(functions=functions):
            return tuple(function.body for function in functions)
        case _:
            return ()


def walk(region: Region) -> Iterator[Statement]:
    """Yield every statement of the region and of the regions inside it, outer ones first."""
    waiting = [iter(region.statements)]  # not by recursion: every level would yield every statement below it again
    while waiting:
        for statement in waiting[-1]:
            yield statement
            if type(statement) in BRANCHING:
                inner = regions_of(statement)
                waiting.extend(iter(each.statements) for each in reversed(inner))
                break
        else:
            waiting.pop()


def uses(region: Region) -> Iterator[Value]:
    """Yield the values that the region uses, once for each use, including those that it defines itself."""
    for statement in walk(region):
        yield from statement.operands
        if isinstance(statement, If):
            yield from statement.then.yields
            yield from statement.otherwise.yields
    yield from region.yields
