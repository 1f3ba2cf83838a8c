"""Spellings: other bytes for the same argument, as someone can put them on the stack who does not use this library.

Nodes do not relay most of them; blocks accept them, so a contract must take them for the same value or refuse them:
judge them by the rules of blocks, `rules="bsv-consensus"`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from penstock.artifact.basic_types import Kind
from penstock.contract.contract import Call
from penstock.contract.errors import ArgumentError
from penstock.contract.values.shape import leaves, shape_of
from penstock.script.numbers import decode_number, encode_number

_MOST_MORE: Final = 3
"""Bytes that a spelling has more than the shortest."""
_NEGATIVE: Final = 0x80


def spellings(value: int | bool) -> SearchStrategy[bytes]:  # noqa: FBT001 - the value itself
    """Return stack items that stand for a number or a truth value, other than the one that this library pushes."""
    match value:
        case True:
            others = st.binary(min_size=1, max_size=1 + _MOST_MORE)
            known = st.sampled_from([b"\x02", b"\x81", b"\x01\x00", b"\x80\x00"])
            return known | others.filter(lambda item: item != b"\x01" and decode_number(item) != 0)
        case False | 0:
            zeros = st.integers(0, _MOST_MORE).map(bytes)
            return st.builds(lambda head, sign: head + bytes((sign,)), zeros, st.sampled_from([0, _NEGATIVE]))
        case int():
            item = encode_number(value)
            sign = item[-1] & _NEGATIVE
            head = item[:-1] + bytes((item[-1] & ~_NEGATIVE,))
            return st.integers(0, _MOST_MORE - 1).map(lambda more: head + bytes(more) + bytes((sign,)))


@st.composite
def _spelled(draw: DrawFn, call: Call, places: Sequence[tuple[int, Kind]]) -> Call:
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, max_size=len(places), unique=True))
    items = list(call.items)
    for place, kind in chosen:
        number = decode_number(items[place])
        items[place] = draw(spellings(number if kind is Kind.INT else bool(number)))
    return replace(call, items=tuple(items))


def spelled(call: Call) -> SearchStrategy[Call]:
    """Return calls with the same arguments, some of whose numbers and truth values are spelled another way.

    Args:
        call: the call, `draft.filled().calls[0]`.

    Raises:
        ArgumentError: there are neither numbers nor truth values among its arguments.
    """
    artifact = call.contract.artifact
    shapes = ((each.name, shape_of(each, artifact, constructing=False)) for each in call.function.params)
    kinds = [leaf.type.kind for name, shape in shapes for leaf in leaves(name, shape)]
    places = [(place, kind) for place, kind in enumerate(kinds) if kind is not Kind.BYTES]
    if not places:
        raise ArgumentError(f"{artifact.contract}.{call.function.name}", "a number or a truth value to spell", "none")
    return _spelled(call, places)
