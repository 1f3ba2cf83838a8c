"""A lemma: bytes that were reversed by arithmetic are the bytes one after the other, the last one first.

Let x be n bytes. In n + 1 copies of x, byte i of copy i + 1 is at n + i (n + 1). A mask keeps these n bytes. Read as
a number without a sign, modulo 256^(n+2) - 1, a byte at place p counts as one at p mod (n + 2), which is n - i. So
the rest has the bytes of x at the places n to 1, and zeros at the two others. The compiler reverses longer strings
this way; another mask, modulus or number of copies leaves the term as it is.
"""

from typing import Final

from penstock.prove.terms.facts import Facts
from penstock.prove.terms.node import Term
from penstock.prove.terms.numbers import atom_of, constant_of, number, wrap
from penstock.prove.terms.strings import cut, data_of, join, length, text

_SHORTEST: Final = 2
_LONGEST: Final = 128


def reversed_bytes(term: Term, size: int) -> Term:
    """Return a string of exactly `size` bytes backwards."""
    if size < 1:
        return term
    places = [*map(number, range(size)), length(term)]
    return join(*(cut(term, places[at], places[at + 1]) for at in range(size - 1, -1, -1)))


def reversed_digits(value: Term, room: Term, facts: Facts) -> Term | None:
    """Return the digits of a number that is a string reversed by arithmetic; None for any other number.

    Args:
        value: the number.
        room: its digits.
        facts: what is known: the length of the string may be a requirement.
    """
    rest, digits = atom_of(value), constant_of(room)
    if rest is None or rest.kind != "mod" or digits is None or not _SHORTEST <= digits - 2 <= _LONGEST:
        return None
    size = digits - 2
    kept = _read(rest.args[0])
    if kept is None or constant_of(rest.args[1]) != (1 << 8 * digits) - 1:
        return None
    _, one, other = kept.args
    for mask, copies in ((one, other), (other, one)):
        if data_of(mask) == _mask(size):
            data = _repeated(copies, size + 1)
            if data is not None and _has_size(data, size, facts):
                return join(text(b"\x00"), reversed_bytes(data, size), text(b"\x00"))
    return None


def _read(term: Term) -> Term | None:
    """Return the bits that were read as a number without a sign."""
    atom = atom_of(term)
    whole = None if atom is None or atom.kind != "num" else atom.args[0]
    if whole is None or whole.kind != "cat" or len(whole.args) != 2 or data_of(whole.args[1]) != b"\x00":
        return None
    kept: Term = whole.args[0]
    return kept if kept.kind == "bits" and kept.args[0] == "and" else None


def _mask(size: int) -> bytes:
    return (bytes(size) + b"\xff") * size


def _repeated(term: Term, times: int) -> Term | None:
    """Return what a string repeats so many times; None if it does not."""
    parts = term.args if term.kind == "cat" else (term,)
    count, rest = divmod(len(parts), times)
    if rest or any(parts[at : at + count] != parts[:count] for at in range(0, len(parts), count)):
        return None
    return join(*parts[:count])


def _has_size(term: Term, size: int, facts: Facts) -> bool:
    known = length(term)
    constant, terms = known.args
    if not terms:
        return bool(constant == size)
    if len(terms) != 1 or terms[0][1] != 1:
        return False
    held = facts.range_of(wrap(terms[0][0]))
    return bool(held.low == held.high == size - constant)
