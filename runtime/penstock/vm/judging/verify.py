"""Public functions of the machine: judge inputs.

    verdict = verify(unlocking, locking, tx=tx, input_index=0, value=1000, rules="bsv")
    verdicts = check_transaction(tx, [(1000, locking)], rules="btc")

The result is a `Verdict`, whatever the scripts contain. Errors are raised only if there is nothing to judge: a
transaction that cannot be parsed (`TransactionError`), an unknown rule set (`RuleSetError`), a missing input or missing
spent outputs (`CaseError`).
"""

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from penstock.errors import PenstockError, hides_frames
from penstock.script.chains import DEFAULT_RULES, Chain
from penstock.tx.bitcoinlib import plain_outputs
from penstock.tx.digests import Digests
from penstock.tx.transaction import Transaction, coerce
from penstock.tx.validation.parts import first_misfit, spent_misfit
from penstock.vm.judging.case import Case, CaseError, Phase, SourceLookup, SpentOutputs
from penstock.vm.judging.relay import transaction_fault, value_fault
from penstock.vm.judging.steps import judge
from penstock.vm.judging.verdict import Verdict
from penstock.vm.rules import RuleSet, rule_set

if TYPE_CHECKING:
    from bitcoin.core import CTransaction

__tracebackhide__ = hides_frames

_MISFIT: Final = (TypeError, ValueError, AttributeError, IndexError, struct.error)
"""Exceptions from a transaction that was made by hand with parts of the wrong type."""


def verify(  # noqa: PLR0913 - the parts of an input
    unlocking: bytes,
    locking: bytes,
    *,
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    value: int,
    rules: RuleSet | Chain | str = DEFAULT_RULES,
    spent_outputs: SpentOutputs | None = None,
    artifact: SourceLookup | None = None,
) -> Verdict:
    """Judge one input.

    Args:
        unlocking: its unlocking script.
        locking: the locking script of the output that it spends.
        tx: the spending transaction; on btc the witness is taken from it.
        input_index: index of the input.
        value: the satoshis in the output that it spends.
        rules: a rule set, or the name of one: bsv, btc, bsv-consensus, btc-consensus; a chain means the rules of relay
            of its nodes.
        spent_outputs: the outputs that all inputs spend, as `(value, script)` or `TxOut` in their order; required for
            taproot if there are other inputs.
        artifact: the contract's artifact (an `Artifact`), for `Verdict.source_line`.

    Raises:
        CaseError: there is no such input, an argument has the wrong type, taproot needs `spent_outputs`, or they are
            not one for each input, or differ from `value` and `locking` for this input.
        RuleSetError: no rule set has this name.
        TransactionError: `tx` is not a transaction.
    """
    try:
        return judge(make_case(unlocking, locking, tx, input_index, value, rules, spent_outputs, artifact))
    except _MISFIT as error:
        raise _named(error, tx) from error.__cause__


def make_case(  # noqa: PLR0913, PLR0917 - those of `verify`
    unlocking: bytes,
    locking: bytes,
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    value: int,
    rules: RuleSet | Chain | str = DEFAULT_RULES,
    spent_outputs: SpentOutputs | None = None,
    artifact: SourceLookup | None = None,
) -> Case:
    """Make the case that `verify` judges; arguments and errors are those of `verify`."""
    chosen = rule_set(rules)
    parsed = tx if type(tx) is Transaction and not tx.witnesses else coerce(tx, segwit=chosen.chain.has_witness)
    if spent_outputs is not None:
        spent_outputs = _checked_spent(spent_outputs, len(parsed.inputs))
        if 0 <= input_index < len(spent_outputs) and tuple(spent_outputs[input_index]) != (value, locking):
            raise CaseError(f"spent_outputs[{input_index}] differs from value and locking")
    elif chosen.chain.has_taproot and len(parsed.inputs) == 1:  # taproot needs them
        spent_outputs = ((value, locking),)
    return Case(unlocking, locking, parsed, input_index, value, chosen, spent_outputs, artifact)


def check_transaction(
    tx: "bytes | CTransaction | Transaction",
    spent_outputs: SpentOutputs,
    rules: RuleSet | Chain | str = DEFAULT_RULES,
    *,
    artifacts: Sequence[SourceLookup | None] | None = None,
    scripts_only: bool = False,
) -> list[Verdict]:
    """Judge all inputs of a transaction; the common parts of their digests are computed once.

    If all inputs pass, the transaction is checked as a whole: its outputs hold at most what its inputs hold
    (`VALUE_CREATED`), and by the rules of relay on btc its form and outputs are standard. If it fails, every verdict
    refuses, with `Phase.TRANSACTION` as its script.

    Args:
        tx: the transaction.
        spent_outputs: the outputs that its inputs spend, as `(value, script)`, `TxOut` or `CTxOut`, in their order.
        rules: as for `verify`.
        artifacts: the artifact of each input's contract, for source lines; None for an input without one.
        scripts_only: judge the scripts of the inputs alone: without values, and without the rules of relay that are not
            about scripts.

    Raises:
        CaseError: there are not as many `spent_outputs` or `artifacts` as inputs, or they have the wrong type.
        RuleSetError: no rule set has this name.
        TransactionError: `tx` is not a transaction.
    """
    chosen = rule_set(rules)
    parsed = coerce(tx, segwit=chosen.chain.has_witness)
    try:
        spent = _checked_spent(spent_outputs, len(parsed.inputs))
        chosen = chosen.scripts_only if scripts_only else chosen
        verdicts = _verdicts(parsed, spent, chosen, _for_inputs(artifacts, len(parsed.inputs)))
        return verdicts if scripts_only or not all(verdicts) else _whole(verdicts, parsed, spent, chosen)
    except _MISFIT as error:
        raise _named(error, parsed) from error.__cause__


def check_whole(verdict: Verdict) -> Verdict:
    """Return the verdict on an input, refused if its whole transaction cannot be mined or, by rules of relay, relayed.

    A refused verdict is returned unchanged. The case must have its spent outputs.
    """
    case = verdict.case
    if not verdict or case.spent_outputs is None:
        return verdict
    return _whole([verdict], case.tx, case.spent_outputs, case.rules)[0]


def _verdicts(
    tx: Transaction, spent_outputs: SpentOutputs, rules: RuleSet, artifacts: Sequence[SourceLookup | None]
) -> list[Verdict]:
    digests = Digests(tx, spent_outputs)
    verdicts: list[Verdict] = []
    for index, (txin, (value, locking), artifact) in enumerate(zip(tx.inputs, spent_outputs, artifacts, strict=True)):
        verdicts.append(judge(Case(txin.script, locking, tx, index, value, rules, spent_outputs, artifact), digests))
    return verdicts


def _whole(verdicts: list[Verdict], tx: Transaction, spent_outputs: SpentOutputs, rules: RuleSet) -> list[Verdict]:
    """Return verdicts that all pass, refused if the transaction as a whole breaks a rule."""
    fault = value_fault(tx, spent_outputs) or transaction_fault(tx, rules)
    if fault is None:
        return verdicts
    return [verdict.refused(fault.rule.name, Phase.TRANSACTION) for verdict in verdicts]


def _for_inputs(artifacts: Sequence[SourceLookup | None] | None, inputs: int) -> Sequence[SourceLookup | None]:
    if artifacts is None:
        return (None,) * inputs
    if len(artifacts) != inputs:
        raise CaseError(f"{len(artifacts)} artifacts for {inputs} inputs: there must be one for each, or None")
    return artifacts


def _named(error: Exception, tx: object) -> Exception:
    """Return the error to raise: an error of Penstock unchanged, any other as the faulty part of the transaction."""
    misfit = first_misfit(tx) if isinstance(tx, Transaction) and not isinstance(error, PenstockError) else None
    return misfit or error


def _checked_spent(spent_outputs: SpentOutputs, inputs: int) -> SpentOutputs:
    """Return the outputs that this number of inputs spend, each as a pair.

    Raises:
        CaseError: they are not outputs, or not one for each input.
    """
    plain: SpentOutputs = plain_outputs(spent_outputs)
    if misfit := spent_misfit(plain, inputs):
        raise CaseError(misfit)
    return plain
