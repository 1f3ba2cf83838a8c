"""Byte strings: constants, parts joined, slices, numbers as bytes, and the length and number of a string.

Joined strings are flat, neighbours that are constants or adjacent slices are one part. A slice of joined strings is cut
at the places that are certain. A choice between strings leaves out what both begin and end with.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from penstock.prove.terms.comparisons import at_least_zero
from penstock.prove.terms.facts import Facts
from penstock.prove.terms.node import FALSE, TRUE, Sort, Term, apart, node, remembered
from penstock.prove.terms.numbers import ZERO, add, atom_of, constant_of, number, polynomial, subtract, wrap
from penstock.prove.terms.rewriting import REBUILD, choose
from penstock.script.consensus import INT32_MAX
from penstock.script.numbers import decode_number, encode_number, is_minimal

_LONGEST: Final = 600
"""Bytes of a string whose number gets bounds."""
_FEW: Final = 4_500
"""Bytes by which the lengths of two arms may differ, to be a choice of lengths."""
_MOST_ELEMENTS: Final = 1000
"""Limit of elements of a constant that is read as a row of them."""
_ASSUMED: Final[list[Facts]] = []


def text(data: bytes) -> Term:
    """Return a constant."""
    return node("bytes", Sort.BYTES, (data,))


EMPTY: Final = text(b"")


def data_of(term: Term) -> bytes | None:
    """Return the bytes of a constant; None for any other string."""
    if term.kind != "bytes":
        return None
    data: bytes = term.args[0]
    return data


def parts_of(term: Term) -> tuple[Term, ...]:
    """Return the parts that a string is joined from."""
    if term.kind == "cat":
        return term.args
    return () if term is EMPTY else (term,)


# Joining --------------------------------------------------------------------------------------------------------------


def join(*strings: Term) -> Term:
    """Return the strings joined in this order."""
    parts: list[Term] = []
    for string in strings:
        for part in parts_of(string):
            _append(parts, part)
    if len(parts) < 2:
        return parts[0] if parts else EMPTY
    return node("cat", Sort.BYTES, tuple(parts))


def _append(parts: list[Term], part: Term) -> None:
    """Add a part, joined with the last one where both are one string."""
    last = parts[-1] if parts else None
    if last is not None and last.kind == part.kind:
        if part.kind == "bytes":
            parts[-1] = text(last.args[0] + part.args[0])
            return
        if part.kind == "sub" and last.args[0] is part.args[0] and last.args[2] is part.args[1]:
            joined = cut(part.args[0], last.args[1], part.args[2])
            parts.pop()
            for each in parts_of(joined):
                _append(parts, each)
            return
        if part.kind == "ite" and last.args[0] is part.args[0]:
            condition, then, otherwise = part.args
            parts.pop()
            chosen = choose(condition, join(last.args[1], then), join(last.args[2], otherwise))
            parts += parts_of(chosen)  # not joined again: this would not end
            return
    parts.append(part)


# Lengths --------------------------------------------------------------------------------------------------------------


@remembered
def length(term: Term) -> Term:  # noqa: C901 - one arm per kind of node
    """Return the number of bytes."""
    match term.kind:
        case "bytes":
            return number(len(term.args[0]))
        case "cat":
            total = ZERO
            for part in term.args:
                total = add(total, length(part))
            return total
        case "sub":
            return subtract(term.args[2], term.args[1])
        case "hash":
            return number(20 if term.args[0] in {"ripemd160", "sha1"} else 32)
        case "enc":
            return size_of_number(term.args[0])
        case "n2b":
            found: Term = term.args[1]
            return found
        case "inv" | "lsh" | "rsh" | "bits":
            return length(term.args[1] if term.kind == "bits" else term.args[0])
        case "ite":
            condition, then, otherwise = term.args
            one, other = length(then), length(otherwise)
            if _is_small(subtract(one, other)):
                return choose(condition, one, other)
            return wrap(node("len", Sort.INT, (term,), None, 0))
        case _:
            return wrap(node("len", Sort.INT, (term,), None, 0))


def _is_small(difference: Term) -> bool:
    """Return whether two lengths differ by a few entries at most; others of a choice stay the length of the choice."""
    low, high = difference.low, difference.high
    return low is not None and high is not None and high - low <= _FEW


def size_of_number(term: Term) -> Term:
    """Return the number of bytes of a number's shortest form; every chain has a limit of numbers that is far less."""
    value = constant_of(term)
    if value is not None:
        return number(len(encode_number(value)))
    high = INT32_MAX
    if term.low is not None and term.high is not None:
        high = len(encode_number(max(-term.low, term.high)))
    return wrap(node("lenenc", Sort.INT, (term,), None, 0, high))


# Slices ---------------------------------------------------------------------------------------------------------------


def cut(term: Term, start: Term, end: Term) -> Term:
    """Return the bytes from `start` to `end`; without a meaning unless 0 <= start <= end <= length."""
    if start is end:
        return EMPTY
    if start is ZERO and end is length(term):
        return term
    match term.kind:
        case "bytes":
            first, last = constant_of(start), constant_of(end)
            if first is not None and last is not None:
                return text(term.args[0][max(first, 0) : max(last, 0)])
            row = _row(term.args[0], start, constant_of(subtract(end, start)))
            if row is not None:
                return row
        case "sub":
            offset = term.args[1]
            return cut(term.args[0], add(offset, start), add(offset, end))
        case "cat":
            return _cut_joined(term.args, start, end)
        case "ite":
            condition, then, otherwise = term.args
            if _is_certain(length(then)) and _is_certain(length(otherwise)):
                return choose(condition, cut(then, start, end), cut(otherwise, start, end))
        case _:
            pass
    return node("sub", Sort.BYTES, (term, start, end))


def _row(data: bytes, start: Term, width: int | None) -> Term | None:
    """Return a part of a constant that holds elements of one width as the element at an index; None for other parts."""
    constant, terms = start.args
    if not width or width < 0 or not width < len(data) <= _MOST_ELEMENTS * width or len(data) % width:
        return None
    if constant % width or any(factor % width for _, factor in terms):
        return None
    index = polynomial(constant // width, {atom: factor // width for atom, factor in terms})
    elements = (text(data[place : place + width]) for place in range(0, len(data), width))
    return REBUILD["sel"](index, 0, *elements)


def _is_certain(size: Term) -> bool:
    return constant_of(size) is not None


def _cut_joined(parts: Sequence[Term], start: Term, end: Term) -> Term:
    """Cut joined parts at the places that are certain."""
    offsets = [ZERO]
    for part in parts:
        offsets.append(add(offsets[-1], length(part)))
    first, last = 0, len(parts)
    while first < last and _at_least(start, offsets[first + 1]):
        first += 1
    while last > first and _at_least(offsets[last - 1], end):
        last -= 1
    if first == last:
        return EMPTY
    kept = parts[first:last]
    at_start = start is offsets[first]
    at_end = end is offsets[last]
    if at_start and at_end:
        return join(*kept)
    if len(kept) == 1:
        return cut(kept[0], subtract(start, offsets[first]), subtract(end, offsets[first]))
    # the first and the last part are cut where the places are certain to be inside of them
    head = at_start or _at_least(offsets[first + 1], start)
    tail = at_end or _at_least(end, offsets[last - 1])
    opening = cut(parts[first], subtract(start, offsets[first]), length(parts[first]))
    closing = cut(parts[last - 1], ZERO, subtract(end, offsets[last - 1]))
    if head and tail:
        return join(opening, *parts[first + 1 : last - 1], closing)
    if head and _at_least(end, offsets[first + 1]):
        return join(opening, _uncut(parts[first + 1 : last], ZERO, subtract(end, offsets[first + 1])))
    if tail and _at_least(offsets[last - 1], start):
        whole = subtract(offsets[last - 1], offsets[first])
        return join(_uncut(parts[first : last - 1], subtract(start, offsets[first]), whole), closing)
    return _uncut(kept, subtract(start, offsets[first]), subtract(end, offsets[first]))


def _uncut(parts: Sequence[Term], start: Term, end: Term) -> Term:
    whole = join(*parts)
    if whole.kind != "cat":
        return cut(whole, start, end)
    return node("sub", Sort.BYTES, (whole, start, end))


def _at_least(one: Term, other: Term) -> bool:
    """Return whether one number is certainly at least the other."""
    difference = subtract(one, other)
    if difference.low is not None and difference.low >= 0:
        return True
    return bool(_ASSUMED) and _ASSUMED[-1].value(at_least_zero(difference)) is True


@contextmanager
def assuming(facts: Facts) -> Iterator[None]:
    """Cut strings by what is known too, inside the context; the terms that are made there hold under these facts."""
    _ASSUMED.append(facts)
    try:
        with apart():
            yield
    finally:
        _ASSUMED.pop()


# Numbers as bytes -----------------------------------------------------------------------------------------------------


def encoded(term: Term) -> Term:
    """Return the shortest form of a number."""
    value = constant_of(term)
    if value is not None:
        return text(encode_number(value))
    constant, terms = term.args
    if len(terms) == 1 and terms[0][0].kind == "b2i":
        condition = terms[0][0].args[0]
        return choose(condition, text(encode_number(constant + terms[0][1])), text(encode_number(constant)))
    atom = atom_of(term)
    if atom is not None and atom.kind == "sel" and all(constant_of(each) is not None for each in atom.args[2:]):
        return REBUILD["sel"](*atom.args[:2], *map(encoded, atom.args[2:]))
    return node("enc", Sort.BYTES, (term,))


def resized(term: Term, size: Term) -> Term:
    """Return a number in so many bytes; without a meaning where it does not fit."""
    value, room = constant_of(term), constant_of(size)
    if value is not None and room is not None and 0 <= room <= _LONGEST:
        shortest = encode_number(value)
        if len(shortest) <= room:
            return text(_padded(shortest, room))
    atom = atom_of(size)
    if atom is not None and atom.kind == "lenenc" and atom.args[0] is term:
        return encoded(term)
    atom = atom_of(term)
    if atom is not None and atom.kind == "num" and length(atom.args[0]) is size:
        last = parts_of(atom.args[0])[-1]
        data = data_of(last)
        if data and data[-1] < 0x80:
            found: Term = atom.args[0]
            return found
    return node("n2b", Sort.BYTES, (term, size))


def _padded(shortest: bytes, room: int) -> bytes:
    """Return a number's shortest form in so many bytes, its sign in the last one."""
    if len(shortest) == room or not shortest:
        return shortest or bytes(room)
    body = shortest[:-1] + bytes((shortest[-1] & 0x7F,))
    return body + bytes(room - len(shortest) - 1) + bytes((shortest[-1] & 0x80,))


@remembered
def number_of(term: Term) -> Term:  # noqa: C901 - one arm per kind of node
    """Return the number that a string reads as, whatever its length and form."""
    match term.kind:
        case "bytes":
            return number(decode_number(term.args[0]))
        case "enc" | "n2b":
            found: Term = term.args[0]
            return found
        case "ite":
            condition, then, otherwise = term.args
            if _is_number(then) or _is_number(otherwise):
                return choose(condition, number_of(then), number_of(otherwise))
        case "sel" if any(_is_number(each) for each in term.args[2:]):
            return REBUILD["sel"](*term.args[:2], *map(number_of, term.args[2:]))
        case "cat" if term.args[-1].kind == "bytes" and term.args[-1].args[0][-2:] == b"\x00\x00":
            return number_of(join(*term.args[:-1], text(term.args[-1].args[0].rstrip(b"\x00") + b"\x00")))
        case "cat" if (choice := _of_constants(term)) is not None:
            return choose(choice[0], *map(number_of, choice[1:]))
        case "cat":
            exponent = _exponent(term)
            if exponent is not None:
                return wrap(node("pow2", Sort.INT, (exponent,), None, 1))
        case _:
            pass
    low = high = None
    size = length(term).high
    last = data_of(parts_of(term)[-1])
    is_positive = bool(last) and last[-1] < 0x80 if last else False
    if size is not None and size <= _LONGEST:
        high = (1 << max(8 * size - 1, 0)) - 1
        low = -high
        if is_positive and last is not None and last[-1] == 0:
            high >>= 7
    if is_positive:
        low = 0
    return wrap(node("num", Sort.INT, (term,), None, low, high))


@remembered
def _is_number(term: Term) -> bool:
    """Return whether a string is a constant or a number as bytes, or a choice with one among its arms."""
    if term.kind == "ite":
        return _is_number(term.args[1]) or _is_number(term.args[2])
    return term.kind in {"bytes", "enc", "n2b"}


def _of_constants(term: Term) -> tuple[Term, Term, Term] | None:
    """Return joined strings that are constants but for one choice of constants, as a choice; None for other ones."""
    places = [at for at, part in enumerate(term.args) if part.kind == "ite"]
    if len(places) != 1 or not all(map(_is_of_constants, term.args)):
        return None
    condition, *arms = term.args[places[0]].args
    then, otherwise = (join(*term.args[: places[0]], arm, *term.args[places[0] + 1 :]) for arm in arms)
    return condition, then, otherwise


@remembered
def _is_of_constants(term: Term) -> bool:
    """Return whether a string is a constant, or a choice among constants."""
    return term.kind == "bytes" or (term.kind == "ite" and all(map(_is_of_constants, term.args[1:])))


def _exponent(term: Term) -> Term | None:
    """Return n of a string that a script computes as the bytes of two to the power of n, if n is not negative."""
    if len(term.args) != 2 or term.args[0].kind != "n2b" or term.args[1].kind != "lsh":
        return None
    (value, size), (bit, odd) = term.args[0].args, term.args[1].args
    whole, rest = atom_of(size), atom_of(odd)
    if value is not ZERO or data_of(bit) != b"\x01\x00" or whole is None or rest is None:
        return None
    is_pair = whole.kind == "div" and rest.kind == "mod" and whole.args == rest.args
    if not is_pair or constant_of(whole.args[1]) != 8:
        return None
    found: Term = whole.args[0]
    return found


@remembered
def is_shortest(term: Term) -> Term:
    """Return whether a string is the shortest form of the number that it reads as."""
    match term.kind:
        case "bytes":
            return TRUE if is_minimal(term.args[0]) else FALSE
        case "enc" | "spelled":
            return TRUE
        case "ite":
            return choose(term.args[0], *map(is_shortest, term.args[1:]))
        case "sel" if all(is_shortest(each) is TRUE for each in term.args[2:]):
            return TRUE
        case "cat" if (choice := _of_constants(term)) is not None:
            return choose(choice[0], *map(is_shortest, choice[1:]))
        case _:
            return node("minimal", Sort.BOOL, (term,))


REBUILD.update(
    {
        "cat": join,
        "sub": cut,
        "len": length,
        "lenenc": size_of_number,
        "enc": encoded,
        "n2b": resized,
        "num": number_of,
        "pow2": lambda exponent: wrap(node("pow2", Sort.INT, (exponent,), None, 1)),
        "minimal": is_shortest,
    }
)
