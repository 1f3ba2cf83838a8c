"""Results of sending a transaction: its coins if it was accepted, otherwise why not, in the words of the source."""

from collections.abc import Iterator
from dataclasses import dataclass

from penstock.contract.errors import ArgumentError
from penstock.errors import PenstockError, hides_frames
from penstock.ledger.reasons import MissingCoin, NotRelayed, Reason, ScriptRefused
from penstock.testing.coins import ContractCoin, KeyCoin
from penstock.testing.failing.failures import Failure
from penstock.testing.judging import JudgedCall
from penstock.tx.transaction import Transaction
from penstock.vm.judging.verdict import Verdict

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True, repr=False)
class Sent:
    """The result of sending a transaction; true if the chain accepted it.

    Attributes:
        tx: the finished transaction.
        coins: the coins in its outputs: contracts of its own inputs, and payments to keys; None for other outputs.
        calls: the judged calls of the contracts among the inputs, in their order.
        reason: why the chain refuses it; None if it accepts it.
        failure: the call that was refused, in the words of its source; None if no script refused it.
    """

    tx: Transaction
    coins: tuple[ContractCoin | KeyCoin | None, ...]
    calls: tuple[JudgedCall, ...]
    reason: Reason | None = None
    failure: Failure | None = None

    def __bool__(self) -> bool:
        return self.reason is None

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict for each contract among the inputs, in their order."""
        return tuple(each.verdict for each in self.calls)

    @property
    def rule(self) -> str | None:
        """The name of the broken rule: of a script, of relay, or of the ledger; None if it is accepted."""
        match self.reason:
            case None:
                return None
            case ScriptRefused(verdict=verdict):
                return verdict.error
            case NotRelayed(rule=rule):
                return rule
            case reason:
                return type(reason).__name__

    def contract(self, output: int = 0) -> ContractCoin:
        """Return the coin with a contract in an output.

        Raises:
            ArgumentError: the transaction was refused, or the output is not one with a contract of its inputs.
        """
        coin = self._coin(output)
        if isinstance(coin, ContractCoin):
            return coin
        raise ArgumentError("output", "an output with a contract that the transaction spends", f"output {output}")

    def payment(self, output: int = 0) -> KeyCoin:
        """Return the coin of a key in an output.

        Raises:
            ArgumentError: the transaction was refused, or the output does not pay to a key of this chain.
        """
        coin = self._coin(output)
        if isinstance(coin, KeyCoin):
            return coin
        raise ArgumentError("output", "an output that pays to a key", f"output {output}")

    def _coin(self, output: int) -> ContractCoin | KeyCoin | None:
        if self.reason is not None:
            raise ArgumentError("output", "one of an accepted transaction", f"a refused one: {self.reason}")
        if not 0 <= output < len(self.coins):
            raise ArgumentError("output", f"one of {len(self.coins)} outputs, from 0", str(output))
        return self.coins[output]

    def __repr__(self) -> str:
        """Return one short line: pytest shows it where an assert fails."""
        state = "accepted" if self.reason is None else f"refused: {self.reason}"
        return f"<Sent {self.tx.txid_hex[:8]}…, {state}>"

    def __str__(self) -> str:
        if self.reason is None:
            return f"accepted: {self.tx.txid_hex}"
        details = self.failure.lines() if self.failure else _hint(self.reason)
        return "\n".join([f"the chain refuses the transaction: {self.reason}", *details])


def _hint(reason: Reason) -> Iterator[str]:
    """Yield advice on a reason that a test causes by a mistake."""
    if isinstance(reason, MissingCoin):
        yield "the coin is of another Chain, or of a transaction that this one does not have"


class RefusedError(PenstockError, AssertionError):
    """A transaction that the chain refuses.

    Attributes:
        sent: the result, with the reason and the failing call.
    """

    def __init__(self, sent: Sent) -> None:
        super().__init__(str(sent))
        self.sent = sent
