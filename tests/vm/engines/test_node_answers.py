"""Results of the nodes' own interpreters for small spends: the machine gives the same results.

The spends are in node_answers.json (the BSV node 1.2.2) and core_answers.json (Bitcoin Core): of millions made up at
random the smallest ones for each error and opcode, on bsv for each age of output and block, and of those that pass for
each opcode that runs. Rows are `[version, lock time, sequence, unlocking script, locking script, witness (Core only),
flags, error, stack at the end (BSV only, of those that pass)]`; the transaction is the one of `script_runs`.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from penstock.tx.transaction import Transaction
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from tests.support.spending.script_runs import VALUE, transaction

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Answer:
    """A spend, and the result of its chain's node."""

    chain: str
    tx: Transaction
    locking: bytes
    flags: str
    error: str
    stack: tuple[bytes, ...] | None

    def judge(self) -> Verdict:
        unlocking = self.tx.inputs[0].script
        rules = rule_set(self.flags, self.chain)
        return verify(unlocking, self.locking, tx=self.tx, input_index=0, value=VALUE, rules=rules)

    def agrees(self) -> bool:
        verdict = self.judge()
        return (verdict.error or "OK") == self.error and self.stack in (None, verdict.stack)


@cache
def rule_set(flags: str, chain: str) -> RuleSet:
    return RuleSet.from_flags(flags, chain=chain)


def of_bsv(row: list[Any]) -> Answer:
    version, lock_time, sequence, unlocking, locking, flags, error, *stack = row
    tx = transaction(version=version, lock_time=lock_time, sequence=sequence)
    items = tuple(map(bytes.fromhex, stack[0])) if stack else None
    return Answer("bsv", tx.with_input_script(0, bytes.fromhex(unlocking)), bytes.fromhex(locking), flags, error, items)


def of_core(row: list[Any]) -> Answer:
    version, lock_time, sequence, unlocking, locking, witness, flags, error = row
    tx = transaction(version=version, lock_time=lock_time, sequence=sequence)
    tx = tx.with_input_script(0, bytes.fromhex(unlocking))
    if witness:
        tx = tx.with_witness(0, tuple(map(bytes.fromhex, witness)))
    return Answer("btc", tx, bytes.fromhex(locking), flags, error, None)


def by_error() -> dict[str, list[Answer]]:
    answers: dict[str, list[Answer]] = defaultdict(list)
    for name, read in (("node_answers", of_bsv), ("core_answers", of_core)):
        for row in json.loads((HERE / f"{name}.json").read_text()):
            answer = read(row)
            answers[f"{answer.chain}-{answer.error}"].append(answer)
    return dict(answers)


ANSWERS = by_error()


@pytest.mark.parametrize("name", ANSWERS)
def test_the_machine_answers_as_the_node_did(name: str) -> None:
    wrong = [answer for answer in ANSWERS[name] if not answer.agrees()]
    assert not wrong, "\n".join(f"{answer.flags}: {answer.judge().explain()}" for answer in wrong[:5])
