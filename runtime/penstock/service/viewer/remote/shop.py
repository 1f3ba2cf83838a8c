"""Catalogue of a provider: read from JSON and checked. It only says what there is: all that is paid for is signed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from penstock.channel.agreement.merkle import MAX_LEAVES
from penstock.channel.safe.agreement.chains import NETWORKS, Network
from penstock.channel.safe.agreement.ranges import MOST_FEE_RATE
from penstock.errors import hides_frames
from penstock.script.consensus import LOCK_TIME_THRESHOLD, MAX_MONEY
from penstock.service.catalogue.title import MOST_QUALITIES
from penstock.service.seed.trial_seed import is_for_trials
from penstock.service.viewer.errors import ProviderError, ViewerError, shown
from penstock.service.viewer.remote.web import Web

__tracebackhide__ = hides_frames

_MOST: Final = 3_000_000
"""Bytes of a catalogue at most."""
_MOST_TITLES: Final = 5_000


@dataclass(frozen=True, slots=True)
class ShopTerms:
    """The numbers on which a provider opens channels: those of an offer, satoshis and blocks as there.

    Attributes:
        base: satoshis in each payment above its price.
        delay: blocks after which the payer takes a payment back.
        payment_rate: satoshis per 1,000 bytes of transactions that both sign.
        claim_rate: the same of the payee's claim.
        depth: blocks that the funding needs, with its own, before anything is sold.
        least_life: the least blocks from now to T.
        longest_life: the most blocks from now to T.
        most: satoshis that a channel may owe at most.
    """

    base: int
    delay: int
    payment_rate: int
    claim_rate: int
    depth: int
    least_life: int
    longest_life: int
    most: int


@dataclass(frozen=True, slots=True)
class ShopTitle:
    """A title in the catalogue.

    Attributes:
        root: the root of the signed title, 32 bytes.
        name: its name, for readers.
        publisher: the x-only key of its publisher, 32 bytes.
        price: satoshis for each chunk; the quote in the channel counts.
        qualities: the number of its qualities.
        chunks: the chunks of its first quality.
        is_film: whether it is a film, and not a file.
    """

    root: bytes
    name: str
    publisher: bytes
    price: int
    qualities: int
    chunks: int
    is_film: bool


@dataclass(frozen=True, slots=True)
class Shop:
    """The catalogue of a provider.

    Attributes:
        url: the provider's address.
        network: the network of his channels.
        titles: what he sells.
        terms: the numbers of his channels.
        trial_chain: the address of his own ledger for trying out; None for none.
    """

    url: str
    network: Network
    titles: tuple[ShopTitle, ...]
    terms: ShopTerms
    trial_chain: str | None

    def title(self, root: str | None) -> ShopTitle:
        """Return the title whose root has these digits in front; without any the only title.

        Raises:
            ViewerError: there is none, or there are several.
        """
        found = [each for each in self.titles if each.root.hex().startswith((root or "").lower())]
        if len(found) == 1:
            return found[0]
        rows = "".join(f"\n  {each.root.hex()}  {each.name}" for each in (found or self.titles)[:20])
        raise ViewerError(f"{self.url} has {len(found):,} titles of this root", f"choose one with --title ROOT:{rows}")


async def shop_of(web: Web) -> Shop:
    """Return the catalogue of a provider.

    Raises:
        AwayError: he does not answer.
        ProviderError: he answers something other than a catalogue.
    """
    data = await web.get("/v1/catalogue", _MOST)
    try:
        return _shop(web.url, json.loads(data))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ProviderError(f"{web.url} answers something other than a catalogue of version 1: {error}") from None


def _shop(url: str, values: Any) -> Shop:
    if not isinstance(values, Mapping) or values["version"] != 1:
        raise ValueError("its version")
    network = NETWORKS.get(values["network"])
    if network is None:
        raise ValueError(f"the network {shown(str(values['network']))!r} is not known")
    titles = values["titles"]
    if not isinstance(titles, Sequence) or isinstance(titles, str) or len(titles) > _MOST_TITLES:
        raise TypeError("its titles")
    terms = ShopTerms(**{name: _number(values["terms"], name, most) for name, most in _TERMS.items()})
    return Shop(url, network, tuple(map(_title, titles)), terms, _trial_chain(url, network, values["trial_chain"]))


def _title(row: Any) -> ShopTitle:
    return ShopTitle(**{each.name: _FIELDS[each.name](row, each.name) for each in fields(ShopTitle)})


def _trial_chain(url: str, network: Network, path: object) -> str | None:
    """Return the address of the ledger for trying out: at the provider's own, on networks for tests alone."""
    if path is None or not is_for_trials(network):
        return None
    if not isinstance(path, str) or not path.startswith("/") or not path.isascii() or not path.isprintable():
        raise ValueError("trial_chain is not a path")
    return url + path.rstrip("/")


def _number(row: Any, name: str, most: int = MAX_MONEY, least: int = 0) -> int:
    found = row[name]
    if type(found) is not int or not least <= found <= most:
        raise ValueError(f"{name} is not a number from {least:,} to {most:,}")
    return found


def _digits(row: Any, name: str) -> bytes:
    found = bytes.fromhex(row[name])
    if len(found) != 32:
        raise ValueError(f"{name} has not 32 bytes")
    return found


def _text(row: Any, name: str) -> str:
    if not isinstance(row[name], str):
        raise TypeError(f"{name} is not a text")
    return shown(row[name])


def _truth(row: Any, name: str) -> bool:
    if not isinstance(row[name], bool):
        raise TypeError(f"{name} is not true or false")
    return bool(row[name])


_FIELDS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "root": _digits,
    "name": _text,
    "publisher": _digits,
    "price": _number,
    "qualities": lambda row, name: _number(row, name, MOST_QUALITIES, 1),
    "chunks": lambda row, name: _number(row, name, MAX_LEAVES, 1),
    "is_film": _truth,
}
_TERMS: Final = {
    "base": MAX_MONEY,
    "delay": LOCK_TIME_THRESHOLD,
    "payment_rate": MOST_FEE_RATE,
    "claim_rate": MOST_FEE_RATE,
    "depth": LOCK_TIME_THRESHOLD,
    "least_life": LOCK_TIME_THRESHOLD,
    "longest_life": LOCK_TIME_THRESHOLD,
    "most": MAX_MONEY,
}
