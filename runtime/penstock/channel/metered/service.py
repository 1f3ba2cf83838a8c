"""Service for sale: a sealed movie whose chunks are tickets, one for each step; the key of a ticket is the pass.

The machines of the channel sell it as they sell any movie. A ticket says which service, which step and how many units;
the manifest commits to all of them, so that a gate needs nothing else.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

from penstock.channel.agreement.merkle import Proof
from penstock.channel.canonical import CanonicalError, Data, Fields, Number, Several, read, written
from penstock.channel.metered.tariff import MeteredError, Tariff
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.leaf import HASH, LEAF_SIZE, Leaf
from penstock.channel.sealed.movie import SealedMovie
from penstock.script.hashes import tagged_hash
from penstock.tx.keys import PrivateKey

MAX_STEPS: Final = 1_000_000
"""Steps of one service at most: its tickets are made in memory."""
_TICKET: Final = 48
_PASS: Final[Fields] = {
    "version": Number(1, 1),
    "leaf": Data(LEAF_SIZE, is_most=True),
    "path": Several(HASH, 32),
    "key": HASH,
}
_MOST_PASS: Final = 2_048


def ticket(service: bytes, step: int, units: int) -> bytes:
    """Return the ticket of a step, 48 bytes: the service's id, the step, its units."""
    return service + step.to_bytes(8, "big") + units.to_bytes(8, "big")


def service_id(name: str) -> bytes:
    """Return the id of a service, 32 bytes: the hash of its name."""
    return tagged_hash("penstock/service/1", name.encode())


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass for one step, valid for its bearer.

    Attributes:
        leaf: the promise of the step.
        path: the proof that it is in the manifest.
        key: the key that was sold, 32 bytes.
    """

    leaf: Leaf
    path: tuple[bytes, ...]
    key: bytes

    def to_bytes(self) -> bytes:
        """Return it as canonical CBOR, for the way from the customer to the gate."""
        return written(_PASS, [1, self.leaf.to_bytes(), self.path, self.key])

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a pass; whether it is valid is for the gate to say.

        Raises:
            MeteredError: the bytes are not a pass.
        """
        try:
            _, leaf, path, key = read(_PASS, data, most=_MOST_PASS)
            return cls(Leaf.from_bytes(leaf), tuple(path), key)  # type: ignore[arg-type] # checked by kind
        except CanonicalError as error:
            raise MeteredError(f"not a pass: {error}") from None


@dataclass(frozen=True, slots=True)
class MeteredService:
    """A service for sale.

    Attributes:
        name: its name.
        tariff: what a step has and costs; quotes may change the price of later steps.
        sealed: what the payee sells.
    """

    name: str
    tariff: Tariff
    sealed: SealedMovie

    @classmethod
    def of_steps(cls, name: str, tariff: Tariff, steps: int, publisher: PrivateKey, keys: Keys) -> Self:
        """Return a service of so many steps, which are sold one after the other.

        Args:
            name: the name of the service.
            tariff: its tariff.
            steps: the steps that can be sold.
            publisher: the key that signs the manifest.
            keys: from which the keys of the steps come; for one customer with the channel's id as the session.

        Raises:
            MeteredError: no steps, or more than a million.
        """
        if not 1 <= steps <= MAX_STEPS:
            raise MeteredError(f"a service of {steps:,} steps; it must have 1 to {MAX_STEPS:,}")
        tickets = b"".join(_tickets(service_id(name), tariff, steps))
        return cls(name, tariff, SealedMovie.cut(io.BytesIO(tickets), _TICKET, publisher, keys))

    @classmethod
    def of_movie(cls, name: str, sealed: SealedMovie, price: int) -> Self:
        """Return a movie as a service: its unit is a chunk, and what a key opens is watched.

        Raises:
            MeteredError: the price is not positive.
        """
        return cls(name, Tariff("chunk", 1, price), sealed)

    @property
    def steps(self) -> int:
        """The number of steps that can be sold."""
        return self.sealed.manifest.chunks

    def pass_for(self, step: int, key: bytes) -> Pass:
        """Return the pass for a step whose key was bought."""
        return Pass(self.sealed.leaves[step], self.proof(step).path, key)

    def proof(self, step: int) -> Proof:
        """Return the proof of a step."""
        return self.sealed.proof(step)


def _tickets(service: bytes, tariff: Tariff, steps: int) -> Iterator[bytes]:
    return (ticket(service, step, tariff.step) for step in range(steps))
