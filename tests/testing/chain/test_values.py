"""Values of contracts in the kit: states, keys, records, libraries, maps."""

from dataclasses import replace

import pytest

import penstock
from penstock.contract.errors import ArgumentError
from penstock.contract.values.hashed import HashedSet
from penstock.testing import (
    PREIMAGE,
    Chain,
    Preimage,
    refuses,
)
from tests.support.spending.kit_chains import ALICE, BOB, CAROL


def test_a_state_goes_on_as_the_call_computes_it() -> None:
    chain = Chain()
    coin, fee = chain.fund(chain.contract(penstock.bundled("counter"), count=5), 1000), chain.coin(ALICE, 9000)
    assert coin.state == {"count": 5}
    sent = chain.spend(coin, "increment", PREIMAGE).to(coin.next(), 1000).spend(fee).change(ALICE).send()
    assert sent.contract().state == {"count": 6}
    coin, fee = sent.contract(), sent.payment(1)
    for count in (5, 6, 8):
        with refuses("this.updateStateSigHashType") as caught:
            chain.spend(coin, "increment", PREIMAGE).to(coin.next(count=count), 1000).spend(fee).change(ALICE).send()
        assert "state\n  count  6" in str(caught.sent)
    sent = chain.spend(coin, "increment", PREIMAGE).to(coin.next(count=7), 1000).spend(fee).change(ALICE).send()
    assert sent.contract().state == {"count": 7}


AUCTION = """contract Auction {
    @state PubKeyHash bidder;
    PubKey seller;
    public function bid(PubKeyHash who, SigHashPreimage preimage) {
        require(SigHash.value(preimage) > 5); // the lot is worth something
        this.bidder = who;
        require(this.updateState(preimage, SigHash.value(preimage)));
    }
    public function close(Sig sig) { require(checkSig(sig, this.seller)); }
}"""


def test_keys_fit_state_and_arguments_by_type() -> None:
    chain = Chain()
    artifact = penstock.compile_source(AUCTION, name="auction.scrypt")
    coin = chain.fund(chain.contract(artifact, bidder=ALICE, seller=CAROL), 1000)
    assert coin.state == {"bidder": ALICE.public_key_hash}
    draft = chain.spend(coin, "bid", BOB, PREIMAGE)
    by_hand = draft.to(coin.next(bidder=BOB), 1000)
    assert by_hand.filled().tx.outputs == draft.to(coin.next(), 1000).filled().tx.outputs
    fee = chain.coin(ALICE)
    draft = chain.spend(coin, "bid", BOB, Preimage("ALL|ANYONECANPAY")).to(coin.next(), 1000)
    assert not draft.try_send(), "it asks for a preimage of type ALL"
    plain = chain.fund(chain.contract(artifact, bidder=ALICE, seller=CAROL), 5)
    with refuses("the lot is worth something"):
        chain.spend(plain, "bid", BOB, PREIMAGE).spend(fee).to(plain.next(bidder=BOB), 5).send()
    with refuses("the lot is worth something"):  # before there is a next state
        chain.spend(plain, "bid", BOB, PREIMAGE).spend(fee).to(plain.next(), 5).send()
    with pytest.raises(ArgumentError, match=r"Auction.close: expected a call that hands the state on"):
        chain.spend(plain, "close", CAROL).spend(fee).to(plain.next(), 5).send()


HELPED = """contract Helped {
    PubKey owner;
    private function agrees(Sig sig) : bool {
        return checkSig(sig, this.owner);
    }
    private function within(int height) : bool {
        require(height > 0); // a height
        return height < 9;
    }
    public function open(int height, Sig sig, SigHashPreimage preimage) {
        require(Tx.checkPreimage(preimage)); // it is the preimage of this transaction
        require(this.within(height)); // it is early
        require(this.agrees(sig)); // the owner agrees
    }
}"""


def test_a_call_that_ends_in_another_function_is_refused_by_the_requirement_that_called_it() -> None:
    chain = Chain()
    coin = chain.fund(chain.contract(penstock.compile_source(HELPED, name="helped.scrypt"), ALICE), 1000)
    for height, signer, preimage, comment in (
        (1, ALICE, Preimage("NONE"), "it is the preimage of this transaction"),
        (0, ALICE, PREIMAGE, "a height"),
        (9, ALICE, PREIMAGE, "it is early"),
        (1, BOB, PREIMAGE, "the owner agrees"),
        (1, b"", PREIMAGE, "the owner agrees"),
    ):
        with refuses(comment):
            chain.spend(coin, "open", height, signer, preimage).to(BOB, 900).send()
    assert chain.spend(coin, "open", 1, ALICE, PREIMAGE).to(BOB, 900).send()


LATER = """contract Later {
    @state int count;
    constructor(int half) {
        this.count = half * 2;
    }
    public function add(SigHashPreimage preimage) {
        this.count++;
        require(this.updateState(preimage, SigHash.value(preimage)));
    }
}"""


def test_a_refusal_is_told_also_if_the_state_cannot_be_read() -> None:
    chain = Chain(fee_rate=0)
    contract = chain.contract(penstock.compile_source(LATER, name="later.scrypt"), 3)
    damaged = replace(contract, locking_script=contract.code + b"\x6a\x00" * 3, data=b"\x6a\x00" * 3)
    for wrong, told in (
        (contract, "\nLater state: expected an instance after its first"),
        (damaged, "\nstate: "),
    ):
        coin = chain.fund(wrong, 1000)
        with refuses() as caught:
            chain.spend(coin, "add", PREIMAGE).to(contract.with_state(count=9), 1000).send()
        assert told in str(caught.sent)


RECORDS = """struct Step {
    Sig sig;
    int size;
}
contract Steps {
    PubKey owner;
    HashedSet<int> members;
    public function climb(int most, Step[2] steps, SortedItem<int> member) {
        require(steps[0].size + steps[1].size <= most);
        require(this.members.has(member));
        require(checkSig(steps[1].sig, this.owner));
    }
}"""


def test_keys_and_sets_in_records() -> None:
    chain, members = Chain(), HashedSet([5, 7])
    artifact = penstock.compile_source(RECORDS, name="steps.scrypt")
    coin = chain.fund(chain.contract(artifact, ALICE, members), 1000)
    empty = {"sig": b"", "size": 1}
    with refuses(signature="steps[1].sig") as caught:
        chain.spend(coin, "climb", 3, [empty, {"sig": BOB, "size": 2}], members.item(7)).to(BOB, 900).send()
    assert "  most  3\n  steps[0].sig  0 bytes\n  steps[0].size  1\n" in str(caught.sent)
    with refuses("this.members.has(member)"):
        chain.spend(coin, "climb", 3, [empty, {"sig": ALICE, "size": 2}], members.item(6)).to(BOB, 900).send()
    assert chain.spend(coin, "climb", 3, [empty, {"sig": ALICE, "size": 2}], members.item(5)).to(BOB, 900).send()


LIBRARY = """library Tally {
    int last;
    int votes;
    constructor(int last) {
        this.last = last + 1;
        this.votes = 1;
    }
}
contract Vote {
    Tally[2] tallies;
    public function open(int sum) { require(sum == this.tallies[1].last + this.tallies[0].votes); }
}"""


def test_libraries_are_made_by_their_constructors() -> None:
    chain = Chain()
    artifact = penstock.compile_source(LIBRARY, name="vote.scrypt")
    coin = chain.fund(chain.contract(artifact, [{"last": 3}, {"last": 5}]), 1000)
    with refuses("sum == this.tallies[1].last"):
        chain.spend(coin, "open", 6).to(BOB, 900).send()
    assert chain.spend(coin, "open", 7).to(BOB, 900).send()


def test_maps_with_their_contents_are_arguments() -> None:
    chain, register = Chain(), penstock.HashedMap({ALICE.public_key_hash: 5})
    shares = chain.contract(penstock.bundled("shares"), CAROL, 9, 800, register=register, issued=5)
    assert chain.fund(shares, 1000).state["register"] == {"_data": register.data}
