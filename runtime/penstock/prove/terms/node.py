"""Nodes of formulas. Each node is made once, so two terms are equal exactly if they are one object.

A term is a number, a byte string or a truth value of a call that is not fixed: of any arguments, any constructor's
values, any transaction. Only the constructors in this package make nodes: each returns a normal form, so that two
computations that mean the same are mostly one node.

Conditions of choices have a bit each. The mask of a node is the bits of all conditions that choices inside it depend
on, so that a condition can be replaced without a walk over terms that do not depend on it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import wraps
from itertools import count
from typing import Any, Final, ParamSpec, TypeVar


class Sort(Enum):
    """The kind of value that a term stands for."""

    INT = "int"
    BYTES = "bytes"
    BOOL = "bool"


class Term:
    """A node.

    Attributes:
        kind: its operation.
        sort: the kind of its value.
        args: its operands, terms or constants.
        serial: its number, in the order in which nodes are made; operands of commutative operations are sorted by it.
        mask: bits of the conditions that choices inside depend on.
        bit: its own bit, if it is a condition of a choice; otherwise 0.
        low: a lower bound of a number; None if there is none.
        high: an upper bound of a number.
    """

    __slots__ = ("args", "bit", "high", "kind", "low", "mask", "serial", "sort")

    def __init__(  # noqa: PLR0913, PLR0917 - the fields of a node
        self, kind: str, sort: Sort, args: tuple[Any, ...], serial: int, mask: int, low: int | None, high: int | None
    ) -> None:
        self.kind = kind
        self.sort = sort
        self.args = args
        self.serial = serial
        self.mask = mask
        self.bit = 0
        self.low = low
        self.high = high

    def __repr__(self) -> str:
        return f"<{self.kind} {self.serial}>"


_SERIALS: Final = count()
_NODES: Final[dict[tuple[str, tuple[Any, ...]], Term]] = {}
_BITS: Final[list[Term]] = []
_RESULTS: Final[list["_Results"]] = []


def node(  # noqa: PLR0913, PLR0917 - the fields of a node
    kind: str,
    sort: Sort,
    args: tuple[Any, ...],
    mask: int | None = None,
    low: int | None = None,
    high: int | None = None,
) -> Term:
    """Return the node with this operation and these operands; `mask` is that of the operands if it is not given."""
    key = (kind, args)
    found = _NODES.get(key)
    if found is None:
        if mask is None:
            mask = 0
            for each in args:
                if type(each) is Term:
                    mask |= each.mask | each.bit
        found = _NODES[key] = Term(kind, sort, args, next(_SERIALS), mask, low, high)
    return found


def register(condition: Term) -> Term:
    """Give a condition of a choice its bit, and its parts theirs; return it."""
    if not condition.bit:
        if condition.kind in {"and", "not", "ite"}:
            for part in condition.args:
                register(part)
                condition.mask |= part.mask | part.bit
        _BITS.append(condition)
        condition.bit = 1 << len(_BITS)
    return condition


def conditions_in(term: Term) -> list[Term]:
    """Return the conditions that choices inside a term depend on, in the order in which they got their bits."""
    mask = term.mask | term.bit
    found = []
    while mask:
        lowest = mask & -mask
        found.append(_BITS[lowest.bit_length() - 2])
        mask ^= lowest
    return found


def parts_in(term: Term) -> list[Term]:
    """Return the operands of a node that are terms; of a number, its atoms."""
    if term.kind == "poly":
        return [atom for atom, _ in term.args[1]]
    return [each for each in term.args if type(each) is Term]


def nodes_in(terms: Iterable[Term], ends: Collection[Term] = ()) -> Iterator[Term]:
    """Yield terms and all nodes inside of them, but for those inside of some, the ends."""
    waiting, seen = list(terms), set[Term]()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        yield each
        if each not in ends:
            waiting.extend(parts_in(each))


def size() -> int:
    """Return the number of nodes."""
    return len(_NODES)


P = ParamSpec("P")
R = TypeVar("R")


class _Results:
    """Results of a function by its arguments."""

    def __init__(self) -> None:
        self.known: dict[Any, Any] = {}


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function of terms that computes each result once."""
    results = _Results()
    _RESULTS.append(results)

    @wraps(function)
    def remembering(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, tuple(kwargs.values())) if kwargs else args
        known = results.known
        found: R | None = known.get(key)
        if found is None:
            found = known[key] = function(*args, **kwargs)
        return found

    return remembering


@contextmanager
def apart() -> Iterator[None]:
    """Remember results inside the context only: they may depend on what is assumed there."""
    kept = [results.known for results in _RESULTS]
    _forget()
    try:
        yield
    finally:
        for results, before in zip(_RESULTS, kept, strict=True):
            results.known = before


def _forget() -> None:
    for results in _RESULTS:
        results.known = {}


@contextmanager
def fresh_nodes() -> Iterator[None]:
    """Forget all nodes at the end of the context, but for those that it began with."""
    kept, bits = dict(_NODES), list(_BITS)
    try:
        yield
    finally:
        _forget()
        _NODES.clear()
        _NODES.update(kept)
        for condition in _BITS[len(bits) :]:
            condition.bit = 0
        _BITS[:] = bits


TRUE: Final = node("true", Sort.BOOL, ())
FALSE: Final = node("false", Sort.BOOL, ())
