"""Rules by which nodes relay a transaction, beyond those of its scripts; and that it creates no value.

In: a case whose scripts pass, or a whole transaction with the outputs that it spends. Out: the first broken rule, or
None. The rules are those of Bitcoin Core: `AreInputsStandard`, `IsWitnessStandard`, `IsStandardTx` in
`policy/policy.cpp`. A rule is checked if the rule set has it, with the numbers of the chain's record.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from penstock.script.chain_parts import RelayLimits
from penstock.script.consensus import ANNEX_MARK, LEAF_VERSION_MASK, TAPSCRIPT_LEAF, is_p2sh
from penstock.script.pushes import is_push_only, last_push
from penstock.script.witness_program import witness_program
from penstock.tx.transaction import Transaction
from penstock.tx.validation.standard import (
    dust_threshold,
    is_standard_output,
    is_standard_spent,
    signature_checks,
)
from penstock.vm.judging.case import Case, Phase, SpentOutputs
from penstock.vm.judging.verdict import Verdict
from penstock.vm.reasons import Reason
from penstock.vm.rules import Rule, RuleSet

_SCRIPT_HASH_SIZE: Final = 32
_SCRIPT_AND_CONTROL: Final = 2


class RelayFault(NamedTuple):
    """A broken rule, and its breach.

    Attributes:
        rule: the rule of relay; `VALUE_CREATED` for a transaction that no block accepts.
        detail: the part that breaks it, with sizes in bytes or values in satoshis.
    """

    rule: Rule | Reason
    detail: str

    def __str__(self) -> str:
        """The fault for readers: why it is refused although its scripts pass."""
        if isinstance(self.rule, Reason):
            return f"{self.rule.name}: {self.rule.value}\n  {self.detail}"
        refusal = f"{self.rule.name}: the scripts pass, but nodes do not relay it"
        return f"{refusal}: {self.detail}\n  rule: {self.rule.meaning}"


def input_fault(case: Case) -> RelayFault | None:
    """Return the first rule of relay that an input breaks whose scripts pass, or None."""
    limits = case.rules.chain.relay
    if limits is None:
        return None
    return _first(case.rules, (*_unlocking_faults(case, limits), *_witness_faults(case, limits)))


def transaction_fault(tx: Transaction, rules: RuleSet) -> RelayFault | None:
    """Return the first rule of relay that a transaction breaks as a whole, or None."""
    limits = rules.chain.relay
    return None if limits is None else _first(rules, _transaction_faults(tx, limits))


def value_fault(tx: Transaction, spent_outputs: SpentOutputs) -> RelayFault | None:
    """Return the fault of a transaction whose outputs hold more than its inputs, which no block accepts; or None."""
    paid, received = sum(value for value, _ in spent_outputs), sum(value for value, _ in tx.outputs)
    if received <= paid:
        return None
    return RelayFault(Reason.VALUE_CREATED, f"the inputs hold {paid:,} satoshis, the outputs {received:,}")


def relay_fault(verdict: Verdict) -> RelayFault | None:
    """Return what breaks a rule of relay, or creates value, for a verdict that refuses although the scripts pass."""
    case = verdict.case
    match verdict.script:
        case Phase.INPUT:
            return input_fault(case)
        case Phase.TRANSACTION:
            created = value_fault(case.tx, case.spent_outputs) if case.spent_outputs is not None else None
            return created or transaction_fault(case.tx, case.rules)
        case _:
            return None


def _first(rules: RuleSet, faults: "Iterator[RelayFault] | tuple[RelayFault, ...]") -> RelayFault | None:
    return next((fault for fault in faults if fault.rule in rules.rules), None)


def _unlocking_faults(case: Case, limits: RelayLimits) -> Iterator[RelayFault]:
    size = len(case.unlocking)
    if size > limits.unlocking_size:
        yield RelayFault(Rule.STANDARD_UNLOCKING, f"{size:,} bytes, at most {limits.unlocking_size:,} are relayed")
    if not is_push_only(case.unlocking):
        yield RelayFault(Rule.STANDARD_UNLOCKING, "it has opcodes that do more than push")
    if not is_standard_spent(case.locking):
        yield RelayFault(Rule.STANDARD_INPUT, "nodes relay a script like this one only as its hash: wrap it in P2WSH")
    if is_p2sh(case.locking) and (checks := signature_checks(last_push(case.unlocking) or b"")) > limits.redeem_checks:
        yield RelayFault(Rule.REDEEM_CHECKS, f"{checks} signature checks, at most {limits.redeem_checks} are relayed")


def _witness_faults(case: Case, limits: RelayLimits) -> Iterator[RelayFault]:
    program = witness_program(last_push(case.unlocking) or b"" if is_p2sh(case.locking) else case.locking)
    if program is None or not case.witness:
        return
    version, size = program.version, len(program.program)
    if version == 0 and size == _SCRIPT_HASH_SIZE:
        *items, script = case.witness
        if len(script) > limits.witness_script:
            yield _too_large(Rule.WITNESS_SCRIPT_SIZE, "the script has", len(script), limits.witness_script)
        if len(items) > limits.witness_items:
            detail = f"{len(items)} items before the script, at most {limits.witness_items} are relayed"
            yield RelayFault(Rule.WITNESS_ITEMS, detail)
        yield from _item_faults(items, limits)
    if version == 1 and size == _SCRIPT_HASH_SIZE and not is_p2sh(case.locking):
        yield from _taproot_faults(case.witness, limits)


def _taproot_faults(witness: tuple[bytes, ...], limits: RelayLimits) -> Iterator[RelayFault]:
    if len(witness) > 1 and witness[-1].startswith(ANNEX_MARK):
        yield RelayFault(Rule.ANNEX, f"an annex of {len(witness[-1]):,} bytes")
        witness = witness[:-1]
    if len(witness) >= _SCRIPT_AND_CONTROL and witness[-1][0] & LEAF_VERSION_MASK == TAPSCRIPT_LEAF:
        yield from _item_faults(witness[:-_SCRIPT_AND_CONTROL], limits)


def _item_faults(items: "tuple[bytes, ...] | list[bytes]", limits: RelayLimits) -> Iterator[RelayFault]:
    for index, item in enumerate(items):
        if len(item) > limits.witness_item:
            yield _too_large(Rule.WITNESS_ITEM_SIZE, f"item {index} has", len(item), limits.witness_item)


def _transaction_faults(tx: Transaction, limits: RelayLimits) -> Iterator[RelayFault]:
    if tx.version not in limits.versions:
        most = limits.versions[-1]
        yield RelayFault(Rule.STANDARD_VERSION, f"version {tx.version}, relayed are {limits.versions[0]} to {most}")
    if tx.virtual_size > limits.virtual_size:
        yield _too_large(Rule.STANDARD_SIZE, "it has", tx.virtual_size, limits.virtual_size, "virtual bytes")
    for index, (value, script) in enumerate(tx.outputs):
        if not is_standard_output(script, limits):
            detail = f"output {index}: nodes relay a script like this one only as its hash, in P2WSH"
            yield RelayFault(Rule.STANDARD_OUTPUT, detail)
        if value < (least := dust_threshold(script, limits)):
            yield RelayFault(Rule.DUST, f"output {index} has {value:,} satoshis, relayed are {least:,} and more")
    if (size := tx.size(witness=False)) < limits.least_size:
        yield RelayFault(Rule.STANDARD_SIZE, f"it has {size} bytes without witnesses, at least {limits.least_size}")


def _too_large(rule: Rule, what: str, size: int, most: int, unit: str = "bytes") -> RelayFault:
    return RelayFault(rule, f"{what} {size:,} {unit}, at most {most:,} are relayed")
