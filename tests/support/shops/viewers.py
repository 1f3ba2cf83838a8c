"""Viewers of a small provider, in the process of the test."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from penstock.service.chain.local import LocalSource
from penstock.service.chain.source import ChainSource
from penstock.service.seed.wallet import Wallet
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.viewing import Parts, Wish, viewing
from tests.support.shops.serving import Serving


@dataclass
class Events:
    """The events that a viewer has told."""

    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def tell(self, name: str, facts: dict[str, object]) -> None:
        self.rows.append((name, facts))

    def named(self, name: str) -> list[dict[str, Any]]:
        return [facts for each, facts in self.rows if each == name]


def wish_of(serving: Serving, folder: Path, **changes: Any) -> Wish:
    wish = Wish(serving.url, None, 10_000, None, folder / "state")
    return replace(wish, **changes)


@asynccontextmanager
async def watched(serving: Serving, folder: Path, events: Events | None = None, **changes: Any) -> AsyncIterator[Buyer]:
    """Give a buyer whose chain is the ledger of the provider."""
    source: Sequence[ChainSource] = [LocalSource(serving.shop.ledger)]
    tell = (events or Events()).tell
    parts = Parts(lambda _: Wallet(bytes(32)), lambda *_: source, tell)
    async with viewing(wish_of(serving, folder, **changes), parts) as buyer:
        yield buyer
