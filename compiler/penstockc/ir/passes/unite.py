"""Uniting: two branches on one condition become one, where nothing between them needs the one that moves.

The later branch moves up to the earlier one, or that one down. Neither moves past a statement that may end the script
with success, and in scripts with code separators or hand-written code none is moved.
"""

from collections.abc import Iterable
from typing import Final

from penstockc.ir import nodes
from penstockc.ir.nodes import operands_of, regions_of, results_of, uses, walk
from penstockc.ir.walking import Walk, may_accept, separates_code, within
from penstockc.targets import Target

MOST_BETWEEN: Final = 200
"""Limit of statements that a branch moves past."""


def unite(script: nodes.Script, target: Target) -> nodes.Script:  # noqa: ARG001 - a pass
    """Return the script with one branch instead of several on the same condition."""
    if any(isinstance(each, nodes.Assembly) or separates_code(each) for each in walk(script.body)):
        return script
    return _Uniting(script).script()


class _Uniting(Walk):
    rewritten = nodes.BRANCHING
    looks_back = False

    def __init__(self, script: nodes.Script) -> None:
        super().__init__(script)
        self.branched: dict[nodes.Value, int] = {}
        """Index in its region of the latest branch on each condition."""

    def statement(self, statement: nodes.Statement) -> None:
        """Unite a branch with an earlier one on its condition."""
        if not isinstance(statement, nodes.If):
            super().statement(statement)
            return
        place = self.branched.get(statement.condition, len(self.open))
        first = self.open[place] if place < len(self.open) and place not in self.dropped else None
        is_like = isinstance(first, nodes.If) and first.condition == statement.condition
        is_near = len(self.open) - place <= MOST_BETWEEN
        if not (isinstance(first, nodes.If) and is_like and is_near and self._unites(first, statement, place)):
            super().statement(statement)

    def write(self, statement: nodes.Statement) -> None:
        """Append a statement, and record a branch."""
        if isinstance(statement, nodes.If):
            self.branched[statement.condition] = len(self.open)
        super().write(statement)

    def _unites(self, first: nodes.If, second: nodes.If, place: int) -> bool:
        """Write both branches as one, and return whether that is possible."""
        between = [each for index, each in enumerate(self.open[place + 1 :], place + 1) if index not in self.dropped]
        if any(within(each, may_accept) for each in (first, *between, second)):
            return False
        made = {value for each in between for value in results_of(each)}
        if made.isdisjoint(map(self.name, _used(second))):
            self.open[place] = self._united(first, second)
            return True
        if not any(set(first.results).intersection(_used(each)) for each in between):
            self.dropped.add(place)
            self.write(self._united(first, second))
            return True
        return False

    def _united(self, first: nodes.If, second: nodes.If) -> nodes.If:
        arms = []
        for one, other in ((first.then, second.then), (first.otherwise, second.otherwise)):
            self.names.update(zip(first.results, one.yields, strict=True))
            whole = nodes.Region((*one.statements, *other.statements), (*one.yields, *other.yields))
            arms.append(self.region(whole))
        for result in first.results:
            del self.names[result]
        return nodes.If(first.span, first.condition, arms[0], arms[1], (*first.results, *second.results))


def _used(statement: nodes.Statement) -> Iterable[nodes.Value]:
    yield from operands_of(statement)
    for region in regions_of(statement):
        yield from uses(region)
