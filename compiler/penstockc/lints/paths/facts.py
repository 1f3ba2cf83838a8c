"""Facts that follow from a condition that is true, or false.

A fact is one of:

| fact                    | meaning                                                                           |
|-------------------------|-----------------------------------------------------------------------------------|
| `KnownTruth(v, t)`      | the truth value v is t                                                            |
| `CheckedPreimage(p, f)` | p is the preimage of this spend; f: its signature signs only a part of the script |
| `Guarded()`             | a signature or a hash was required                                                |
| `Handed(n)`             | the output has the state after change number n                                    |
"""

from dataclasses import dataclass, field
from typing import Final

from penstock.records import Record
from penstock.script.numbers import as_bool
from penstockc.ir import nodes
from penstockc.language.operations import Operation
from penstockc.lints.paths.dependencies import DependencyTable


class KnownTruth(Record, frozen=True):
    """A value and its truth."""

    value: nodes.Value
    truth: bool

    @property
    def opposite(self) -> "KnownTruth":
        """The other truth."""
        return KnownTruth(self.value, not self.truth)


class CheckedPreimage(Record, frozen=True):
    """A preimage is that of the spend."""

    preimage: nodes.Value
    in_part: bool


class Guarded(Record, frozen=True):
    """A signature, a preimage or a hash was required."""


class Handed(Record, frozen=True):
    """The outputs were required to have the state after a change."""

    number: int


Fact = KnownTruth | CheckedPreimage | Guarded | Handed
Facts = frozenset[Fact]

NONE: Final[Facts] = frozenset()
MOST: Final = 32
"""Limit of the facts of one condition; of more, only those that are not truth values are kept."""

ORDERS: Final = frozenset(
    {Operation.LESS, Operation.LESS_OR_EQUAL, Operation.GREATER, Operation.GREATER_OR_EQUAL, Operation.WITHIN}
)
_UNEQUAL: Final = frozenset({Operation.NUM_NOT_EQUAL})
_EQUAL: Final = frozenset({Operation.NUM_EQUAL, Operation.BYTES_EQUAL, Operation.BOOL_EQUAL})


class PathArm(Record, frozen=True):
    """One way through a branch: its facts and its values. `facts` are None if the script ends in it."""

    facts: Facts | None
    yields: tuple[nodes.Value, ...]


class Choice(Record, frozen=True):
    """The result of a branch: both arms, and its index among their values."""

    arms: tuple[PathArm, PathArm]
    index: int


@dataclass(slots=True)
class Implications:
    """Derives facts from conditions; `known` are values that do not depend on the spend."""

    dependencies: DependencyTable
    known: dict[nodes.Value, bytes]
    chosen: dict[nodes.Value, Choice] = field(default_factory=dict)
    """The results of branches."""
    _found: dict[KnownTruth, Facts | None] = field(default_factory=dict)

    def of(self, value: nodes.Value, *, truth: bool) -> Facts | None:
        """Return the facts if a value is true (or false); None if it never is."""
        if value in self.known:
            return NONE if as_bool(self.known[value]) is truth else None
        literal = KnownTruth(self.dependencies.name(value), truth)
        if literal not in self._found:
            self._found[literal] = bounded(self._follow(literal))
        return self._found[literal]

    def demanded(self, value: nodes.Value) -> Facts | None:
        """Return the facts if a value is required to be true; None if it never is.

        Then a comparison with a hash is a guard too. As the condition of a branch it is not: both ways are open.
        """
        implied = self.of(value, truth=True)
        if implied is None or Guarded() in implied:
            return implied
        literals = [fact.value for fact in implied if isinstance(fact, KnownTruth)]
        is_guard = any(self._is_compared(each, ORDERS) for each in literals)
        return implied | {Guarded()} if is_guard else implied

    def signed(self, demanded: Facts) -> int:
        """Return the arguments in signatures that are checked by hand, by comparing something with a hash."""
        found = 0
        for fact in demanded:
            made = self.dependencies.made.get(fact.value) if isinstance(fact, KnownTruth) and fact.truth else None
            if isinstance(made, nodes.Apply) and made.operation in _EQUAL:
                compared = self.dependencies.union(made.operands)
                found |= compared.arguments if compared.is_checked else 0
        return found

    def _is_compared(self, value: nodes.Value, operations: frozenset[Operation]) -> bool:
        """Return whether it compares a hash, or a result of a signature, with a value the spender cannot choose."""
        made = self.dependencies.made.get(value)
        if not isinstance(made, nodes.Apply) or made.operation not in operations:
            return False
        sides = [self.dependencies.of(operand) for operand in made.operands]
        return any(
            side.is_checked and all(other.is_bound for other in sides[:index] + sides[index + 1 :])
            for index, side in enumerate(sides)
        )

    def _follow(self, literal: KnownTruth) -> Facts | None:
        value, truth = literal.value, literal.truth
        if value in self.chosen:
            return self._through_branch(literal)
        found: set[Fact] = {literal, *self._own(literal)}
        made = self.dependencies.made.get(value)
        if isinstance(made, nodes.Apply):
            for operand, needed in self._needed(made, truth=truth):
                inner = self.of(operand, truth=needed)
                if inner is None:
                    return None
                found |= inner
        return frozenset(found)

    def _through_branch(self, literal: KnownTruth) -> Facts | None:
        """Return the facts common to both ways that can give the value."""
        choice = self.chosen[literal.value]
        ways: list[Facts] = []
        for arm in choice.arms:
            if arm.facts is None:
                continue
            yielded = self.of(arm.yields[choice.index], truth=literal.truth)
            if yielded is not None:
                ways.append(arm.facts | yielded)
        if not ways:
            return None
        return ways[0].intersection(*ways[1:]) | {literal}

    def _needed(self, made: nodes.Apply, *, truth: bool) -> list[tuple[nodes.Value, bool]]:
        """Return the truth values of an operation's operands if it gives this result."""
        match made.operation:
            case Operation.NOT:
                return [(made.operands[0], not truth)]
            case Operation.BOOL_AND if truth:
                return [(operand, True) for operand in made.operands]
            case Operation.BOOL_OR if not truth:
                return [(operand, False) for operand in made.operands]
            case Operation.BOOL_EQUAL:
                one, other = made.operands
                sides = [(one, other), (other, one)]
                return [(a, as_bool(self.known[b]) is truth) for a, b in sides if b in self.known]
            case _:
                return []

    def _own(self, literal: KnownTruth) -> set[Fact]:
        """Return the facts of a condition itself."""
        value, truth = literal.value, literal.truth
        found: set[Fact] = set()
        if truth and value in self.dependencies.checks:
            check = self.dependencies.checks[value]
            found |= {CheckedPreimage(preimage, check.signs_part) for preimage in check.preimages}
        if self._guards(literal):
            found.add(Guarded())
        handed = self.dependencies.of(value).handed
        if truth and handed:
            found.add(Handed(handed))
        return found

    def _guards(self, literal: KnownTruth) -> bool:
        """Return whether the condition requires a signature or a hash."""
        made = self.dependencies.made.get(literal.value)
        match made:
            case nodes.CheckMultiSig(keys=keys):
                return literal.truth and any(self.dependencies.of(key).is_bound for key in keys)
            case nodes.Apply(operation=Operation.CHECK_SIG, operands=(_, key)):
                return literal.truth and (
                    literal.value in self.dependencies.checks or self.dependencies.of(key).is_bound
                )
            case nodes.Apply(operation=Operation.NUM_NOT_EQUAL):
                return not literal.truth and self._is_compared(literal.value, _UNEQUAL)
            case nodes.Apply():
                return literal.truth and self._is_compared(literal.value, _EQUAL)
            case nodes.Assembly():
                return literal.truth and (
                    self.dependencies.checks_or_hashes(made) or self.dependencies.union(made.operands).is_checked
                )
            case _:
                return False


def bounded(facts: Facts | None) -> Facts | None:
    """Return the facts, or of too many only those that are not truth values."""
    if facts is None or len(facts) <= MOST:
        return facts
    return frozenset(fact for fact in facts if not isinstance(fact, KnownTruth))
