"""Search for a spend for which source and script differ: guessed values, a real transaction, both judged.

The judges are the machine, on the script's bytes, and the evaluator of the language, on the source. Neither uses the
formulas, so a difference that is found is one.
"""

import random
from dataclasses import dataclass

from penstock.artifact.artifact import BasicType
from penstock.artifact.errors import ArtifactError
from penstock.contract.contract import Call, Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.evaluation.calls import evaluate_beside
from penstock.prove.claims.compare import OpenCase
from penstock.prove.claims.formulas import Compilation, arguments_of, selector
from penstock.prove.terms.concrete import Concrete
from penstock.prove.terms.logic import negation
from penstock.prove.terms.node import Term
from penstock.prove.terms.numbers import atom_of
from penstock.prove.trials.guesses import KEYS, Guesses
from penstock.script.numbers import encode_number
from penstock.script.pushes import push
from penstock.tx.keys import PrivateKey
from penstock.vm.judging.verdict import Verdict
from penstockc.language.types import basic_leaves
from penstockc.semantics import typed

_VALUE = 1000
"""Satoshis of the spent output."""
_RELAXED_VERSION = 2
"""The version of transactions in which bsv takes numbers that are not in their shortest form."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A spend for which source and script differ.

    Attributes:
        accepted: whether the script accepts it; the source does not, or the other way round.
        arguments: the items that the spender pushes, by the name of the argument.
        values: the constructor's values, by the name of the placeholder.
        unlocking_script: the unlocking script.
        locking_script: the contract's script.
        error: the machine's reason, if it refuses.
    """

    accepted: bool
    arguments: dict[str, bytes]
    values: dict[str, bytes]
    unlocking_script: bytes
    locking_script: bytes
    error: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A spend with its call, and how the machine and the evaluator judge it."""

    spend: Spend
    call: Call
    verdict: Verdict
    means: bool


def search(
    of: Compilation, function: typed.Function, cases: list[OpenCase], spends: int, *, as_pushed: bool
) -> tuple[Witness | None, int]:
    """Try spends; return one for which source and script differ, if there is one, and how many were judged.

    Args:
        of: the compilation.
        function: a public function.
        cases: what could not be shown to be equal: values are sought that get there.
        spends: how many to try.
        as_pushed: whether numbers and truth values may be pushed in any form.
    """
    draw, judged = random.Random(0), 0  # noqa: S311 - the same spends in each run
    for number in range(spends):
        case = cases[number % len(cases)] if cases else None
        goals = _goals(case, turned=number % 2 == 1)
        guesses = Guesses(leaves_of(of, function, as_pushed=as_pushed), goals, draw)
        guesses.repair(goals)
        trial = judged_trial(of, function, guesses.values, as_pushed=as_pushed)
        if trial is None:
            continue
        judged += 1
        if bool(trial.verdict) != trial.means and not (as_pushed and trial.means):
            return _witness(function, trial), judged
    return None, judged


def _goals(case: OpenCase | None, *, turned: bool) -> list[Term]:
    if case is None:
        return []
    one, other = (case.other, case.one) if turned else (case.one, case.other)
    goals: list[Term] = []
    for term in (*case.context, one, negation(other)):
        goals.extend(term.args if term.kind == "and" else (term,))
    return goals


def leaves_of(of: Compilation, function: typed.Function, *, as_pushed: bool) -> dict[Term, BasicType]:
    """Return the arguments and placeholders of a call, each with its type."""
    types = [kind for local in function.parameters for kind in basic_leaves(local.type)]
    found = dict(zip(map(_leaf, arguments_of(function, as_pushed=as_pushed)), types, strict=True))
    for name in of.artifact.template.names:
        found[_leaf(of.placeholder(name))] = of.types.get(name, BasicType.BYTES)
    return found


def _leaf(term: Term) -> Term:
    return (atom_of(term) or term) if term.kind == "poly" else term


def item_of(value: Concrete) -> bytes:
    """Return a value as an item."""
    if isinstance(value, bool):
        return b"\x01" if value else b""
    return encode_number(value) if isinstance(value, int) else value


def judged_trial(
    of: Compilation, function: typed.Function, values: dict[Term, Concrete], *, as_pushed: bool
) -> Trial | None:
    """Judge a call with these values, signatures and preimages filled in; None if the contract cannot have them."""
    pushes = {name: push(item_of(values[_leaf(of.placeholder(name))])) for name in of.artifact.template.names}
    try:
        contract = of.artifact.match(of.artifact.template.fill(pushes))
        if contract is None:
            return None
        version = _RELAXED_VERSION if as_pushed or of.artifact.chain.relay is not None else 1
        spend = Spend(contract, _VALUE, version=version, lock_time=600_000, sequence=150, scripts_only=True)
        call = Call(contract, contract.function(function.key.name), _items(of, function, values, spend, as_pushed))
        rules = f"{of.artifact.chain.name}-consensus" if as_pushed else None
        verdict = spend.judge(call, rules=rules)
        means = bool(evaluate_beside(of.program, spend, call, verdict).outcome)
    except (ArgumentError, ArtifactError):
        return None
    return Trial(spend, call, verdict, means)


def _items(
    of: Compilation, function: typed.Function, values: dict[Term, Concrete], spend: Spend, as_pushed: bool
) -> tuple[bytes, ...]:
    """Return the items of a call; a signature is by the key that the guesses gave the contract, or by the first."""
    types = [kind for local in function.parameters for kind in basic_leaves(local.type)]
    terms = arguments_of(function, as_pushed=as_pushed)
    keys = _keys_of(spend.contract)
    items = []
    for at, (term, kind) in enumerate(zip(terms, types, strict=True)):
        item = item_of(values[_leaf(term)])
        if kind is BasicType.SIG:
            item = spend.sign(keys[at % len(keys)])
        elif kind is BasicType.SIG_HASH_PREIMAGE:
            item = spend.preimage()
        items.append(item)
    return (*items, *(encode_number(int(each.args[0])) for each in selector(of, function)))


def _keys_of(contract: Contract) -> list[PrivateKey]:
    """Return the private keys of the contract's public keys that are known, in the order of its values."""
    known = {key.public_key: key for key in KEYS}
    found = [known[each.value] for each in contract.arguments if each.value in known]
    return found or list(KEYS)


def _witness(function: typed.Function, trial: Trial) -> Witness:
    names = [str(term.args[0]) for term in map(_leaf, arguments_of(function, as_pushed=True))]
    return Witness(
        bool(trial.verdict),
        dict(zip(names, trial.call.items, strict=False)),
        {each.path: each.item for each in trial.spend.contract.arguments},
        trial.call.unlocking_script,
        trial.spend.contract.locking_script,
        str(trial.verdict.error or ""),
    )
