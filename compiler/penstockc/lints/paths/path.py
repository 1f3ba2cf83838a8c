"""Path to one place of a trace: its facts, and the checks that are still missing before the script accepts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from penstock.records import Record
from penstockc.ir import nodes
from penstockc.lints.paths.dependencies import PreimageRead
from penstockc.lints.paths.facts import NONE, CheckedPreimage, Fact, Facts, Guarded, Handed, Implications, KnownTruth
from penstockc.source import Span

Guard = frozenset[KnownTruth]
"""Conditions under which something happened, without those that are true anyway."""

MOST_GUARDS: Final = 4
"""Limit of different guards of one item; beyond it, only their common conditions are kept."""


class Changed(Record, frozen=True):
    """A change of state at a place, which must be passed on."""

    number: int
    span: Span


Owed = PreimageRead | Changed


@dataclass(slots=True)
class Path:
    """The path from the beginning to a place. Additions within an arm can be undone."""

    implications: Implications
    facts: dict[Fact, None] = field(default_factory=dict)
    if_then: dict[KnownTruth, Facts] = field(default_factory=dict)
    """Further facts of the arms of earlier branches."""
    owed: dict[Owed, tuple[Guard, ...]] = field(default_factory=dict)
    is_dead: bool = False
    """Whether this place is unreachable."""
    _added: list[Fact] = field(default_factory=list)
    _conditions: list[tuple[KnownTruth, Facts]] = field(default_factory=list)

    def assume(self, value: nodes.Value, *, truth: bool) -> None:
        """Continue where a value is true, or false."""
        self._go_on(self.implications.of(value, truth=truth))

    def demand(self, value: nodes.Value) -> int:
        """Continue where a value is true: the script fails otherwise. Return the signatures checked by hand."""
        implied = self.implications.demanded(value)
        self._go_on(implied)
        return 0 if implied is None else self.implications.signed(implied)

    def _go_on(self, implied: Facts | None) -> None:
        if implied is None:
            self.is_dead = True
        else:
            self.add(implied)

    def add(self, facts: Facts) -> None:
        """Add facts, and those that they imply."""
        waiting = list(facts)
        while waiting:
            fact = waiting.pop()
            if fact in self.facts:
                continue
            self.facts[fact] = None
            self._added.append(fact)
            if isinstance(fact, KnownTruth):
                if fact.opposite in self.facts:
                    self.is_dead = True
                waiting.extend(self.if_then.get(fact, NONE))

    def learn(self, literal: KnownTruth, facts: Facts) -> None:
        """Record the facts of an arm of a branch."""
        before = self.if_then.get(literal, NONE)
        if not facts <= before:
            self.if_then[literal] = before | facts
            self._conditions.append((literal, before))

    @contextmanager
    def aside(self) -> Iterator[int]:
        """Undo all additions made in the context at its end. Yields the mark for `since`."""
        facts, conditions, was_dead = len(self._added), len(self._conditions), self.is_dead
        yield facts
        for fact in self._added[facts:]:
            del self.facts[fact]
        del self._added[facts:]
        for literal, before in reversed(self._conditions[conditions:]):
            self.if_then[literal] = before
        del self._conditions[conditions:]
        self.is_dead = was_dead

    def since(self, mark: int) -> Facts:
        """Return the facts added since a mark."""
        return frozenset(self._added[mark:])

    def owe(self, owed: Owed, guard: Guard = frozenset()) -> None:
        """Record a check that is required before the script accepts."""
        guards = self.owed.get(owed, ())
        if any(other <= guard for other in guards):
            return
        if len(guards) >= MOST_GUARDS:
            guard = guard.intersection(*guards)
            guards = ()
        self.owed[owed] = (*(other for other in guards if not guard <= other), guard)

    def unpaid(self) -> Iterator[Owed]:
        """Yield the checks that are missing if the script accepts here."""
        for owed, guards in self.owed.items():
            if any(not self._is_shown_under(owed, guard) for guard in guards):
                yield owed

    def is_guarded(self) -> bool:
        """Return whether a signature or a hash is required on every way that leads here."""
        return self._by_cases(Guarded())

    def is_in_part(self) -> bool:
        """Return whether a preimage was checked by a signature of only a part of the script."""
        return any(isinstance(fact, CheckedPreimage) and fact.in_part for fact in self.facts)

    def is_paid(self, owed: Owed) -> bool:
        """Return whether a required check has been made here."""
        match owed:
            case PreimageRead(preimage=preimage):
                return self.is_checked(preimage)
            case Changed(number=number):
                return any(isinstance(fact, Handed) and fact.number >= number for fact in self.facts)

    def is_checked(self, preimage: nodes.Value) -> bool:
        """Return whether a value is certainly the preimage of this spend."""
        if (
            CheckedPreimage(preimage, in_part=False) in self.facts
            or CheckedPreimage(preimage, in_part=True) in self.facts
        ):
            return True
        if preimage not in self.implications.chosen:
            return False
        choice, name = self.implications.chosen[preimage], self.implications.dependencies.name
        live = [arm for arm in choice.arms if arm.facts is not None]
        return all(self.is_checked(name(arm.yields[choice.index])) for arm in live)

    def _is_shown_under(self, owed: Owed, guard: Guard) -> bool:
        with self.aside():
            self.add(frozenset(guard))
            return self.is_dead or self.is_paid(owed) or self._is_paid_by_cases(owed)

    def _is_paid_by_cases(self, owed: Owed) -> bool:
        return any(self._both_ways(literal, lambda: self.is_paid(owed)) for literal in list(self.if_then))

    def _by_cases(self, fact: Fact) -> bool:
        if fact in self.facts:
            return True
        return any(
            self._both_ways(literal, lambda: fact in self.facts)
            for literal, facts in list(self.if_then.items())
            if fact in facts
        )

    def _both_ways(self, literal: KnownTruth, holds: Callable[[], bool]) -> bool:
        """Return whether a predicate holds for both truths of a condition."""
        for case in (literal, literal.opposite):
            with self.aside():
                self.add(frozenset({case}))
                if not (self.is_dead or holds()):
                    return False
        return True
