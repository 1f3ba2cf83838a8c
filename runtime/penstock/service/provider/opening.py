"""Opening of channels: offers cost nothing, and a channel is kept only once its funding is mined.

    Enquire ──► keys at a new path, an offer, its token          nothing is written
    OpenWith ──► terms checked, Accept signed                    nothing is written
    OpenWith with the funding, once it is mined ──► the channel is in the store

So an offer that is not taken, or a channel that is not funded, has no row. After a restore the store has another
device, and offers of the old one are refused: a channel that the store has forgotten is not opened again.
"""

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.messages.kinds import Funded, Offer, Open
from penstock.channel.safe.protocol.events import Event, FundingSeen, Height, Received, Send
from penstock.channel.safe.protocol.identity import keys_of
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.states import PayeeState, Phase
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.errors import hides_frames
from penstock.service.chain.inclusion import MinedTransaction
from penstock.service.connection.frames import Code, Frame
from penstock.service.errors import LostRaceError, SourceError, UnknownChannelError
from penstock.service.provider.paths import Paths
from penstock.service.provider.provider import FrameError, Provider
from penstock.service.provider.selling import OFFER_LIFE
from penstock.service.provider.tokens import TokenError, Tokens
from penstock.service.store.held import KeyPath
from penstock.tx.transaction import OutPoint

__tracebackhide__ = hides_frames

LOG: Final = logging.getLogger("penstock.provider")
_MACHINES: Final = 1_600
"""Machines of offers that stay in memory: each is needed three times, and its keys take milliseconds."""


@dataclass(frozen=True, slots=True)
class _Agreed:
    """Terms that were agreed: the first state of their channel, and the Accept."""

    path: KeyPath
    offer: Offer
    state: PayeeState
    frames: list[Frame]


class Opening:
    """The opening of a provider's channels.

    Args:
        provider: the provider.
    """

    def __init__(self, provider: Provider) -> None:
        network = provider.selling.network.name
        self._provider = provider
        self._paths = Paths(lambda count: provider.store.claim_many(network, count))
        self._base = provider.selling.base
        self._machine_at = lru_cache(maxsize=_MACHINES)(provider.machine_at)
        self.tokens = Tokens(provider.wallet.token_secret, network)

    @property
    def base(self) -> int:
        """Satoshis of base in his offers."""
        return self._base

    async def offered(self, network: str, title: bytes) -> tuple[bytes, Offer]:
        """Return the token of a new offer, and the offer.

        Raises:
            FrameError: the title is not sold here, or on this network, or nothing is sold now.
        """
        provider = self._provider
        name = provider.selling.network.name
        if network != name:
            raise FrameError(Code.TERMS, f"this provider is paid on {name}")
        provider.demand_title(title)
        provider.demand_reserve()
        until = provider.demand_open() + OFFER_LIFE
        path, machine = await asyncio.to_thread(self._new)
        offer = provider.selling.offer(machine.keys.public, self._base, until)
        return self.tokens.of_offer(path, offer), offer

    async def accepted(self, token: bytes, opened: Open) -> list[Frame]:
        """Check the terms of a channel that is not funded, and return the Accept. Nothing is kept.

        Raises:
            FrameError: a token of another provider, terms that he does not agree to, or nothing is sold now.
        """
        height = self._provider.demand_open()
        self._provider.demand_reserve()
        return (await self._agreed(token, opened, height)).frames

    async def funded(self, token: bytes, opened: Open, funding: OutPoint) -> list[Frame]:
        """Take a channel into the store whose funding is mined, and return the Accept. The same again does no harm.

        An offer that is over counts as on its last day: the funding was published while it held.

        Raises:
            FrameError: as `accepted`; or the funding is not mined, not deep enough, or not the output of the terms.
        """
        provider = self._provider
        height = provider.demand_open()
        agreed = await self._agreed(token, opened, height)
        state, channel = agreed.state, agreed.state.channel
        mined = await self._mined(agreed, funding)
        told: list[Event] = [Received(Funded(channel, funding.txid, funding.index))]
        try:
            await provider.turns.call(lambda driver: driver.opened(agreed.path, (state, ())))
        except LostRaceError:
            await self._demand_same(channel)
        else:
            provider.loop.wake()
            LOG.info("channel opened", extra={"channel": channel, "satoshis": state.terms.capacity})
            output = mined.transaction.outputs[funding.index]
            told.append(FundingSeen(funding, output, height - mined.height + 1))  # unspent: before T it takes both
        for event in (Height(height), *told):
            provider.carried_out(await provider.submit(channel, event))
        if (await provider.state(channel)).phase is Phase.FUNDING:  # not deep enough, or the chain is being looked at
            provider.loop.wake()
            raise FrameError(Code.NOT_MINED, "the funding is not buried, as far as the provider sees")
        return agreed.frames

    def _new(self) -> tuple[KeyPath, Payee]:
        path = self._paths.take()
        return path, self._machine_at(path)

    async def _agreed(self, token: bytes, opened: Open, height: int) -> _Agreed:
        """Return what a token and an Open agree on.

        Raises:
            FrameError: a token of another provider, or of the time before a restore; or terms that are not agreed to.
        """
        try:
            path, bare = self.tokens.offered(token)
        except TokenError as error:
            raise FrameError(Code.TERMS, str(error)) from None
        if path.device != self._provider.store.device:
            reason = "the store was restored since the offer was made: ask for another, and take the funding back at T"
            raise FrameError(Code.TERMS, reason)
        machine = await asyncio.to_thread(self._machine_at, path)
        offer = replace(bare, keys=keys_of(machine.keys.public))
        try:
            state, actions = machine.accept(offer, opened, min(height, offer.until))
        except ChannelTermsError as error:
            raise FrameError(Code.TERMS, str(error)) from None
        state = replace(state, height=height)
        return _Agreed(path, offer, state, [each.message for each in actions if isinstance(each, Send)])

    async def _mined(self, agreed: _Agreed, funding: OutPoint) -> MinedTransaction:
        """Return the funding transaction in a block that the chain has.

        Raises:
            FrameError: it is not there, or has another output.
        """
        try:
            found = await self._provider.chain.find(funding.txid, max(0, agreed.offer.until - OFFER_LIFE))
        except SourceError:
            raise FrameError(Code.NOT_MINED, "the provider does not see the chain now: try again") from None
        if found is None:
            raise FrameError(Code.NOT_MINED, "the funding is not mined, as far as the provider sees")
        outputs = found.transaction.outputs
        if funding.index >= len(outputs) or outputs[funding.index] != funding_output(agreed.state.terms):
            raise FrameError(Code.TERMS, "the funding output is not the one of the terms")
        return found

    async def _demand_same(self, channel: bytes) -> None:
        """Check that a channel is in the store, since its keys are.

        Raises:
            FrameError: they are those of another channel.
        """
        try:
            await self._provider.state(channel)
        except UnknownChannelError:
            raise FrameError(Code.TERMS, "the offer was taken by another channel: ask for a new one") from None
