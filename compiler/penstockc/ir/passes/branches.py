"""Simplified branches: decided ones, those that only choose a truth value, arms that always fail.

Requirements move into the arms of the `If` that decides them, and are split into their conditions; those of both
bounds of a number are one. A conversion of a number or bytes to a truth value is left out where any item will do. A
condition that was required or decided is a constant afterwards. Leaves unused values, and results that both arms yield
alike, to `dead_code`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from penstock.artifact.artifact import Kind
from penstock.script.numbers import as_bool, decode_number, encode_number
from penstockc.ir import nodes
from penstockc.ir.canonical import NORMALIZERS
from penstockc.ir.nodes import results_of
from penstockc.ir.walking import Walk, has_effect, use_counts
from penstockc.language.items import FALSE, TRUE
from penstockc.language.operations import Operation
from penstockc.source import Span
from penstockc.targets import Target

CHOICES: Final = {
    # truths that the arms yield, None if unknown: operations on the condition (and the unknown) instead
    (None, False): (Operation.BOOL_AND,),
    (True, None): (Operation.BOOL_OR,),
    (False, None): (Operation.NOT, Operation.BOOL_AND),
    (None, True): (Operation.NOT, Operation.BOOL_OR),
    (True, False): (Operation.NORMALIZE_BOOL,),
    (False, True): (Operation.NOT,),
}


class Bound(NamedTuple):
    """A condition that bounds a number: it is `limit` or more if `is_low`, less than `limit` otherwise."""

    condition: nodes.Value
    number: nodes.Value
    is_low: bool
    limit: nodes.Value | int


BOUNDS: Final = {
    # comparison: the bounds of its left and of its right operand, with what is added to the other operand
    Operation.LESS: ((False, 0), (True, 1)),
    Operation.LESS_OR_EQUAL: ((False, 1), (True, 0)),
    Operation.GREATER: ((True, 1), (False, 0)),
    Operation.GREATER_OR_EQUAL: ((True, 0), (False, 1)),
}


def branches(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with simplified branches."""
    return _Branches(script, target).script()


class _Branches(Walk):
    rewritten = nodes.BRANCHING | {nodes.Require, nodes.Exit, nodes.Result}

    def __init__(self, script: nodes.Script, target: Target) -> None:
        super().__init__(script)
        self.target = target
        self.uses = Counter(use_counts(script))
        self.assumed: list[tuple[nodes.Value, nodes.Value]] = []
        """Conditions that are known in the open region, with their constants."""
        self.needed: set[nodes.Value] = set()
        """Constants that are used, among other values."""
        self.arm: tuple[Span, nodes.Value, bytes] | None = None
        """The condition of the next region, with its truth."""
        self.last_accepting = -1
        self.branched: dict[nodes.Value, int] = {}
        """Index in the open region of the latest branch on each condition."""
        self.bounds: dict[tuple[nodes.Value, bool], tuple[int, Bound]] = {}
        """Requirements of the open region that are a bound of a number, by that and whether it is the lower one."""

    # Known conditions -------------------------------------------------------------------------------------------------

    def region(self, region: nodes.Region) -> nodes.Region:
        """Rewrite a region; facts about conditions are dropped after it."""
        outer = self.assumed, self.last_accepting, self.branched, self.bounds
        self.assumed, self.last_accepting, self.branched, self.bounds = [], -1, {}, {}
        rewritten = super().region(region)
        self.assumed, self.last_accepting, self.branched, self.bounds = outer
        return rewritten

    def statements(self, statements: Iterable[nodes.Statement]) -> None:
        """Rewrite statements; at the beginning of an arm its condition is known."""
        if self.arm is not None:
            (span, condition, truth), self.arm = self.arm, None
            self._assume(span, condition, truth)
        super().statements(statements)

    def close(self) -> None:
        """Drop facts that are known only here, and unused constants."""
        while self.assumed:
            condition, constant = self.assumed.pop()
            del self.names[condition]
            if constant not in self.needed:
                self.drop(constant)

    def _assume(self, span: Span, condition: nodes.Value, truth: bytes) -> None:
        """Replace a condition by a constant to the end of the region, if it is the same item or need not be."""
        if condition.kind is not Kind.BOOL or condition in self.names or self.known(condition) is not None:
            return
        if self.is_canonical(condition) or condition not in self.used_by_bytes:
            constant = self.constant(span, Kind.BOOL, truth)
            self.assumed.append((condition, constant))
            self.rename(condition, constant)

    def name(self, value: nodes.Value) -> nodes.Value:
        """Return the current name of `value`, and mark it as used."""
        named = super().name(value)
        self.needed.add(named)
        return named

    def named(self, values: tuple[nodes.Value, ...]) -> tuple[nodes.Value, ...]:
        """Return the current names of the values, and mark them as used."""
        named = super().named(values)
        self.needed.update(named)
        return named

    def write(self, statement: nodes.Statement) -> None:
        """Append a statement, and record whether the script can end with success in it."""
        if self.accepts_within(statement):
            self.last_accepting = len(self.open)
        if isinstance(statement, nodes.If):
            self.branched[statement.condition] = len(self.open)
        super().write(statement)

    # Statements -------------------------------------------------------------------------------------------------------

    def statement(self, statement: nodes.Statement) -> None:
        """Rewrite branches, and statements that depend on conditions."""
        match statement:
            case nodes.If():
                self._if(statement)
            case nodes.Require():
                self._require(statement)
            case nodes.Exit(span=span, condition=condition):
                *_, truth = self._truths(condition)
                self.write(statement if truth == condition else nodes.Exit(span, truth))
            case nodes.Result(span=span, condition=condition):
                *_, truth = self._truths(condition)
                self.write(statement if truth == condition else nodes.Result(span, truth))
            case _:
                super().statement(statement)

    # Conditions -------------------------------------------------------------------------------------------------------

    def _truths(self, condition: nodes.Value) -> Iterator[nodes.Value]:
        """Yield a requirement's condition, and its operands as far as they have the same truth (and abort alike)."""
        yield condition
        made = self.made.get(condition)
        if self.target.has_short_numbers or not isinstance(made, nodes.Apply):
            return
        if made.operation in {Operation.INT_TO_BOOL, Operation.UNPACK, *NORMALIZERS.values()}:
            yield from self._truths(made.operands[0])

    def _negated(self, condition: nodes.Value) -> nodes.Value | None:
        """Return the value that a condition negates."""
        made = self.made.get(condition)
        return (
            self.name(made.operands[0]) if isinstance(made, nodes.Apply) and made.operation is Operation.NOT else None
        )

    # Requirements -----------------------------------------------------------------------------------------------------

    def _require(self, statement: nodes.Require) -> None:
        span, truths = statement.span, tuple(self._truths(statement.condition))
        is_single = all(self.uses[truth] == 1 for truth in truths)
        condition = truths[-1]
        made, known = self.made.get(condition), self.known(condition)
        if known is not None and as_bool(known):
            return
        if isinstance(made, nodes.Apply) and made.operation is Operation.BOOL_AND and not self.is_new(condition):
            for part in made.operands:
                self._require(nodes.Require(span, self.name(part)))
        elif isinstance(made, nodes.If) and is_single and self._may_move_to(condition):
            for truth in truths[:-1]:
                self.drop(truth)
            self._require_in_arms(span, condition, made)
        else:
            self._fail_before(span, condition)
            if is_single:
                condition = self._in_range(span, condition)
            self.write(statement if condition == statement.condition else nodes.Require(span, condition))
            if not is_single:
                self._assume(span, condition, TRUE)

    def _in_range(self, span: Span, condition: nodes.Value) -> nodes.Value:
        """Return one condition for two bounds of a number, if the other was required before; else the given one."""
        bound = self._bound(condition)
        if bound is None:
            return condition
        place, other = self.bounds.pop((bound.number, not bound.is_low), (-1, bound))
        if place <= self.last_accepting:
            self.bounds[bound.number, bound.is_low] = len(self.open), bound
            return condition
        self.dropped.add(place)
        for each in (bound, other):  # WITHIN reads what they read, so it aborts where they did
            self.drop(each.condition)
        limits = (bound.limit, other.limit) if bound.is_low else (other.limit, bound.limit)
        low, high = (
            limit if isinstance(limit, nodes.Value) else self.constant(span, Kind.INT, encode_number(limit))
            for limit in limits
        )
        return self.apply(span, Operation.WITHIN, bound.number, low, high)[0]

    def _bound(self, condition: nodes.Value) -> Bound | None:
        """Return the bound of a number that a condition is; numbers are whole, so a constant one may be one off."""
        made = self.made.get(condition)
        if not isinstance(made, nodes.Apply) or made.operation not in BOUNDS:
            return None
        sides = zip(made.operands, made.operands[::-1], BOUNDS[made.operation], strict=True)
        for number, limit, (is_low, beside) in sides:
            known = self.known(limit)
            if known is None and self.known(number) is None and not beside:
                return Bound(condition, number, is_low, limit)
            if known is not None and self._is_readable(known):
                bound = decode_number(known) + beside
                return Bound(condition, number, is_low, bound) if self._is_readable(encode_number(bound)) else None
        return None

    def _is_readable(self, number: bytes) -> bool:
        longest = self.target.limits.operand
        return longest is None or len(number) <= longest

    def _fail_before(self, span: Span, condition: nodes.Value) -> None:
        """Make a branch on this required condition fail in its other arm, which would fail here anyway."""
        place = self.branched.get(condition, -1)
        branch = self.open[place] if self.last_accepting < place < len(self.open) else None
        if not isinstance(branch, nodes.If) or branch.condition != condition or branch.otherwise.ends_script:
            return
        never = self.fresh(Kind.BOOL)
        yields = tuple(self.fresh(value.kind) for value in branch.otherwise.yields)
        nothing = (nodes.Constant(span, value, FALSE) for value in (never, *yields))
        failing = nodes.Region((*nothing, nodes.Require(span, never)), yields)
        self.open[place] = changed = nodes.If(branch.span, condition, branch.then, failing, branch.results)
        for result in branch.results:
            self.made[result] = changed

    def _may_move_to(self, condition: nodes.Value) -> bool:
        """Return whether a requirement may move to its condition: no statement between can accept."""
        place = self.place(condition)
        return place is not None and place >= self.last_accepting

    def _require_in_arms(self, span: Span, condition: nodes.Value, made: nodes.If) -> None:
        """Require in each arm of an `If` the condition that it yields."""
        place = made.results.index(condition)
        arms = []
        for arm in (made.then, made.otherwise):
            required = () if arm.ends_script else (nodes.Require(span, arm.yields[place]),)
            arms.append(nodes.Region((*arm.statements, *required), arm.yields[:place] + arm.yields[place + 1 :]))
        results = made.results[:place] + made.results[place + 1 :]
        self.open[self.places[condition]] = changed = nodes.If(made.span, made.condition, arms[0], arms[1], results)
        for result in results:
            self.made[result] = changed

    # Branches ---------------------------------------------------------------------------------------------------------

    def _if(self, statement: nodes.If) -> None:
        condition = statement.condition
        known = self.known(condition)
        opposite = self._negated(condition)
        if known is not None:
            self._inline(statement.then if as_bool(known) else statement.otherwise, statement.results)
        elif opposite is not None:
            self._if(nodes.If(statement.span, opposite, statement.otherwise, statement.then, statement.results))
        else:
            self._decided(statement)

    def _inline(self, arm: nodes.Region, results: tuple[nodes.Value, ...]) -> None:
        """Write the statements of an arm instead of its `If`."""
        self.statements(arm.statements)
        if not arm.ends_script:
            for result, value in zip(results, arm.yields, strict=True):
                self._stand_for(result, self.name(value))

    def _decided(self, statement: nodes.If) -> None:
        """Write an `If` with its arms rewritten, or a simpler form."""
        span, condition, results = statement.span, statement.condition, statement.results
        then, otherwise = self._arm(statement, statement.then, TRUE), self._arm(statement, statement.otherwise, FALSE)
        if then is not statement.then or otherwise is not statement.otherwise:
            statement = nodes.If(span, condition, then, otherwise, results)
        if self._fails(then):
            self.write(nodes.Require(span, *self.apply(span, Operation.NOT, condition)))
            self._splice(otherwise, results)
        elif self._fails(otherwise):
            self.write(nodes.Require(span, condition))
            self._splice(then, results)
        elif len(results) == 1 and not self._has_effect(then) and not self._has_effect(otherwise):
            self._choice(statement)
        else:
            self._write_if(statement)

    def _arm(self, statement: nodes.If, arm: nodes.Region, truth: bytes) -> nodes.Region:
        """Rewrite an arm, in which its condition is known."""
        if self.uses[statement.condition] > 1:
            self.arm = statement.span, statement.condition, truth
        return self.region(arm)

    def _splice(self, arm: nodes.Region, results: tuple[nodes.Value, ...]) -> None:
        """Write an arm that is rewritten already instead of its `If`."""
        for statement in arm.statements:
            self.write(statement)
        for result, value in zip(results, arm.yields, strict=not arm.ends_script):
            self._stand_for(result, value)

    def _stand_for(self, result: nodes.Value, value: nodes.Value) -> None:
        """Replace a result by the value that an arm yielded, which takes over its uses."""
        self.uses[value] += self.uses[result] - 1
        self.rename(result, value)

    def _fails(self, arm: nodes.Region) -> bool:
        """Return whether an arm always reaches a requirement that is false."""
        for statement in arm.statements:
            if isinstance(statement, nodes.Require) and self.known(statement.condition) is not None:
                return True  # a true one would not have been written
            if self.accepts_within(statement):
                return False
        return False

    def _has_effect(self, arm: nodes.Region) -> bool:
        return any(has_effect(statement, self.target.is_partial) for statement in arm.statements)

    def _write_if(self, statement: nodes.If) -> None:
        """Write an `If`, with only the results in which its arms differ."""
        if not statement.results:
            self.write(statement)
            return
        survivors = [arm for arm in (statement.then, statement.otherwise) if not arm.ends_script]
        inner = {value for arm in survivors for made in arm.statements for value in results_of(made)}
        differing = []
        for index, result in enumerate(statement.results):
            yielded = {arm.yields[index] for arm in survivors}
            if len(yielded) == 1 and not yielded & inner:
                self._stand_for(result, yielded.pop())
            else:
                differing.append(index)
        if len(differing) == len(statement.results):
            self.write(statement)
            return
        arms = [
            nodes.Region(arm.statements, () if arm.ends_script else tuple(arm.yields[index] for index in differing))
            for arm in (statement.then, statement.otherwise)
        ]
        results = tuple(statement.results[index] for index in differing)
        self.write(nodes.If(statement.span, statement.condition, arms[0], arms[1], results))

    def _choice(self, statement: nodes.If) -> None:
        """Write an `If` that only chooses a value; a truth value may be computed from both without a branch."""
        span, condition, (result,) = statement.span, statement.condition, statement.results
        then, otherwise = statement.then.yields[0], statement.otherwise.yields[0]
        choice = CHOICES.get((self._known_truth(then), self._known_truth(otherwise)))
        if choice is None or result.kind is not Kind.BOOL:
            self._write_if(statement)
            return
        for inner in (*statement.then.statements, *statement.otherwise.statements):
            self.write(inner)
        other = then if self._known_truth(then) is None else otherwise
        for operation in choice:
            operands = (condition, other) if len(operation.takes) == 2 else (condition,)
            (condition,) = self.apply(span, operation, *operands)
        self.uses[condition] += self.uses[result]
        self.rename(result, condition)

    def _known_truth(self, value: nodes.Value) -> bool | None:
        known = self.known(value)
        return None if known is None else as_bool(known)
