"""Watches: they are told what a call runs while it is evaluated."""

from penstockc.meaning.evaluate import Outcome
from penstockc.meaning.places import Frame
from penstockc.meaning.values import Value
from penstockc.semantics import typed
from penstockc.source import Span


class Watch:
    """Is told what one call of a contract runs; each method here does nothing, a subclass has those it needs."""

    def call(self, function: typed.Function) -> None:
        """Take note of a function that is called."""

    def leave(self, function: typed.Function, value: Value) -> None:
        """Take note of a function that returns, with its value: true for a public one."""

    def reach(self, statement: typed.Statement, frame: Frame) -> None:
        """Take note of a statement that is about to run, with the variables of its function."""

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Take note of the way that a condition, or a requirement, went."""

    def index(self, element: typed.Index, *, within: bool) -> None:
        """Take note of an index, and whether the array has it."""

    def check_signature(self, check: Span, answer: str) -> None:
        """Take note of a signature: `valid`, `wrong` or `empty`."""

    def end(self, outcome: Outcome) -> None:
        """Take note of the end of the call."""


class Watches(Watch):
    """Several watches of one call."""

    def __init__(self, watches: tuple[Watch, ...]) -> None:
        self.watches = watches

    def call(self, function: typed.Function) -> None:
        """Tell all of them."""
        for each in self.watches:
            each.call(function)

    def leave(self, function: typed.Function, value: Value) -> None:
        """Tell all of them."""
        for each in self.watches:
            each.leave(function, value)

    def reach(self, statement: typed.Statement, frame: Frame) -> None:
        """Tell all of them."""
        for each in self.watches:
            each.reach(statement, frame)

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Tell all of them."""
        for each in self.watches:
            each.decide(span, way)

    def index(self, element: typed.Index, *, within: bool) -> None:
        """Tell all of them."""
        for each in self.watches:
            each.index(element, within=within)

    def check_signature(self, check: Span, answer: str) -> None:
        """Tell all of them."""
        for each in self.watches:
            each.check_signature(check, answer)

    def end(self, outcome: Outcome) -> None:
        """Tell all of them."""
        for each in self.watches:
            each.end(outcome)


def joined(watches: tuple[Watch, ...]) -> Watch | None:
    """Return one watch that tells several; None without any."""
    return watches[0] if len(watches) == 1 else Watches(watches) if watches else None
