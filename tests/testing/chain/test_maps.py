"""Maps in the kit are dicts, and their items need no index."""

from dataclasses import replace

import pytest

import penstock
from penstock.artifact.source_map import SourceMap
from penstock.contract.errors import ArgumentError
from penstock.testing import (
    PREIMAGE,
    Chain,
    ContractCoin,
    key,
    refuses,
)
from tests.support.spending.kit_chains import ALICE, BOB, CAROL

REGISTER = """
struct Change { SortedItem<PubKeyHash> who; int old; int now; }
contract Register {
    @state HashedMap<PubKeyHash, int> amounts;
    @state HashedSet<int> used;
    public function move(Change from, Change to, SortedItem<int> number, SigHashPreimage preimage) {
        require(from.old - from.now == to.now - to.old && to.now > to.old);
        require(this.amounts.canGet(from.who, from.old));
        require(from.now > 0 ? this.amounts.set(from.who, from.now) : this.amounts.delete(from.who));
        require(to.old == 0 ? !this.amounts.has(to.who) : this.amounts.canGet(to.who, to.old)); // as it is
        require(this.amounts.set(to.who, to.now));
        require(!this.used.has(number) && this.used.add(number));
        require(this.propagateState(preimage, SigHash.value(preimage)));
    }
    function propagateState(SigHashPreimage preimage, int value) : bool {
        return this.updateStateSigHashType(preimage, value, SigHash.SINGLE | SigHash.ANYONECANPAY | SigHash.FORKID);
    }
}"""


def register(chain: Chain) -> ContractCoin:
    artifact = penstock.compile_source(REGISTER, name="register.scrypt")
    amounts = {ALICE: 5, BOB: 7, key("dora"): 1, key("erin"): 2}
    return chain.fund(chain.contract(artifact, amounts=amounts, used={3, 1, 2}), 1000)


OTHERS = [pytest.param(name, marks=pytest.mark.long) for name in ("bob", "carol", "dora", "erin", "frank")]


@pytest.mark.parametrize("name", ["alice", *OTHERS, "grace"])
def test_maps_are_dicts_and_their_items_need_no_index(name: str) -> None:
    """The giver goes out of the map, which moves those after him: an index is the one at that time."""
    chain = Chain()
    coin = register(chain)
    held = {ALICE: 5, BOB: 7, key("dora"): 1, key("erin"): 2}
    for number, giver in enumerate((ALICE, BOB, key("dora"), key("erin")), start=10):
        taker, gone = key(name), {who: amount for who, amount in held.items() if who != giver}
        if taker == giver:
            continue
        old = held.get(taker, 0)
        giving = {"who": giver, "old": held[giver], "now": 0}
        taking = {"who": taker, "old": old, "now": old + held[giver]}
        wrong = chain.spend(
            coin, "move", giving, {**taking, "old": old + 1, "now": old + 1 + held[giver]}, number, PREIMAGE
        )
        with refuses("as it is"):
            wrong.to(coin.next(), 1000).spend(chain.coin(CAROL)).change(CAROL).send()
        draft = chain.spend(coin, "move", giving, taking, number, PREIMAGE).to(coin.next(), 1000)
        coin = draft.spend(chain.coin(CAROL)).change(CAROL).send().contract(0)
        held = {**gone, taker: old + held[giver]}
        hashes = penstock.HashedMap((who.public_key_hash, amount) for who, amount in held.items())
        assert coin.state["amounts"] == {"_data": hashes.data}
    assert coin.next(amounts=held) == coin.contract.with_state(amounts=hashes)


def test_an_index_may_still_be_given_and_a_wrong_one_is_refused() -> None:
    chain = Chain()
    coin = register(chain)
    right = penstock.HashedMap({ALICE.public_key_hash: 5, BOB.public_key_hash: 7}).item
    giving = {"who": right(BOB.public_key_hash)._replace(idx=9), "old": 7, "now": 6}
    taking = {"who": CAROL, "old": 0, "now": 1}
    with refuses("canGet(from.who"):
        chain.spend(coin, "move", giving, taking, 4, PREIMAGE).to(coin.next(), 900).send()


def test_an_item_without_index_needs_sources_and_a_call() -> None:
    chain = Chain()
    coin = register(chain)
    bare = replace(coin.contract.artifact, source_map=SourceMap())
    other = chain.fund(chain.contract(bare, amounts={ALICE: 5}, used=set()), 1000)
    change = {"who": ALICE, "old": 5, "now": 4}
    with pytest.raises(ArgumentError, match="the artifact has no sources"):
        chain.spend(other, "move", change, change, 4, PREIMAGE).to(ALICE, 900).send()
