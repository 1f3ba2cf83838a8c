"""Proof of one compilation: each claim about each public function, and how it was settled.

Three claims:

* `typed`: for all arguments as the ABI encodes them, the script accepts exactly if the source does;
* `raw`: for any bytes as arguments, the script accepts only if the source accepts what these bytes read as. It is shown
  without MINIMALDATA and MINIMALIF; with these rules a script accepts less, so it holds with them too;
* `selector`: no selector is accepted that selects no function.

Where formulas are equal with arguments as they are pushed, `typed` holds as well: the ABI's spellings are some of them.
"""

import time
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from penstock.artifact.artifact import Artifact
from penstock.artifact.source_map import Location
from penstock.evaluation.programs import program_of
from penstock.prove.claims.compare import compared
from penstock.prove.claims.formulas import (
    Compilation,
    arguments_of,
    compilation,
    script_formula,
    source_formula,
    stray_formula,
)
from penstock.prove.claims.reducing import OpenCase
from penstock.prove.claims.solver import is_available
from penstock.prove.claims.superfluous import superfluous_checks
from penstock.prove.script.words import CannotJudge
from penstock.prove.terms.logic import conjunction
from penstock.prove.terms.node import FALSE, Term, fresh_nodes
from penstock.prove.trials.search import Left, Witness, search, search_stray
from penstock.prove.worker import Question, settle
from penstock.wording import counted
from penstockc.semantics import typed
from penstockc.support.recursion_limit import raised_recursion_limit

TYPED: Final = "typed"
RAW: Final = "raw"
SELECTOR: Final = "selector"


class Way(Enum):
    """How a claim was settled."""

    FORM = "form"
    CASES = "cases"
    SOLVER = "solver"
    TESTED = "tested"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of a proof, for each claim.

    Attributes:
        seconds: time of the processor for cases, and for cases with z3 again.
        cases: the most cases.
        steps: z3's resource limit for one question; 0 for no z3.
        spends: random spends where a claim is neither proved nor refuted.
    """

    seconds: float = 10.0
    cases: int = 20_000
    steps: int = 200_000
    spends: int = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim about a public function, settled or not.

    Attributes:
        claim: `typed`, `raw` or `selector`.
        function: the function's name; empty for `selector`.
        line: its line in the source, from 1.
        way: how the claim was settled.
        cases: cases that it took.
        seconds: time that it took.
        note: why it is not proved; empty if it is.
        witness: a spend for which source and script differ.
    """

    claim: str
    function: str
    line: int
    way: Way
    cases: int = 0
    seconds: float = 0.0
    note: str = ""
    witness: Witness | None = None

    @property
    def is_proved(self) -> bool:
        """Whether the claim holds for all spends."""
        return self.way in {Way.FORM, Way.CASES, Way.SOLVER}


@dataclass(frozen=True, slots=True)
class Proof:
    """All claims about one compilation.

    Attributes:
        contract: its name.
        target: the chain.
        findings: the claims, each settled or not.
        superfluous: places of checks without which the script accepts the same.
    """

    contract: str
    target: str
    findings: tuple[Finding, ...]
    superfluous: tuple[Location, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every claim is proved."""
        return all(each.is_proved for each in self.findings)

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The claims that are refuted by a spend."""
        return tuple(each for each in self.findings if each.way is Way.DIFFERS)


def prove(artifact: Artifact, budget: Budget | None = None, program: typed.Program | None = None) -> Proof | None:
    """Compare an artifact's script with its source, for all spends.

    Args:
        artifact: the result of compiling.
        budget: what it may cost.
        program: its typed program; by default that of the sources in the artifact.

    Returns:
        The proof; None if the artifact has no sources, or no public function.
    """
    found = program or program_of(artifact)
    if found is None or not found.entry_points:
        return None
    with raised_recursion_limit():
        prover = _Prover(artifact, found, budget or Budget())
        findings = tuple(prover.findings())
        return Proof(artifact.contract, artifact.target, findings, prover.superfluous())


@dataclass(slots=True)
class _Prover:
    """Settles the claims about one compilation."""

    artifact: Artifact
    program: typed.Program
    budget: Budget
    made: list[Finding] = field(default_factory=list)

    def findings(self) -> list[Finding]:
        """Return the findings about each function, then about the selector."""
        try:
            of = compilation(self.artifact, self.program)
        except CannotJudge as reason:
            return [self._finding(TYPED, entry, Way.TESTED, note=str(reason)) for entry in self.program.entry_points]
        for entry in self.program.entry_points:
            with fresh_nodes():
                self._function(of, entry)
        if len(self.program.entry_points) > 1:
            with fresh_nodes():
                self._selector(of)
        return self.made

    def superfluous(self) -> tuple[Location, ...]:
        """Return the places of superfluous checks; none for a script that is not followed."""
        try:
            return superfluous_checks(compilation(self.artifact, self.program))
        except CannotJudge:
            return ()

    def _line(self, function: typed.Function) -> int:
        source = self.program.sources.find(function.span.start)
        return source.position(function.span.start)[0]

    def _finding(self, claim: str, function: typed.Function, way: Way, **more: object) -> Finding:
        return Finding(claim, function.key.name, self._line(function), way, **more)  # type: ignore[arg-type]

    def _function(self, of: Compilation, function: typed.Function) -> None:
        raw, is_equal = self._claim(of, function, RAW)
        if is_equal:
            self.made.append(replace(raw, claim=TYPED))
        else:
            self.made.append(self._claim(of, function, TYPED)[0])
        self.made.append(raw)

    def _claim(self, of: Compilation, function: typed.Function, claim: str) -> tuple[Finding, bool]:
        """Settle a claim; return the finding, and whether both formulas were shown to be equal."""
        start = time.monotonic()
        items = arguments_of(function, as_pushed=claim == RAW)
        try:
            source = source_formula(of, function, items)
            script = script_formula(of, function, items)
        except CannotJudge as reason:
            return self._tested(of, function, claim, Left(), str(reason), start), False
        way, cases, left = self._compared(source, script, function.key.name, as_pushed=claim == RAW)
        is_equal = way is not None
        if claim == RAW and not is_equal:  # it holds, too, if the script accepts less than the source
            way, cases = self._implied(source, script)
        if way is not None:
            took = time.monotonic() - start
            return self._finding(claim, function, way, cases=cases, seconds=took), is_equal
        note = f"{counted(len(left), 'case')} left" if left else "too many cases"
        return self._tested(of, function, claim, Left((source, script), tuple(left)), note, start), False

    def _implied(self, source: Term, script: Term) -> tuple[Way | None, int]:
        """Return how the script's formula was shown to demand all that the source's does, with cases."""
        both = conjunction((source, script))
        if both is script:
            return Way.FORM, 0
        found = compared(both, script, self.budget.seconds, self.budget.cases)
        return (Way.CASES if found.is_settled else None), found.cases

    def _compared(
        self, source: Term, script: Term, function: str, *, as_pushed: bool
    ) -> tuple[Way | None, int, list[OpenCase]]:
        """Return how two formulas were shown to be equal, None if they were not, with cases and what is left."""
        if source is script:
            return Way.FORM, 0, []
        by_form = compared(source, script, self.budget.seconds, self.budget.cases)
        if by_form.is_settled:
            return Way.CASES, by_form.cases, []
        if self.budget.steps and is_available():
            budget = self.budget
            question = Question(
                self.artifact.to_json(), function, as_pushed, budget.seconds, budget.cases, budget.steps
            )
            cases = settle(question)
            if cases is not None:
                return Way.SOLVER, cases, []
        return None, by_form.cases, by_form.found

    def _tested(  # noqa: PLR0913, PLR0917 - what a search starts from
        self, of: Compilation, function: typed.Function, claim: str, left: Left, note: str, start: float
    ) -> Finding:
        witness, tried = search(of, function, left, self.budget.spends, as_pushed=claim == RAW)
        took = time.monotonic() - start
        if witness is not None:
            told = (
                "the script accepts, the source refuses" if witness.accepted else "the source accepts, the script not"
            )
            return self._finding(claim, function, Way.DIFFERS, seconds=took, note=told, witness=witness)
        return self._finding(claim, function, Way.TESTED, seconds=took, note=f"{note}; {tried} random spends agree")

    def _selector(self, of: Compilation) -> None:
        start = time.monotonic()
        first = self.program.entry_points[0]
        line = self._line(first)
        try:
            stray = stray_formula(of)
        except CannotJudge as reason:
            self.made.append(Finding(SELECTOR, "", line, Way.TESTED, note=str(reason)))
            return
        way, cases, _ = self._compared(FALSE, stray, "", as_pushed=False)
        witness, tried = (None, 0) if way else search_stray(of, self.budget.spends)
        note = "" if way else f"{counted(tried, 'random spend')} with another selector refused"
        if witness is not None:
            way, note = Way.DIFFERS, "the script accepts a selector that selects no function"
        took = time.monotonic() - start
        self.made.append(Finding(SELECTOR, "", line, way or Way.TESTED, cases, took, note, witness))
