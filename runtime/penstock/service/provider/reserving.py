"""Reserve of a provider (btc): mined coins at an address of his seed, and closes that are lifted by them.

    sources ──► coins ──► Reserve of the driver: nothing is sold while they are short
                  └────► a payment that is published and not mined ──► Bump: a claim that pays for both

A coin serves one close. It is spent by the claim, so what is left is told by the sources again.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.protocol.events import Bump
from penstock.channel.safe.protocol.states import PayeeState, Phase
from penstock.channel.safe.transactions.bumping import close_cost, reserve, shortfall
from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.script.hashes import hash160
from penstock.service.chain.source import CoinSource, coins_at
from penstock.service.driver.driver import Driver
from penstock.service.driver.reserve import Reserve
from penstock.service.errors import SourceError
from penstock.service.provider.selling import Selling
from penstock.service.seed.wallet import Wallet
from penstock.tx.address import address_of_script, witness_script
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint

__tracebackhide__ = hides_frames

LOG: Final = logging.getLogger("penstock.provider")
_NOT_TOLD: Final = "no source has told the coins of the reserve"
PATIENCE: Final = 2
"""Blocks that a payment has to be mined by itself, before its claim pays for both."""


@dataclass(frozen=True, slots=True)
class Held:
    """The reserve as it is now.

    Attributes:
        needed: the least satoshis of each coin that has to be there for the channels that are open.
        needed_for_more: the same with one channel more.
        coins: the coins.
    """

    needed: tuple[int, ...]
    needed_for_more: tuple[int, ...]
    coins: tuple[Coin, ...]

    @property
    def missing(self) -> int:
        """The number of coins that are missing; nothing is sold then."""
        return shortfall(self.needed, [coin.value for coin in self.coins])

    @property
    def missing_for_more(self) -> int:
        """The number of coins that are missing for one channel more."""
        return shortfall(self.needed_for_more, [coin.value for coin in self.coins])


@dataclass(slots=True, eq=False)
class Reserving:
    """The reserve of one provider.

    Attributes:
        selling: his numbers.
        key: the key of the coins.
        sources: the sources that can tell coins, at least one.
        closes: closes by force at once that coins are held back for.
        rate: the fee rate of a payment and its claim then.
        held: the coins, and what is needed; None before the sources have answered.
    """

    selling: Selling
    key: PrivateKey
    sources: Sequence[CoinSource]
    closes: int
    rate: FeeRate
    held: Held | None = None
    _since: dict[bytes, int] = field(default_factory=dict)
    _told: dict[bytes, int] = field(default_factory=dict)
    _coin_of: dict[bytes, OutPoint] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The address at which coins are held back."""
        return address_of(self.key, self.selling.network)

    @property
    def lacking(self) -> str | None:
        """Why nothing is sold: how the reserve falls short; None if it is enough."""
        if self.held is None:
            return _NOT_TOLD
        return self._short(self.held.missing, self.held.needed)

    @property
    def lacking_for_more(self) -> str | None:
        """Why no channel is opened; None if one is."""
        if self.held is None:
            return _NOT_TOLD
        return self._short(self.held.missing_for_more, self.held.needed_for_more)

    def _short(self, missing: int, needed: tuple[int, ...]) -> str | None:
        if not missing:
            return None
        coins = f"{missing:,} of {len(needed):,} coins"
        return f"the reserve lacks {coins}: pay coins of {needed[0]:,} satoshis to {self.address}, one for each"

    def reserve(self) -> Reserve:
        """Return the reserve for the driver."""
        return Reserve(self.closes, self.rate, lambda: [] if self.held is None else [c.value for c in self.held.coins])

    async def count(self, terms: Sequence[ChannelTerms]) -> bool:
        """Ask for the coins; return whether they have changed. Those of before count while no source answers.

        Args:
            terms: the terms of the channels that are open.
        """
        needed = reserve(terms, self.closes, self.rate)
        more = reserve([*terms, self.selling.draft], self.closes, self.rate)
        before = None if self.held is None else self.held.coins
        try:
            found = await coins_at([script_of(self.key, self.selling.network)], self.sources)
        except SourceError as error:
            LOG.warning("the coins of the reserve are not told", extra={"reason": str(error)})
            self.held = None if before is None else Held(needed, more, before)
            return False
        self.held = Held(needed, more, tuple(sorted(found, key=lambda coin: (coin.value, coin.outpoint))))
        return self.held.coins != before

    def bumps(self, states: Sequence[PayeeState], height: int) -> list[tuple[bytes, Bump]]:
        """Return what is to be lifted at a height: payments that are published, and have not been mined in time.

        Args:
            states: the states of all channels.
            height: the height of the newest block.
        """
        closing = {each.channel: each for each in states if _is_published(each)}
        for gone in self._since.keys() - closing.keys():
            del self._since[gone]
            self._told.pop(gone, None)
            self._coin_of.pop(gone, None)
        found = []
        for channel, state in sorted(closing.items()):
            since = self._since.setdefault(channel, height)
            if height - since < PATIENCE or self._told.get(channel) == height:
                continue
            coin = self._coin_for(state)
            if coin is not None:
                self._told[channel] = height
                found.append((channel, Bump((coin,), self.key, self.rate)))
        return found

    def _coin_for(self, state: PayeeState) -> Coin | None:
        """Return the coin of a close: the same again, or the smallest that is enough and that no other has.

        Of several processes each chooses for itself. Among coins of one size the choice follows from the channel alone,
        so they agree, and two closes that they see in another order rarely take one coin.
        """
        coins = () if self.held is None else self.held.coins
        mine, taken = self._coin_of.get(state.channel), set(self._coin_of.values())
        cost = close_cost(state.terms, self.rate)
        free = [c for c in coins if c.outpoint == mine or (c.outpoint not in taken and c.value >= cost)]
        smallest = min(free, key=lambda c: (c.value, _lot(state.channel, c.outpoint)), default=None)
        chosen = next((c for c in free if c.outpoint == mine), smallest)
        if chosen is not None:
            self._coin_of[state.channel] = chosen.outpoint
        return chosen


def _lot(channel: bytes, coin: OutPoint) -> bytes:
    """Return a number that decides between coins of one size."""
    return sha256(channel + coin.txid + coin.index.to_bytes(4, "big")).digest()


def script_of(key: PrivateKey, network: Network) -> bytes:
    """Return the locking script of coins that are held back."""
    assert network.rules.chain.has_witness, "bsv needs no reserve"
    return witness_script(0, hash160(key.public_key))


def address_of(key: PrivateKey, network: Network) -> str:
    """Return the address of coins that are held back."""
    return address_of_script(script_of(key, network), network.addresses) or ""


def reserving_of(
    selling: Selling, wallet: Wallet, sources: Sequence[object], closes: int, rate: FeeRate
) -> Reserving | None:
    """Return the reserve of a provider; None if nothing is to be held back.

    Raises:
        SourceError: no source can tell coins.
    """
    if not closes:
        return None
    able = [each for each in sources if isinstance(each, CoinSource)]
    if not able:
        raise SourceError("no source can tell the coins of the reserve: give one of Esplora, or a node")
    return Reserving(selling, wallet.reserve_key(selling.network.name), able, closes, rate)


def states_of(driver: Driver) -> list[PayeeState]:
    """Return the states of all channels that are loaded."""
    return [state for _, state in driver.live() if isinstance(state, PayeeState)]


def _is_published(state: PayeeState) -> bool:
    return state.phase is Phase.CLOSING and state.mined is None and state.settling is None and state.best is not None
