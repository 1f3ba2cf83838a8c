"""Watch of the coverage: counts the ways that one call takes.

In: the events of an evaluation. Out: counts, by the number of a point and a way.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from penstock.evaluation.watching import Watch
from penstock.testing.coverage.points import Kind, Point, points_of
from penstockc.meaning.evaluate import Outcome
from penstockc.meaning.places import Frame
from penstockc.semantics import typed
from penstockc.source import Span

Taken = Counter[tuple[Point, str]]
"""How often each way of a point was taken."""


@dataclass(frozen=True, slots=True)
class ProgramPoints:
    """The points of a program by their spans, one table for each kind.

    Attributes:
        program: the program.
        tables: for each kind, the points by the ends of their spans.
    """

    program: typed.Program
    tables: dict[Kind, dict[tuple[int, int], Point]]

    @classmethod
    def of(cls, program: typed.Program, names: dict[str, str], *, with_library: bool) -> "ProgramPoints":
        """Return the points of a program.

        Args:
            program: the program.
            names: the names of its files, for the names in its sources.
            with_library: whether those of the standard library are wanted too.
        """
        tables: dict[Kind, dict[tuple[int, int], Point]] = {kind: {} for kind in Kind}
        for span, point in points_of(program, with_library=with_library):
            place = point.place._replace(file=names.get(point.place.file, point.place.file))
            tables[point.kind][span.start, span.end] = point._replace(place=place)
        return cls(program, tables)


@dataclass(frozen=True, slots=True)
class CallWatch(Watch):
    """Watches one call of a public function."""

    points: ProgramPoints
    function: str
    done: Callable[[Taken], None]
    taken: Taken = field(default_factory=Counter)

    def call(self, function: typed.Function) -> None:
        """Count a function that is called; public ones are counted when the call has ended."""
        self._take(Kind.HELPER, function.span, "called")

    def reach(self, statement: typed.Statement, frame: Frame) -> None:  # noqa: ARG002 - of no interest here
        """Count a statement."""
        self._take(Kind.STATEMENT, statement.span, "ran")

    def decide(self, span: Span, way: bool) -> None:  # noqa: FBT001 - the value of the condition
        """Count the way of a branch, or of a requirement."""
        self._take(Kind.BRANCH, span, "true" if way else "false")
        self._take(Kind.REQUIRE, span, "held" if way else "refused")

    def index(self, element: typed.Index, *, within: bool) -> None:
        """Count an index."""
        self._take(Kind.INDEX, element.span, "in range" if within else "out of range")

    def check_signature(self, check: Span, answer: str) -> None:
        """Count a check of a signature."""
        self._take(Kind.SIGNATURE, check, answer)

    def end(self, outcome: Outcome) -> None:
        """Count the end of the call, and hand the counts on."""
        entry = next(each for each in self.points.program.entry_points if each.key.name == self.function)
        self._take(Kind.FUNCTION, entry.span, "accepted" if outcome.accepted else "refused")
        self.done(self.taken)

    def _take(self, kind: Kind, span: Span, way: str) -> None:
        """Count a way of a point; a place without a point, such as one of the library, is left out."""
        if (point := self.points.tables[kind].get((span.start, span.end))) is not None:
            self.taken[point, way] += 1
