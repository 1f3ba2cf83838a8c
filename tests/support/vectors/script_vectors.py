"""The rows of the nodes' script_tests.json, as cases for the machine.

A row becomes a `ScriptRow`; the two transactions around it are built as the nodes' test programs do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from tests.support.engines.node_assembler import ASSEMBLERS
from tests.support.generators.taproot_builder import SingleLeaf

Chain = Literal["btc", "bsv"]

_COIN = 100_000_000
_FINAL = 0xFFFF_FFFF
_COINBASE_SCRIPT = b"\x00\x00"


@dataclass(frozen=True, slots=True)
class ScriptRow:
    """One row.

    Attributes:
        chain: the chain of its node.
        unlocking: the unlocking script.
        locking: the locking script.
        witness: the witness items.
        value: satoshis.
        version: of the spending transaction.
        flags: the flags of the node's run, including those that its test program adds.
        expected: the result's name; OK if it passes.
        comment: the row's comment.
    """

    chain: Chain
    unlocking: bytes
    locking: bytes
    witness: tuple[bytes, ...]
    value: int
    version: int
    flags: str
    expected: str
    comment: str

    @property
    def tx(self) -> Transaction:
        """The spending transaction."""
        crediting = Transaction(
            1,
            (TxIn(OutPoint(bytes(32), _FINAL), _COINBASE_SCRIPT, _FINAL),),
            (TxOut(self.value, self.locking),),
            0,
        )
        spending = TxIn(OutPoint(crediting.txid, 0), self.unlocking, _FINAL)
        witnesses = (self.witness,) if self.witness else ()
        return Transaction(self.version, (spending,), (TxOut(self.value, b""),), 0, witnesses)

    @property
    def rules(self) -> RuleSet:
        """The rule set of the row's flags."""
        return rule_set_of(self.flags, self.chain)

    def judge(self, rules: RuleSet | None = None) -> Verdict:
        """Let the machine judge the row, by its own flags or by others."""
        return verify(
            self.unlocking, self.locking, tx=self.tx, input_index=0, value=self.value, rules=rules or self.rules
        )


@cache
def rule_set_of(flags: str, chain: Chain) -> RuleSet:
    """Return the rule set of a comma list; rows share it, and with it the machine's tables."""
    return RuleSet.from_flags(flags, chain=chain)


def core_rows(rows: Iterable[list[Any]]) -> list[ScriptRow | None]:
    """Read Core's file; comments become None."""
    return [_core_row(row) if len(row) > 1 else None for row in rows]


def bsv_rows(rows: Iterable[list[Any]]) -> list[ScriptRow | None]:
    """Read the BSV node's file; comments become None."""
    return [_bsv_row(row) if len(row) > 1 else None for row in rows]


def _core_row(row: list[Any]) -> ScriptRow:
    witness, amount, rest = _split(row)
    unlocking, locking, flags, expected, *comment = rest
    leaf = next((SingleLeaf.of(item) for item in witness if item.startswith("#SCRIPT#")), None)
    items = tuple(leaf.fill(item) if leaf else bytes.fromhex(item) for item in witness)
    assemble = ASSEMBLERS["btc"]
    return ScriptRow(
        "btc",
        assemble(unlocking),
        assemble(leaf.fill_locking(locking) if leaf else locking),
        items,
        amount,
        1,
        f"{flags},P2SH,WITNESS" if "CLEANSTACK" in flags else flags,
        expected,
        " ".join(comment),
    )


def _bsv_row(row: list[Any]) -> ScriptRow:
    _, amount, rest = _split(row)
    version, unlocking, locking, flags, expected, *comment = rest
    assemble = ASSEMBLERS["bsv"]
    return ScriptRow(
        "bsv",
        assemble(unlocking),
        assemble(locking),
        (),
        amount,
        int(version),
        f"{flags},P2SH" if "CLEANSTACK" in flags else flags,
        expected,
        " ".join(map(str, comment)),
    )


def _split(row: list[Any]) -> tuple[list[str], int, list[Any]]:
    """Return the witness, the satoshis, and the other columns."""
    if not isinstance(row[0], list):
        return [], 0, row
    *witness, amount = row[0]
    return witness, int(Decimal(amount) * _COIN), row[1:]
