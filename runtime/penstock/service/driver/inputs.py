"""Inputs of the driver: events of the protocol, and the calls that a user makes."""

from dataclasses import dataclass
from typing import TypeAlias

from penstock.channel.safe.protocol.events import Action, Event
from penstock.channel.sealed.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Ask:
    """The viewer wants a chunk (`Payer.ask`).

    Attributes:
        manifest: the manifest of its movie.
        chunk: its index.
    """

    manifest: Manifest
    chunk: int


@dataclass(frozen=True, slots=True)
class SetPrice:
    """The payee quotes a price (`Payee.quote`).

    Attributes:
        movie: the movie's id.
        price: satoshis per chunk.
        until: the height up to which it holds.
    """

    movie: bytes
    price: int
    until: int


@dataclass(frozen=True, slots=True)
class LoadAgain:
    """Another program has changed the channel in the store: what is on disk counts, and no machine is asked."""


Input: TypeAlias = Event | Ask | SetPrice | LoadAgain


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one input.

    Attributes:
        channel: the channel's id.
        actions: what is to be carried out, in this order; all that has to be on disk before is there.
        error: why the input was not taken; None if it was. Nothing has changed then.
    """

    channel: bytes
    actions: tuple[Action, ...]
    error: Exception | None = None
