"""Ledger: coins, a pool of accepted transactions, and blocks that are mined on request.

In: a transaction. Out: a `Receipt` with the result or the reason for a refusal. It makes a node's checks before
relaying: form, double spends, maturity of coinbases, lock times, values, fees, and every input's scripts on the
machine. There is no proof of work, time passes only with blocks, other branches come on request, and the first of two
conflicting transactions is accepted.
"""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from penstock.errors import PenstockError, hides_frames
from penstock.ledger import lock_times, reasons
from penstock.ledger.coins import Coin
from penstock.ledger.fees import DEFAULT_FEE_RATE, FeeRate
from penstock.script.chains import DEFAULT_RULES, Chain
from penstock.script.consensus import COINBASE_MATURITY, NULL_INDEX, SATOSHIS_PER_COIN
from penstock.script.opcodes import Op
from penstock.script.pushes import push_data, push_number
from penstock.tx.transaction import OutPoint, Transaction, TransactionError, TxIn, TxOut
from penstock.tx.validation.form import check_transaction_form
from penstock.vm.judging.relay import relay_fault
from penstock.vm.judging.verify import check_transaction
from penstock.vm.rules import RuleSet, rule_set

__tracebackhide__ = hides_frames

HALVING: Final = 210_000
FIRST_SUBSIDY: Final = 50 * SATOSHIS_PER_COIN
BLOCK_SECONDS: Final = 600
START_TIME: Final = 1_600_000_000
_MEDIAN_OF: Final = 11
_NULL: Final = OutPoint(bytes(32), NULL_INDEX)
_ANYONE: Final = bytes((Op.OP_1,))


@dataclass(frozen=True, slots=True)
class LedgerBlock:
    """A block: its height, its time in seconds since 1970, its transactions, the coinbase first."""

    height: int
    time: int
    transactions: tuple[Transaction, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The result of submitting a transaction; true if it was accepted.

    Attributes:
        txid: 32 bytes, wire order; empty if it could not be parsed.
        reason: the reason for a refusal; None if it was accepted.
    """

    txid: bytes
    reason: reasons.Reason | None = None

    def __bool__(self) -> bool:
        return self.reason is None


@dataclass(frozen=True, slots=True)
class _UnspentCoin:
    """A coin and its origin; the height is None while its transaction is in the pool."""

    coin: Coin
    height: int | None
    coinbase: bool = False


class LedgerError(PenstockError, ValueError):
    """An operation that the ledger cannot perform."""


class Ledger:
    """A chain with a pool.

    Args:
        rules: the rules for scripts: `bsv`, `btc`, …, or a rule set.
        fee_rate: the minimum fee rate; size is counted in virtual bytes on chains with witnesses.
    """

    def __init__(self, rules: str | Chain | RuleSet = DEFAULT_RULES, fee_rate: FeeRate = DEFAULT_FEE_RATE) -> None:
        self.rules = rule_set(rules)
        self.fee_rate = fee_rate
        self._blocks: list[LedgerBlock] = [LedgerBlock(0, START_TIME, ())]
        self._pool: dict[bytes, Transaction] = {}
        self._fees = 0
        self._known: dict[bytes, Transaction] = {}
        self._coins: dict[OutPoint, _UnspentCoin] = {}
        self._spender: dict[OutPoint, bytes] = {}
        self._branch = 0

    def fork(self) -> Self:
        """Return a ledger with the same past and an independent future."""
        twin = type(self)(self.rules, self.fee_rate)
        twin._branch = self._branch  # noqa: SLF001 - the same class
        twin._blocks, twin._fees = list(self._blocks), self._fees  # noqa: SLF001 - the same class
        twin._pool, twin._known = dict(self._pool), dict(self._known)  # noqa: SLF001 - the same class
        twin._coins, twin._spender = dict(self._coins), dict(self._spender)  # noqa: SLF001 - the same class
        return twin

    @property
    def height(self) -> int:
        """The height of the newest block."""
        return self._blocks[-1].height

    @property
    def blocks(self) -> tuple[LedgerBlock, ...]:
        """All blocks; the first, at height 0, is empty."""
        return tuple(self._blocks)

    @property
    def transactions(self) -> tuple[Transaction, ...]:
        """All transactions except coinbases, in the order of the chain, then of the pool."""
        mined = (transaction for block in self._blocks for transaction in block.transactions[1:])
        return (*mined, *self._pool.values())

    @property
    def pool_size(self) -> int:
        """The number of transactions that are in the pool, and not in a block."""
        return len(self._pool)

    def find(self, txid: bytes) -> Transaction | None:
        """Return the transaction with this id (wire order), if it was accepted."""
        return self._known.get(txid)

    def coin(self, outpoint: OutPoint) -> Coin | None:
        """Return the coin at `outpoint`, if it exists and is unspent."""
        entry = self._coins.get(outpoint)
        return entry.coin if entry else None

    def mined_coins(self) -> tuple[Coin, ...]:
        """Return the coins of blocks that no transaction has spent, in the order of their heights."""
        found = [(each.height, each.coin) for each in self._coins.values() if each.height is not None]
        return tuple(coin for _, coin in sorted(found, key=lambda each: each[0]))

    def spender(self, outpoint: OutPoint) -> Transaction | None:
        """Return the transaction that spent `outpoint`, if one did."""
        txid = self._spender.get(outpoint)
        return self._known[txid] if txid else None

    def submit(self, transaction: Transaction | bytes) -> Receipt:
        """Accept a transaction into the pool, or refuse it. The first transaction that spends a coin is accepted."""
        if isinstance(transaction, bytes):
            try:
                transaction = Transaction.parse(transaction, segwit=self.rules.chain.has_witness)
            except TransactionError as error:
                return Receipt(b"", reasons.Malformed(str(error)))
        txid = transaction.txid
        reason = self._check(transaction, txid)
        if reason is None:
            self._take(transaction, txid)
        return Receipt(txid, reason)

    def mine(self, blocks: int = 1, *, reward: Iterable[TxOut] = (), seconds: int = BLOCK_SECONDS) -> None:
        """Mine the pool into a block, and `blocks` blocks in all.

        Args:
            blocks: number of blocks; all except the first are empty.
            reward: outputs of the first block's coinbase; an output that anyone can spend gets the rest of subsidy and
                fees.
            seconds: time between two blocks.

        Raises:
            LedgerError: when `reward` exceeds subsidy and fees.
        """
        for _ in range(blocks):
            self._mine_one(tuple(reward), seconds)
            reward = ()

    def fund(self, script: bytes, value: int) -> Coin:
        """Make a coin that can be spent at once: mine it and enough blocks after it.

        Args:
            script: the locking script that it pays to.
            value: satoshis, at most the reward of a block.

        Raises:
            LedgerError: when it is more.
        """
        most = _subsidy(self.height + 1)
        if value > most:
            raise LedgerError(f"no coin of {value:,} satoshis can be made: the reward of a block is {most:,}")
        self.mine(1, reward=[TxOut(value, script)])
        coinbase = self._blocks[-1].transactions[0]
        self.mine(COINBASE_MATURITY - 1)
        return Coin(OutPoint(coinbase.txid, 0), coinbase.outputs[0])

    def reorganize(
        self, depth: int, instead: Iterable[Transaction] = (), *, resubmit: bool = True
    ) -> tuple[Receipt, ...]:
        """Replace the newest blocks by a longer branch, as when other miners were faster.

        The branch has one block more. Transactions of the replaced blocks and of the pool go back to the pool; those
        that are not valid any more are lost, and with them all that spend their outputs.

        Args:
            depth: number of blocks to replace.
            instead: transactions in the first block of the branch.
            resubmit: whether those transactions go back to the pool; without it all of them are lost.

        Returns:
            A receipt with the reason for each lost transaction.

        Raises:
            LedgerError: there are not so many blocks, or a transaction of the branch is not valid. Nothing is changed.
        """
        if not 1 <= depth <= self.height:
            raise LedgerError(f"cannot replace {depth:,} blocks: there are {self.height:,}")
        mined = (transaction for block in self._blocks[-depth:] for transaction in block.transactions[1:])
        waiting = (*mined, *self._pool.values())
        other = type(self)(self.rules, self.fee_rate)
        other._replay(self._blocks[1:-depth], self._branch + 1)  # noqa: SLF001 - the same class
        for transaction in instead:
            receipt = other.submit(transaction)
            if not receipt:
                raise LedgerError(f"the other branch cannot have the transaction: {receipt.reason}")
        other.mine(depth + 1)
        receipts = [other.submit(transaction) for transaction in waiting] if resubmit else []
        self.__dict__.update(other.__dict__)
        known = reasons.AlreadyKnown
        return tuple(each for each in receipts if not each and not isinstance(each.reason, known))

    def _replay(self, blocks: Iterable[LedgerBlock], branch: int) -> None:
        """Take over blocks that have been checked, for a branch of its own."""
        self._branch = branch
        for block in blocks:
            coinbase, *transactions = block.transactions
            self._blocks.append(block)
            self._make_coins(coinbase, coinbase.txid, block.height, coinbase=True)
            for transaction in transactions:
                self._take(transaction, transaction.txid)
            self._bury_pool(block.height)

    def _mine_one(self, reward: tuple[TxOut, ...], seconds: int) -> None:
        height = self.height + 1
        left = _subsidy(height) + self._fees - sum(output.value for output in reward)
        if left < 0:
            raise LedgerError(f"the reward is {-left} satoshis more than block {height} allows")
        coinbase, txid = _coinbase(height, self._branch, (*reward, TxOut(left, _ANYONE)))
        self._blocks.append(LedgerBlock(height, self._blocks[-1].time + seconds, (coinbase, *self._pool.values())))
        self._make_coins(coinbase, txid, height, coinbase=True)
        self._bury_pool(height)

    def _bury_pool(self, height: int) -> None:
        """Record the block of all transactions in the pool, which is empty then."""
        for txid, transaction in self._pool.items():
            self._bury(transaction, txid, height)
        self._pool.clear()
        self._fees = 0

    def _take(self, transaction: Transaction, txid: bytes) -> None:
        """Add a transaction to the pool that has been checked."""
        self._fees += self._value_in(transaction) - _value_out(transaction)
        self._pool[txid] = transaction
        for txin in transaction.inputs:
            del self._coins[txin.outpoint]
            self._spender[txin.outpoint] = txid
        self._make_coins(transaction, txid, None)

    def _make_coins(self, transaction: Transaction, txid: bytes, height: int | None, *, coinbase: bool = False) -> None:
        self._known[txid] = transaction
        for index, output in enumerate(transaction.outputs):
            outpoint = OutPoint(txid, index)
            self._coins[outpoint] = _UnspentCoin(Coin(outpoint, output), height, coinbase)

    def _bury(self, transaction: Transaction, txid: bytes, height: int) -> None:
        """Record the block of a transaction from the pool for its coins."""
        for index in range(len(transaction.outputs)):
            entry = self._coins.get(OutPoint(txid, index))
            if entry is not None:  # it may be spent in the same block
                self._coins[entry.coin.outpoint] = _UnspentCoin(entry.coin, height)

    def _check(self, transaction: Transaction, txid: bytes) -> reasons.Reason | None:
        if txid in self._known:
            return reasons.AlreadyKnown(txid)
        fault = check_transaction_form(transaction, self.rules.chain)
        if fault is not None or any(txin.outpoint == _NULL for txin in transaction.inputs):
            return reasons.Malformed(str(fault or "a coinbase is valid only in a block"))
        return (
            self._check_coins(transaction)
            or self._check_time(transaction)
            or self._check_values(transaction)
            or self._check_scripts(transaction)
        )

    def _check_coins(self, transaction: Transaction) -> reasons.Reason | None:
        for txin in transaction.inputs:
            entry = self._coins.get(txin.outpoint)
            if entry is None:
                spender = self._spender.get(txin.outpoint)
                return reasons.DoubleSpend(txin.outpoint, spender) if spender else reasons.MissingCoin(txin.outpoint)
            if entry.coinbase and entry.height is not None:
                spendable_at = entry.height + COINBASE_MATURITY
                if self.height + 1 < spendable_at:
                    return reasons.ImmatureCoinbase(txin.outpoint, spendable_at, self.height + 1)
        return None

    def _check_time(self, transaction: Transaction) -> reasons.Reason | None:
        now = lock_times.Now(self.height + 1, self.median_time_below(self.height + 1))
        if refusal := lock_times.check_lock_time(transaction, now):
            return refusal
        if not self.rules.chain.newest.relative_locks:
            return None
        entries = [self._coins[txin.outpoint] for txin in transaction.inputs]
        heights = [now.height if entry.height is None else entry.height for entry in entries]
        return lock_times.check_sequences(transaction, heights, self.median_time_below, now)

    def median_time_below(self, height: int) -> int:
        """Return the median time of the eleven blocks below `height` (BIP113), in seconds since 1970."""
        below = self._blocks[max(0, height - _MEDIAN_OF) : max(1, height)]
        return statistics.median_high(block.time for block in below)

    def _check_values(self, transaction: Transaction) -> reasons.Reason | None:
        paid, received = self._value_in(transaction), _value_out(transaction)
        if received > paid:
            return reasons.ValueCreated(paid, received)
        size = transaction.virtual_size if self.rules.chain.has_witness else transaction.size()
        least = self.fee_rate.fee(size)
        return reasons.FeeTooLow(paid - received, least, size) if paid - received < least else None

    def _check_scripts(self, transaction: Transaction) -> reasons.Reason | None:
        spent = [self._coins[txin.outpoint].coin.output for txin in transaction.inputs]
        verdicts = check_transaction(transaction, spent, self.rules)
        for index, verdict in enumerate(verdicts):
            if fault := relay_fault(verdict):
                return reasons.NotRelayed(fault.rule.name, fault.detail)
            if not verdict:
                return reasons.ScriptRefused(index, verdict)
        return None

    def _value_in(self, transaction: Transaction) -> int:
        return sum(self._coins[txin.outpoint].coin.value for txin in transaction.inputs)


@lru_cache(maxsize=4096)
def _coinbase(height: int, branch: int, outputs: tuple[TxOut, ...]) -> tuple[Transaction, bytes]:
    """Return a coinbase with its id; kept, since most ledgers begin with the same hundred blocks."""
    tag = f" {branch}" if branch else ""  # coinbases of other branches are other transactions
    unlocking = push_number(height) + push_data(f"penstock{tag}".encode())
    coinbase = Transaction(1, (TxIn(_NULL, unlocking),), outputs)
    return coinbase, coinbase.txid


def _subsidy(height: int) -> int:
    """Return the satoshis that the block at `height` creates."""
    return FIRST_SUBSIDY >> height // HALVING


def _value_out(transaction: Transaction) -> int:
    return sum(output.value for output in transaction.outputs)
