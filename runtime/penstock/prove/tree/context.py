"""Context of a symbolic evaluation: its path, its variables, branches, and what the chain's rules say of numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from penstock.prove.paths import Path
from penstock.prove.terms.comparisons import within
from penstock.prove.terms.logic import negation
from penstock.prove.terms.node import TRUE, Sort, Term
from penstock.prove.terms.numbers import ZERO, atom_of
from penstock.prove.terms.rewriting import choose
from penstock.prove.tree.frame import Frame
from penstock.prove.tree.values import Value, chosen
from penstock.script.chain_parts import Era
from penstock.script.chains import Chain
from penstockc.semantics import typed

_ROOMY = 520
"""Bytes of a number; chains that allow longer ones have no limit that an honest spend meets."""


class Ended(Exception):  # noqa: N818 - an outcome, not an error
    """No run gets further."""


@dataclass(slots=True)
class Context:
    """State of an evaluation.

    Attributes:
        program: the typed program.
        chain: the chain.
        placeholders: the items that assembly variables push.
        path: what has to hold.
        frame: variables of the running function.
        separators: the number of code separators that have run.
        alt: items that assembly left on the second stack.
    """

    program: typed.Program
    chain: Chain
    placeholders: Callable[[str], Term]
    path: Path = field(default_factory=Path)
    frame: Frame = field(default_factory=Frame)
    separators: Term = ZERO
    alt: list[Term] = field(default_factory=list)

    @property
    def era(self) -> Era:
        """The rules of new outputs."""
        return self.chain.newest

    def require(self, conditions: Iterable[Term]) -> None:
        """Demand conditions."""
        for condition in conditions:
            self.path.require(condition)
        if self.path.is_over:
            raise Ended

    def read(self, value: Term, size: int | None = None) -> None:
        """Read a number: it has at most so many bytes, by default those of the chain."""
        room = self.era.limits.number_size if size is None else size
        if room <= _ROOMY:
            largest = (1 << (8 * room - 1)) - 1
            self.require([within(value, -largest, largest)])

    def use_bytes(self, value: Term) -> None:
        """Use the bytes of a number or truth value: a number from outside is read for that."""
        if value.sort is Sort.INT and self.era.limits.number_size <= _ROOMY:
            self.require([self._is_readable(value)])

    def _is_readable(self, value: Term) -> Term:
        atom = atom_of(value)
        if atom is None:
            return TRUE
        if atom.kind == "ite":
            condition, then, otherwise = atom.args
            return choose(condition, self._is_readable(then), self._is_readable(otherwise))
        if atom.kind in {"argument", "value"} or (atom.kind == "num" and atom.args[0].kind == "spelled"):
            largest = (1 << (8 * self.era.limits.number_size - 1)) - 1
            return within(value, -largest, largest)
        return TRUE

    def branch(self, condition: Term, then: Callable[[], Value], otherwise: Callable[[], Value]) -> Value:
        """Evaluate both arms of a branch, each where it is taken; return the value of the one taken."""
        way = self.path.decide(condition)
        if way is not None:
            return then() if way else otherwise()
        arms = [self._arm(condition, then), self._arm(negation(condition), otherwise)]
        (path, frame, value, separators, alt), (other_path, other_frame, other, other_separators, other_alt) = arms
        self.path.join(condition, path, other_path)
        if self.path.is_over:
            raise Ended
        if value is None or other is None:
            going_on = arms[1] if value is None else arms[0]
            self.frame.replace(going_on[1])
            self.separators, self.alt = going_on[3:]
            assert going_on[2] is not None, "one of the arms goes on"
            return going_on[2]
        self.frame.merge(condition, frame, other_frame)
        self.separators = choose(condition, separators, other_separators)
        self.alt = [choose(condition, *pair) for pair in zip(alt, other_alt, strict=False)]
        return chosen(condition, value, other)

    def _arm(self, condition: Term, run: Callable[[], Value]) -> tuple[Path, Frame, Value | None, Term, list[Term]]:
        before = self.path, self.frame, self.separators, self.alt
        self.path, self.frame, self.alt = self.path.branch(condition), self.frame.copy(), list(self.alt)
        value: Value | None = None
        try:
            value = run()
        except Ended:
            if not self.path.is_over:
                self.path.fail()
        result = self.path, self.frame, value, self.separators, self.alt
        self.path, self.frame, self.separators, self.alt = before
        return result


NOTHING: Value = ()
"""The value of a statement."""
