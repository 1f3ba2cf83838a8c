"""Generated modules: what they call is what the contract gets, and mypy and ruff have nothing against them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from penstock import HashedMap, HashedSet
from penstock.bindings import HashedData, SortedItem
from penstock.testing import PREIMAGE, Chain, key, refuses
from tests.support.compiling.generated_bindings import GUESTS, ODD, loaded, make_bindings, write

ALICE, BOB, CAROL = key("alice"), key("bob"), key("carol")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the odd contract and its bindings."""
    made = tmp_path_factory.mktemp("odd")
    write(made, odd=ODD, guests=GUESTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        assert make_bindings("-o", "made").exit_code == 0
    return made


@pytest.fixture(scope="module")
def odd(folder: Path) -> Iterator[ModuleType]:
    with loaded(folder / "made" / "odd.py") as module:
        yield module


@pytest.fixture
def coin(odd: ModuleType) -> Any:
    points = [odd.Point(1, 2), odd.Point(x=3, from_=4)]
    entries = HashedMap({odd.Point(5, 6): 7})
    contract = odd.Odd(ALICE, 7, 41, points, entries, inner=odd.OddState(BOB), is_=True, tally=odd.TallyInt(0))
    return contract.fund(Chain(fee_rate=0), 1000)


def test_a_state_is_read_and_handed_on(odd: ModuleType, coin: Any) -> None:
    points = odd.Point(1, 2), odd.Point(3, 4)
    data = HashedData(HashedMap({odd.Point(5, 6): 7}).data)
    assert coin.state == odd.OddState_(41, points, data, odd.OddState(BOB.public_key), is_=True)
    with refuses("this.updateState"):
        coin.lambda_(1, 1, b"abc", super_=False, preimage=PREIMAGE).to(coin.next(value=43), 1000).send()
    sent = coin.lambda_(self_=1, None_=1, bytes=b"", super_=True, preimage=PREIMAGE).to(coin.next(), 1000).send()
    following = coin.after(sent)
    assert type(following) is odd.OddCoin
    assert following.value == 1000
    assert following.state == odd.OddState_(42, (points[0], odd.Point(3, 42)), data, odd.OddState(BOB.public_key), True)
    changed = following.next(value=43, next=[points[0], odd.Point(3, 43)], map=data, inner=odd.OddState(BOB), is_=True)
    assert following.after(following.lambda_(2, 2, b"abc", False, PREIMAGE).to(changed, 1000).send()).state.value == 43


def test_maps_and_sets_are_dicts_and_sets_and_their_items_need_no_index(folder: Path) -> None:
    with loaded(folder / "made" / "guests.py") as guests:
        contract = guests.Guests(seats={ALICE: 1, BOB: 2}, names={b"a": ALICE}, banned={BOB})
        coin = contract.fund(Chain(fee_rate=0), 1000)
        names = HashedMap({b"a": ALICE.public_key_hash})
        banned = HashedSet([BOB.public_key_hash])
        seats = HashedMap({ALICE.public_key_hash: 1, BOB.public_key_hash: 2})
        assert coin.state == guests.GuestsState(*(HashedData(each.data) for each in (seats, names, banned)))
        seat = guests.Seat(1, seats.item(ALICE.public_key_hash))
        with refuses("the guest sits there"):
            coin.move(guests.Seat(2, ALICE), CAROL, b"c", PREIMAGE).to(coin.next(), 1000).send()
        with refuses("the other is welcome"):
            coin.move(seat, BOB, b"c", PREIMAGE).to(coin.next(), 1000).send()
        for given in (guests.Seat(1, ALICE), seat):
            draft = coin.move(from_=given, other=CAROL, name=b"c", preimage=PREIMAGE)
            following = coin.next(seats={CAROL: 1, BOB: 2}, names={b"a": ALICE, b"c": CAROL}, banned=coin.state.banned)
            assert draft.to(following, 1000).filled().tx.outputs == draft.to(coin.next(), 1000).filled().tx.outputs
        assert coin.after(draft.to(following, 1000).send()).state.banned == coin.state.banned


def test_arguments_reach_the_function_under_their_own_names(odd: ModuleType, coin: Any) -> None:
    pairs = [[odd.PairPointInt2(odd.Point(0, 0), [1, each]) for each in (0, 1, 2)]] * 2
    arguments: dict[str, Any] = {"from__": odd.Point(9, 0), "from_": odd.Point(0, 9), "x_": 3, "Sig": 3, "more": pairs}
    arguments["pair"] = odd.PairIntBytes(1, b"")
    with refuses(signature="sig"):
        coin.next_(**arguments, sig=BOB).to(BOB, 900).send()
    with refuses("from.x == from_.from"):
        coin.next_(**{**arguments, "from_": odd.Point(9, 0)}, sig=ALICE).to(BOB, 900).send()
    assert coin.next_(**arguments, sig=ALICE.sig("NONE")).to(BOB, 900).send()


def test_keys_and_signatures_in_records(odd: ModuleType, coin: Any) -> None:
    item = HashedMap({odd.Point(5, 6): 7}).item(odd.Point(5, 6))
    corners = (odd.Point(0, 0), odd.Point(0, 9))
    for stranger in (BOB, BOB.sig("NONE"), b""):
        with refuses("checkSig(all.sig, this.self)"):
            coin.state_(item, odd.bytes_(True, corners, stranger), 0).to(BOB, 900).send()
    with refuses(signature="all.sig"):
        coin.state_(item, odd.bytes_(True, corners, BOB), 0).to(BOB, 900).send()
    with refuses("item.item.from == 6"):
        coin.state_(SortedItem(odd.Point(5, 7), 0), odd.bytes_(True, corners, ALICE), 0).to(BOB, 900).send()
    assert coin.state_(item, odd.bytes_(True, list(corners), ALICE.sig("SINGLE")), 0).to(BOB, 900).send()


def test_functions_that_have_the_names_of_ours(coin: Any) -> None:
    with refuses(signature="sig"):
        coin._call_(BOB).to(BOB, 900).send()
    with refuses("sig == same"):
        coin.Sequence_(ALICE.sig("NONE"), ALICE.sig("ALL")).to(BOB, 900).send()
    assert coin.Sequence_(ALICE.sig("NONE"), ALICE.sig("NONE")).to(BOB, 900).send()


def test_names_that_python_or_the_bindings_have_another_use_for(odd: ModuleType) -> None:
    assert {"lambda_", "next_", "state_", "_call_", "Sequence_"} < set(vars(odd.OddCoin))
    assert set(odd.OddState_.__annotations__) == {"value", "next", "map", "inner", "is_"}
    assert set(odd.bytes_.__annotations__) == {"bool_", "corners", "sig"}


def getdoc(of: Any) -> str:
    """Return a docstring without its margin, which Python 3.13 leaves out itself."""
    return cleandoc(of.__doc__)


def test_comments_are_docstrings(odd: ModuleType) -> None:
    assert getdoc(odd.Odd) == (
        "Odd: names that Python has other uses for; a \"quoted\" \\ path, and ''' quotes.\n\n"
        "a table | of 2\nx       | y"
    )
    assert getdoc(odd.bytes_).startswith("Taken for a type of Python.\n\nIt is not one.\n\nAttributes:\n")
    assert getdoc(odd.PairIntBytes).startswith("A pair.\n")
    assert getdoc(odd.Point).startswith("The type `Point`.\n")
    assert getdoc(odd.OddCoin.lambda_).startswith("Call me by a keyword.\n\n- one\n- two\n\nArgs:\n    self_: `int`.\n")
    assert getdoc(odd.OddCoin.next_).startswith("Spend the coin with `next`.\n\nThe next of something, which is a very")
    assert "more: `Pair<Point, int[2]>[2][3]`, exactly 2 times 3 values." in getdoc(odd.OddCoin.next_)
    assert getdoc(odd.OddCoin._call_).startswith("Spend the coin with `_call`.\n")
    assert "self_: `PubKey`: of the owner.\n" in getdoc(odd.Odd.__init__)
    assert "value: `int`: how many.\n" in getdoc(odd.OddCoin.next)
    assert "next: `Point[2]`, exactly 2 values: of the \\ board.\n" in getdoc(odd.OddState_)


USES = """
from made.guests import Guests, Seat
from made.odd import Odd, OddCoin, OddState, OddState_, PairIntBytes, PairPointInt2, Point, TallyInt, bytes_
from penstock import HashedMap, HashedSet
from penstock.bindings import SortedItem
from penstock.testing import PREIMAGE, Chain, Draft, Key, Preimage, key

alice = key("alice")
chain = Chain()
points = [Point(1, 2), Point(3, from_=4)]
entries: HashedMap[Point, int] = HashedMap()
odd = Odd(alice, 7, 41, points, entries, OddState(alice.public_key), True, TallyInt(0))
coin: OddCoin = odd.fund(chain, 1000)
draft: Draft = coin.lambda_(1, 2, b"", False, PREIMAGE)
draft = coin.on(draft).lambda_(1, 2, alice.sig(), False, Preimage("SINGLE"))
following: OddCoin = coin.after(draft.to(coin.next(value=2, is_=False), 1000).to(coin.next(), 1).send(), 1)
state: OddState_ = following.state
count: int = state.value
first: Point = state.next[0]
pairs = [[PairPointInt2(first, [1, 2])]]
coin.next_(first, first, PairIntBytes(1, b""), pairs, 1, 2, alice.sig("NONE"))
coin.next_(first, first, PairIntBytes(1, b""), pairs, 1, 2, sig=b"")
coin.state_(entries.item(first), bytes_(True, [first], alice.sig()), 3)
coin.next(map=following.state.map, next=state.next, inner=state.inner)
odd.contract(Odd.artifact("bsv")).locking_script.hex()
Odd(alice, 7, 41, points, {first: 3}, OddState(alice), True, TallyInt(0))
coin.state_(first, bytes_(True, [first], alice), 3)
guests = Guests({alice: 1}, {b"a": alice, b"b": b""}, {alice})
guests = Guests(seats={}, names={}, banned=set())
guests = Guests(HashedMap({b"": 1}), HashedMap({b"": b""}), HashedSet([b""]))
guests.fund(chain, 1).move(Seat(1, alice), other=alice, name=b"", preimage=PREIMAGE)
guests.fund(chain, 1).move(Seat(1, SortedItem(b"", 2)), SortedItem(b"", 1), b"", PREIMAGE)

Odd(alice, 7, 41, points, entries, OddState("alice"), True, TallyInt(0))  # arg-type
Odd("alice", 7, 41, points, entries, OddState(alice), True, TallyInt(0))  # arg-type
Odd(alice.sig(), 7, 41, points, entries, OddState(alice), True, TallyInt(0))  # arg-type
Odd(alice, 7, 41, points, {1: 1}, OddState(alice), True, TallyInt(0))  # dict-item
Guests({"alice": 1}, {}, set())  # arg-type
Guests({alice: b""}, {}, set())  # arg-type
Guests({}, {}, {1})  # arg-type
guests.fund(chain, 1).move(Seat(1, 2), alice, b"", PREIMAGE)  # arg-type
guests.fund(chain, 1).move(Seat(1, alice), SortedItem(1, 1), b"", PREIMAGE)  # arg-type
Odd(alice, 7, 41, points, HashedSet([first]), OddState(alice), True, TallyInt(0))  # arg-type
Odd(alice, 7)  # call-arg
coin.lambda_(1, 2, b"", False)  # call-arg
coin.lambda_("1", 2, b"", False, PREIMAGE)  # arg-type
coin.lambda_(1, 2, alice, False, PREIMAGE)  # arg-type
coin.lambda_(1, 2, b"", b"", PREIMAGE)  # arg-type
coin.lambda_(1, 2, b"", False, alice.sig())  # arg-type
coin.lambda_(1, 2, b"", False, preimage=PREIMAGE, other=1)  # call-arg
coin.next_(first, first, PairIntBytes(1, b""), pairs, 1, 2, PREIMAGE)  # arg-type
coin.next_(first, first, PairPointInt2(first, [1]), pairs, 1, 2, alice)  # arg-type
coin.state_(SortedItem(1, 1), bytes_(True, [first], alice.sig()), 3)  # arg-type
coin.state_(entries.item(1), bytes_(True, [first], alice.sig()), 3)  # arg-type
coin.next(value="2")  # arg-type
coin.next(votes=2)  # call-arg
coin.unlock()  # attr-defined
state.value.hex()  # attr-defined
state.value = 2  # misc
first.x = 3  # misc
bytes_(1, [first], alice)  # arg-type
odd.fund(1000, chain)  # arg-type
"""
"""Right uses, and wrong ones with the code that mypy has for them."""


def test_mypy_finds_nothing_in_them_and_every_wrong_use(folder: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is not installed")
    (folder / "uses.py").write_text(USES)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-pretty", "uses.py", "made"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    errors = re.findall(r"^uses\.py:(\d+): error: .*\[([\w-]+)\]$", said, re.MULTILINE)
    found = [(int(line), code) for line, code in errors]
    wrong = [
        (number, line.rpartition("  # ")[2])
        for number, line in enumerate(USES.split("\n"), 1)
        if re.search(r"  # [a-z-]+$", line)
    ]
    assert list(dict.fromkeys(found)) == wrong, said
    assert "made/" not in said


def test_ruff_has_nothing_to_change(folder: Path) -> None:
    ruff = Path(sys.executable).parent / "ruff"
    if not ruff.exists():
        pytest.skip("ruff is not installed")
    # rules that contradict others, the formatter, or are about copyright notices and imports for types
    left_out = "--ignore=D203,D213,D413,COM812,CPY,TC"
    for command in (["check", "--select=E,F"], ["check", "--select=ALL", left_out], ["format", "--diff"]):
        for version in ("py311", "py313"):
            options = [*command, "--isolated", "--line-length=120", f"--target-version={version}", "made"]
            done = subprocess.run([ruff, *options], cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout
