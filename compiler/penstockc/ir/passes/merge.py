"""Merging: an operation that both arms of a branch end with is done once after it, on operands that the branch chooses.

`if (c) { h = sha256(h + s); } else { h = sha256(s + h); }` chooses the order of two values, and hashes after that. Only
operations whose results the arm just yields are moved; one that may abort, only if no arm can end the script with
success; one whose operand must stay a constant, never. A moved operation has the span of the whole `If` in the source
map.
"""

from collections.abc import Iterator
from typing import NamedTuple

from penstockc.ir import nodes
from penstockc.ir.nodes import results_of, uses
from penstockc.ir.walking import Walk, checks_signatures
from penstockc.language.operations import Operation
from penstockc.targets import Target


class _Pair(NamedTuple):
    """The same operation in both arms, and for each of its results the results of the `If` that it makes."""

    then: nodes.Apply
    otherwise: nodes.Apply
    places: tuple[tuple[int, ...], ...]


def merge(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with the common last operations of two arms after them."""
    return _Merging(script, target).script()


class _Merging(Walk):
    rewritten = nodes.BRANCHING
    looks_back = False

    def __init__(self, script: nodes.Script, target: Target) -> None:
        super().__init__(script)
        self.target = target

    def statement(self, statement: nodes.Statement) -> None:
        """Move the common last operations of both arms of an `If`."""
        statement = self.with_regions(statement)
        after: list[nodes.Apply] = []
        while isinstance(statement, nodes.If) and (pair := self._pair(statement)) is not None:
            statement, moved = self._merged(statement, pair)
            after.append(moved)
        self.write(statement)
        for moved in reversed(after):
            self.write(moved)

    def _pair(self, statement: nodes.If) -> _Pair | None:
        """Return an operation that can be moved."""
        if statement.then.ends_script or statement.otherwise.ends_script:
            return None
        then, otherwise = _last(statement.then), _last(statement.otherwise)
        for places, one in then.items():
            other = otherwise.get(places)
            if other is not None and one.operation is other.operation and self._can_move(statement, one):
                return _Pair(one, other, places)
        return None

    def _can_move(self, statement: nodes.If, moved: nodes.Apply) -> bool:
        if moved.operation is Operation.REVERSE:  # a branch would choose its size
            return False
        if self.separates_code and checks_signatures(moved):
            return False
        is_partial = self.target.is_partial(moved.operation)
        return not (is_partial and self.accepts_within(statement))

    def _merged(self, statement: nodes.If, pair: _Pair) -> tuple[nodes.If, nodes.Apply]:
        """Return the `If` that yields operands, and the operation on them that follows it."""
        gone = {place for places in pair.places for place in places}
        kept = [place for place in range(len(statement.results)) if place not in gone]
        arms = statement.then, statement.otherwise
        yields = [[arm.yields[place] for place in kept] for arm in arms]
        results = [statement.results[place] for place in kept]
        operands = []
        inner = {value for arm in arms for each in arm.statements for value in results_of(each)}
        for choice in _choices(pair):
            if choice[0] == choice[1] and choice[0] not in inner:
                operands.append(choice[0])
                continue
            chosen = list(zip(*yields, strict=True))
            if choice not in chosen:
                for values, value in zip(yields, choice, strict=True):
                    values.append(value)
                results.append(self.fresh(choice[0].kind))
                chosen.append(choice)
            operands.append(results[chosen.index(choice)])
        regions = [
            nodes.Region(tuple(each for each in arm.statements if each is not moved), tuple(values))
            for arm, moved, values in zip(arms, (pair.then, pair.otherwise), yields, strict=True)
        ]
        changed = nodes.If(statement.span, statement.condition, regions[0], regions[1], tuple(results))
        made = tuple(self._one_of(statement, places, pair.then, i) for i, places in enumerate(pair.places))
        return changed, nodes.Apply(statement.span, made, pair.then.operation, tuple(operands))

    def _one_of(self, statement: nodes.If, places: tuple[int, ...], moved: nodes.Apply, index: int) -> nodes.Value:
        """Return the result of the `If` that becomes the operation's own; others of the same value are renamed."""
        if not places:
            return self.fresh(moved.results[index].kind)
        first, *others = (statement.results[place] for place in places)
        for other in others:
            self.rename(other, first)
        return first


def _last(arm: nodes.Region) -> dict[tuple[tuple[int, ...], ...], nodes.Apply]:
    """Return the operations of an arm whose results it yields and does not use, by the places in the yields."""
    yielded = set(arm.yields)
    made = [each for each in arm.statements if isinstance(each, nodes.Apply) and not yielded.isdisjoint(each.results)]
    within_arm = set(uses(nodes.Region(arm.statements))) if made else set()
    found = {}
    for statement in made:
        if within_arm.isdisjoint(statement.results):
            places = tuple(tuple(_places(arm, result)) for result in statement.results)
            if any(places):
                found[places] = statement
    return found


def _places(arm: nodes.Region, result: nodes.Value) -> Iterator[int]:
    return (place for place, value in enumerate(arm.yields) if value == result)


def _choices(pair: _Pair) -> tuple[tuple[nodes.Value, nodes.Value], ...]:
    """Return the operands of both arms in pairs: where their order is free, such that more of them are the same."""
    straight = tuple(zip(pair.then.operands, pair.otherwise.operands, strict=True))
    if not pair.then.operation.commutes:
        return straight
    crossed = tuple(zip(pair.then.operands, pair.otherwise.operands[::-1], strict=True))
    return max(straight, crossed, key=lambda choices: sum(one == other for one, other in choices))
