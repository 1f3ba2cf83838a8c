"""Judging inputs: the machine's public functions.

    verdict = verify(unlocking, locking, tx=tx, input_index=0, value=1000, rules="bsv")
    verdicts = check_transaction(tx, [(1000, locking)], rules="btc")

Whatever the scripts hold, the answer is a `Verdict`. Errors are raised only where there is nothing to judge: a
transaction that cannot be read (`TransactionError`), an unknown rule set (`RuleSetError`), an input that is not there
or spent outputs that are missing (`CaseError`).
"""

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from penstock.tx.digests import Digests
from penstock.tx.transaction import Transaction, TxOut, coerce
from penstock.vm.case import Case, CaseError, SourceMap, SpentOutputs
from penstock.vm.evaluation import judge
from penstock.vm.rules import RuleSet, rule_set
from penstock.vm.verdict import Verdict

if TYPE_CHECKING:
    from bitcoin.core import CTransaction


def verify(  # noqa: PLR0913 - an input has so many parts
    unlocking: bytes,
    locking: bytes,
    *,
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    value: int,
    rules: RuleSet | str = "bsv",
    spent_outputs: SpentOutputs | None = None,
    artifact: SourceMap | None = None,
) -> Verdict:
    """Judge one input.

    Args:
        unlocking: its unlocking script.
        locking: the locking script of the output that it spends.
        tx: the transaction that spends; on btc the witness is taken from it.
        input_index: which of its inputs.
        value: the satoshis in the output that it spends.
        rules: a rule set, or the name of one: bsv, btc, bsv-consensus, btc-consensus.
        spent_outputs: what all inputs spend, as `(value, script)` in their order; needed for taproot, and only if there
            are other inputs.
        artifact: who knows the source lines of the contract (an `Artifact`), for `Verdict.source_line`.

    Raises:
        CaseError: there is no such input, an argument has the wrong type, or taproot needs `spent_outputs`.
        RuleSetError: no rule set has this name.
        SighashError: there are not as many `spent_outputs` as inputs.
        TransactionError: `tx` is no transaction.
    """
    try:
        return judge(make_case(unlocking, locking, tx, input_index, value, rules, spent_outputs, artifact))
    except (TypeError, struct.error):
        _check_numbers(input_index, value)
        _check_spent(spent_outputs or ())
        raise


def make_case(  # noqa: PLR0913, PLR0917 - those of `verify`
    unlocking: bytes,
    locking: bytes,
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    value: int,
    rules: RuleSet | str = "bsv",
    spent_outputs: SpentOutputs | None = None,
    artifact: SourceMap | None = None,
) -> Case:
    """Put together what `verify` judges; arguments and errors are those of `verify`."""
    chosen = rule_set(rules)
    parsed = tx if type(tx) is Transaction and not tx.witnesses else coerce(tx, segwit=chosen.chain == "btc")
    if spent_outputs is None and len(parsed.inputs) == 1:
        spent_outputs = ((value, locking),)
    return Case(unlocking, locking, parsed, input_index, value, chosen, spent_outputs, artifact)


def check_transaction(
    tx: "bytes | CTransaction | Transaction", spent_outputs: SpentOutputs, rules: RuleSet | str = "bsv"
) -> list[Verdict]:
    """Judge all inputs of a transaction; what their digests share is computed once.

    Args:
        tx: the transaction.
        spent_outputs: what its inputs spend, as `(value, script)` or `TxOut`, in their order.
        rules: a rule set, or the name of one.

    Raises:
        CaseError: there are not as many `spent_outputs` as inputs, or they are something else.
        RuleSetError: no rule set has this name.
        TransactionError: `tx` is no transaction.
    """
    _check_spent(spent_outputs)
    chosen = rule_set(rules)
    parsed = coerce(tx, segwit=chosen.chain == "btc")
    if len(spent_outputs) != len(parsed.inputs):
        raise CaseError(
            f"{len(spent_outputs)} spent outputs for {len(parsed.inputs)} inputs: there must be one for each"
        )
    digests = Digests(parsed, spent_outputs)
    verdicts: list[Verdict] = []
    for index, (txin, spent) in enumerate(zip(parsed.inputs, spent_outputs, strict=True)):
        value, locking = (spent.value, spent.script) if isinstance(spent, TxOut) else spent
        case = Case(txin.script, locking, parsed, index, value, chosen, spent_outputs)
        verdicts.append(judge(case, digests))
    return verdicts


def _check_numbers(input_index: object, value: object) -> None:
    """Raise `CaseError` for arguments of the wrong type: asked afterwards, so that good ones pay nothing for it."""
    for name, number in (("input_index", input_index), ("value", value)):
        if not isinstance(number, int):
            raise CaseError(f"{name} is a whole number, not {type(number).__name__}") from None


def _check_spent(spent_outputs: object) -> None:
    """Raise `CaseError` unless these are outputs: `TxOut`, or pairs of satoshis and locking script."""
    if not isinstance(spent_outputs, Sequence):
        raise CaseError(f"spent_outputs is a list of outputs, not {type(spent_outputs).__name__}") from None
    for index, spent in enumerate(spent_outputs):
        match spent:
            case TxOut() | (int(), bytes()):
                continue
            case _:
                raise CaseError(f"spent_outputs[{index}] is no pair of satoshis and locking script") from None
