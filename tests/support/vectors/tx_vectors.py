"""The rows of the nodes' tx_valid.json and tx_invalid.json, as cases for the machine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from penstock.script.chains import BTC
from penstock.tx.transaction import Transaction, TransactionError, TxOut
from penstock.tx.validation.form import check_transaction_form
from penstock.vm.judging.verify import check_transaction
from penstock.vm.rules import RELAY_RULES, Rule, RuleSet
from tests.support.engines.node_assembler import ASSEMBLERS
from tests.support.vectors.script_vectors import rule_set_of

Chain = Literal["btc", "bsv"]


@dataclass(frozen=True, slots=True)
class TxRow:
    """One row with one set of flags.

    Attributes:
        chain: the chain of its node.
        raw: the transaction.
        spent: scripts and satoshis by txid (wire order) and index.
        flags: the flags to apply; for Core's valid rows the flags to omit.
    """

    chain: Chain
    raw: bytes
    spent: dict[tuple[bytes, int], TxOut]
    flags: str

    def transaction(self) -> Transaction:
        """Read the transaction as the node would.

        Raises:
            TransactionError: that cannot be done.
        """
        return Transaction.parse(self.raw, segwit=self.chain == "btc")

    def fault(self) -> str | None:
        """Return why the scripts need not be run; None if they decide."""
        try:
            fault = check_transaction_form(self.transaction(), self.chain, after_genesis=False)
        except TransactionError as error:
            return str(error)
        return None if fault is None else str(fault)

    def errors(self, rules: RuleSet) -> list[str | None]:
        """Let the machine judge all inputs; return each one's error."""
        tx = self.transaction()
        spent = [self.spent[txin.outpoint.txid, txin.outpoint.index] for txin in tx.inputs]
        return [verdict.error for verdict in check_transaction(tx, spent, rules, scripts_only=True)]

    def passes(self, rules: RuleSet) -> bool:
        """Tell whether every input passes."""
        return not any(self.errors(rules))


def tx_rows(chain: Chain) -> Any:
    """Return the reader of a chain's files; comments become None, and a row with several sets of flags several rows."""

    def read(rows: Iterable[list[Any]]) -> Iterator[TxRow | None]:
        for row in rows:
            if isinstance(row[0], str):
                yield None
                continue
            spent = {_outpoint(entry): _output(entry, chain) for entry in row[0]}
            for flags in [row[2]] if isinstance(row[2], str) else row[2]:
                yield TxRow(chain, bytes.fromhex(row[1]), spent, flags)

    return read


def _outpoint(entry: list[Any]) -> tuple[bytes, int]:
    return bytes.fromhex(entry[0])[::-1], entry[1] & 0xFFFF_FFFF


def _output(entry: list[Any], chain: Chain) -> TxOut:
    return TxOut(entry[3] if len(entry) > 3 else 0, ASSEMBLERS[chain](entry[2]))


ALL_CORE_RULES = frozenset(rule for rule in Rule if rule.name in BTC.flags) - RELAY_RULES


def all_but(flags: str) -> RuleSet:
    """Return every rule of btc but those of a comma list, and but those that cannot do without them."""
    every = RuleSet("btc", ALL_CORE_RULES)
    return every.without(*(flag for flag in flags.split(",") if flag not in {"", "NONE"}))


def rules_of(row: TxRow) -> RuleSet:
    """Return the rules of a row's flags without additions."""
    return rule_set_of(row.flags, row.chain)
