"""What is known at one place of a path, and what is still to be shown before the script accepts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from penstockc.ir.nodes import Value
from penstockc.lints.paths.cones import PreimageRead
from penstockc.lints.paths.facts import NONE, CheckedPreimage, Fact, Facts, Guarded, Handed, Implications, KnownTruth
from penstockc.source import Span

Guard = frozenset[KnownTruth]
"""The conditions under which something happened, those that hold anyway left out."""

MOST_GUARDS: Final = 4
"""How many different guards one and the same thing may have; beyond that, what they have in common."""


@dataclass(frozen=True, slots=True)
class Changed:
    """State was changed at a place, and must be handed on."""

    number: int
    span: Span


Owed = PreimageRead | Changed


@dataclass(slots=True)
class Path:
    """The way from the beginning to a place. What was added within an arm can be taken back."""

    implications: Implications
    facts: dict[Fact, None] = field(default_factory=dict)
    if_then: dict[KnownTruth, Facts] = field(default_factory=dict)
    """What else held in the arms of branches that are over."""
    owed: dict[Owed, tuple[Guard, ...]] = field(default_factory=dict)
    is_dead: bool = False
    """No spend gets here."""
    _added: list[Fact] = field(default_factory=list)
    _conditions: list[tuple[KnownTruth, Facts]] = field(default_factory=list)

    def assume(self, value: Value, *, truth: bool) -> None:
        """Go on where a value is true, or false."""
        self._go_on(self.implications.of(value, truth=truth))

    def demand(self, value: Value) -> int:
        """Go on where a value is true: the script fails elsewhere. Return the signatures that this checks by hand."""
        implied = self.implications.demanded(value)
        self._go_on(implied)
        return 0 if implied is None else self.implications.signed(implied)

    def _go_on(self, implied: Facts | None) -> None:
        if implied is None:
            self.is_dead = True
        else:
            self.add(implied)

    def add(self, facts: Facts) -> None:
        """Know more."""
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
        """Remember what held in an arm of a branch."""
        before = self.if_then.get(literal, NONE)
        if not facts <= before:
            self.if_then[literal] = before | facts
            self._conditions.append((literal, before))

    @contextmanager
    def aside(self) -> Iterator[int]:
        """Within it, what is added is taken back at the end. Gives the mark for `since`."""
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
        """Return what was added since a mark."""
        return frozenset(self._added[mark:])

    def owe(self, owed: Owed, guard: Guard = frozenset()) -> None:
        """Note what must be shown before the script accepts."""
        guards = self.owed.get(owed, ())
        if any(other <= guard for other in guards):
            return
        if len(guards) >= MOST_GUARDS:
            guard = guard.intersection(*guards)
            guards = ()
        self.owed[owed] = (*(other for other in guards if not guard <= other), guard)

    def unpaid(self) -> Iterator[Owed]:
        """Yield what is not shown if the script accepts here."""
        for owed, guards in self.owed.items():
            if any(not self._is_shown_under(owed, guard) for guard in guards):
                yield owed

    def is_guarded(self) -> bool:
        """Tell whether a signature or a hash is demanded on every way that leads here."""
        return self._by_cases(Guarded())

    def is_in_part(self) -> bool:
        """Tell whether a preimage was checked whose signature signs a part of the script."""
        return any(isinstance(fact, CheckedPreimage) and fact.in_part for fact in self.facts)

    def is_paid(self, owed: Owed) -> bool:
        """Tell whether what must be shown is known here."""
        match owed:
            case PreimageRead(preimage=preimage):
                return self.is_checked(preimage)
            case Changed(number=number):
                return any(isinstance(fact, Handed) and fact.number >= number for fact in self.facts)

    def is_checked(self, preimage: Value) -> bool:
        """Tell whether a value is for certain the preimage of this spend."""
        if (
            CheckedPreimage(preimage, in_part=False) in self.facts
            or CheckedPreimage(preimage, in_part=True) in self.facts
        ):
            return True
        if preimage not in self.implications.chosen:
            return False
        choice, name = self.implications.chosen[preimage], self.implications.cones.name
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
        """Tell whether something holds whatever a condition comes to."""
        for case in (literal, literal.opposite):
            with self.aside():
                self.add(frozenset({case}))
                if not (self.is_dead or holds()):
                    return False
        return True
