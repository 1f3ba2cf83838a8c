"""Leaves of a quality as one file: canonical CBOR, a list of one list, which has each leaf as bytes."""

from collections.abc import Sequence
from typing import Final

from penstock.channel.canonical import CanonicalError, Data, Fields, Several, decoded, encoded
from penstock.channel.sealed.leaf import LEAF_SIZE, Leaf

_OVERHEAD: Final = 16


def leaves_to_bytes(leaves: Sequence[Leaf]) -> bytes:
    """Return leaves as the content of a file."""
    return encoded(_fields(len(leaves)), {"leaves": [leaf.to_bytes() for leaf in leaves]})


def leaves_from_bytes(data: bytes, count: int) -> tuple[Leaf, ...]:
    """Read leaves.

    Args:
        data: the content of the file.
        count: the number of leaves, as a manifest has it.

    Raises:
        CanonicalError: the bytes are not so many leaves.
    """
    match decoded(_fields(count), data, most=largest(count)):
        case {"leaves": list(leaves)}:
            return tuple(map(Leaf.from_bytes, leaves))
        case _:
            raise CanonicalError("not the leaves of a movie")


def largest(count: int) -> int:
    """Return the number of bytes that so many leaves do not exceed."""
    return count * (LEAF_SIZE + _OVERHEAD) + _OVERHEAD


def _fields(count: int) -> Fields:
    return {"leaves": Several(Data(LEAF_SIZE, is_most=True), count, count)}
