"""Judging scripts that are written as text, in a transaction of one input."""

from typing import Any

from penstock.script.assembler import assemble
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet

VALUE = 1000
PLAIN = RuleSet.from_flags("", chain="bsv")
GENESIS = RuleSet.from_flags("P2SH,GENESIS,UTXO_AFTER_GENESIS", chain="bsv")
CHRONICLE = RuleSet.from_flags("P2SH,GENESIS,CHRONICLE,UTXO_AFTER_GENESIS,UTXO_AFTER_CHRONICLE", chain="bsv")
BTC = RuleSet.from_flags("", chain="btc")


def transaction(*, version: int = 1, lock_time: int = 0, sequence: int = 0xFFFF_FFFF) -> Transaction:
    """Return a transaction of one input and one output."""
    txin = TxIn(OutPoint(bytes(range(32)), 1), b"", sequence)
    return Transaction(version, (txin,), (TxOut(900, b"\x51"),), lock_time)


def run(unlocking: str | bytes, locking: str | bytes, rules: RuleSet | str = CHRONICLE, **changes: Any) -> Verdict:
    """Judge two scripts, as bytes or text; `changes` may name the transaction or its version, lock time, sequence."""
    tx = changes.pop("tx", None) or transaction(**changes)
    scripts = [script if isinstance(script, bytes) else assemble(script) for script in (unlocking, locking)]
    return verify(scripts[0], scripts[1], tx=tx, input_index=0, value=VALUE, rules=rules)


def error(unlocking: str | bytes, locking: str | bytes, rules: RuleSet | str = CHRONICLE, **changes: Any) -> str | None:
    """Judge two scripts and return the error."""
    return run(unlocking, locking, rules, **changes).error
