"""Judging inputs: the machine's public functions.

    verdict = verify(unlocking, locking, tx=tx, input_index=0, value=1000, rules="bsv")
    verdicts = check_transaction(tx, [(1000, locking)], rules="btc")

Whatever the scripts hold, the answer is a `Verdict`. Errors are raised only where there is nothing to judge: a
transaction that cannot be read (`TransactionError`), an unknown rule set (`RuleSetError`), an input that is not there
or spent outputs that are missing (`CaseError`).
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
"""What a transaction made by hand, with parts of the wrong type, gives rise to."""


def verify(  # noqa: PLR0913 - an input has so many parts
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
        tx: the transaction that spends; on btc the witness is taken from it.
        input_index: which of its inputs.
        value: the satoshis in the output that it spends.
        rules: a rule set, or the name of one: bsv, btc, bsv-consensus, btc-consensus; a chain stands for what its
            nodes relay.
        spent_outputs: what all inputs spend, as `(value, script)` or `TxOut` in their order; needed for taproot, and
            only if there are other inputs.
        artifact: who knows the source lines of the contract (an `Artifact`), for `Verdict.source_line`.

    Raises:
        CaseError: there is no such input, an argument has the wrong type, taproot needs `spent_outputs`, or they are
            not one for each input, or say something else about this input than `value` and `locking`.
        RuleSetError: no rule set has this name.
        TransactionError: `tx` is no transaction.
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
    """Put together what `verify` judges; arguments and errors are those of `verify`."""
    chosen = rule_set(rules)
    parsed = tx if type(tx) is Transaction and not tx.witnesses else coerce(tx, segwit=chosen.chain.has_witness)
    if spent_outputs is not None:
        _check_spent(spent_outputs, len(parsed.inputs))
        if 0 <= input_index < len(spent_outputs) and tuple(spent_outputs[input_index]) != (value, locking):
            raise CaseError(f"spent_outputs[{input_index}] is another output than value and locking make")
    elif chosen.chain.has_taproot and len(parsed.inputs) == 1:  # taproot is asked for them
        spent_outputs = ((value, locking),)
    return Case(unlocking, locking, parsed, input_index, value, chosen, spent_outputs, artifact)


def check_transaction(
    tx: "bytes | CTransaction | Transaction", spent_outputs: SpentOutputs, rules: RuleSet | Chain | str = DEFAULT_RULES
) -> list[Verdict]:
    """Judge all inputs of a transaction; what their digests share is computed once.

    Args:
        tx: the transaction.
        spent_outputs: what its inputs spend, as `(value, script)` or `TxOut`, in their order.
        rules: as for `verify`.

    Raises:
        CaseError: there are not as many `spent_outputs` as inputs, or they are something else.
        RuleSetError: no rule set has this name.
        TransactionError: `tx` is no transaction.
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
    """Return the error to raise: an error of ours as it is, any other as the part of the transaction behind it."""
    misfit = first_misfit(tx) if isinstance(tx, Transaction) and not isinstance(error, PenstockError) else None
    return misfit or error


def _check_spent(spent_outputs: object, inputs: int) -> None:
    """Raise `CaseError` unless these are the outputs that so many inputs spend."""
    if misfit := spent_misfit(spent_outputs, inputs):
        raise CaseError(misfit)
