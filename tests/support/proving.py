"""Formulas of a compilation beside the machine and the evaluator: on real spends with guessed values."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from penstock import Artifact
from penstock.contract.spend import Spend
from penstock.evaluation.programs import program_of
from penstock.evaluation.spend_oracle import SpendOracle
from penstock.prove.claims.formulas import (
    Compilation,
    arguments_of,
    compilation,
    script_formula,
    source_formula,
)
from penstock.prove.terms.concrete import Concrete, Oracle, Values
from penstock.prove.terms.node import Term
from penstock.prove.trials.guesses import Guesses
from penstock.prove.trials.search import Trial, item_of, judged_trial, leaves_of, signers_of
from penstockc.language.abort import Abort
from penstockc.semantics import typed


@dataclass(frozen=True)
class Judged:
    """A spend with four judgements: by the machine, by the evaluator, by the script's formula, by the source's."""

    function: str
    trial: Trial
    script: bool
    source: bool
    values: dict[Term, Concrete]

    def __str__(self) -> str:
        given = {str(leaf.args[0]): item_of(value).hex() for leaf, value in self.values.items()}
        return (
            f"{self.function}{given}: machine {bool(self.trial.verdict)} ({self.trial.verdict.error}), "
            f"formula of the script {self.script}; evaluator {self.trial.means}, formula of the source {self.source}"
        )


def oracle_of(spend: Spend) -> Oracle:
    """Answer what a formula asks of a transaction, by the published rules."""

    def ask(kind: str, operands: tuple[Concrete, ...]) -> bool:
        judge = SpendOracle(spend)
        try:
            match kind:
                case "checksig" | "sigok":
                    signature, key, separators = operands
                    judge.separators = int(separators)
                    assert isinstance(signature, bytes)
                    assert isinstance(key, bytes)
                    valid = judge.check_sig(signature, key)
                case "multisig" | "multisigok":
                    count, separators, *strings = operands
                    judge.separators = int(separators)
                    given = [each for each in strings if isinstance(each, bytes)]
                    valid = judge.check_multi_sig(given[: int(count)], given[int(count) :])
                case "cltv":
                    judge.check_lock_time(int(operands[0]))
                    return True
                case _:
                    judge.check_sequence(int(operands[0]))
                    return True
        except Abort:
            return False
        return True if kind.endswith("ok") else valid

    return ask


def compilation_of(artifact: Artifact) -> Compilation:
    """The artifact with the program that its sources are."""
    program = program_of(artifact)
    assert program is not None
    return compilation(artifact, program)


def judged(of: Compilation, function: typed.Function, spends: int, seed: int, *, as_pushed: bool) -> Iterator[Judged]:
    """Judge guessed spends of a public function; half of them are meant to be accepted."""
    draw = random.Random(seed)
    items = arguments_of(function, as_pushed=as_pushed)
    source = source_formula(of, function, items)
    script = script_formula(of, function, items)
    for number in range(spends):
        goals = [(source, script)[number % 2]] if number % 3 else []
        guesses = Guesses(leaves_of(of, function, as_pushed=as_pushed), [source], draw)
        literals = guesses.literals(goals)
        guesses.repair(literals)
        trial = judged_trial(of, function, guesses.values, signers_of(literals, guesses, draw), as_pushed=as_pushed)
        if trial is None:
            continue
        pushed = {
            term: item
            for term, item in zip(items, trial.call.items, strict=False)
            if term.kind != "poly" and term.sort.value != "bool"
        }
        leaves = {**guesses.values, **pushed}
        values = Values(leaves, oracle_of(trial.spend))
        yield Judged(function.key.name, trial, values.truth(script), values.truth(source), leaves)
