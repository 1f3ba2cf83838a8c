"""State, compiled: a contract and the codec outside read and write the same, for any values."""

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import penstock
from penstock import PREIMAGE, Artifact, CompileError, HashedMap, HashedSet, Spend
from penstock.artifact.artifact import BASIC_TYPES, BasicType, Kind, Parameter
from penstockc.pipeline import check_source
from tests.support.engines.state_judges import judged
from tests.support.generators.state_values import state_values
from tests.support.spending.state_chain import Coin, refusal

KEY = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")

BASIC: Final = {basic.label: f"x{index}" for index, basic in enumerate(BasicType)}
"""A state property of each basic type."""

ALL_BASIC = f"""
contract Basic {{
    {" ".join(f"@state {kind} {name};" for kind, name in BASIC.items())}

    public function set(SigHashPreimage preimage, {", ".join(f"{kind} {name}" for kind, name in BASIC.items())}) {{
        {" ".join(f"this.{name} = {name};" for name in BASIC.values())}
        require(this.updateState(preimage, SigHash.value(preimage)));
    }}

    public function keep(SigHashPreimage preimage) {{
        require(this.updateState(preimage, SigHash.value(preimage)));
    }}
}}
"""
NESTED = """
type Amount = int;

struct Seat<T> {
    T guest;
    bool[2] meals;
}

library Room {
    private const Amount price;
    Seat<bytes>[2] seats;

    constructor(int half) {
        this.price = 2 * half;
    }

    function paid(int meals) : int {
        return this.price + meals;
    }
}

contract Hotel {
    static const int FLOORS = 2;

    const int stars;
    @state Room[FLOORS] rooms;
    @state HashedMap<int, Seat<int>> book;
    bytes name;
    @state Amount takings;

    constructor(Room first, int stars) {
        this.rooms = [first, new Room(7)];
        this.stars = stars;
        this.takings = stars * 100;
        this.rooms[1].seats[0].guest = "somebody";
        this.rooms[0].seats[1].meals = [true, false];
    }

    public function stay(int floor, int place, Seat<bytes> seat, int amount, SigHashPreimage preimage) {
        this.rooms[floor].seats[place] = seat;
        this.takings += this.rooms[floor].paid(this.stars);
        require(this.updateState(preimage, amount));
    }

    public function note(SortedItem<int> key, Seat<int> seat, SigHashPreimage other, SigHashPreimage preimage) {
        require(len(preimage) == 4);
        require(this.book.set(key, seat));
        require(this.updateState(other, SigHash.value(other)));
    }

    public function inspect(int takings, SigHashPreimage preimage) {
        require(Tx.checkPreimage(preimage));
        require(takings == this.takings);
    }
}
"""


def compiled(source: str) -> Artifact:
    return penstock.compile_source(source, name="state.scrypt")


# Basic types ----------------------------------------------------------------------------------------------------------

VALUES: Final[dict[Kind, st.SearchStrategy[Any]]] = {
    Kind.INT: st.integers(-(1 << 70), 1 << 70) | st.sampled_from([0, 1, -1, 16, 127, 128, -128, 255, 256, 1 << 700]),
    Kind.BOOL: st.booleans(),
    Kind.BYTES: st.binary(max_size=5) | st.sampled_from([0x4B, 0x4C, 0xFF, 0x100]).map(bytes),
}
ZERO: Final = {Kind.INT: 0, Kind.BOOL: False, Kind.BYTES: b""}
LENGTHS: Final = {name: bytes(basic.lengths[0]) for kind, name in BASIC.items() if (basic := BASIC_TYPES[kind]).lengths}
values = st.fixed_dictionaries({name: state_values(BASIC_TYPES[kind], VALUES) for kind, name in BASIC.items()})
basic_artifact = compiled(ALL_BASIC)
first_values: dict[str, Any] = {name: ZERO[BASIC_TYPES[kind].kind] for kind, name in BASIC.items()}
fresh = basic_artifact.instantiate(**first_values | LENGTHS | {BASIC["PubKey"]: KEY})


@given(values, values)
@settings(max_examples=12)
def test_every_value_of_every_basic_type_is_handed_on(first: dict[str, Any], second: dict[str, Any]) -> None:
    coin = Coin(fresh)
    for state in (first, second):
        coin = coin.step(coin.spend(**state), "set", PREIMAGE, *(state[name] for name in BASIC.values()))
        assert coin.contract.state == state
        coin = coin.step(coin.spend(), "keep", PREIMAGE)
        assert coin.contract.state == state


def test_it_is_kept_from_the_beginning_too() -> None:
    coin = Coin(fresh)
    kept = coin.step(coin.spend(), "keep", PREIMAGE)
    assert kept.contract.state == fresh.state


OVERHEAD: Final = len(fresh.with_state(**{BASIC["bytes"]: bytes(0x100)}).locking_script) - 0x100
"""Bytes of the locking script in addition to a value of this size."""
PUSHES: Final = [edge + step for edge in (0x4B, 0xFC, 0xFF, 0xFFFF) for step in (-1, 0, 1, 2)]
"""Sizes at which the length of a value, or its push prefix, takes one more byte."""
SCRIPTS: Final = [edge + step - OVERHEAD for edge in (0xFFFF,) for step in (-2, -1, 0, 1, 2)]
"""Values that give the locking script a length where its own takes more bytes, in the output and in the preimage."""


@pytest.mark.parametrize("size", [*PUSHES, *SCRIPTS])
def test_long_values(size: int) -> None:
    coin = Coin(fresh)
    state: dict[str, Any] = {**fresh.state, BASIC["bytes"]: bytes(size)}
    coin = coin.step(coin.spend(**state), "set", PREIMAGE, *state.values())
    assert coin.step(coin.spend(), "keep", PREIMAGE).contract.state == state


@pytest.mark.parametrize("name", BASIC.values())
def test_a_change_of_any_of_them_is_refused(name: str) -> None:
    coin = Coin(fresh)
    other: Any = {int: 1, bool: True, bytes: b"another" if name not in LENGTHS else b""}[type(fresh.state[name])]
    verdict = refusal(coin.spend(**{name: other}), "keep", PREIMAGE)
    assert verdict.source_line == "require(this.updateState(preimage, SigHash.value(preimage)));"


# Structs, arrays, libraries -------------------------------------------------------------------------------------------

hotel_artifact = compiled(NESTED)
hotel = Coin(hotel_artifact.instantiate({"half": 5}, 4))
EMPTY = {"guest": b"", "meals": [False, False]}
ROOMS: Final[list[dict[str, Any]]] = [
    {"price": 10, "seats": [EMPTY, {"guest": b"", "meals": [True, False]}]},
    {"price": 14, "seats": [{"guest": b"somebody", "meals": [False, False]}, EMPTY]},
]
BEGINNING: Final[dict[str, Any]] = {"rooms": ROOMS, "book": HashedMap(), "takings": 400}


def test_the_artifact_tells_what_the_state_is() -> None:
    assert basic_artifact.state_properties == tuple(Parameter(name, kind) for kind, name in BASIC.items())
    assert hotel_artifact.state_properties == (
        Parameter("rooms", "Room[2]"),
        Parameter("book", "HashedMap<int,Seat<int>>"),
        Parameter("takings", "int"),
    )
    assert (basic_artifact.implicit_constructor, hotel_artifact.implicit_constructor) == (True, False)
    assert set(hotel_artifact.template.names) == {"first.ctor.half", "stars"}


def test_the_constructor_makes_the_first_state_and_transitions_the_next() -> None:
    seat = {"guest": b"anna", "meals": [True, True]}
    rooms = [ROOMS[0], {"price": 14, "seats": [ROOMS[1]["seats"][0], seat]}]
    state = {**BEGINNING, "rooms": rooms, "takings": 418}
    coin = hotel.step(hotel.spend(**state), "stay", 1, 1, seat, 1000, PREIMAGE)
    assert coin.contract.state == {**state, "book": {"_data": b""}}
    back = {**state, "rooms": [{"price": 10, "seats": [seat, ROOMS[0]["seats"][1]]}, rooms[1]], "takings": 432}
    coin = coin.step(coin.spend(value=900, **back), "stay", 0, 0, seat, 900, PREIMAGE)
    assert coin.contract.state["takings"] == 432
    assert coin.value == 900


def test_the_first_preimage_is_the_one_that_is_read() -> None:
    book: HashedMap[int, Any] = HashedMap()
    coin = hotel
    for number in (3, 7, 1):
        item, seat = book.item(number), {"guest": number, "meals": [False, True]}
        book[number] = (number, [False, True])
        coin = coin.step(coin.spend(**{**BEGINNING, "book": book}), "note", item, seat, PREIMAGE, b"none")
        assert coin.contract.state["book"] == {"_data": book.data}


def test_what_only_reads_reads_the_same() -> None:
    later = Coin(hotel.contract.with_state(**{**BEGINNING, "takings": 7}))
    for coin, takings in ((hotel, 400), (later, 7)):
        spend = Spend(coin.contract)
        assert judged(spend, spend.call("inspect", takings, PREIMAGE))
        assert not judged(spend, spend.call("inspect", takings + 1, PREIMAGE))


@pytest.mark.parametrize("floor", [-1, 2])
def test_outside_of_an_array_the_spend_is_refused(floor: int) -> None:
    seat = {"guest": b"", "meals": [True, True]}
    verdict = refusal(hotel.spend(**{**BEGINNING, "takings": 418}), "stay", floor, 0, seat, 1000, PREIMAGE)
    assert verdict.source_line == "this.rooms[floor].seats[place] = seat;"


# What is read, and when -----------------------------------------------------------------------------------------------

SEVERAL = """
contract Several {
    int fixed;
    @state int n;
    @state HashedSet<int> keys;

    public function plain(int x) {
        require(x == this.fixed);
    }

    public function looking(int x, SigHashPreimage preimage) {
        require(x == this.fixed && len(preimage) > 0);
    }

    public function touching(SigHashPreimage preimage) {
        require(this.through());
        this.n++;
        require(this.update(preimage));
    }

    public function adding(SortedItem<int> key, SigHashPreimage preimage) {
        require(Tx.checkPreimageOpt(preimage));
        require(this.keys.add(key));
        bytes output = Utils.buildOutput(this.getStateScript(), SigHash.value(preimage));
        require(hash256(output) == SigHash.hashOutputs(preimage));
    }

    function through() : bool {
        return this.n >= 0;
    }

    function update(SigHashPreimage preimage) : bool {
        return this.updateStateSigHashType(preimage, SigHash.value(preimage), SigHash.ALL | SigHash.FORKID);
    }
}
"""
several = compiled(SEVERAL).instantiate(fixed=5, n=0, keys=HashedSet())


def test_what_does_not_touch_state_does_not_read_it() -> None:
    for contract in (several, several.with_state(n=1)):
        spend = Spend(contract)
        assert judged(spend, spend.call("plain", 5))
        assert judged(spend, spend.call("looking", 5, b"no preimage"))
        assert not judged(spend, spend.call("looking", 6, b"no preimage"))


def test_state_is_read_for_functions_that_are_called() -> None:
    coin = Coin(several)
    for n in (1, 2, 3):
        coin = coin.step(coin.spend(n=n), "touching", PREIMAGE)
    below = Coin(several.with_state(n=-1))
    assert refusal(below.spend(n=0), "touching", PREIMAGE).source_line == "require(this.through());"


def test_the_short_check_takes_ground_spends() -> None:
    coin, keys = Coin(several), HashedSet[int]()
    for key in (5, 3, 9):
        item = keys.item(key)
        keys.add(key)
        spend = Spend(coin.contract, 1000, [(1000, coin.contract.with_state(keys=keys).locking_script)])
        ground = spend.grind("adding", item, PREIMAGE)
        assert judged(ground, ground.call("adding", item, PREIMAGE))
        coin = Coin(coin.contract.with_state(keys=keys))
    spend = Spend(coin.contract, 1000, [(1000, coin.contract.locking_script)])
    there, elsewhere = keys.item(3), keys.item(3)._replace(idx=0)
    assert there != elsewhere
    ground = spend.grind("adding", there, PREIMAGE)
    assert ground.verify("adding", there, PREIMAGE)
    assert ground.verify("adding", elsewhere, PREIMAGE).source_line == "require(this.keys.add(key));"


# Contracts among themselves -------------------------------------------------------------------------------------------

WITHIN = """
contract Inner {
    @state int n;

    public function raise(SigHashPreimage preimage) {
        this.n++;
        require(Tx.checkPreimage(preimage) && this.n == 3);
    }
}

contract Outer {
    Inner inner;

    public function open(SigHashPreimage preimage) {
        require(this.inner.raise(preimage));
        Inner other = new Inner(2);
        require(other.raise(preimage) && other == this.inner);
    }
}
"""


def test_within_another_contract_state_is_properties() -> None:
    outer = compiled(WITHIN)
    assert outer.state_properties == ()
    for n, opens in ((2, True), (3, False)):
        spend = Spend(outer.instantiate({"n": n}))
        assert bool(judged(spend, spend.call("open", PREIMAGE))) is opens


def test_state_is_for_bsv() -> None:
    with pytest.raises(CompileError, match=r"this\.getStateScript\(\)` needs OP_CAT"):
        penstock.compile_source(SEVERAL, target="btc")


def test_a_library_as_main_has_no_state() -> None:
    checked = check_source("library L { @state int n; static function f() : int { return 1; } }")
    assert [found.code for found in checked.diagnostics] == ["state-outside-contract"]


# Names of the contract's own ------------------------------------------------------------------------------------------

ODD = """
struct script { int state; int[2] i0; }

library reader {
    private bytes rest;
    int pos;
}

contract Odd {
    static const int size = 3;
    static int preimage = 4;
    @state script state;
    @state reader script;
    @state int len;
    @state bool[2][3] i0;

    static function unpack(bytes x) : int {
        return 7;
    }

    static function hash256(bytes x) : bytes {
        return b'';
    }

    public function go(SigHashPreimage p) {
        this.state.state++;
        this.len = unpack(b'') + preimage + size;
        require(this.updateState(p, SigHash.value(p)));
    }
}
"""


def test_no_name_of_the_contract_gets_in_the_way() -> None:
    contract = compiled(ODD).instantiate(
        {"state": 1, "i0": [2, 3]}, {"rest": b"r", "pos": 4}, 5, [[True, False, True], [False, False, False]]
    )
    coin = Coin(contract)
    for number in (2, 3):
        state = {"state": number, "i0": [2, 3]}
        following = coin.contract.with_state(state=state, len=14)
        spend = Spend(coin.contract, 1000, [(1000, following.locking_script)], outpoint=coin.outpoint)
        coin = coin.step(spend, "go", PREIMAGE)
        assert coin.contract.state == {**contract.state, "state": state, "len": 14}


@pytest.mark.parametrize(
    ("declared", "codes"),
    [
        ("@state Unknown x;", {"unknown-type"}),
        ("@state int[n] x;", {"bare-property"}),
        ("@state auto x;", {"auto-property"}),
        ("@state static int x = 5;", {"bad-modifier"}),
    ],
)
def test_a_mistake_in_a_state_property_is_told_once(declared: str, codes: set[str]) -> None:
    body = "public function f(SigHashPreimage p) { require(this.updateState(p, 1)); }"
    checked = check_source(f"contract C {{ @state int n; {declared} {body} }}")
    assert {found.code for found in checked.diagnostics} == codes
    assert len(checked.diagnostics) == 1


SHORT = """contract Last {
    @state Sha256 hash;

    public function keep(bytes x, SigHashPreimage preimage) {
        this.hash = Sha256(x);
        require(len(this.getStateScript()) > 0);
    }
}"""


@pytest.mark.parametrize(("size", "fits"), [(0, True), (32, True), (75, True), (76, False), (128, False), (300, False)])
def test_a_hash_in_the_state_has_at_most_75_bytes(size: int, *, fits: bool) -> None:
    spend = Spend(compiled(SHORT).instantiate(hash=bytes(32)))
    assert bool(spend.verify("keep", bytes(size), PREIMAGE)) == fits
