"""Buyer: pieces of a title, each paid for once, one after the other.

    segment ──► kept? ──► price ──► Get ──► ciphertext by HTTP ──► checked ──► Update ──► Key ──► plaintext

A purchase that has begun goes on also if its asker goes away: its money is spent. One that waits is dropped then.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from penstock.channel.safe.messages.kinds import Chunk
from penstock.channel.safe.protocol.events import Received, Refuse
from penstock.channel.safe.protocol.states import PayerState, Phase
from penstock.channel.safe.transactions.payment import most_amount, payment_fee
from penstock.channel.sealed.opening import OpeningError, offered
from penstock.errors import hides_frames
from penstock.script.hashes import sha256
from penstock.service.catalogue.prepared import PreparedQuality, PreparedTitle
from penstock.service.driver.inputs import Ask, Outcome
from penstock.service.errors import BudgetError, CatalogueError
from penstock.service.viewer.errors import (
    AwayError,
    ChannelOverError,
    CheatedError,
    PriceError,
    ProviderError,
    RefusedError,
    SpentError,
    ViewerError,
)
from penstock.service.viewer.session import Session

__tracebackhide__ = hides_frames

KEY_PATIENCE: Final = 15.0
"""Seconds for a key after its payment; then the connection is made anew."""
PRICE_PATIENCE: Final = 10.0
"""Seconds for a quote."""
_RESENDS: Final = 4
"""Connections on which a payment is sent before the provider counts as one who refuses it."""


@dataclass(slots=True)
class _Purchase:
    """A purchase, its askers, and whether its money may be spent."""

    task: "asyncio.Task[None]"
    askers: int = 0
    has_begun: bool = False


@dataclass(slots=True, eq=False)
class Buyer:
    """The buyer of a title.

    Attributes:
        title: the title, checked.
        session: the channel.
        most_price: satoshis of a piece at most; None for any.
    """

    title: PreparedTitle
    session: Session
    most_price: int | None = None
    _purchases: dict[tuple[int, int], _Purchase] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _fetched: tuple[bytes, bytes] = (b"", b"")

    @property
    def qualities(self) -> Sequence[PreparedQuality]:
        """The qualities of the title."""
        return self.title.qualities

    async def segment(self, quality: int, index: int) -> bytes:
        """Return a piece of a quality; it is paid for if it was not before. It waits while the provider is away.

        Raises:
            ViewerError: it cannot be bought: the reason, and the remedy. Nothing was paid for it.
        """
        row = self.title.qualities[quality]
        if not 0 <= index < row.manifest.chunks:
            raise ViewerError(f"there is no piece {index} of quality {quality}")
        while True:
            found = await self._kept(row, index)
            if found is not None:
                return found
            await self._bought(row, index)

    def cost(self, quality: int, index: int) -> int | None:
        """Return the satoshis that a piece has cost; None if it is not bought."""
        found = self.session.payments.bought.piece(self.title.qualities[quality].manifest.movie, index)
        return None if found is None or found.key is None else found.price

    async def end(self) -> None:
        """End all purchases: one whose payment has left gets its key the next time."""
        tasks = [each.task for each in self._purchases.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _bought(self, row: PreparedQuality, index: int) -> None:
        """Let a task of its own buy a piece; several askers have one task."""
        item = row.number, index
        found = self._purchases.get(item)
        if found is None or found.task.done():
            found = self._purchases[item] = _Purchase(asyncio.create_task(self._buy(row, index)))
            found.task.add_done_callback(_noted)
        found.askers += 1
        try:
            await asyncio.shield(found.task)
        finally:
            found.askers -= 1
            if found.task.done():
                self._purchases.pop(item, None)
            elif found.askers == 0 and not found.has_begun:
                found.task.cancel()
                self._purchases.pop(item, None)

    async def _kept(self, row: PreparedQuality, index: int) -> bytes | None:
        """Return a piece that was bought; its plaintext is opened again if it was dropped."""
        bought, leaf = self.session.payments.bought, row.leaves[index]
        piece = await asyncio.to_thread(bought.piece, leaf.movie, index)
        if piece is None or piece.key is None:
            return None
        plaintext = await asyncio.to_thread(bought.plaintext, leaf.movie, index)
        if plaintext is not None and sha256(plaintext) == leaf.plaintext:
            return plaintext
        ciphertext = await self._ciphertext(row, index)
        try:
            plaintext = offered(row.manifest, leaf, row.tree.proof(index), ciphertext).opened(piece.key)
        except OpeningError as error:
            raise CheatedError(f"a piece that was paid for does not open: {error}") from None
        await asyncio.to_thread(bought.keep, leaf.movie, index, plaintext)
        return plaintext

    # Buying -----------------------------------------------------------------------------------------------------------

    async def _buy(self, row: PreparedQuality, index: int) -> None:
        async with self._turn:
            for _ in range(_RESENDS):
                if self._has_key(row, index):
                    return
                state = await self._ready()
                if self._has_key(row, index):
                    return
                if (row.manifest.movie, index) in state.items:
                    reason = "this piece was paid for, and its key is not in this state folder"
                    raise ViewerError(reason, "put back the file bought.db of the time when it was paid")
                if await self._paid(row, index, state):
                    return
        raise RefusedError(f"the piece could not be bought: {self.session.refusal or 'the provider does not answer'}")

    async def _ready(self) -> PayerState:
        """Return the state once the channel can buy: open, connected, and with all keys that were paid.

        Raises:
            ViewerError: it will buy nothing any more.
        """
        session, sent = self.session, 0
        while True:
            self._demand_sound()
            state = session.state
            session.want()
            if state is None or not session.is_attached or state.phase in (Phase.OPENING, Phase.FUNDING):
                await session.bell.wait()
            elif state.awaited is None:
                return state
            elif not await self._key_comes(state):
                sent += 1
                if sent > _RESENDS:
                    raise RefusedError(
                        f"the provider does not answer a payment with its key: {session.refusal or 'without a reason'}",
                        "stop and close the channel: the piece is not settled",
                    )
                await session.reconnect()
                await session.bell.wait(1)

    def _demand_sound(self) -> None:
        failure, state = self.session.failure, self.session.state
        if isinstance(failure, ViewerError):
            raise failure
        if failure is not None:
            raise ViewerError(str(failure))
        if state is not None and state.phase in (Phase.CLOSING, Phase.CLOSED):
            raise ChannelOverError(
                f"the channel buys nothing any more: {state.phase.value}", "start again for a new one"
            )

    async def _key_comes(self, state: PayerState) -> bool:
        """Wait for the key of the state that is signed; return whether it has come in time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + KEY_PATIENCE
        while (left := end - loop.time()) > 0:
            await self.session.bell.wait(left)
            now = self.session.state
            if now is None or now.held >= state.newest:
                return True
            self._demand_sound()
        return False

    async def _paid(self, row: PreparedQuality, index: int, state: PayerState) -> bool:
        """Buy a piece at the price of now; return whether its key is here."""
        price = await self._price(row, state)
        self._demand_room(state, price)
        await asyncio.to_thread(self.session.payments.bought.expect, row.manifest.movie, index, state.channel, price)
        if self._fetched[0] == row.leaves[index].ciphertext:  # he has refused the Get, for a piece that was not paid
            outcome = await self._paid_at_once(row, index)
        else:
            self._demand_taken(await self.session.feed(Ask(row.manifest, index)))
            chunk = self._chunk(row, index, await self._ciphertext(row, index))
            self._begin(row, index)
            outcome = await self.session.feed(chunk)
        if isinstance(outcome.error, BudgetError):
            raise SpentError(str(outcome.error), "a larger --budget is needed, or channels have to be closed")
        after = self.session.state
        if after is None or after.newest == state.newest:
            return False  # refused, as a price that has risen: once more
        await self._key_comes(after)
        return self._has_key(row, index)

    async def _paid_at_once(self, row: PreparedQuality, index: int) -> Outcome:
        """Ask for a piece whose ciphertext is here, and pay for it, before a message can come in between."""
        self._begin(row, index)
        chunk = self._chunk(row, index, self._fetched[1])
        asked, outcome = await self.session.feed_all([Ask(row.manifest, index), chunk])
        self._demand_taken(asked)
        return outcome

    def _chunk(self, row: PreparedQuality, index: int, ciphertext: bytes) -> Received:
        assert self.session.channel is not None, "there is a channel"
        leaf, path = row.leaves[index].to_bytes(), row.tree.proof(index).path
        return Received(Chunk(self.session.channel, leaf, path, ciphertext))

    def _begin(self, row: PreparedQuality, index: int) -> None:
        """Note that a purchase goes on without its askers."""
        purchase = self._purchases.get((row.number, index))
        if purchase is not None:
            purchase.has_begun = True

    async def _price(self, row: PreparedQuality, state: PayerState) -> int:
        """Return the price of the next piece of a movie.

        Raises:
            PriceError: it is above the one that the user allows, or there is none.
        """
        session, loop = self.session, asyncio.get_running_loop()
        end, again = loop.time() + PRICE_PATIENCE, loop.time() + 1
        while (price := _quoted(session.state or state, row.manifest.movie)) is None:
            self._demand_sound()
            if loop.time() > end:
                raise PriceError("the provider has told no price", "try again later")
            if loop.time() > again:  # those that hold are told when the channel is attached
                again += 1
                await session.ask_prices()
            await session.bell.wait(0.2)
        if self.most_price is not None and price > self.most_price:
            raise PriceError(
                f"a piece costs {price:,} satoshis, and you allow {self.most_price:,}",
                f"allow more with --most-price {price}",
            )
        return price

    def _demand_room(self, state: PayerState, price: int) -> None:
        paid = state.terms.base if state.signed is None else state.signed.state.amount
        fee = payment_fee(state.terms)
        if paid + price + fee > self.session.payments.budget:
            left = max(0, self.session.payments.budget - paid - fee)
            reason = f"the budget has {left:,} satoshis left, and the next piece costs {price:,}"
            raise SpentError(reason, f"allow more with --budget {self.session.payments.budget * 2}")
        left = min(most_amount(state.terms), self.session.order.shop.terms.most) - paid
        if price > left:
            reason = f"the channel has {max(0, left):,} satoshis left, and the next piece costs {price:,}"
            raise SpentError(reason, "close it, and start again for a new one")

    def _demand_taken(self, outcome: Outcome) -> None:
        refused = [action.reason for action in outcome.actions if isinstance(action, Refuse)]
        if outcome.error is not None or refused:
            self._demand_sound()
            raise RefusedError(f"the piece is not asked for: {refused[0] if refused else outcome.error}")

    async def _ciphertext(self, row: PreparedQuality, index: int) -> bytes:
        """Return a ciphertext, checked; it waits while the provider is away.

        Raises:
            ProviderError: it is missing, or not the one that was signed.
        """
        wait, digest = 0.2, row.leaves[index].ciphertext
        if self._fetched[0] == digest:
            return self._fetched[1]  # asked for again after a refusal: then it is paid at once
        while True:
            try:
                self._fetched = digest, await asyncio.to_thread(row.ciphertext, index)
                return self._fetched[1]
            except CatalogueError as error:
                raise ProviderError(str(error)) from None
            except AwayError as error:
                self.session.note_trouble(error)
                await asyncio.sleep(wait)
                wait = min(5.0, wait * 2)

    def _has_key(self, row: PreparedQuality, index: int) -> bool:
        found = self.session.payments.bought.piece(row.manifest.movie, index)
        return found is not None and found.key is not None


def _noted(task: "asyncio.Task[None]") -> None:
    """Take the error of a purchase whose askers have gone."""
    if not task.cancelled():
        task.exception()


def _quoted(state: PayerState, movie: bytes) -> int | None:
    return state.prices.price(movie, state.newest + 1, state.height)
