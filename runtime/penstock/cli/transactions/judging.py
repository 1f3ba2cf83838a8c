"""Judging of a raw transaction: inputs one by one, and the whole.

In: a transaction, the outputs that it spends as far as they are known, rules. Out: a verdict on each judged input, and
the faults of the whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from penstock.artifact.artifact import Artifact
from penstock.script.consensus import MAX_MONEY, is_p2sh
from penstock.script.hashes import hash160, sha256
from penstock.script.opcodes import Op
from penstock.script.pushes import last_push
from penstock.tx.digests import Digests
from penstock.tx.transaction import OutPoint, Transaction, TxOut
from penstock.tx.validation.form import check_transaction_form
from penstock.vm.judging.case import Case
from penstock.vm.judging.relay import transaction_fault
from penstock.vm.judging.steps import judge
from penstock.vm.judging.verdict import Verdict
from penstock.vm.rules import RuleSet
from penstock.wording import counted

_P2WSH_HEAD: Final = bytes((Op.OP_0, 32))


@dataclass(frozen=True, slots=True)
class JudgedInput:
    """An input with its verdict.

    Attributes:
        index: its index.
        spent: the output that it spends.
        verdict: the verdict.
        artifact: the contract that locks it; None if that is not the given one.
        in_blocks: whether it is refused by the rules of relay only, and blocks accept it.
    """

    index: int
    spent: TxOut
    verdict: Verdict
    artifact: Artifact | None
    in_blocks: bool

    @property
    def outpoint(self) -> OutPoint:
        """The output that it spends."""
        return self.verdict.case.tx.inputs[self.index].outpoint


@dataclass(frozen=True, slots=True)
class JudgedTransaction:
    """A transaction with its verdicts.

    Attributes:
        tx: the transaction.
        inputs: the judged inputs.
        faults: faults of the whole.
        value_in: satoshis in the outputs that it spends; None if some are not known.
    """

    tx: Transaction
    inputs: tuple[JudgedInput, ...]
    faults: tuple[str, ...]
    value_in: int | None

    @property
    def accepted(self) -> bool:
        """Whether all judged inputs are accepted, and the whole has no fault."""
        return not self.faults and all(each.verdict for each in self.inputs)

    @property
    def value_out(self) -> int:
        """Satoshis in its outputs."""
        return sum(output.value for output in self.tx.outputs)

    @property
    def fee(self) -> int | None:
        """Satoshis left to the miner; None if some spent outputs are not known."""
        return None if self.value_in is None else self.value_in - self.value_out


def judge_transaction(
    tx: Transaction, known: Mapping[int, TxOut], rules: RuleSet, only: int | None, artifact: Artifact | None
) -> JudgedTransaction:
    """Judge the inputs of a transaction, and the whole.

    Args:
        tx: the transaction.
        known: the outputs that its inputs spend, by input; all of them, or only that of the judged input.
        rules: the rules.
        only: the input that is judged; None for all.
        artifact: the contract for source lines, used for the inputs that it locks.

    Raises:
        CaseError: an input of taproot, for which the outputs of all inputs must be known.
    """
    complete = len(known) == len(tx.inputs)
    spent = tuple(known[index] for index in sorted(known)) if complete else None
    digests = Digests(tx, spent)
    blocks = RuleSet.in_blocks(rules.chain)._replace(guard=rules.guard)  # a hostile script stays one
    judged: list[JudgedInput] = []
    for index in sorted(known) if only is None else [only]:
        value, locking = known[index]
        case = Case(tx.inputs[index].script, locking, tx, index, value, rules, spent)
        found = artifact if artifact and artifact.match(_contract_script(case)) else None
        case = Case(tx.inputs[index].script, locking, tx, index, value, rules, spent, found)
        verdict = judge(case, digests)
        milder = Case(case.unlocking, locking, tx, index, value, blocks, spent)
        in_blocks = not verdict and rules.rules > blocks.rules and bool(judge(milder, digests))
        judged.append(JudgedInput(index, known[index], verdict, found, in_blocks))
    value_in = sum(output.value for output in known.values()) if complete else None
    return JudgedTransaction(tx, tuple(judged), tuple(_faults(tx, rules, value_in)), value_in)


def _faults(tx: Transaction, rules: RuleSet, value_in: int | None) -> Iterator[str]:
    """Yield the faults of the whole, with the nodes' names."""
    if fault := check_transaction_form(tx, rules.chain):
        yield str(fault)
    if not_relayed := transaction_fault(tx, rules):
        yield f"nodes do not relay it: {not_relayed.rule.name}: {not_relayed.detail}"
    if value_in is None:
        return
    if value_in > MAX_MONEY:
        yield "its inputs together have more than 21 million coins (bad-txns-inputvalues-outofrange)"
    value_out = sum(output.value for output in tx.outputs)
    if value_out > value_in:
        yield (
            f"it spends more than its inputs hold: {counted(value_out, 'satoshi')} out, {value_in:,} in"
            " (bad-txns-in-belowout)"
        )


def _contract_script(case: Case) -> bytes:
    """Return the script that locks an input: the locking script, or the one whose hash that has."""
    script = case.locking
    if is_p2sh(script) and case.rules.era.p2sh:
        redeem = last_push(case.unlocking)
        script = redeem if redeem is not None and hash160(redeem) == script[2:-1] else script
    if script[:2] == _P2WSH_HEAD and case.witness and sha256(case.witness[-1]) == script[2:]:
        return case.witness[-1]
    return script
