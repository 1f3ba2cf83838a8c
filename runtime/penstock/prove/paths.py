"""Paths: what has to hold where a run, of a script or of a function, has got to.

A path is that of a block. Branches are paths of their own, which are joined at their end: so one formula says when a
run accepts, and it grows with the code, not with the number of ways through it.
"""

from penstock.prove.terms.facts import Facts
from penstock.prove.terms.logic import conjunction, either
from penstock.prove.terms.node import FALSE, TRUE, Term
from penstock.prove.terms.rewriting import choose


class Path:
    """Conditions for getting to a place in a block, from its start.

    Attributes:
        facts: literals that hold here, those of outer blocks included.
        accepted: when the run has been accepted before, by an `exit` or RETURN in this block.
        is_over: whether no run gets here.
    """

    def __init__(self, outer: Facts | None = None) -> None:
        self.facts = Facts(outer)
        self.accepted = FALSE
        self.is_over = False
        self._conditions: dict[Term, None] = {}

    def require(self, condition: Term) -> None:
        """Demand a condition: where it does not hold, the run fails."""
        parts = condition.args if condition.kind == "and" else (condition,)
        for part in parts:
            value = self.facts.value(part)
            if value is False:
                self.fail()
            elif value is None:
                self._conditions[part] = None
                self.facts.add(part)
                if self.facts.is_contradiction:
                    self.fail()

    def fail(self) -> None:
        """End the run with a failure."""
        self._conditions = {FALSE: None}
        self.is_over = True

    def end(self, condition: Term) -> None:
        """End the run: it is accepted if the condition holds."""
        self.accepted = either(self.accepted, conjunction((*self._conditions, condition)))
        self.fail()

    def branch(self, condition: Term) -> "Path":
        """Return the path of a block that runs where a condition holds."""
        inner = Path(self.facts)
        inner.facts.add(condition)
        return inner

    def join(self, condition: Term, then: "Path", otherwise: "Path") -> None:
        """Go on after a branch."""
        accepted = choose(condition, then.accepted, otherwise.accepted)
        if accepted is not FALSE:
            self.accepted = either(self.accepted, conjunction((*self._conditions, accepted)))
        if then.is_over and otherwise.is_over:
            self.fail()
        else:
            self.require(choose(condition, then.holds(), otherwise.holds()))

    def holds(self) -> Term:
        """Return when a run gets here, from the start of the block."""
        return conjunction(self._conditions) if self._conditions else TRUE

    def accepts(self, condition: Term) -> Term:
        """Return when a run is accepted that ends here, where a condition must hold."""
        return either(self.accepted, conjunction((*self._conditions, condition)))

    def decide(self, condition: Term) -> bool | None:
        """Return which way a branch goes here; None if both are possible."""
        return self.facts.value(condition)
