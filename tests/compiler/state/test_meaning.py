"""State as it is evaluated and as it is compiled: both accept the same spends, right ones and wrong ones."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import penstock
from penstock import PREIMAGE, Spend
from penstock.artifact.artifact import Kind
from penstock.contract.contract import Call
from penstock.contract.values.arguments import LeafValue
from penstock.evaluation.spend_oracle import SpendOracle
from penstock.script.numbers import decode_number
from penstockc.language.types import Type, leaves
from penstockc.meaning.evaluate import evaluate
from penstockc.meaning.values import unflattened
from tests.support.compiling.programs import program_of
from tests.support.compiling.targets import TARGETS
from tests.support.engines.state_judges import judged
from tests.support.spending.state_chain import Coin, tampered

TALLY: Final = """
struct Count {
    int votes;
    bytes last;
}

contract Tally {
    bool isOpen;
    @state Count[2] counts;
    @state bool done;

    public function vote(int place, bytes who, SigHashPreimage preimage, int amount) {
        require(this.isOpen && !this.done);
        this.counts[place].votes++;
        this.counts[place].last = who;
        require(this.updateState(preimage, amount));
    }

    public function end(SigHashPreimage preimage) {
        this.done = this.counts[0].votes != this.counts[1].votes;
        require(this.done);
        require(this.updateStateSigHashType(preimage, SigHash.value(preimage), SigHash.SINGLE | SigHash.FORKID));
    }
}
"""
ARTIFACT: Final = penstock.compile_source(TALLY)
PROGRAM: Final = program_of(TALLY)
READ: Final[dict[Kind, Callable[[bytes], LeafValue]]] = {
    Kind.INT: decode_number,
    Kind.BOOL: lambda item: item == b"\x01",
    Kind.BYTES: lambda item: item,
}


def is_meant(spend: Spend, call: Call) -> bool:
    """Evaluate a call from its stack items."""
    entry = next(each for each in PROGRAM.entry_points if each.key.name == call.function.name)
    items = iter(call.items)
    given_leaves = iter([argument.value for argument in spend.contract.arguments])
    outcome = evaluate(
        PROGRAM,
        [unflattened(local.type, given_leaves) for local in PROGRAM.contract.constructor.parameters],
        call.function.name,
        [unflattened(local.type, read(local.type, items)) for local in entry.parameters],
        limits=TARGETS["bsv"].limits,
        spend=SpendOracle(spend),
    )
    return bool(outcome)


def read(kind: Type, items: Iterator[bytes]) -> Iterator[LeafValue]:
    return iter([READ[leaf](next(items)) for leaf in leaves(kind)])


counts = st.fixed_dictionaries({"votes": st.integers(-2, 300), "last": st.binary(max_size=100)})
states: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"counts": st.lists(counts, min_size=2, max_size=2), "done": st.booleans()}
)


@st.composite
def coins(draw: st.DrawFn) -> Coin:
    """A contract at the beginning or in any state."""
    state = draw(states)
    fresh = ARTIFACT.instantiate(isOpen=draw(st.sampled_from([True, True, False])), **state)
    return Coin(fresh.with_state(**draw(states)) if draw(st.booleans()) else fresh)


@given(coins(), st.integers(-1, 2), st.binary(max_size=3), st.integers(0, 12), st.sampled_from([1000, 999]))
@settings(max_examples=60)
def test_votes(coin: Coin, place: int, who: bytes, wrong: int, amount: int) -> None:
    state: dict[str, Any] = coin.contract.state
    following = [dict(count) for count in state["counts"]]
    following[place % 2].update(votes=following[place % 2]["votes"] + 1, last=who)
    spend = Spend(coin.contract, 1000, [(1000, coin.contract.with_state(counts=following).locking_script)])
    preimage: Any = PREIMAGE
    if wrong < 3:
        spend = replace(spend, outputs=[(1000, coin.contract.with_state(counts=following, done=True).locking_script)])
    elif wrong < 3 + len(others := list(tampered(spend))):
        preimage = others[wrong - 3][1].preimage()
    call = spend.call("vote", place, who, preimage, amount)
    assert is_meant(spend, call) == bool(judged(spend, call))


@given(coins(), st.booleans(), st.sampled_from(["SINGLE", "ALL", "SINGLE|ANYONECANPAY"]))
@settings(max_examples=40)
def test_ends(coin: Coin, done: bool, hash_type: str) -> None:
    spend = coin.spend(done=done, more=[(5, b"\x51")])
    call = spend.call("end", spend.preimage(hash_type))
    assert is_meant(spend, call) == bool(judged(spend, call))


@pytest.mark.parametrize("place", [0, 1])
def test_there_are_votes_that_count(place: int) -> None:
    coin = Coin(ARTIFACT.instantiate(True, [{"votes": 3, "last": b""}, {"votes": 3, "last": b""}], False))
    following: list[dict[str, Any]] = [{"votes": 3, "last": b""}, {"votes": 3, "last": b""}]
    following[place] = {"votes": 4, "last": b"me"}
    spend = Spend(coin.contract, 1000, [(1000, coin.contract.with_state(counts=following).locking_script)])
    call = spend.call("vote", place, b"me", PREIMAGE, 1000)
    assert is_meant(spend, call)
    assert judged(spend, call)
    later = Coin(coin.contract.with_state(counts=following))
    ending = later.spend(done=True)
    call = ending.call("end", PREIMAGE)
    assert is_meant(ending, call)
    assert judged(ending, call)
