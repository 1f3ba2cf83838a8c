"""Watcher of the model's chain: what it tells a machine after each block, and when nothing is left to come."""

from collections.abc import Hashable
from dataclasses import dataclass

from penstock.channel.safe.protocol.events import Event, FundingSeen, FundingSpent, Height, PaymentSpent
from tests.support.model.chain import GONE, NONE, Chain, Transactions
from tests.support.model.world import World

Named = tuple[Hashable, Event]
"""An event, and its name in the table of steps."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """The watcher of a run.

    Attributes:
        world: the sides of the run.
        transactions: its transactions.
    """

    world: World
    transactions: Transactions

    def seen(self, before: Chain, after: Chain) -> tuple[Named, ...]:
        """Return what it tells after a block, or after one was undone."""
        events: list[Named] = []
        if after.spend and not before.spend:
            spent = FundingSpent(self.transactions.of(after.spend).transaction, after.spent_at)
            events.append((("spent", after.spend, after.spent_at), spent))
        elif not after.spend and after.funded != GONE:
            buried = self.world.setting.buried
            on_it = min(after.height - after.funded + 1, buried) if after.funded > 0 else 0
            events.append((("seen", on_it), FundingSeen(self.world.funding, self.world.output, on_it)))
        if after.out and not before.out:
            out = PaymentSpent(self.transactions.of(after.out).transaction, after.out_at)
            events.append((("out", after.out, after.out_at), out))
        return (*events, (after.height, Height(after.height)))

    def view(self, chain: Chain) -> tuple[Named, ...]:
        """Return what it tells at the start."""
        return self.seen(chain._replace(spend=NONE, out=NONE), chain)

    def is_over(self, chain: Chain) -> bool:
        """Return whether no block changes anything any more."""
        if chain.funded == GONE or chain.height >= self.world.setting.end:
            return True
        if not chain.spend or (self.transactions.of(chain.spend).payment is not None and not chain.out):
            return False
        return not chain.undoings or (not chain.is_undone and chain.height > max(chain.spent_at, chain.out_at))

    def to_payee(self, chain: Chain) -> int:
        """Return the satoshis that the payee has in the end."""
        return sum(self.transactions.of(each).to_payee for each in (chain.spend, chain.out) if each)

    def text(self, before: Chain, after: Chain) -> str:
        """Return a block, or that one was undone, for readers."""
        if after.is_undone:
            return f"block {before.height} is undone"
        inside = ["the funding"] if after.funded != before.funded else []
        for now, was in ((after.spend, before.spend), (after.out, before.out)):
            inside += [str(self.transactions.of(now))] if now != was else []
        return f"block {after.height}" + (f" with {', '.join(inside)}" if inside else "")
