"""Ways to acceptance: the least sets of demands that suffice, of which the spender can choose one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from penstock.artifact.artifact import Artifact
from penstock.evaluation.programs import program_of
from penstock.prove.claims.formulas import arguments_of, compilation, script_formula
from penstock.prove.script.words import CannotJudge
from penstock.prove.terms.logic import negation
from penstock.prove.terms.node import Term, fresh_nodes
from penstock.prove.terms.rewriting import choose, restrict
from penstock.prove.who.demands import Demand, DemandKind, demand_of, pushed_preimage, state_variable
from penstockc.semantics import typed
from penstockc.support.recursion_limit import raised_recursion_limit

Way = frozenset[Demand]
_MOST_WAYS = 128
_DEEPEST = 12
"""Choices inside of a signature's operands that are looked through."""


@dataclass(frozen=True, slots=True)
class Spenders:
    """Demands of the ways through a public function.

    Attributes:
        function: its name.
        always: demands of every way.
        ways: the other demands of each way; one of them has to be met.
        note: why it is not known; empty if it is.
    """

    function: str
    always: tuple[Demand, ...]
    ways: tuple[tuple[Demand, ...], ...]
    note: str = ""

    def needs(self, key: str) -> bool:
        """Return whether every way needs a signature of a key, by the name of its placeholder or state variable."""
        return not self.note and all(any(key in each.keys for each in way) for way in self._whole())

    @property
    def is_open(self) -> bool:
        """Whether some way demands nothing of the spender that he could not make up."""
        held = {kind.value for kind in (DemandKind.SIGNATURE, DemandKind.STATE, DemandKind.SEVERAL, DemandKind.HASH)}
        return not self.note and any(not any(each.kind in held for each in way) for way in self._whole())

    def _whole(self) -> list[list[Demand]]:
        """Return all demands of each way, without those that another one would have to be there for."""
        ways = [(*self.always, *way) for way in self.ways or ((),)]
        return [
            [each for each in way if not each.given or any(other.words == each.given for other in way)] for way in ways
        ]


def spenders(artifact: Artifact) -> tuple[Spenders, ...]:
    """Return who can spend by each public function; empty for an artifact without its sources."""
    program = program_of(artifact)
    if program is None:
        return ()
    with raised_recursion_limit():
        return tuple(_spenders(artifact, program, entry) for entry in program.entry_points)


def _spenders(artifact: Artifact, program: typed.Program, function: typed.Function) -> Spenders:
    name = function.key.name
    with fresh_nodes():
        try:
            of = compilation(artifact, program)
            formula = script_formula(of, function, arguments_of(function, as_pushed=False))
        except CannotJudge as reason:
            return Spenders(name, (), (), str(reason))
        ways = _Reader(_state_of(artifact)).ways(formula)
        if ways is None:
            return Spenders(name, (), (), "too many ways")
        always = frozenset.intersection(*ways) if ways else frozenset()
        rest = sorted(tuple(sorted(way - always)) for way in ways)
        return Spenders(name, tuple(sorted(always)), tuple(rest) if rest != [()] else ())


def _state_of(artifact: Artifact) -> frozenset[str]:
    """Return the names of the variables of the state, as those of their placeholders."""
    names = {each.name for each in artifact.state_properties}
    return frozenset(each for each in artifact.template.names if re.split(r"[.\[]", each)[0] in names)


class _Reader:
    """Reads the ways in which a formula can be true."""

    def __init__(self, state: frozenset[str]) -> None:
        self.state = state
        self.known: dict[Term, frozenset[Way] | None] = {}

    def ways(self, term: Term) -> frozenset[Way] | None:
        """Return the least sets of demands with which a truth value can be true; None if there are too many."""
        if term not in self.known:
            self.known[term] = self._ways(term)
        return self.known[term]

    def _ways(self, term: Term) -> frozenset[Way] | None:
        match term.kind:
            case "false":
                return frozenset()
            case "true":
                return _NOTHING
            case "and":
                return self._all(term.args)
            case "ite":
                condition, then, otherwise = term.args
                return self._any([(condition, then), (negation(condition), otherwise)])
            case "not" if term.args[0].kind == "and":
                return self._any([(negation(each),) for each in term.args[0].args])
            case "not" if term.args[0].kind == "ite":
                condition, then, otherwise = term.args[0].args
                return self._any([(condition, negation(then)), (negation(condition), negation(otherwise))])
            case "checksig" | "beq":
                opened = self._opened(term)
                if opened is not term:
                    return self.ways(opened)
        demand = demand_of(term, self.state)
        return _NOTHING if demand is None else frozenset((frozenset((demand,)),))

    def _all(self, terms: Iterable[Term]) -> frozenset[Way] | None:
        result: frozenset[Way] = _NOTHING
        for term in terms:
            more = self.ways(term)
            if more is None or len(more) * len(result) > _MOST_WAYS**2:
                return None
            result = _least(one | other for one in result for other in more)
            if len(result) > _MOST_WAYS:
                return None
        return result

    def _any(self, choices: Iterable[tuple[Term, ...]]) -> frozenset[Way] | None:
        found: set[Way] = set()
        for each in choices:
            more = self._all(each)
            if more is None:
                return None
            found |= more
        return _least(found)

    def _opened(self, term: Term, depth: int = 0) -> Term:
        """Return a literal with choices in its operands as a choice of literals; keys in the state stay whole."""
        if depth > _DEEPEST or (term.kind == "checksig" and self._is_whole(*term.args[:2])):
            return term
        for operand in term.args:
            condition = _first_condition(operand)
            if condition is not None:
                arms = [self._opened(restrict(term, condition, value=value), depth + 1) for value in (True, False)]
                return choose(condition, *arms) if arms[0] is not term else term
        return term

    def _is_whole(self, signature: Term, key: Term) -> bool:
        return pushed_preimage(signature) is not None or state_variable(key, self.state) is not None


_NOTHING: frozenset[Way] = frozenset((frozenset(),))


def _least(ways: Iterable[Way]) -> frozenset[Way]:
    """Return the ways of which no other demands less."""
    kept: list[Way] = []
    for way in sorted(set(ways), key=len):
        if not any(other <= way for other in kept):
            kept.append(way)
    return frozenset(kept)


def _first_condition(term: object) -> Term | None:
    if not isinstance(term, Term):
        return None
    inner: Term = term
    while inner.kind == "hash":
        inner = inner.args[1]
    condition: Term | None = inner.args[0] if inner.kind == "ite" else None
    return condition
