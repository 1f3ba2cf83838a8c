"""Tickets: a title whose chunks are requests to one route. A client buys one for each request.

A set has so many tickets. Each client uses each ticket once, so a further set comes once the newest is half used. The
sets of a route follow from the provider's seed and their numbers; how many there are is on disk.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from penstock.channel.metered.service import MeteredService
from penstock.channel.metered.tariff import Tariff
from penstock.channel.sealed.keys import Keys
from penstock.errors import hides_frames
from penstock.service.catalogue.layout import TITLE, ciphertext_name, leaves_name, manifest_name
from penstock.service.catalogue.leaves import leaves_to_bytes
from penstock.service.catalogue.prepared import PreparedTitle
from penstock.service.catalogue.title import Quality, signed_title
from penstock.service.errors import CatalogueError
from penstock.service.provider.library import Named
from penstock.service.seed.wallet import Wallet

__tracebackhide__ = hides_frames

STEPS: Final = 1_000
"""Tickets of a set."""


@dataclass(frozen=True, slots=True)
class _Memory:
    """A title's files in memory."""

    files: Mapping[str, bytes]

    def read(self, name: str, most: int) -> bytes:  # noqa: ARG002 - as any place
        """Return the content of a file."""
        found = self.files.get(name)
        if found is None:
            raise CatalogueError(f"{name}: the file is not in this title")
        return found


@dataclass(slots=True)
class Tickets:
    """The sets of tickets of one route.

    Attributes:
        route: the path of the route: its name.
        price: satoshis of a request.
        folder: the folder with the number of sets.
        wallet: the provider's keys.
        steps: tickets of a set.
        sets: the sets, the oldest first.
    """

    route: str
    price: int
    folder: Path
    wallet: Wallet = field(repr=False)
    steps: int = STEPS
    sets: list[Named] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = self._read()
        self.sets += [self._made(number) for number in range(max(1, count))]
        if count == 0:
            self._write(1)

    def more(self) -> Named:
        """Make a further set, and return it. Its number is on disk before it is offered."""
        self._write(len(self.sets) + 1)
        self.sets.append(self._made(len(self.sets)))
        return self.sets[-1]

    @property
    def newest(self) -> Named:
        """The newest set."""
        return self.sets[-1]

    def _made(self, number: int) -> Named:
        wallet, keys = self.wallet, Keys(self.wallet.film_secret)
        name = f"{self.route}/{number}"
        tariff = Tariff("request", 1, self.price)
        sealed = MeteredService.of_steps(name, tariff, self.steps, wallet.publisher_key, keys).sealed
        title = signed_title(wallet.publisher_key, [Quality(sealed.manifest)])
        files = {ciphertext_name(0, index): sealed.ciphertext(index) for index in range(self.steps)}
        files |= {
            TITLE: title.to_bytes(),
            manifest_name(0): sealed.manifest.to_bytes(),
            leaves_name(0): leaves_to_bytes(sealed.leaves),
        }
        return Named(name, PreparedTitle.at(_Memory(files), name=name))

    @property
    def _file(self) -> Path:
        return self.folder / f"tickets-{self.route.strip('/').replace('/', '-') or 'root'}"

    def _read(self) -> int:
        try:
            text = self._file.read_text("ascii").strip()
        except FileNotFoundError:
            return 0
        if not text.isdigit() or len(text) > 4:
            raise CatalogueError(f"{self._file}: not a number of sets: put back the file, since open channels need it")
        return int(text)

    def _write(self, count: int) -> None:
        draft = self._file.with_suffix(".new")
        with draft.open("w", encoding="ascii") as file:
            file.write(f"{count}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._file)


def all_sets(tickets: Sequence[Tickets]) -> list[Named]:
    """Return the sets of all routes."""
    return [each for one in tickets for each in one.sets]
