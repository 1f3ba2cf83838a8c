"""Search for a spend for which source and script differ: guessed values, a real transaction, both judged.

The judges are the machine, on the script's bytes, and the evaluator of the language, on the source. Neither uses the
formulas, so a difference that is found is one.
"""

import random
from dataclasses import dataclass

from penstock.artifact.artifact import BasicType
from penstock.artifact.errors import ArtifactError
from penstock.contract.contract import Call
from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.evaluation.calls import evaluate_beside
from penstock.prove.claims.formulas import Compilation, arguments_of, script_formula, selector
from penstock.prove.claims.reducing import OpenCase
from penstock.prove.script.words import CannotJudge
from penstock.prove.terms.concrete import Concrete
from penstock.prove.terms.logic import negation
from penstock.prove.terms.node import Term
from penstock.prove.terms.numbers import atom_of
from penstock.prove.trials.engines import opinions
from penstock.prove.trials.guesses import KEYS, Guesses
from penstock.script.numbers import encode_number
from penstock.script.pushes import push
from penstock.tx.keys import PrivateKey
from penstock.vm.judging.verdict import Verdict
from penstockc.language.types import basic_leaves
from penstockc.semantics import typed

_VALUE = 1000
"""Satoshis of the spent output."""
_UNFOLLOWED = ("RESOURCE_LIMIT", "BIG_INT")
"""Reasons of limits that formulas do not know: of numbers of millions of bytes."""
_TURNS = 4
"""Kinds of goals that spends take turns at."""
_EMPTY = 0.2
"""The share of signatures that are empty, where nothing is wanted of them."""
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
        engines: whether engines of other authors accept it, by their names; those that are installed.
    """

    accepted: bool
    arguments: dict[str, bytes]
    values: dict[str, bytes]
    unlocking_script: bytes
    locking_script: bytes
    error: str
    engines: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Trial:
    """A spend with its call, and how the machine and the evaluator judge it."""

    spend: Spend
    call: Call
    verdict: Verdict
    means: bool


@dataclass(frozen=True, slots=True)
class Left:
    """Formulas and cases that could not be shown to be equal.

    Attributes:
        formulas: of the source and of the script; empty if there are none.
        cases: the cases in which they differ in form.
    """

    formulas: tuple[Term, ...] = ()
    cases: tuple[OpenCase, ...] = ()

    def goals(self, number: int) -> list[Term]:
        """Return what the spend of this number should make true: one side of a case without the other, or one side."""
        turn, which = divmod(number, _TURNS)
        if which >= _TURNS - len(self.formulas):
            return [self.formulas[which - _TURNS]]
        if not self.cases:
            return []
        case = self.cases[turn % len(self.cases)]
        one, other = (case.other, case.one) if which else (case.one, case.other)
        return [*case.context, one, negation(other)]


def search(
    of: Compilation, function: typed.Function, left: Left, spends: int, *, as_pushed: bool
) -> tuple[Witness | None, int]:
    """Try spends; return one for which source and script differ, if there is one, and how many were judged.

    Args:
        of: the compilation.
        function: a public function.
        left: what could not be shown to be equal: values are sought that get there.
        spends: how many to try.
        as_pushed: whether numbers and truth values may be pushed in any form.
    """
    draw, judged = random.Random(0), 0  # noqa: S311 - the same spends in each run
    for number in range(spends):
        goals = left.goals(number)
        guesses = Guesses(leaves_of(of, function, as_pushed=as_pushed), goals, draw)
        literals = guesses.literals(goals)
        guesses.repair(literals)
        signers = signers_of(literals, guesses, draw)
        trial = judged_trial(of, function, guesses.values, signers, as_pushed=as_pushed)
        if trial is None:
            continue
        judged += 1
        if bool(trial.verdict) != trial.means and not (as_pushed and trial.means):
            return _witness(function, trial), judged
    return None, judged


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


Signers = dict[Term, PrivateKey | None]
"""The key that makes the signature that an argument is; None for an empty one."""


def signers_of(literals: list[Term], guesses: Guesses, draw: random.Random) -> Signers:
    """Return who signs, so that signatures are valid or not as literals want it."""
    known = {key.public_key: key for key in KEYS}
    keys = [known[each] for each in guesses.values.values() if isinstance(each, bytes) and each in known] or [*KEYS]
    signers: Signers = {
        leaf: None if draw.random() < _EMPTY else draw.choice(keys)
        for leaf, kind in guesses.leaves.items()
        if kind is BasicType.SIG
    }
    for literal in literals:
        atom = literal.args[0] if literal.kind == "not" else literal
        if atom.kind == "checksig" and atom.args[0] in guesses.leaves:
            key = guesses.values.get(atom.args[1])
            signers[atom.args[0]] = known.get(key) if literal is atom and isinstance(key, bytes) else None
        elif atom.kind == "multisig" and literal is atom:
            count = atom.args[0]
            for signature, place in zip(atom.args[2 : 2 + count], atom.args[2 + count :], strict=False):
                key = guesses.values.get(place)
                if signature in guesses.leaves and isinstance(key, bytes):
                    signers[signature] = known.get(key)
    return signers


def judged_trial(
    of: Compilation, function: typed.Function, values: dict[Term, Concrete], signers: Signers, *, as_pushed: bool
) -> Trial | None:
    """Judge a call with these values, signatures and preimages filled in; None if the contract cannot have them."""
    pushes = {name: push(item_of(values[_leaf(of.placeholder(name))])) for name in of.artifact.template.names}
    try:
        contract = of.artifact.match(of.artifact.template.fill(pushes))
        if contract is None:
            return None
        version = _RELAXED_VERSION if as_pushed or of.artifact.chain.relay is not None else 1
        spend = Spend(contract, _VALUE, version=version, lock_time=600_000, sequence=150, scripts_only=True)
        call = Call(contract, contract.function(function.key.name), _items(of, function, values, signers, spend))
        rules = f"{of.artifact.chain.name}-consensus" if as_pushed else None
        verdict = spend.judge(call, rules=rules)
        if verdict.error in _UNFOLLOWED:
            return None
        means = bool(evaluate_beside(of.program, spend, call, verdict).outcome)
    except (ArgumentError, ArtifactError):
        return None
    return Trial(spend, call, verdict, means)


def _items(
    of: Compilation, function: typed.Function, values: dict[Term, Concrete], signers: Signers, spend: Spend
) -> tuple[bytes, ...]:
    """Return the items of a call, with its signatures and preimages."""
    types = [kind for local in function.parameters for kind in basic_leaves(local.type)]
    terms = arguments_of(function, as_pushed=any(leaf.kind == "spelled" for leaf in values))
    items = []
    for term, kind in zip(map(_leaf, terms), types, strict=True):
        item = item_of(values[term])
        if term in signers:
            signer = signers.get(term)
            item = b"" if signer is None else spend.sign(signer)
        elif kind is BasicType.SIG_HASH_PREIMAGE:
            item = spend.preimage()
        items.append(item)
    return (*items, *(encode_number(int(each.args[0])) for each in selector(of, function)))


def search_stray(of: Compilation, spends: int) -> tuple[Witness | None, int]:
    """Try calls with selectors that select no function; return one that the script accepts, and how many were tried."""
    draw, judged = random.Random(0), 0  # noqa: S311 - the same spends in each run
    count = len(of.program.entry_points)
    for number in range(spends):
        function = of.program.entry_points[number % count]
        goals = _accepting(of, function)
        guesses = Guesses(leaves_of(of, function, as_pushed=False), goals, draw)
        literals = guesses.literals(goals)
        guesses.repair(literals)
        trial = judged_trial(of, function, guesses.values, signers_of(literals, guesses, draw), as_pushed=False)
        if trial is None:
            continue
        for wrong in (count, count + 1, -1):
            judged += 1
            call = Call(trial.spend.contract, trial.call.function, (*trial.call.items[:-1], encode_number(wrong)))
            verdict = trial.spend.judge(call)
            if verdict:
                return _witness(function, Trial(trial.spend, call, verdict, means=False)), judged
    return None, judged


def _accepting(of: Compilation, function: typed.Function) -> list[Term]:
    """Return what is to be true for the script to accept a call; nothing if the script is not followed."""
    try:
        return [script_formula(of, function, arguments_of(function, as_pushed=False))]
    except CannotJudge:
        return []


def _witness(function: typed.Function, trial: Trial) -> Witness:
    names = [str(term.args[0]) for term in map(_leaf, arguments_of(function, as_pushed=True))]
    return Witness(
        bool(trial.verdict),
        dict(zip(names, trial.call.items, strict=False)),
        {each.path: each.item for each in trial.spend.contract.arguments},
        trial.call.unlocking_script,
        trial.spend.contract.locking_script,
        str(trial.verdict.error or ""),
        opinions(trial.spend, trial.call),
    )
