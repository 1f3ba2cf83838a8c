"""Ends of channels: a settlement with the provider, or the refund once its time has come."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penstock.channel.safe.agreement.chains import NETWORKS, Network
from penstock.channel.safe.protocol.states import PayerState, Phase
from penstock.channel.safe.transactions.refunds import payment_refund_from
from penstock.errors import hides_frames
from penstock.service.store.store import Store
from penstock.service.viewer.errors import AwayError, ViewerError
from penstock.service.viewer.notes import Note
from penstock.service.viewer.opening import Order
from penstock.service.viewer.payments import STORE, Payments
from penstock.service.viewer.remote.shop import shop_of
from penstock.service.viewer.remote.web import Web
from penstock.service.viewer.session import Session
from penstock.service.viewer.viewing import Parts, closed, running
from penstock.service.viewer.watching import Watching

__tracebackhide__ = hides_frames

_EVERY: Final = 0.5
"""Seconds between two looks at the chain."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a channel has ended, or why it has not.

    Attributes:
        channel: its id.
        text: the reason, for readers.
        is_over: whether the spend of its funding is mined.
    """

    channel: bytes
    text: str
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The channels that are to end.

    Attributes:
        folder: the folder of the state.
        is_chosen: returns whether a channel is meant, by its id.
        seconds: the time for each at most.
    """

    folder: Path
    is_chosen: Callable[[bytes], bool]
    seconds: float


async def settled(choice: Choice, parts: Parts) -> list[Ended]:
    """Settle channels with their providers, and return how each has ended.

    Raises:
        ServiceError: the state cannot be used.
    """
    found: list[Ended] = []
    for network in await asyncio.to_thread(_networks, choice):
        wallet = await asyncio.to_thread(parts.wallet, network)
        with Payments(choice.folder, wallet, network, None) as payments:
            notes = await _open_notes(payments, choice)
            found += [await _settled(payments, note, choice, parts) for note in notes]
    return found


async def refunded(choice: Choice, parts: Parts) -> list[Ended]:
    """Publish the refunds whose time has come, without the providers; return how each channel has ended.

    Raises:
        ServiceError: the state, or the chain, cannot be used.
    """
    found: list[Ended] = []
    for network in await asyncio.to_thread(_networks, choice):
        wallet = await asyncio.to_thread(parts.wallet, network)
        with Payments(choice.folder, wallet, network, None) as payments:
            for note in await _open_notes(payments, choice):
                watching = Watching(payments, parts.sources(network, await _trial(note)), _EVERY, parts.alarmed)
                async with running(watching):
                    found.append(await _refunded(payments, note, watching, choice.seconds))
    return found


async def _settled(payments: Payments, note: Note, choice: Choice, parts: Parts) -> Ended:
    """Settle one channel."""
    web = Web(note.url)
    try:
        shop = await shop_of(web)
    except AwayError as error:
        state = await payments.state(note.channel)
        return Ended(note.channel, f"{error}; the money comes back after block {state.terms.expiry:,}")
    finally:
        await web.close()
    sources = parts.sources(payments.network, shop.trial_chain)
    watching = Watching(payments, sources, _EVERY, parts.alarmed)
    session = Session(payments, Order(shop, note.title, sources), watching, parts.tell, note)
    async with running(watching, session):
        is_over = await closed(session, choice.seconds)
    state = await payments.state(note.channel)
    if is_over:
        return Ended(note.channel, f"closed: {state.paid:,} satoshis paid", is_over=True)
    reason = session.failure or session.trouble or session.refusal or "the settlement is not mined yet"
    return Ended(note.channel, f"{reason}; the money comes back after block {state.terms.expiry:,}")


async def _refunded(payments: Payments, note: Note, watching: Watching, seconds: float) -> Ended:
    """Wait for the refund of one channel, if its time has come: the loop of the chain publishes it."""
    loop = asyncio.get_running_loop()
    height, end = await watching.known_height(), loop.time() + seconds
    while loop.time() < end:
        state = await payments.state(note.channel)
        if state.phase is Phase.CLOSED and state.mined is None:
            return Ended(note.channel, "the funding is spent: by the settlement, or by the refund", is_over=True)
        first = _first_block(state)
        if height + 1 < first:
            return Ended(note.channel, f"no block before {first:,} takes the refund; the chain is at {height:,}")
        await asyncio.sleep(_EVERY)
    return Ended(note.channel, "the refund is published, and not mined yet")


def _first_block(state: PayerState) -> int:
    """Return the first block that takes the refund."""
    if state.mined is None:
        return state.terms.expiry + 1
    return payment_refund_from(state.terms, state.mined.height)


def _networks(choice: Choice) -> list[Network]:
    """Return the networks of the chosen channels.

    Raises:
        ViewerError: there is no such channel.
        StoreError: the store cannot be read.
    """
    with Store.open(choice.folder / STORE) as store:
        chosen = [
            store.load(channel, role).state.terms.network.name
            for channel, role in store.channels()
            if role == "payer" and choice.is_chosen(channel)
        ]
    if not chosen:
        raise ViewerError(f"{choice.folder} has no such channel", "`penstock channel list` shows all")
    return [NETWORKS[name] for name in dict.fromkeys(chosen)]


async def _open_notes(payments: Payments, choice: Choice) -> list[Note]:
    """Return the notes of the chosen channels whose money is bound, and that no other process uses."""
    found = []
    for channel in payments.channels():
        note = payments.notes.read(channel)
        if note is None or not choice.is_chosen(channel):
            continue
        state = await payments.state(channel)
        is_bound = state.phase in (Phase.FUNDING, Phase.OPEN, Phase.CLOSING) or state.mined is not None
        if state.terms.network == payments.network and is_bound and payments.claimed(channel):
            found.append(note)
    return found


async def _trial(note: Note) -> str | None:
    """Return the address of the provider's chain for trying out, if he answers and has one."""
    web = Web(note.url)
    try:
        return (await shop_of(web)).trial_chain
    except ViewerError:
        return None
    finally:
        await web.close()
