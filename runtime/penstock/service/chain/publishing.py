"""Publishing: a transaction of a channel through all sources, again with each look while none has taken it."""

from collections.abc import Callable
from dataclasses import dataclass

from penstock.service.chain.alarms import Alarm, AlarmKind, Alarms
from penstock.service.chain.facts import Facts
from penstock.service.chain.followed import FollowedChain
from penstock.tx.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Published:
    """A transaction that was published.

    Attributes:
        channel: the channel's id.
        transaction: the transaction.
        taken: the number of sources that say that they have taken it.
    """

    channel: bytes
    transaction: Transaction
    taken: int


OnPublished = Callable[[Published], None]


class Publisher:
    """Publishes the transactions of channels.

    Args:
        chain: the chain.
        alarms: gets the reasons of sources that refuse, each once for a transaction.
        on_published: takes each publishing; None if it is not told.
    """

    def __init__(self, chain: FollowedChain, alarms: Alarms, on_published: OnPublished | None = None) -> None:
        self._chain, self._alarms, self._on_published = chain, alarms, on_published
        self._waiting: dict[bytes, tuple[bytes, Transaction]] = {}

    async def publish(self, channel: bytes, transaction: Transaction, facts: Facts) -> None:
        """Publish a transaction, unless what it spends is spent by a mined one.

        Args:
            channel: the channel's id.
            transaction: the transaction.
            facts: what the chain has of the channel.
        """
        if _is_spent(transaction, facts):
            self._waiting.pop(transaction.txid, None)
            return
        reasons = await self._chain.publish(transaction)
        if self._on_published is not None:
            self._on_published(Published(channel, transaction, self._chain.ways - len(reasons)))
        if len(reasons) < self._chain.ways:
            self._waiting.pop(transaction.txid, None)
        else:
            self._waiting[transaction.txid] = channel, transaction
        for reason in reasons:
            text = f"transaction {transaction.txid_hex} was not taken: {reason}"
            self._alarms.add((channel, "publishing"), Alarm(AlarmKind.NOT_TAKEN, text, channel))

    async def again(self, *, is_newer: bool) -> None:
        """Publish what no source has taken: one may be back. With a new block the machines ask for it themselves."""
        if is_newer:
            self._waiting.clear()
        for channel, transaction in list(self._waiting.values()):
            await self.publish(channel, transaction, Facts())

    def forget(self, channel: bytes) -> None:
        """Forget a channel that is finished."""
        self._waiting = {txid: each for txid, each in self._waiting.items() if each[0] != channel}
        self._alarms.hold((channel, "publishing"), [])


def _is_spent(transaction: Transaction, facts: Facts) -> bool:
    mined = [each.transaction for each in (facts.spend, facts.claim) if each is not None]
    spent = {one.outpoint for each in mined for one in each.inputs}
    return any(each.outpoint in spent for each in transaction.inputs)
