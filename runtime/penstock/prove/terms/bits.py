"""Bits of byte strings: and, or, xor, inversion, shifts. Only constants are computed."""

from collections.abc import Callable
from typing import Final

from penstock.prove.terms.node import Sort, Term, node
from penstock.prove.terms.numbers import ZERO, constant_of
from penstock.prove.terms.rewriting import REBUILD
from penstock.prove.terms.strings import data_of, text

OPERATIONS: Final[dict[str, Callable[[int, int], int]]] = {
    "and": lambda one, other: one & other,
    "or": lambda one, other: one | other,
    "xor": lambda one, other: one ^ other,
}


def combined(name: str, one: Term, other: Term) -> Term:
    """Return `and`, `or` or `xor` of two strings; without a meaning unless they have one length."""
    ours, theirs = data_of(one), data_of(other)
    if ours is not None and theirs is not None and len(ours) == len(theirs):
        return text(combined_bytes(name, ours, theirs))
    if one.serial > other.serial:
        one, other = other, one
    return node("bits", Sort.BYTES, (name, one, other))


def combined_bytes(name: str, one: bytes, other: bytes) -> bytes:
    """Combine two strings of one length bit by bit."""
    return bytes(OPERATIONS[name](left, right) for left, right in zip(one, other, strict=True))


def inverted(term: Term) -> Term:
    """Return a string with every bit inverted."""
    data = data_of(term)
    if data is not None:
        return text(inverted_bytes(data))
    if term.kind == "inv":
        inner: Term = term.args[0]
        return inner
    return node("inv", Sort.BYTES, (term,))


def inverted_bytes(data: bytes) -> bytes:
    """Invert every bit."""
    return bytes(255 - byte for byte in data)


def shifted(kind: str, term: Term, count: Term) -> Term:
    """Return a string whose bits are moved to the front (`lsh`) or to the end (`rsh`); its length stays."""
    data, places = data_of(term), constant_of(count)
    if count is ZERO:
        return term
    if data is not None and places is not None and places >= 0:
        return text(shifted_bytes(kind, data, places))
    return node(kind, Sort.BYTES, (term, count))


def shifted_bytes(kind: str, data: bytes, places: int) -> bytes:
    """Move the bits of a string, the first byte is the highest."""
    room = 8 * len(data)
    if places >= room:
        return bytes(len(data))
    value = int.from_bytes(data, "big")
    moved = (value << places) & ((1 << room) - 1) if kind == "lsh" else value >> places
    return moved.to_bytes(len(data), "big")


REBUILD.update(
    {
        "bits": combined,
        "inv": inverted,
        "lsh": lambda term, count: shifted("lsh", term, count),
        "rsh": lambda term, count: shifted("rsh", term, count),
    }
)
