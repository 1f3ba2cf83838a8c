"""Indices of items in maps and sets, found at the moment when a call uses them.

A contract stores the hashes of its `HashedMap` in order, and a call has to give the index of each key. An earlier step
of the same call may move the others, so the index is known only when the call gets there. In: a call with a number in
place of each index that is not known. Out: the indices.
"""

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.evaluation.calls import evaluate_with
from penstock.evaluation.spend_oracle import SpendOracle
from penstock.records import field
from penstock.script.hashes import sha256
from penstock.script.numbers import decode_number
from penstockc.language.items import stack_bytes
from penstockc.meaning.interpreter import Interpreter
from penstockc.meaning.values import RecordValue, Value, flattened
from penstockc.semantics import typed
from penstockc.targets import target_of

_ENTRY: Final[Mapping[str, int]] = {"HashedMap": 64, "HashedSet": 32}
"""Bytes that these libraries store for each key, the hash of the key first."""
_ITEM, _INDEX, _DATA = "item", "idx", "_data"
_FIRST: Final = -(1 << 400)
"""A number that no contract computes; the others follow downwards."""


def unknown_index(number: int) -> int:
    """Return the number that stands for an index that is not known, different for each of a call."""
    return _FIRST - number


def is_unknown(value: object) -> bool:
    """Return whether a value stands for an index that is not known."""
    return isinstance(value, int) and value <= _FIRST


def indices_in(program: typed.Program, spend: Spend, call: Call) -> dict[int, int]:
    """Return the indices that a call needs, by the numbers that stand for them; those it does not get to are missing.

    Args:
        program: the program that the spend's contract was compiled from.
        spend: the spend.
        call: the call.
    """
    found: dict[int, int] = {}
    limits = target_of(spend.contract.artifact.chain).limits
    evaluate_with(
        program,
        spend,
        call,
        limits=limits,
        oracle=SpendOracle(spend),
        interpreter=lambda of, limits, oracle, statics: _Locating(of, limits, oracle, statics, found),
    )
    return found


class _Locating(Interpreter, frozen=True):
    """Finds the index of an item when a map or set is asked for it."""

    found: dict[int, int] = field(default_factory=dict)

    def call(
        self, function: typed.Function, this: Value | None, arguments: tuple[Value, ...]
    ) -> tuple[Value, Value | None]:
        """Run a function; the items among the arguments of a map or set get their indices first."""
        size = _ENTRY.get(function.key.owner.partition("<")[0])
        if size is not None and isinstance(this, RecordValue):
            arguments = tuple(self._located(each, this, size) for each in arguments)
        return Interpreter.call(self, function, this, arguments)

    def _located(self, value: Value, this: RecordValue, size: int) -> Value:
        if not isinstance(value, RecordValue) or value.properties.keys() != {_ITEM, _INDEX}:
            return value
        index = value.properties[_INDEX]
        if not isinstance(index, int) or not is_unknown(index):
            return value
        known = self.found.setdefault(int(index), _index(this.properties[_DATA], value.properties[_ITEM], size))
        return value.replace(_INDEX, known)


def _index(data: Value, item: Value, size: int) -> int:
    """Return the index of an item in the stored hashes, or the one that it will have."""
    assert isinstance(data, bytes), "as the standard library declares it"
    hashes = [decode_number(data[start : start + 32]) for start in range(0, len(data), size)]
    leaves = [sha256(stack_bytes(leaf)) for leaf in flattened(item)]
    return bisect_left(hashes, decode_number(leaves[0] if len(leaves) == 1 else sha256(b"".join(leaves))))
