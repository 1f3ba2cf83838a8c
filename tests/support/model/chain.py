"""The chain of the model: what spends the funding, what spends the payment, and all blocks that may come next."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.channel.safe.transactions.payment import PAYMENT_OUTPUT
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.script.pushes import push_data
from penstock.tx.transaction import OutPoint, Transaction
from penstock.vm.judging.verify import check_transaction
from penstock.vm.rules import RuleSet

NONE: Final = 0
"""The number of no transaction."""
GONE: Final = -1
"""The height of a funding transaction that can never be mined: its coins are spent elsewhere."""
_RELATIVE_FROM: Final = 2
"""The least version with relative lock times (BIP68)."""


class Chain(NamedTuple):
    """The chain.

    Attributes:
        height: the height of the newest block.
        funded: the height of the block with the funding; 0 before, `GONE` if there will be none.
        spend: the transaction that spends the funding.
        spent_at: the height of its block.
        out: the transaction that spends the payment.
        out_at: the height of its block.
        undoings: how often a block may still be undone.
        is_undone: whether the newest block has just been undone: another one comes next.
    """

    height: int
    funded: int
    spend: int
    spent_at: int
    out: int
    out_at: int
    undoings: int
    is_undone: bool

    def undone(self) -> "Chain":
        """Return the chain without its newest block."""
        height = self.height
        chain = self._replace(height=height - 1, undoings=self.undoings - 1, is_undone=True)
        if self.out and self.out_at == height:
            chain = chain._replace(out=NONE, out_at=0)
        if self.spend and self.spent_at == height:
            chain = chain._replace(spend=NONE, spent_at=0)
        if self.funded == height:
            chain = chain._replace(funded=0)
        return chain


@dataclass(frozen=True, slots=True)
class Facts:
    """A transaction whose scripts pass.

    Attributes:
        transaction: the transaction.
        spends: the output that it spends.
        lock: the height of the newest block before the first that takes it.
        age: the blocks on top of the spent output's that it needs, with its own.
        payment: its output that the payee or the payer spends further; None for none.
        to_payer: satoshis to the payer.
        to_payee: satoshis to the payee.
    """

    transaction: Transaction
    spends: OutPoint
    lock: int
    age: int
    payment: OutPoint | None
    to_payer: int
    to_payee: int

    def may_be_in(self, height: int, spent_at: int) -> bool:
        """Return whether a block takes it, by its height and that of the block with the output that it spends."""
        return self.lock < height and height - spent_at >= self.age

    def __str__(self) -> str:
        if self.payment is not None:
            return f"a payment of {self.transaction.outputs[PAYMENT_OUTPUT].value:,}"
        if self.to_payee and self.to_payer:
            return f"a settlement of {self.to_payee:,}"
        return f"{self.to_payee:,} to the payee" if self.to_payee else f"a refund of {self.to_payer:,}"


class Transactions:
    """Transactions with numbers; each is judged by the machine once, by the rules of blocks."""

    def __init__(self, terms: ChannelTerms, funding: OutPoint) -> None:
        self.terms, self.funding = terms, funding
        self.rules = RuleSet.named(f"{terms.rules.chain.name}-consensus")
        self.facts: list[Facts | None] = [None]
        self._numbers: dict[Transaction, int] = {}
        self._changed: dict[int, int] = {}
        self._spending: dict[int, list[int]] = {}

    def number(self, transaction: Transaction) -> int:
        """Return the number of a transaction; `NONE` if no block takes it."""
        number = self._numbers.get(transaction)
        if number is None:
            facts = self._judged(transaction)
            number = self._numbers[transaction] = NONE if facts is None else len(self.facts)
            if facts is not None:
                self.facts.append(facts)
        return number

    def of(self, number: int) -> Facts:
        """Return the facts of a transaction."""
        facts = self.facts[number]
        assert facts is not None, "the number of a transaction"
        return facts

    def changed(self, number: int) -> int:
        """Return the form of a transaction with another id that anyone can make of it; itself where there is none.

        Of P2WSH inputs nothing is hashed for the id. Elsewhere pushes can be written in another way (bsv).
        """
        if number not in self._changed:
            transaction = self.of(number).transaction
            script = transaction.inputs[0].script
            size = script[0] if script else 0
            other = number
            if 0 < size < 0x4C and script.startswith(push_data(script[1 : size + 1])):
                other = self.number(transaction.with_input_script(0, b"\x4c" + script))
            self._changed[number] = other
        return self._changed[number]

    def _judged(self, transaction: Transaction) -> Facts | None:
        spent = transaction.inputs[0].outpoint
        if spent == self.funding:
            output = funding_output(self.terms)
        else:
            found = next(each for each in self.facts if each is not None and each.payment == spent)
            output = found.transaction.outputs[PAYMENT_OUTPUT]
        if not check_transaction(transaction, [output], self.rules):
            return None
        (first,), terms = transaction.inputs, self.terms
        payer, payee = (key_script(terms, party.payout) for party in (terms.payer, terms.payee))
        is_payment = spent == self.funding and transaction.outputs[PAYMENT_OUTPUT].script not in (payer, payee)
        has_ages = terms.rules.chain.newest.relative_locks and transaction.version >= _RELATIVE_FROM
        return Facts(
            transaction,
            spent,
            transaction.lock_time if first.sequence != FINAL_SEQUENCE else 0,
            first.sequence if has_ages and first.sequence < 1 << 16 else 0,
            OutPoint(transaction.txid, PAYMENT_OUTPUT) if is_payment else None,
            sum(each.value for each in transaction.outputs if each.script == payer),
            sum(each.value for each in transaction.outputs if each.script == payee),
        )


class Due(NamedTuple):
    """What the honest side has published for the two outputs, and for how many blocks that could have been taken.

    Attributes:
        spend: what spends the funding.
        spend_waited: its blocks.
        out: what spends the payment.
        out_waited: its blocks.
    """

    spend: int = NONE
    spend_waited: int = 0
    out: int = NONE
    out_waited: int = 0

    def published(self, number: int, *, is_spend: bool) -> "Due":
        """Return the same with a transaction that is published now, perhaps again."""
        if is_spend:
            return self if number == self.spend else self._replace(spend=number, spend_waited=0)
        return self if number == self.out else self._replace(out=number, out_waited=0)

    def anew(self) -> "Due":
        """Return the same after a block was undone: all wait anew."""
        return self._replace(spend_waited=0, out_waited=0)

    def waited(self, chain: Chain, transactions: Transactions, longest: int) -> "Due":
        """Return the same after a block.

        Args:
            chain: the chain with the block.
            transactions: the transactions.
            longest: L, from which on a number of blocks makes no difference.
        """
        due = self
        if due.spend and not chain.spend and chain.funded > 0 and transactions.of(due.spend).lock < chain.height:
            due = due._replace(spend_waited=min(due.spend_waited + 1, longest))
        if due.out and not chain.out and chain.spend and chain.spent_at < chain.height:
            facts = transactions.of(due.out)
            if facts.spends == transactions.of(chain.spend).payment and facts.may_be_in(chain.height, chain.spent_at):
                due = due._replace(out_waited=min(due.out_waited + 1, longest))
        return due


@dataclass(frozen=True, slots=True)
class Next:
    """The blocks that may come next.

    Attributes:
        transactions: the transactions.
        spends: all that could spend the funding.
        outs: returns all that could spend a payment.
        longest: L, the blocks that a transaction of the honest side may wait. The block in place of one that was
            undone does not count.
    """

    transactions: Transactions
    spends: Iterable[int]
    outs: Callable[[int], Iterable[int]]
    longest: int

    def blocks(self, chain: Chain, due: Due) -> Iterator[tuple[Chain, Due]]:
        """Yield the chain with each next block, and what the honest side still waits for."""
        for after in self._chains(chain, due):
            yield after, due if chain.is_undone else due.waited(after, self.transactions, self.longest)

    def _chains(self, chain: Chain, due: Due) -> Iterator[Chain]:
        bare = chain._replace(height=chain.height + 1, is_undone=False)
        if chain.funded == 0:
            yield bare._replace(funded=bare.height)
        if chain.funded <= 0 or chain.spend:
            yield from self._with_out(chain, bare, due)
            return
        may = {each for each in self.spends if each and self.transactions.of(each).lock < bare.height}
        is_longest = due.spend_waited >= self.longest and not chain.is_undone
        for each in sorted(may if due.spend in may and is_longest else {NONE, *may}):
            spent = bare._replace(spend=each, spent_at=bare.height if each else 0)
            yield from self._with_out(chain, spent, due)

    def _with_out(self, chain: Chain, after: Chain, due: Due) -> Iterator[Chain]:
        outpoint = self.transactions.of(after.spend).payment if after.spend else None
        if outpoint is None or after.out:
            yield after
            return
        may = {
            each
            for each in self.outs(after.spend)
            if (facts := self.transactions.of(each)).spends == outpoint
            and facts.may_be_in(after.height, after.spent_at)
        }
        is_longest = due.out_waited >= self.longest and after.spent_at < after.height and not chain.is_undone
        for each in sorted(may if due.out in may and is_longest else {NONE, *may}):
            yield after._replace(out=each, out_at=after.height if each else 0)
