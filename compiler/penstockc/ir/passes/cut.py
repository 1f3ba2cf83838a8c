"""Cuts: a part of some bytes is cut from the rest that an earlier cut of the same bytes left.

`x[4:8]` and `x[8:12]` are two cuts of x[4:] then, and neither counts from the start of x again. A place in x is a
number, or an unknown number and a known distance from it. Only a cut whose head is unused is moved: it aborts where the
given one does, if x is too short, since the earlier cut has not aborted. Leaves unused values to `dead_code`.
"""

from typing import NamedTuple

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number, encode_number
from penstockc.ir import nodes
from penstockc.ir.walking import Walk, use_counts
from penstockc.language.operations import Operation
from penstockc.targets import Target


class Place(NamedTuple):
    """A place in bytes: the number `start` (0 if there is none), and a distance from it."""

    start: nodes.Value | None
    distance: int

    def plus(self, other: "Place") -> "Place | None":
        """Return the sum; None if it has two unknown numbers."""
        if self.start is not None and other.start is not None:
            return None
        return Place(self.start or other.start, self.distance + other.distance)


BEGIN = Place(None, 0)


class _Tail(NamedTuple):
    """A value that is the rest of `whole` from a place on."""

    value: nodes.Value
    whole: nodes.Value
    place: Place


def cut(script: nodes.Script, target: Target) -> nodes.Script:  # noqa: ARG001 - a pass
    """Return the script with cuts of the rests that other cuts left."""
    return _Cutting(script).script()


class _Cutting(Walk):
    def __init__(self, script: nodes.Script) -> None:
        super().__init__(script)
        self.uses = use_counts(script)
        self.tails: dict[nodes.Value, list[_Tail]] = {}
        """The rests of each value that are known on the path to here."""
        self.tail_of: dict[nodes.Value, _Tail] = {}
        self.own: list[_Tail] = []
        """Those of the open region."""

    def region(self, region: nodes.Region) -> nodes.Region:
        """Rewrite a region, which can use rests from around it; its own are dropped after it."""
        outer, self.own = self.own, []
        rewritten = super().region(region)
        for tail in self.own:
            self.tails[tail.whole].remove(tail)
        self.own = outer
        return rewritten

    def statement(self, statement: nodes.Statement) -> None:
        """Take the rest of an earlier cut instead of the whole, if it is nearer to the place."""
        if not isinstance(statement, nodes.Apply) or statement.operation is not Operation.SPLIT:
            super().statement(statement)
            return
        (data, position), (head, rest) = statement.operands, statement.results
        from_tail = self.tail_of.get(data)
        whole, offset = (data, BEGIN) if from_tail is None else (from_tail.whole, from_tail.place)
        place = offset.plus(self._place(position))
        if place is None:
            whole, place = data, self._place(position)
        nearest = self._nearest(whole, place)
        if nearest is not None and not self.uses.get(head):
            distance = place.distance - nearest.place.distance
            if not distance:
                self.rename(rest, nearest.value)
                return
            if nearest.value != data:
                number = self.constant(statement.span, Kind.INT, encode_number(distance))
                statement = nodes.Apply(statement.span, statement.results, Operation.SPLIT, (nearest.value, number))
        self.write(statement)
        self._remember(_Tail(rest, whole, place))

    def _remember(self, tail: _Tail) -> None:
        self.tails.setdefault(tail.whole, []).append(tail)
        self.tail_of[tail.value] = tail
        self.own.append(tail)

    def _nearest(self, whole: nodes.Value, place: Place) -> _Tail | None:
        """Return the latest rest from this place on, or from the least distance before it."""
        before = (
            tail
            for tail in reversed(self.tails.get(whole, ()))
            if tail.place.start == place.start and tail.place.distance <= place.distance
        )
        return max(before, key=lambda tail: tail.place.distance, default=None)

    def _place(self, position: nodes.Value) -> Place:
        known, made = self.known(position), self.made.get(position)
        if known is not None:
            return Place(None, decode_number(known))
        if isinstance(made, nodes.Apply) and made.operation is Operation.INCREMENT:
            return Place(made.operands[0], 1)
        if isinstance(made, nodes.Apply) and made.operation is Operation.SUB:
            step = self.known(made.operands[1])
            if step is not None:
                return Place(made.operands[0], -decode_number(step))
        if isinstance(made, nodes.Apply) and made.operation is Operation.ADD:
            for one, other in (made.operands, made.operands[::-1]):
                step = self.known(other)
                if step is not None:
                    return Place(one, decode_number(step))
        return Place(position, 0)
