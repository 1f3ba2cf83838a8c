"""Loop over exported copies: a close is published from its height on, its payment claimed, until both are buried."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from penstock.channel.safe.agreement.margins import Margins
from penstock.errors import hides_frames
from penstock.service.chain.alarms import Alarm, AlarmKind, Alarms, OnAlarm
from penstock.service.chain.facts import NOTHING, Facts
from penstock.service.chain.followed import FollowedChain, Look
from penstock.service.chain.looking import look_for_ever, source_alarms
from penstock.service.chain.loop import USUAL, LoopSettings
from penstock.service.chain.publishing import OnPublished, Publisher
from penstock.service.errors import CopyError, SourceError
from penstock.service.watching.copies import WatchedCopy
from penstock.tx.transaction import Transaction

__tracebackhide__ = hides_frames

_LOG: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class _Watched:
    copy: WatchedCopy
    facts: Facts = NOTHING
    tip: bytes | None = None
    was_mined: bool = False


class CopyLoop:
    """The loop of watcher's copies on one network.

    Args:
        chain: the chain, which this loop alone looks at.
        copies: the copies.
        on_alarm: takes alarms.
        on_published: takes what was published.
        settings: the settings; those of heights without blocks are not used.
    """

    def __init__(
        self,
        chain: FollowedChain,
        copies: Sequence[WatchedCopy],
        *,
        on_alarm: OnAlarm,
        on_published: OnPublished,
        settings: LoopSettings = USUAL,
    ) -> None:
        self._chain, self._settings = chain, settings
        self._alarms = Alarms(on_alarm)
        self._publisher = Publisher(chain, self._alarms, on_published)
        self._margins: Margins = settings.margins_on(chain.network)
        self._watched = [_Watched(each) for each in copies]

    @property
    def open_channels(self) -> int:
        """The number of copies whose end is not buried, as of the last look."""
        return len(self._watched)

    async def run(self, on_look: Callable[[Look], None]) -> None:
        """Look until it is cancelled.

        Args:
            on_look: takes the result of each look.
        """
        await look_for_ever(self.look, on_look, self._alarms, self._settings.interval)

    async def look(self) -> Look:
        """Look once."""
        look = await self._chain.look()
        branch = self._chain.branch
        if branch is not None:
            await self._publisher.again(is_newer=look.is_newer)
            for each in list(self._watched):
                await self._follow(each, branch.height, branch.headers[-1].hash)
        self._alarms.hold("sources", source_alarms(self._chain, look))
        return look

    async def _follow(self, watched: _Watched, height: int, tip: bytes) -> None:
        copy = watched.copy
        if watched.tip == tip:
            return
        fault = None
        try:
            watched.facts = await self._facts(watched)
        except SourceError as error:
            fault, before = str(error), watched.facts
            watched.facts = Facts(spend=self._chain.still(before.spend), claim=self._chain.still(before.claim))
            _LOG.warning("copy of channel %s: %s", copy.channel.hex(), fault)
        facts = watched.facts
        watched.was_mined = watched.was_mined or facts.spend is not None
        try:
            wanted = self._wanted(watched, height)
        except CopyError as error:
            self._alarms.add(copy.channel, Alarm(AlarmKind.CHANNEL_FAILS, str(error), copy.channel))
            wanted = None
        if wanted is not None:
            await self._publisher.publish(copy.channel, wanted, facts)
        self._alarms.hold((copy.channel, "dangers"), self._dangers(copy, facts, height))
        watched.tip = tip if fault is None else None
        if fault is None and self._is_finished(copy, facts, height):
            self._watched.remove(watched)
            self._publisher.forget(copy.channel)

    async def _facts(self, watched: _Watched) -> Facts:
        """Return the spends of the funding and of the payment."""
        copy, before, chain = watched.copy, watched.facts, self._chain
        since = max(0, copy.expiry - self._margins.longest_life)
        spend = None
        if copy.funding is not None:
            spend = chain.still(before.spend) or await chain.spend(copy.funding, since)
        paid = copy.paid(None if spend is None else spend.transaction)
        if paid is None:
            return Facts(spend=spend)
        known = before.claim
        if known is not None and all(each.outpoint != paid for each in known.transaction.inputs):
            known = None
        return Facts(spend=spend, claim=chain.still(known) or await chain.spend(paid, since))

    def _wanted(self, watched: _Watched, height: int) -> Transaction | None:
        """Return the transaction that is to be mined next.

        Raises:
            CopyError: the claim cannot be signed anew.
        """
        copy, facts = watched.copy, watched.facts
        if copy.close is not None and facts.spend is None:
            is_time = copy.first <= height and (height < copy.expiry or copy.claim is None or watched.was_mined)
            return copy.close if is_time else None
        paid = copy.paid(None if facts.spend is None else facts.spend.transaction)
        return None if paid is None or facts.claim is not None else copy.claim_of(paid)

    def _dangers(self, copy: WatchedCopy, facts: Facts, height: int) -> list[Alarm]:
        if copy.close is not None and facts.spend is None:
            if copy.expiry - height > self._margins.margin // 2:
                return []
            text = f"no close is mined, and the payer may take what is owed after block {copy.expiry:,}"
            return [Alarm(AlarmKind.CLOSE_IS_LATE, text, copy.channel)]
        if facts.spend is None or copy.close is None:
            return []
        spend = facts.spend.transaction
        if spend.outputs[0] != copy.close.outputs[0]:
            text = f"the funding was spent by {spend.txid_hex}: a newer payment, a settlement, or the payer's refund"
            return [Alarm(AlarmKind.STALE_PAYMENT, text, copy.channel)]
        paid = copy.paid(spend)
        if paid is not None and copy.claim_key is None and copy.claim_of(paid) is None:
            text = f"the payment was mined as {spend.txid_hex}, and the copy has no key to claim that"
            return [Alarm(AlarmKind.CLAIM_IS_LATE, text, copy.channel)]
        if facts.claim is not None and copy.claim is not None and not _pays_as(facts.claim.transaction, copy.claim):
            text = f"the payment was spent by {facts.claim.transaction.txid_hex}, and pays nothing to the payee"
            return [Alarm(AlarmKind.LOST, text, copy.channel)]
        return []

    def _is_finished(self, copy: WatchedCopy, facts: Facts, height: int) -> bool:
        last = facts.spend
        if copy.paid(None if facts.spend is None else facts.spend.transaction) is not None:
            last = facts.claim
        return last is not None and height - last.height + 1 >= self._settings.burial


def _pays_as(transaction: Transaction, claim: Transaction) -> bool:
    """Return whether a transaction pays to the payee, as the claim of the copy does."""
    return any(each.script == claim.outputs[0].script for each in transaction.outputs)
