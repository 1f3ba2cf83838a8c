"""Walk over a script that rewrites it from front to back: the base of most passes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from operator import is_
from typing import ClassVar, Final, assert_never, get_args

from penstock.artifact.artifact import Kind
from penstock.script.opcodes import Op
from penstockc.ir import nodes
from penstockc.ir.canonical import is_made_canonical, values_used_by_bytes
from penstockc.ir.nodes import results_of, walk
from penstockc.language.operations import Operation
from penstockc.source import Span

EVERY_KIND: Final = frozenset(get_args(nodes.Statement))
ENDING: Final = frozenset({nodes.Exit, nodes.Result, nodes.If})
"""Kinds of statements: all, and those after which the end of a region may be unreachable."""
DEEPEST: Final = 8
"""Limit of branches and elements that the search for a value's origin goes through."""


def first_free(script: nodes.Script) -> int:
    """Return the first number above those of all values of the script."""
    return 1 + max((value.number for value in definitions(script)), default=-1)


def definitions(script: nodes.Script) -> Iterable[nodes.Value]:
    """Yield every value that the script defines."""
    yield from script.arguments
    for statement in walk(script.body):
        yield from results_of(statement)
        if isinstance(statement, nodes.Dispatch):
            for function in statement.functions:
                yield from function.arguments


class Walk:
    """Rewrites a script statement by statement, in order, including the regions within statements.

    A subclass overrides `statement`: the statements that it writes replace the given one, and every value
    renamed there has its new name from then on. Without an override the script stays as it is. Unchanged parts,
    a statement, a region or the whole script, are the same objects afterwards.

    `rewritten` are the kinds of statements that a subclass rewrites: all others are written as they are. A subclass
    that does not look back at how values are made has no facts about them.
    """

    rewritten: ClassVar[frozenset[type]] = EVERY_KIND
    looks_back: ClassVar[bool] = True

    def __init__(self, script: nodes.Script) -> None:
        self.old = script
        self.first_new: int | None = None
        self.next_number = 0
        self.names: dict[nodes.Value, nodes.Value] = {}
        self.made: dict[nodes.Value, nodes.Statement] = {}
        self.open: list[nodes.Statement] = []
        self.places: dict[nodes.Value, int] = {}
        self.dropped: set[int] = set()
        self.is_over = False

    @cached_property
    def accepts_early(self) -> bool:
        """Whether the script can end with success before its end."""
        return any(map(may_accept, walk(self.old.body)))

    @cached_property
    def separates_code(self) -> bool:
        """Whether the place of a signature check in the script matters."""
        return any(map(separates_code, walk(self.old.body)))

    def accepts_within(self, statement: nodes.Statement) -> bool:
        """Return whether the script can end with success in a statement, or in one of its regions."""
        return self.accepts_early and within(statement, may_accept)

    def script(self) -> nodes.Script:
        """Return the script rewritten."""
        if self.rewritten.isdisjoint(map(type, self.old.body.statements)):  # nor inside of others
            return self.old
        body = self.region(self.old.body)
        return self.old if body is self.old.body else nodes.Script(self.old.span, self.old.arguments, body)

    def region(self, region: nodes.Region) -> nodes.Region:
        """Rewrite a region into a new one."""
        outer = self.open, self.dropped, self.is_over
        self.open, self.dropped, self.is_over = [], set(), False
        self.statements(region.statements)
        yields = () if self.is_over else self.named(region.yields)
        self.close()
        if self.dropped:
            self.open = [each for index, each in enumerate(self.open) if index not in self.dropped]
        is_same = yields == region.yields and len(self.open) == len(region.statements)
        if not is_same or not all(map(is_, self.open, region.statements)):
            region = nodes.Region(tuple(self.open), yields)
        self.open, self.dropped, self.is_over = outer
        return region

    def close(self) -> None:
        """Finish the open region, after all its statements are rewritten."""

    def statements(self, statements: Iterable[nodes.Statement]) -> None:
        """Rewrite statements into the region that is open."""
        for statement in statements:
            named = self.renamed(statement) if self.names else statement
            if type(named) in self.rewritten:
                self.statement(named)
            else:
                self.write(named)

    def statement(self, statement: nodes.Statement) -> None:
        """Rewrite one statement, whose operands have their new names already."""
        self.write(self.with_regions(statement))

    def with_regions(self, statement: nodes.Statement) -> nodes.Statement:
        """Return the statement with its regions rewritten."""
        match statement:
            case nodes.If(span=span, condition=condition, results=results):
                then, otherwise = self.region(statement.then), self.region(statement.otherwise)
                is_same = then is statement.then and otherwise is statement.otherwise
                return statement if is_same else nodes.If(span, condition, then, otherwise, results)
            case nodes.Dispatch(span=span, selector=selector, functions=functions):
                bodies = [self.region(function.body) for function in functions]
                if all(body is function.body for body, function in zip(bodies, functions, strict=True)):
                    return statement
                rewritten = (
                    nodes.Function(function.span, function.name, function.arguments, body)
                    for function, body in zip(functions, bodies, strict=True)
                )
                return nodes.Dispatch(span, selector, tuple(rewritten))
            case _:
                return statement

    def write(self, statement: nodes.Statement) -> None:
        """Append a statement to the open region, unless it is unreachable there."""
        if self.is_over:
            return
        if self.looks_back:
            for value in statement.results:
                self.made[value] = statement
                self.places[value] = len(self.open)
        self.open.append(statement)
        self.is_over = type(statement) in ENDING and nodes.Region((statement,)).ends_script

    def place(self, value: nodes.Value) -> int | None:
        """Return the index in the open region of the statement that makes a value; None if it is not there."""
        place = self.places.get(value, len(self.open))
        is_here = place < len(self.open) and place not in self.dropped and self.open[place] is self.made[value]
        return place if is_here else None

    def drop(self, value: nodes.Value) -> None:
        """Remove the statement that makes a value from the open region."""
        place = self.place(value)
        if place is not None:
            self.dropped.add(place)

    def apply(self, span: Span, operation: Operation, *operands: nodes.Value) -> tuple[nodes.Value, ...]:
        """Write an operation; return its results."""
        results = tuple(self.fresh(kind) for kind in operation.gives)
        self.write(nodes.Apply(span, results, operation, operands))
        return results

    def constant(self, span: Span, kind: Kind, data: bytes) -> nodes.Value:
        """Write a constant."""
        result = self.fresh(kind)
        self.write(nodes.Constant(span, result, data))
        return result

    def fresh(self, kind: Kind) -> nodes.Value:
        """Return a value with a new number."""
        if self.first_new is None:
            self.first_new = self.next_number = first_free(self.old)
        self.next_number += 1
        return nodes.Value(self.next_number - 1, kind)

    def is_new(self, value: nodes.Value) -> bool:
        """Return whether a value was made by this walk."""
        return self.first_new is not None and value.number >= self.first_new

    def rename(self, old: nodes.Value, new: nodes.Value) -> None:
        """Replace `old` by `new` in all following statements."""
        self.names[old] = new

    def name(self, value: nodes.Value) -> nodes.Value:
        """Return the current name of `value`."""
        return self.names.get(value, value)

    def named(self, values: tuple[nodes.Value, ...]) -> tuple[nodes.Value, ...]:
        """Return the current names of the values."""
        names = self.names
        for value in values:
            if value in names:
                return tuple(names.get(each, each) for each in values)
        return values

    def known(self, value: nodes.Value) -> bytes | None:
        """Return the bytes of a constant; None for any other value."""
        made = self.made.get(value)
        return made.data if isinstance(made, nodes.Constant) else None

    def is_canonical(self, value: nodes.Value, depth: int = DEEPEST) -> bool:
        """Return whether a number or truth value always has its canonical bytes: a spender can push others."""
        made = self.made.get(value)
        if made is None or value.kind is Kind.BYTES or depth == 0:
            return False
        return is_made_canonical(made, value, lambda inner: self.is_canonical(inner, depth - 1))

    @cached_property
    def used_by_bytes(self) -> set[nodes.Value]:
        """The values whose bytes are used in the original script."""
        return values_used_by_bytes(self.old)

    def renamed(self, statement: nodes.Statement) -> nodes.Statement:
        """Return the statement with the new names of its operands; its regions are left unchanged."""
        names = self.names
        for value in statement.operands:
            if value in names:
                return with_operands(statement, self.named)
        return statement


def with_operands(  # noqa: C901 - one arm per kind of statement
    statement: nodes.Statement, named: Callable[[tuple[nodes.Value, ...]], tuple[nodes.Value, ...]]
) -> nodes.Statement:
    """Return the statement with other operands; its regions are left unchanged."""

    def one(value: nodes.Value) -> nodes.Value:
        return named((value,))[0]

    match statement:
        case nodes.Constant() | nodes.Placeholder() | nodes.Separator():
            return statement
        case nodes.Apply(span=span, results=results, operation=operation, operands=operands):
            return nodes.Apply(span, results, operation, named(operands))
        case nodes.CheckMultiSig(span=span, result=result, signatures=signatures, keys=keys):
            return nodes.CheckMultiSig(span, result, named(signatures), named(keys))
        case nodes.Element(span=span, results=results, index=index, elements=elements):
            return nodes.Element(span, results, one(index), tuple(map(named, elements)))
        case nodes.Assembly(span=span, results=results, operands=operands, words=words):
            return nodes.Assembly(span, results, named(operands), words)
        case nodes.Require(span=span, condition=condition):
            return nodes.Require(span, one(condition))
        case nodes.Exit(span=span, condition=condition):
            return nodes.Exit(span, one(condition))
        case nodes.Result(span=span, condition=condition):
            return nodes.Result(span, one(condition))
        case nodes.If(span=span, condition=condition, then=then, otherwise=otherwise, results=results):
            return nodes.If(span, one(condition), then, otherwise, results)
        case nodes.Dispatch(span=span, selector=selector, functions=functions):
            return nodes.Dispatch(span, one(selector), functions)
        case _:
            assert_never(statement)


def has_effect(statement: nodes.Statement, is_partial: Callable[[Operation], bool]) -> bool:
    """Return whether a statement does more than define values: it can end the script, or must be written."""
    match statement:
        case nodes.Constant():
            return False
        case nodes.Apply(operation=operation):
            return is_partial(operation)
        case nodes.If():
            return within(statement, lambda inner: not isinstance(inner, nodes.If) and has_effect(inner, is_partial))
        case _:
            return True


def use_counts(script: nodes.Script) -> Mapping[nodes.Value, int]:
    """Return the number of uses of each value; unused ones may be missing. The last script's are remembered."""
    global _counted  # noqa: PLW0603 - most passes change nothing, and the next one asks about the same script
    known, counts = _counted
    if known is not script:
        counts = Counter(chain.from_iterable(_uses(script)))
        _counted = script, counts
    return counts


_counted: tuple[nodes.Script | None, Mapping[nodes.Value, int]] = None, {}


def _uses(script: nodes.Script) -> Iterator[tuple[nodes.Value, ...]]:
    for statement in walk(script.body):
        yield statement.operands
        if isinstance(statement, nodes.If):
            yield statement.then.yields
            yield statement.otherwise.yields


def within(statement: nodes.Statement, holds: Callable[[nodes.Statement], bool]) -> bool:
    """Return whether a predicate holds for a statement, or for one in its regions."""
    return any(map(holds, walk(nodes.Region((statement,)))))


def may_accept(statement: nodes.Statement) -> bool:
    """Return whether a script can end with success right here: at an `Exit`, or in assembly that returns."""
    match statement:
        case nodes.Exit():
            return True
        case nodes.Assembly(words=words):
            return any(word is Op.OP_RETURN for _, word in words)
        case _:
            return False


def separates_code(statement: nodes.Statement) -> bool:
    """Return whether signatures checked later may sign less of the script than those checked before."""
    match statement:
        case nodes.Separator():
            return True
        case nodes.Assembly(words=words):
            return any(word is Op.OP_CODESEPARATOR for _, word in words)
        case _:
            return False


def checks_signatures(statement: nodes.Statement) -> bool:
    """Return whether a statement depends on the part of the script that signatures sign.

    Assembly may check one. No pass moves assembly, so either answer is right for it.
    """
    match statement:
        case nodes.CheckMultiSig() | nodes.Assembly():
            return True
        case nodes.Apply(operation=operation):
            return operation is Operation.CHECK_SIG
        case _:
            return False
