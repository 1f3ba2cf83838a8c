"""Symbolic machine: runs a block of words on items that are terms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from penstock.artifact.template import Placeholder
from penstock.prove.paths import Path
from penstock.prove.script.stack import RunFails, bytes_of, joined, read_number, truth_of
from penstock.prove.script.words import SMALL, Block, Branch, CannotJudge
from penstock.prove.terms.logic import conjunction, negation
from penstock.prove.terms.node import FALSE, TRUE, Sort, Term, node
from penstock.prove.terms.numbers import ZERO
from penstock.prove.terms.rewriting import choose
from penstock.prove.terms.strings import text
from penstock.script.chain_parts import Era
from penstock.script.opcodes import Op


@dataclass(slots=True)
class Run:
    """A run of a block.

    Attributes:
        era: rules of the chain.
        stack: items, the last on top.
        path: what has to hold.
        alt: items of the second stack.
        separators: the number of code separators that have run.
        placeholders: the items that placeholders push.
    """

    era: Era
    stack: list[Term]
    path: Path
    alt: list[Term]
    separators: Term
    placeholders: Callable[[str], Term]

    def pop(self) -> Term:
        """Take the top item; without one the script fails."""
        if not self.stack:
            raise RunFails
        return self.stack.pop()

    def pop_many(self, count: int) -> list[Term]:
        """Take items from the top, deepest first."""
        if len(self.stack) < count:
            raise RunFails
        if not count:
            return []
        items = self.stack[-count:]
        del self.stack[-count:]
        return items

    def pop_number(self, size: int | None = None) -> Term:
        """Take a number of at most so many bytes, by default those of the chain."""
        return self.read(self.pop(), size)

    def read(self, item: Term, size: int | None = None) -> Term:
        """Read an item as a number."""
        value = read_number(item, self.path, self.era.limits.number_size if size is None else size)
        self.check()
        return value

    def pop_bytes(self) -> Term:
        """Take bytes."""
        return bytes_of(self.pop())

    def require(self, condition: Term) -> None:
        """Demand a condition."""
        self.path.require(condition)
        self.check()

    def check(self) -> None:
        """End the block if no run gets here."""
        if self.path.is_over:
            raise RunFails

    def result(self) -> Term:
        """Return when the run is accepted that ends here: its one item is true."""
        if not self.stack:
            return FALSE
        top = truth_of(self.stack[-1])
        if len(self.stack) > 1:
            return conjunction((top, node("cleanstack", Sort.BOOL, (len(self.stack),))))
        return top


Handler = Callable[[Run], None]


def new_run(era: Era, items: Sequence[Term], placeholders: Callable[[str], Term]) -> Run:
    """Return a run that begins with these items, the last on top."""
    return Run(era, list(items), Path(), [], ZERO, placeholders)


def execute(run: Run, block: Block, handlers: dict[Op, Handler]) -> None:
    """Run a block; afterwards `run.path` says when it is completed, and when the script ended before, accepted."""
    try:
        for each in block:
            if isinstance(each, Branch):
                _branch(run, each, handlers)
            elif isinstance(each.what, Op) and each.what.value not in SMALL:
                if each.what is Op.OP_RETURN and run.era.return_ends:
                    run.path.end(run.result())
                    raise RunFails  # noqa: TRY301 - as for every end
                handlers[each.what](run)
            else:
                run.stack.append(_pushed(run, each.what))
    except RunFails:
        if not run.path.is_over:
            run.path.fail()


def _pushed(run: Run, what: Op | bytes | Placeholder) -> Term:
    if isinstance(what, Placeholder):
        return run.placeholders(what.name)
    return text(SMALL[what.value] if isinstance(what, Op) else what)


def _branch(run: Run, branch: Branch, handlers: dict[Op, Handler]) -> None:
    condition = truth_of(run.pop())
    then, otherwise = (branch.otherwise, branch.then) if branch.is_negated else (branch.then, branch.otherwise)
    way = run.path.decide(condition)
    if condition in {TRUE, FALSE}:
        way = condition is TRUE
    if way is not None:
        execute(run, then if way else otherwise, handlers)
        run.check()
        return
    arms = []
    for side, block in ((condition, then), (negation(condition), otherwise)):
        arm = Run(run.era, list(run.stack), run.path.branch(side), list(run.alt), run.separators, run.placeholders)
        execute(arm, block, handlers)
        arms.append(arm)
    _join(run, condition, *arms)


def _join(run: Run, condition: Term, then: Run, otherwise: Run) -> None:
    run.path.join(condition, then.path, otherwise.path)
    run.check()
    if then.path.is_over or otherwise.path.is_over:
        going_on = otherwise if then.path.is_over else then
        run.stack, run.alt, run.separators = going_on.stack, going_on.alt, going_on.separators
        return
    if len(then.stack) != len(otherwise.stack) or len(then.alt) != len(otherwise.alt):
        raise CannotJudge("a branch whose arms leave different numbers of items")
    run.stack = [joined(condition, *pair) for pair in zip(then.stack, otherwise.stack, strict=True)]
    run.alt = [joined(condition, *pair) for pair in zip(then.alt, otherwise.alt, strict=True)]
    run.separators = choose(condition, then.separators, otherwise.separators)
