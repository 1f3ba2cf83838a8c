"""Facts: literals that are known to hold, with the bounds of numbers that follow from them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from penstock.prove.terms.node import Term
from penstock.prove.terms.numbers import wrap


@dataclass(slots=True)
class Range:
    """Bounds of a number, and numbers between them that it is not."""

    low: int | None
    high: int | None
    excluded: set[int] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether no number is left."""
        return self.low is not None and self.high is not None and self.low > self.high

    def exclude(self, value: int) -> None:
        """Take one number out."""
        self.excluded.add(value)
        self.tighten()

    def tighten(self) -> None:
        """Move bounds that are excluded."""
        while self.low is not None and self.low in self.excluded and not self.is_empty:
            self.excluded.discard(self.low)
            self.low += 1
        while self.high is not None and self.high in self.excluded and not self.is_empty:
            self.excluded.discard(self.high)
            self.high -= 1
        self.excluded = {
            each
            for each in self.excluded
            if (self.low is None or each > self.low) and (self.high is None or each < self.high)
        }

    def at_least(self, low: int) -> None:
        """Raise the lower bound."""
        if self.low is None or low > self.low:
            self.low = low
            self.tighten()

    def at_most(self, high: int) -> None:
        """Lower the upper bound."""
        if self.high is None or high < self.high:
            self.high = high
            self.tighten()


class Facts:
    """Literals that hold, in addition to those of an outer set.

    Literals on numbers are `ge(form, k)`, the form is at least k, and `eq(form, k)`, or their negations.
    """

    def __init__(self, outer: "Facts | None" = None) -> None:
        self.outer = outer
        self.known: dict[Term, bool] = {}
        self.ranges: dict[Term, Range] = {}
        self.is_contradiction = False

    @classmethod
    def of(cls, literals: Iterable[Term]) -> "Facts":
        """Return facts that consist of literals."""
        facts = cls()
        for literal in literals:
            facts.add(literal)
        return facts

    def value(self, term: Term) -> bool | None:
        """Return whether a literal is known to be true or false; None if it is not known."""
        if term.kind == "not":
            inner = self.value(term.args[0])
            return None if inner is None else not inner
        if term.kind == "true":
            return True
        if term.kind == "false":
            return False
        if term.kind in {"ge", "eq"}:
            return self._compare(term)
        facts: Facts | None = self
        while facts is not None:
            found = facts.known.get(term)
            if found is not None:
                return found
            facts = facts.outer
        return None

    def range_of(self, form: Term) -> Range:
        """Return what is known of a number without its constant."""
        facts: Facts | None = self
        while facts is not None:
            found = facts.ranges.get(form)
            if found is not None:
                return found
            facts = facts.outer
        return Range(form.low, form.high)

    def _compare(self, term: Term) -> bool | None:
        form, value = term.args
        known = self.range_of(form)
        if term.kind == "ge":
            if known.low is not None and known.low >= value:
                return True
            return False if known.high is not None and known.high < value else None
        if known.low is not None and known.low == known.high == value:
            return True
        below = known.low is not None and value < known.low
        above = known.high is not None and value > known.high
        return False if below or above or value in known.excluded else None

    def decides(self, term: Term) -> bool | None:
        """Return what `value` does, and decide a comparison of a sum by what is known of its parts, too."""
        if term.kind == "not":
            inner = self.decides(term.args[0])
            return None if inner is None else not inner
        found = self.value(term)
        if found is not None or term.kind not in {"ge", "eq"}:
            return found
        (_, parts), value = term.args[0].args, term.args[1]
        low, high = self._sum(parts), self._sum([(atom, -factor) for atom, factor in parts])
        if term.kind == "ge" and low is not None and low >= value:
            return True
        is_below = high is not None and -high < value
        return False if is_below or (term.kind == "eq" and low is not None and low > value) else None

    def _sum(self, parts: Iterable[tuple[Term, int]]) -> int | None:
        """Return a lower bound of a sum of multiples of atoms; None if there is none."""
        total = 0
        for atom, factor in parts:
            known = self.range_of(wrap(atom))
            bound = known.low if factor > 0 else known.high
            if bound is None:
                return None
            total += factor * bound
        return total

    def add(self, literal: Term) -> None:
        """Learn a literal; of a conjunction, its parts."""
        if literal.kind == "and":
            for each in literal.args:
                self.add(each)
            return
        holds, term = literal.kind != "not", literal.args[0] if literal.kind == "not" else literal
        if term.kind in {"ge", "eq"}:
            self._narrow(term, holds=holds)
        elif term.kind in {"true", "false"}:
            self.is_contradiction |= (term.kind == "true") is not holds
        else:
            self.is_contradiction |= self.known.get(term, holds) is not holds
            self.known[term] = holds

    def _narrow(self, term: Term, *, holds: bool) -> None:
        form, value = term.args
        outer = self.range_of(form)
        known = self.ranges.get(form)
        if known is None:
            known = self.ranges[form] = Range(outer.low, outer.high, set(outer.excluded))
        match term.kind, holds:
            case "ge", True:
                known.at_least(value)
            case "ge", False:
                known.at_most(value - 1)
            case _, True:
                if value in known.excluded:
                    self.is_contradiction = True
                known.at_least(value)
                known.at_most(value)
            case _:
                known.exclude(value)
        self.is_contradiction |= known.is_empty
