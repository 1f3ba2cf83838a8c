"""`HashedMap` and `HashedSet` behave like a dictionary and a set of which only sorted hashes are kept.

The model below is Python's own; the contracts run on the machine, and mean the same to the evaluator.
"""

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock import PREIMAGE, Artifact, HashedSet, SortedItem, Spend
from penstock.evaluation.spend_oracle import SpendOracle
from penstock.script.numbers import decode_number, encode_number
from penstockc.meaning.evaluate import evaluate
from penstockc.meaning.values import Value
from penstockc.pipeline import compile_source
from penstockc.semantics.typed import Program
from tests.support.compiling.programs import program_of as understood
from tests.support.compiling.targets import TARGETS

BSV = TARGETS["bsv"].limits

MAP = """
contract Map {
    public function set(bytes before, int key, int index, bytes value, bool result, bytes after) {
        HashedMap<int, bytes> map = new HashedMap(before);
        require(map.set({key, index}, value) == result && map.data() == after);
    }

    public function canGet(bytes before, int key, int index, bytes value, bool result, bytes after) {
        HashedMap<int, bytes> map = new HashedMap(before);
        require(map.canGet({key, index}, value) == result && map.data() == after);
    }

    public function has(bytes before, int key, int index, bytes value, bool result, bytes after) {
        HashedMap<int, bytes> map = new HashedMap(before);
        require(map.has({key, index}) == result && map.data() == after);
    }

    public function delete(bytes before, int key, int index, bytes value, bool result, bytes after) {
        HashedMap<int, bytes> map = new HashedMap(before);
        require(map.delete({key, index}) == result && map.data() == after);
    }
}
"""
SET = """
contract Set {
    public function add(bytes before, int key, int index, bytes value, bool result, bytes after) {
        HashedSet<int> set = new HashedSet(before);
        require(set.add({key, index}) == result && set.data() == after);
    }

    public function has(bytes before, int key, int index, bytes value, bool result, bytes after) {
        HashedSet<int> set = new HashedSet(before);
        require(set.has({key, index}) == result && set.data() == after);
    }

    public function delete(bytes before, int key, int index, bytes value, bool result, bytes after) {
        HashedSet<int> set = new HashedSet(before);
        require(set.delete({key, index}) == result && set.data() == after);
    }
}
"""
ANY = """
struct Point { int x; bytes[2] y; }

contract Any {
    public function others(bool flag, Point p, bytes data) {
        HashedMap<Point, bool> map = new HashedMap(b'');
        require(map.size() == 0 && map.set({p, 0}, flag));
        require(map.data() == data && map.size() == 1 && map.canGet({p, 0}, flag));
        require(!map.canGet({p, 0}, !flag) && map.clear() && map.size() == 0 && !map.has({p, 0}));
        HashedSet<Point> set = new HashedSet(b'');
        require(set.add({p, 0}) && set.data() == data[: 32] && set.size() == 1);
        require(set.has({p, 0}) && set.clear() && set.data() == b'' && !set.has({p, 0}));
    }
}
"""


@dataclass(slots=True)
class Model:
    """The rules by the letter, on a list of entries: pairs of hashes, of which a set has the first only."""

    entries: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        return b"".join(map(b"".join, self.entries))

    def found(self, key: bytes, index: int) -> bool:
        return 0 <= index < len(self.entries) and self.entries[index][0] == key

    def fits(self, key: bytes, index: int) -> bool:
        number, last = decode_number(key), len(self.entries)
        return (
            0 <= index <= last
            and (index == 0 or decode_number(self.entries[index - 1][0]) < number)
            and (index == last or number < decode_number(self.entries[index][0]))
        )

    def set(self, key: bytes, index: int, value: bytes) -> bool:
        if self.found(key, index):
            self.entries[index] = key, value
            return True
        return self._insert(key, index, value)

    def add(self, key: bytes, index: int) -> bool:
        if self.found(key, index):
            return index == 0 or decode_number(self.entries[index - 1][0]) < decode_number(key)
        return self._insert(key, index, b"")

    def _insert(self, key: bytes, index: int, value: bytes) -> bool:
        fits = self.fits(key, index)
        if fits:
            self.entries.insert(index, (key, value))
        return fits

    def can_get(self, key: bytes, index: int, value: bytes) -> bool:
        return self.found(key, index) and self.entries[index][1] == value

    def delete(self, key: bytes, index: int) -> bool:
        found = self.found(key, index)
        if found:
            del self.entries[index]
        return found


@cache
def compiled(source: str) -> Artifact:
    return compile_source(source)


@cache
def program_of(source: str) -> Program:
    return understood(source)


def digest(key: int) -> bytes:
    return sha256(encode_number(key)).digest()


KEYS = st.integers(-3, 12)
VALUES = st.sampled_from([b"", b"\x00", b"\x01", b"many"])


@st.composite
def models(draw: st.DrawFn, *, with_values: bool) -> Model:
    """Draw a collection, in order or (as no history leaves it) in any; with or without an element twice."""
    keys = draw(st.lists(KEYS, max_size=6, unique=draw(st.booleans())))
    if draw(st.integers(0, 3)):
        keys.sort(key=lambda key: decode_number(digest(key)))
    return Model([(digest(key), sha256(draw(VALUES)).digest() if with_values else b"") for key in keys])


def holds(source: str, function: str, *arguments: Value) -> bool:
    """Call a contract on the machine, and ask the evaluator the same."""
    spend = Spend(compiled(source).instantiate())
    verdict = bool(spend.verify(function, *arguments))
    outcome = evaluate(program_of(source), (), function, arguments, limits=BSV, spend=SpendOracle(spend))
    assert verdict == bool(outcome)
    return verdict


@settings(max_examples=400, deadline=None)
@given(
    models(with_values=True),
    st.sampled_from(["set", "canGet", "has", "delete"]),
    KEYS,
    st.integers(-2, 8),
    VALUES,
)
def test_a_map_does_what_the_model_does(model: Model, function: str, key: int, index: int, value: bytes) -> None:
    before, hashes = model.data, (digest(key), sha256(value).digest())
    match function:
        case "set":
            result = model.set(hashes[0], index, hashes[1])
        case "canGet":
            result = model.can_get(hashes[0], index, hashes[1])
        case "has":
            result = model.found(hashes[0], index)
        case _:
            result = model.delete(hashes[0], index)
    assert holds(MAP, function, before, key, index, value, result, model.data)
    assert not holds(MAP, function, before, key, index, value, not result, model.data)


@settings(max_examples=250, deadline=None)
@given(models(with_values=False), st.sampled_from(["add", "has", "delete"]), KEYS, st.integers(-2, 8))
def test_a_set_does_what_the_model_does(model: Model, function: str, key: int, index: int) -> None:
    before = model.data
    match function:
        case "add":
            result = model.add(digest(key), index)
        case "has":
            result = model.found(digest(key), index)
        case _:
            result = model.delete(digest(key), index)
    assert holds(SET, function, before, key, index, b"", result, model.data)
    assert not holds(SET, function, before, key, index, b"", not result, model.data)


def test_the_order_is_that_of_signed_numbers() -> None:
    """Each pair of keys is accepted in one order and not in the other, for any signs of their hashes."""
    numbers = {key: decode_number(digest(key)) for key in range(24)}
    assert {number < 0 for number in numbers.values()} == {True, False}
    for first, low in numbers.items():
        for second, high in numbers.items():
            if first != second:
                is_before = low < high
                joined = digest(first) + digest(second)
                assert holds(
                    SET, "add", digest(first), second, 1, b"", is_before, joined if is_before else digest(first)
                )


def test_a_key_is_never_in_a_set_twice() -> None:
    """Adding it again is true at its index, and false at any other; the set stays the same."""
    keys = sorted(range(5), key=lambda key: decode_number(digest(key)))
    data = b"".join(map(digest, keys))
    for place, key in enumerate(keys):
        for index in range(-1, 7):
            assert holds(SET, "add", data, key, index, b"", index == place, data)


GUESTS = """
contract Guests {
    @state HashedSet<int> guests;

    public function enter(SortedItem<int> guest, SigHashPreimage preimage) {
        require(this.guests.add(guest));
        require(this.updateState(preimage, SigHash.value(preimage)));
    }

    public function enterOnce(SortedItem<int> guest, SigHashPreimage preimage) {
        require(!this.guests.has(guest) && this.guests.add(guest));
        require(this.updateState(preimage, SigHash.value(preimage)));
    }
}
"""


@pytest.mark.parametrize("key", range(6))
def test_spends_add_a_guest_at_one_index_only_and_the_set_stays_in_order(key: int) -> None:
    before = HashedSet([1, 3, 5])
    after = HashedSet([*before, key])
    contract = compiled(GUESTS).instantiate(before)
    spend = Spend(contract, outputs=[(1000, contract.with_state(guests=after).locking_script)])
    for index in range(-1, 5):
        item, fits = SortedItem(key, index), index == after.item(key).idx
        assert bool(spend.verify("enter", item, PREIMAGE)) == fits
        assert bool(spend.verify("enterOnce", item, PREIMAGE)) == (fits and key not in before)


def test_keys_and_values_may_be_of_any_type() -> None:
    leaves = [encode_number(3), b"", b"\x05"]
    key = sha256(b"".join(sha256(leaf).digest() for leaf in leaves)).digest()
    for flag in (True, False):
        data = key + sha256(b"\x01" if flag else b"").digest()
        spend = Spend(compile_source(ANY).instantiate())
        assert spend.verify("others", flag, {"x": 3, "y": [b"", b"\x05"]}, data)
        assert not spend.verify("others", not flag, {"x": 3, "y": [b"", b"\x05"]}, data)
