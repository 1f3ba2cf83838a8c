"""The region being written, and fresh values."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from penstock.contract.artifact import Kind
from penstock.script.numbers import encode_number
from penstockc.ir.nodes import Apply, Constant, Exit, Region, Statement, Value
from penstockc.language.operations import Operation
from penstockc.source import Span

TRUE, FALSE = b"\x01", b""


@dataclass(slots=True)
class Builder:
    """Writes statements into the innermost open region.

    Behind an `Exit` nothing is reachable: what is written there is dropped.
    """

    statements: list[Statement] = field(default_factory=list)
    next_number: int = 0

    def fresh(self, kind: Kind) -> Value:
        """Return a value that nothing has defined yet."""
        self.next_number += 1
        return Value(self.next_number - 1, kind)

    @property
    def is_over(self) -> bool:
        """Whether the end of the open region cannot be reached any more."""
        return Region(tuple(self.statements[-1:])).ends_script

    def write(self, statement: Statement) -> None:
        """Append a statement."""
        if not self.is_over:
            self.statements.append(statement)

    def constant(self, span: Span, kind: Kind, value: int | bool | bytes) -> Value:  # noqa: FBT001 - a value
        """Return a known number, truth value or byte string."""
        result = self.fresh(kind)
        self.write(Constant(span, result, stack_bytes(value)))
        return result

    def apply(self, span: Span, operation: Operation, *operands: Value) -> tuple[Value, ...]:
        """Return the results of an operation."""
        results = tuple(self.fresh(kind) for kind in operation.gives)
        self.write(Apply(span, results, operation, operands))
        return results

    def exit(self, span: Span, condition: Value) -> None:
        """End the script."""
        self.write(Exit(span, condition))

    @contextmanager
    def region(self) -> Iterator[list[Statement]]:
        """Write into a region of its own until the block is left."""
        outer, self.statements = self.statements, []
        try:
            yield self.statements
        finally:
            self.statements = outer


def stack_bytes(value: int | bool | bytes) -> bytes:  # noqa: FBT001 - a value
    """Return a value as it lies on the stack."""
    match value:
        case bool():
            return TRUE if value else FALSE
        case int():
            return encode_number(value)
        case bytes():
            return value
