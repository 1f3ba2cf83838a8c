"""Records: typed values of states, and values that contracts take, back and forth."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from penstock import HashedMap, compile_source
from penstock.artifact.artifact import BasicType
from penstock.bindings import HashedData, Record, SortedItem
from penstock.bindings.records import plain, typed
from penstock.contract.values.shape import ArrayShape, RecordField, RecordShape, shape_of

STATE = """struct Seat {
    int row;
    bytes[2] names;
}
contract House {
    @state SortedItem<Seat> top;
    @state HashedMap<int, Seat> seats;
    @state Seat[2] best;
    public function open(SigHashPreimage preimage) {
        require(this.updateState(preimage, SigHash.value(preimage)));
    }
}"""


@dataclass(frozen=True, slots=True)
class Seat(Record):
    row: int
    names: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class HouseState(Record):
    top: SortedItem[Seat]
    seats: HashedData
    best: tuple[Seat, ...]


def test_a_state_and_back() -> None:
    artifact = compile_source(STATE)
    shapes = [shape_of(each, artifact, constructing=False) for each in artifact.state_properties]
    map_ = HashedMap({1: Seat(1, [b"a", b"b"])})
    state = HouseState(SortedItem(Seat(7, (b"", b"x")), 3), HashedData(map_.data), (Seat(1, [b"a", b"b"]),) * 2)
    values = [plain(value, shape) for value, shape in zip((state.top, map_, state.best), shapes, strict=True)]
    assert values[0] == {"item": {"row": 7, "names": [b"", b"x"]}, "idx": 3}
    assert typed(HouseState, artifact.instantiate(*values).state) == state
    assert plain(state.seats, shapes[1]) == state.seats


def test_arrays_are_kept_as_tuples() -> None:
    assert Seat(1, [b"a"]) == Seat(1, (b"a",))
    assert hash(Seat(1, [b"a"])) == hash(Seat(1, (b"a",)))


@pytest.mark.parametrize("value", [7, b"ab", "ab", {"row": 7}, HashedData(b""), Seat(1, ())])
def test_what_does_not_fit_is_left_for_the_check_of_the_contract(value: object) -> None:
    one_field = RecordShape("Row", (RecordField("row", "row", BasicType.INT),))
    assert plain(value, ArrayShape(BasicType.INT, 2)) == value
    assert plain(value, one_field) == value
