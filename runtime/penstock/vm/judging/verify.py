"""Public functions of the machine: judge inputs.

    verdict = verify(unlocking, locking, tx=tx, input_index=0, value=1000, rules="bsv")
    verdicts = check_transaction(tx, [(1000, locking)], rules="btc")

The result is a `Verdict`, whatever the scripts contain. Errors are raised only if there is nothing to judge: a
transaction that cannot be parsed (`TransactionError`), an unknown rule set (`RuleSetError`), a missing input or missing
spent outputs (`CaseError`).
"""

import struct
from typing import TYPE_CHECKING, Final

from penstock.errors import PenstockError, hides_frames
from penstock.script.chains import DEFAULT_RULES, Chain
from penstock.tx.digests import Digests
from penstock.tx.transaction import Transaction, coerce
from penstock.tx.validation import first_misfit, spent_misfit
from penstock.vm.judging.case import Case, CaseError, SourceLookup, SpentOutputs
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
        _check_spent(spent_outputs, len(parsed.inputs))
        if 0 <= input_index < len(spent_outputs) and tuple(spent_outputs[input_index]) != (value, locking):
            raise CaseError(f"spent_outputs[{input_index}] differs from value and locking")
    elif chosen.chain.has_taproot and len(parsed.inputs) == 1:  # taproot needs them
        spent_outputs = ((value, locking),)
    return Case(unlocking, locking, parsed, input_index, value, chosen, spent_outputs, artifact)


def check_transaction(
    tx: "bytes | CTransaction | Transaction", spent_outputs: SpentOutputs, rules: RuleSet | Chain | str = DEFAULT_RULES
) -> list[Verdict]:
    """Judge all inputs of a transaction; the common parts of their digests are computed once.

    Args:
        tx: the transaction.
        spent_outputs: the outputs that its inputs spend, as `(value, script)` or `TxOut`, in their order.
        rules: as for `verify`.

    Raises:
        CaseError: there are not as many `spent_outputs` as inputs, or they have the wrong type.
        RuleSetError: no rule set has this name.
        TransactionError: `tx` is not a transaction.
    """
    chosen = rule_set(rules)
    parsed = coerce(tx, segwit=chosen.chain.has_witness)
    try:
        _check_spent(spent_outputs, len(parsed.inputs))
        return _verdicts(parsed, spent_outputs, chosen)
    except _MISFIT as error:
        raise _named(error, parsed) from error.__cause__


def _verdicts(tx: Transaction, spent_outputs: SpentOutputs, rules: RuleSet) -> list[Verdict]:
    digests = Digests(tx, spent_outputs)
    verdicts: list[Verdict] = []
    for index, (txin, (value, locking)) in enumerate(zip(tx.inputs, spent_outputs, strict=True)):
        verdicts.append(judge(Case(txin.script, locking, tx, index, value, rules, spent_outputs), digests))
    return verdicts


def _named(error: Exception, tx: object) -> Exception:
    """Return the error to raise: an error of Penstock unchanged, any other as the faulty part of the transaction."""
    misfit = first_misfit(tx) if isinstance(tx, Transaction) and not isinstance(error, PenstockError) else None
    return misfit or error


def _check_spent(spent_outputs: object, inputs: int) -> None:
    """Raise `CaseError` unless these are the outputs that this number of inputs spend."""
    if misfit := spent_misfit(spent_outputs, inputs):
        raise CaseError(misfit)
