"""Bindings of contracts that a test writes: made by the command, and loaded as modules."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from click.testing import CliRunner, Result

from penstock.cli.root import root

ODD = r"""// Odd: names that Python has other uses for; a "quoted" \ path, and ~ quotes.
//
//   a table | of 2
//   x       | y

struct Point {
    int x;
    int from;
}

/* A pair. */
struct Pair<A, B> {
    A first;
    B second;
}

// ----------------
/**
 * Taken for a type of Python.
 * It is not one.
 */
struct bytes_ {
    bool bool_;
    Point[2] corners;
    Sig sig;
}

struct OddState {
    PubKey key;
}

library Tally<T> {
    T last;
    int votes;

    constructor(T start) {
        this.last = start;
        this.votes = 1;
    }

    function count() : int {
        return this.votes;
    }
}

contract Odd {
    PubKey self; // of the owner
    int chain;
    @state int value; /* how many */
    // of the \ board
    @state Point[2] next;
    @state HashedMap<Point, int> map;
    @state OddState inner;
    @state bool is;
    Tally<int> tally;

    // Call me by a keyword.
    //
    // - one
    // - two
    public function lambda(int self, int None, bytes bytes, bool super, SigHashPreimage preimage) {
        this.value++;
        this.next[1].from = this.value;
        require(self == None);
        require(len(bytes) == 3 || super);
        require(this.updateState(preimage, SigHash.value(preimage)));
    }

    /*
     * The next of something, which is a very long sentence that goes on and on and on and on until it does not fit on
     * one line of Python.
     */
    public function next(
        Point from, Point from_, Pair<int, bytes> pair, Pair<Point, int[2]>[2][3] more, int __x, int Sig, Sig sig
    ) {
        require(from.x == from_.from && pair.first == 1 && more[0][2].second[1] == 2 && __x == Sig);
        require(checkSig(sig, this.self));
    }

    public function state(SortedItem<Point> item, bytes_ all, int value) {
        require(item.idx == value);
        require(item.item.from == 6);
        require(all.bool_ && all.corners[1].from == 9);
        require(checkSig(all.sig, this.self));
        require(this.tally.count() == 1);
    }

    // far away

    public function _call(Sig sig) {
        require(checkSig(sig, this.self));
        require(this.chain == 7);
    }

    public function Sequence(Sig sig, bytes same) {
        require(sig == same);
        require(checkSig(sig, this.self));
    }
}
""".replace("~", '"""')
"""A contract with names of Python, of the bindings, and that differ in case only; generic types, records in records."""


GUESTS = """struct Seat {
    int row;
    SortedItem<PubKeyHash> guest;
}

contract Guests {
    @state HashedMap<PubKeyHash, int> seats;
    @state HashedMap<bytes, Ripemd160> names;
    @state HashedSet<PubKeyHash> banned;

    public function move(Seat from, SortedItem<PubKeyHash> other, SortedItem<bytes> name, SigHashPreimage preimage) {
        require(this.seats.canGet(from.guest, from.row)); // the guest sits there
        require(this.seats.delete(from.guest) && this.seats.set(other, from.row));
        require(this.names.set(name, other.item));
        require(!this.banned.has(other)); // the other is welcome
        require(this.updateState(preimage, SigHash.value(preimage)));
    }
}
"""
"""A contract with maps and sets of keys."""


def make_bindings(*arguments: str) -> Result:
    """Run `penstock bindings` in the current folder."""
    result = CliRunner().invoke(root, ["bindings", *arguments], prog_name="penstock")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def write(folder: Path, **contracts: str) -> None:
    """Write a project with contracts, `name="text"`."""
    (folder / "contracts").mkdir()
    (folder / "pyproject.toml").write_text("[tool.penstock]\n")
    for name, text in contracts.items():
        (folder / "contracts" / f"{name}.scrypt").write_text(text)


@contextmanager
def loaded(file: Path) -> Iterator[ModuleType]:
    """Load a file as a module, for as long as the block."""
    name = f"generated_{file.stem}"
    specification = importlib.util.spec_from_file_location(name, file)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module  # where annotations look for the names in them
    try:
        specification.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[name]
