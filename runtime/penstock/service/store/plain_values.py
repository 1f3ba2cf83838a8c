"""Values of frozen classes as plain ones, for CBOR: maps, lists, numbers, bytes, texts.

Maps come out in the order of canonical CBOR (RFC 8949, 4.2), so that the encoder need not sort them: sorting takes it
three times as long as all the rest. A field with its default value is left out.
"""

from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Final

import cbor2

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.prices import Prices
from penstock.tx.transaction import OutPoint

_SHARED: Final = frozenset({Prices, OutPoint})
"""Classes of values that stay the same from state to state."""


def plain(value: object) -> object:
    """Return a value of a state as plain ones."""
    return _writer(type(value))(value)  # type: ignore[arg-type] # every class has a hash


def to_cbor(value: object) -> bytes:
    """Return a value of a state as CBOR; of a value that many states of a channel share, from the first time."""
    return _kept(_Same(value)) if type(value) in _SHARED else cbor2.dumps(plain(value))


def in_map(name: str) -> tuple[int, str]:
    """Return the place of a key in a map: shorter ones come first."""
    return len(name), name


def defaults_of(kind: type[Any]) -> list[tuple[str, object]]:
    """Return the fields of a class in the order of their map, each with its default; `MISSING` for none."""
    return sorted(((each.name, each.default) for each in fields(kind) if each.init), key=lambda row: in_map(row[0]))


class _Same:
    """A value that is equal to itself alone, so that looking for it costs the same for any size."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value


@lru_cache(maxsize=1_024)
def _kept(same: _Same) -> bytes:
    return cbor2.dumps(plain(same.value))


@cache
def _writer(kind: type[Any]) -> Callable[[Any], object]:
    """Return how values of a class become plain."""
    if issubclass(kind, Enum | Network):
        return attrgetter("name")
    if issubclass(kind, tuple | list):
        return lambda values: [plain(each) for each in values]
    if kind in {bool, int, bytes, str, type(None)}:
        return lambda value: value
    rows = defaults_of(kind)

    def write(value: object) -> dict[str, object]:
        found = {}
        for name, default in rows:
            each = getattr(value, name)
            if each is not default and each != default:
                found[name] = plain(each)
        return found

    return write
