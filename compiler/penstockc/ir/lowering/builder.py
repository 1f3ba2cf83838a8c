"""Builder of the region being written, with fresh values and known ones."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from penstock.artifact.artifact import Kind
from penstock.records import replace
from penstock.script.numbers import as_bool, decode_number
from penstock.script.pushes import push_size
from penstockc.ir import nodes
from penstockc.ir.canonical import NORMALIZERS, is_made_canonical
from penstockc.ir.folding import computed, cost, is_shorter
from penstockc.ir.lowering.environment import Leaves
from penstockc.ir.nodes import results_of
from penstockc.language.items import FALSE, stack_bytes
from penstockc.language.limits import CALL, LARGEST_SCRIPT
from penstockc.language.operations import Operation
from penstockc.language.operations import Value as BasicValue
from penstockc.source import Span
from penstockc.syntax.standard import BASE
from penstockc.targets import Target


class TooMuchCode(Exception):  # noqa: N818 - an outcome of lowering, made into a diagnostic there
    """Calls and loops expand a contract to more code than `LARGEST_SCRIPT`."""

    def __init__(self, calls: tuple[tuple[Span, str], ...]) -> None:
        super().__init__(calls)
        self.calls = calls
        """The calls that were being expanded, outermost first, with the names of the called functions."""


Called = tuple[Leaves, Leaves | None]
"""Result of a call: the leaves of its value, and those of its `this` afterwards."""
Constants = dict[tuple[Kind, bytes], nodes.Value]


@dataclass(slots=True)
class Builder:
    """Writes statements into the innermost open region.

    Operations on known values are computed and not written, and a constant is written once in a region, since unrolled
    loops are large. Code after an `Exit` is unreachable: it is dropped.
    """

    target: Target
    statements: list[nodes.Statement] = field(default_factory=list)
    is_over: bool = False
    """Whether the end of the open region is unreachable."""
    next_number: int = 0
    items: dict[nodes.Value, bytes] = field(default_factory=dict)
    """The known values, as stack items."""
    costs: dict[nodes.Value, int] = field(default_factory=dict)
    """Bytes of script that make each of them."""
    canonical: set[nodes.Value] = field(default_factory=set)
    """Numbers and truth values that always have their canonical bytes."""
    constants: list[Constants] = field(default_factory=lambda: [{}])
    """The constants of each open region, the innermost last."""
    steps: int = 0
    """Steps of the script so far, as `LARGEST_SCRIPT` counts them."""
    calls: list[dict[Hashable, Called]] = field(default_factory=lambda: [{}])
    """Results of calls by their arguments in each open region, the innermost last."""
    path: list[tuple[Span, str]] = field(default_factory=list)
    """The calls that are being lowered, outermost first, with the names of the called functions."""
    site: Span | None = None
    """The contract's call that led to the library code which is being lowered."""
    sites: tuple[Span, ...] = ()
    """The contract's calls of its own functions that led here, innermost first."""

    def fresh(self, kind: Kind) -> nodes.Value:
        """Return a value with a new number."""
        self.next_number += 1
        return nodes.Value(self.next_number - 1, kind)

    def write(self, statement: nodes.Statement) -> None:
        """Append a statement.

        Raises:
            TooMuchCode: the statement exceeds the limit.
        """
        self.count()
        for value in results_of(statement):
            if is_made_canonical(statement, value, self.canonical.__contains__):
                self.canonical.add(value)
        if not self.is_over:
            is_expanded = self.site is not None or self.sites
            self.statements.append(_called_from(statement, self.site, self.sites) if is_expanded else statement)
            self.is_over = nodes.Region((statement,)).ends_script

    def count(self, steps: int = 1) -> None:
        """Count steps of a statement or a call; raises `TooMuchCode` above the limit."""
        self.steps += steps
        if self.steps > LARGEST_SCRIPT:
            raise TooMuchCode(tuple(self.path))

    def constant(self, span: Span, kind: Kind, value: BasicValue) -> nodes.Value:
        """Return a known number, truth value or byte string."""
        return self.item(span, kind, stack_bytes(value))

    def item(self, span: Span, kind: Kind, data: bytes) -> nodes.Value:
        """Return a value that is a known stack item."""
        for constants in reversed(self.constants):
            if (kind, data) in constants:
                return constants[kind, data]
        result = self.fresh(kind)
        self.items[result] = data
        self.costs[result] = push_size(data)
        self.constants[-1][kind, data] = result
        self.write(nodes.Constant(span, result, data))
        return result

    def apply(self, span: Span, operation: Operation, *operands: nodes.Value) -> tuple[nodes.Value, ...]:
        """Return the results of an operation; operands that it uses by their bytes are normalized first."""
        if operation.uses_bytes:
            operands = tuple(self.normalized(span, operand) for operand in operands)
        items = computed(operation, operands, self.items, self.target.limits)
        is_constant = items is not None and not self.target.has(operation)
        if items is not None and (is_constant or is_shorter(items, operation, operands, self.costs)):
            return tuple(self.item(span, kind, data) for kind, data in zip(operation.gives, items, strict=True))
        results = tuple(self.fresh(kind) for kind in operation.gives)
        self.write(nodes.Apply(span, results, operation, operands))
        if items is not None:
            self.items |= zip(results, items, strict=True)
            self.costs |= dict.fromkeys(results, cost(operation, operands, self.costs))
        return results

    def normalized(self, span: Span, value: nodes.Value) -> nodes.Value:
        """Return a value in its canonical encoding, for any that a spender may have pushed."""
        if value.kind is Kind.BYTES or value in self.canonical:
            return value
        return self.apply(span, NORMALIZERS[value.kind], value)[0]

    def fail(self, span: Span) -> None:
        """Make the script fail here. The following code is still written: only an `Exit` ends a region."""
        self.write(nodes.Require(span, self.item(span, Kind.BOOL, FALSE)))

    def exit(self, span: Span, condition: nodes.Value) -> None:
        """End the script."""
        self.write(nodes.Exit(span, condition))

    def known_truth(self, value: nodes.Value) -> bool | None:
        """Return whether a value is true, if that is known."""
        return as_bool(self.items[value]) if value in self.items else None

    def number(self, span: Span, number: int) -> nodes.Value:
        """Return a constant number."""
        return self.constant(span, Kind.INT, number)

    def true(self, span: Span) -> Leaves:
        """Return the truth value `true`."""
        return (self.constant(span, Kind.BOOL, value=True),)

    def false(self, span: Span) -> Leaves:
        """Return the truth value `false`."""
        return (self.constant(span, Kind.BOOL, value=False),)

    def known_number(self, value: nodes.Value) -> int | None:
        """Return the number of a value, if that is known."""
        return decode_number(self.items[value]) if value in self.items else None

    @contextmanager
    def call(self, call: Span, name: str, body: Span) -> Iterator[None]:
        """Mark the code lowered in the context as the body of the called function."""
        self.count(CALL)
        outer = self.site, self.sites
        if self.site is None and body.start >= BASE:
            self.site = call
        elif self.site is None and call != body and call.start < BASE:  # not the entry of a public function
            self.sites = (call, *self.sites)
        self.path.append((call, name))
        yield
        self.path.pop()
        self.site, self.sites = outer

    def known_call(self, key: Hashable) -> Called | None:
        """Return the result of an earlier call with this key on this path."""
        return next((calls[key] for calls in reversed(self.calls) if key in calls), None)

    def remember_call(self, key: Hashable, called: Called) -> Called:
        """Record the result of a call for the rest of the open region, and return it."""
        self.calls[-1][key] = called
        return called

    @contextmanager
    def region(self) -> Iterator[list[nodes.Statement]]:
        """Write into a new region in the context."""
        outer, self.statements = (self.statements, self.is_over), []
        self.is_over = False
        self.constants.append({})
        self.calls.append({})
        try:
            yield self.statements
        finally:
            self.statements, self.is_over = outer
            self.constants.pop()
            self.calls.pop()


def _called_from(statement: nodes.Statement, site: Span | None, calls: tuple[Span, ...]) -> nodes.Statement:
    """Return the statement with the calls that led to it."""
    span = Span(statement.span.start, statement.span.end, site, calls)
    if isinstance(statement, nodes.Assembly):
        words = tuple((Span(place.start, place.end, site, calls), word) for place, word in statement.words)
        return replace(statement, span=span, words=words)
    return replace(statement, span=span)
