"""Going through a script from front to back and writing it anew: what most passes are made of."""

from collections.abc import Callable, Iterable

from penstock.contract.artifact import Kind
from penstockc.ir.nodes import (
    Apply,
    CheckMultiSig,
    Constant,
    Dispatch,
    Exit,
    Function,
    If,
    Placeholder,
    Region,
    Require,
    Script,
    Statement,
    Value,
    regions_of,
    results_of,
    walk,
)
from penstockc.language.operations import Operation
from penstockc.source import Span


def definitions(script: Script) -> Iterable[Value]:
    """Yield every value that the script defines."""
    yield from script.arguments
    for statement in walk(script.body):
        yield from results_of(statement)
        if isinstance(statement, Dispatch):
            for function in statement.functions:
                yield from function.arguments


class Walk:
    """Rewrites a script statement by statement, in order, regions within statements as it meets them.

    A subclass overrides `statement`: whatever that writes stands in the place of the statement, and every value
    renamed there has its new name from then on. Without an override the script stays as it is.
    """

    def __init__(self, script: Script) -> None:
        self.old = script
        self.next_number = 1 + max((value.number for value in definitions(script)), default=-1)
        self.names: dict[Value, Value] = {}
        self.made: dict[Value, Statement] = {}
        self.open: list[Statement] = []

    def script(self) -> Script:
        """Return the script rewritten."""
        return Script(self.old.span, self.old.arguments, self.region(self.old.body))

    def region(self, region: Region) -> Region:
        """Rewrite a region into one of its own."""
        outer, self.open = self.open, []
        self.statements(region.statements)
        rewritten = Region(tuple(self.open))
        self.open = outer
        if rewritten.ends_script:
            return rewritten
        return Region(rewritten.statements, tuple(map(self.name, region.yields)))

    def statements(self, statements: Iterable[Statement]) -> None:
        """Rewrite statements into the region that is open."""
        for statement in statements:
            self.statement(self.renamed(statement))

    def statement(self, statement: Statement) -> None:
        """Rewrite one statement, whose operands have their new names already."""
        self.write(self.with_regions(statement))

    def with_regions(self, statement: Statement) -> Statement:
        """Return the statement with the regions in it rewritten."""
        match statement:
            case If(span=span, condition=condition, then=then, otherwise=otherwise, results=results):
                return If(span, condition, self.region(then), self.region(otherwise), results)
            case Dispatch(span=span, selector=selector, functions=functions):
                rewritten = (
                    Function(function.span, function.name, function.arguments, self.region(function.body))
                    for function in functions
                )
                return Dispatch(span, selector, tuple(rewritten))
            case _:
                return statement

    def write(self, statement: Statement) -> None:
        """Append a statement to the open region, unless nothing behind its last one is reachable."""
        if Region(tuple(self.open[-1:])).ends_script:
            return
        self.open.append(statement)
        for value in results_of(statement):
            self.made[value] = statement

    def apply(self, span: Span, operation: Operation, *operands: Value) -> tuple[Value, ...]:
        """Write an operation; return its results."""
        results = tuple(self.fresh(kind) for kind in operation.gives)
        self.write(Apply(span, results, operation, operands))
        return results

    def constant(self, span: Span, kind: Kind, data: bytes) -> Value:
        """Write a constant."""
        result = self.fresh(kind)
        self.write(Constant(span, result, data))
        return result

    def fresh(self, kind: Kind) -> Value:
        """Return a value that nothing has defined yet."""
        self.next_number += 1
        return Value(self.next_number - 1, kind)

    def rename(self, old: Value, new: Value) -> None:
        """Let `new` stand for `old` in all that follows."""
        self.names[old] = new

    def name(self, value: Value) -> Value:
        """Return what stands for `value` now."""
        return self.names.get(value, value)

    def known(self, value: Value) -> bytes | None:
        """Return the bytes of a constant; None for any other value."""
        made = self.made.get(value)
        return made.data if isinstance(made, Constant) else None

    def is_canonical(self, value: Value) -> bool:
        """Tell whether a value is a truth value, and 01 or empty for certain: a spender can push others."""
        made = self.made.get(value)
        return value.kind is Kind.BOOL and isinstance(made, Apply | CheckMultiSig | Constant | Placeholder)

    def renamed(self, statement: Statement) -> Statement:
        """Return the statement with the new names of its operands; regions in it are left for later."""
        match statement:
            case Constant() | Placeholder():
                return statement
            case Apply(span=span, results=results, operation=operation, operands=operands):
                return Apply(span, results, operation, tuple(map(self.name, operands)))
            case CheckMultiSig(span=span, result=result, signatures=signatures, keys=keys):
                return CheckMultiSig(span, result, tuple(map(self.name, signatures)), tuple(map(self.name, keys)))
            case Require(span=span, condition=condition):
                return Require(span, self.name(condition))
            case Exit(span=span, condition=condition):
                return Exit(span, self.name(condition))
            case If(span=span, condition=condition, then=then, otherwise=otherwise, results=results):
                return If(span, self.name(condition), then, otherwise, results)
            case Dispatch(span=span, selector=selector, functions=functions):
                return Dispatch(span, self.name(selector), functions)


def has_effect(statement: Statement, is_partial: Callable[[Operation], bool]) -> bool:
    """Tell whether a statement does more than define values: it can end the script, or must be written."""
    match statement:
        case Constant():
            return False
        case Apply(operation=operation):
            return is_partial(operation)
        case If():
            return any(has_effect(inner, is_partial) for arm in regions_of(statement) for inner in arm.statements)
        case Placeholder() | CheckMultiSig() | Require() | Exit() | Dispatch():
            return True
