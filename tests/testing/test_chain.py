"""The kit on all chains and forms: coins, calls, change, states, time; what it refuses, and in which words."""

from dataclasses import replace
from hashlib import sha256

import pytest

import penstock
from penstock import records
from penstock.artifact.source_map import SourceMap
from penstock.contract.errors import ArgumentError
from penstock.contract.values.hashed import HashedSet
from penstock.ledger.ledger import LedgerError
from penstock.script.opcodes import Op
from penstock.testing import (
    PREIMAGE,
    Chain,
    ContractCoin,
    DisagreementError,
    KeyForm,
    Preimage,
    RefusedError,
    key,
    refuses,
)
from penstock.tx.address import p2pkh_script
from penstock.tx.transaction import OutPoint
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.engines.outside_judges import bsv_sdk_accepts

ALICE, BOB, CAROL = key("alice"), key("bob"), key("carol")
SECRET = b"open sesame"
DIGEST = sha256(SECRET).digest()
FORMS = [("bsv", None), ("btc", None), ("btc", "p2sh"), ("btc", "p2sh-p2wsh"), ("btc", "p2tr")]


def choice(chain: Chain) -> penstock.Contract:
    return chain.contract(penstock.bundled("hash_lock_choice"), payee=ALICE, payer=BOB, digest=DIGEST)


def outside_accepts(chain: Chain, tx: penstock.Transaction, index: int, spent: tuple[penstock.TxOut, ...]) -> bool:
    if chain.target == "bsv":
        return bsv_sdk_accepts(tx.serialize(), index, spent[index].script, spent[index].value)
    return kernel_accepts(tx, index, spent)


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_both_ways_of_a_contract_and_a_key_beside_it(target: str, wrap: str | None) -> None:
    chain = Chain(target, wrap=wrap)
    coin, fee = chain.fund(choice(chain), 2000), chain.coin(CAROL, 5000)
    forged = chain.spend(coin, "unlock", BOB, SECRET).spend(fee).to(BOB, 2000).change(CAROL)
    with refuses("checkSig(sig, sha256(secret) == this.digest", signature="sig") as caught:
        forged.send()
    assert not outside_accepts(chain, caught.sent.tx, 0, forged.filled().spent)
    draft = chain.spend(coin, "unlock", ALICE, SECRET).spend(fee).to(ALICE, 2000).change(CAROL)
    sent = draft.send()
    spent = draft.filled().spent
    assert all(outside_accepts(chain, sent.tx, index, spent) for index in range(2))
    left = 5000 - sent.payment(1).value
    assert 1 <= left <= 2
    assert chain.unspent(coin.outpoint) is None
    assert chain.unspent(OutPoint(sent.tx.txid, 0)) == sent.tx.outputs[0]
    again = chain.spend(chain.fund(choice(chain), 2000), "unlock", sig=BOB.sig("NONE|ANYONECANPAY"), secret=b"no")
    assert again.to(CAROL, 1999).send()


@pytest.mark.parametrize(("target", "form"), [("bsv", "p2pkh"), ("btc", "p2pkh"), ("btc", "p2wpkh"), ("btc", "p2tr")])
def test_coins_of_keys_sign_for_themselves(target: str, form: str) -> None:
    chain = Chain(target)
    one, two = chain.coin(ALICE, 3000, form=form), chain.coin(BOB, 4000, form=KeyForm(form))
    draft = chain.spend(one).spend(two).to(CAROL, 2000).change(ALICE, fee_rate=500)
    sent = draft.send()
    assert all(outside_accepts(chain, sent.tx, index, draft.filled().spent) for index in range(2))
    fee = 7000 - sum(output.value for output in sent.tx.outputs)
    assert 0 <= fee - -(-chain.size_for_fees(sent.tx) * 500 // 1000) <= 1
    assert sent.payment(0).key == CAROL
    assert not chain.spend(one).to(CAROL, 2000).try_send()


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


def test_a_lock_time_is_of_the_contract_and_of_the_chain() -> None:
    chain = Chain("btc")
    vault = chain.fund(chain.contract(penstock.bundled("vault"), ALICE, BOB, 800), 5000)
    draft = chain.spend(vault, "withdraw", ALICE).to(ALICE, 4000)
    for lock_time in (0, 799, 800):
        with refuses(lock=True):
            draft.lock(lock_time).send()
    with refuses(rule="NotFinal"):
        draft.lock(800).send()
    chain.at(height=800)
    with refuses(lock=True):
        draft.lock(800).sequence(0xFFFF_FFFF).send()
    assert draft.lock(800).send()
    with pytest.raises(ArgumentError, match="height: expected 800 or more, got 5"):
        chain.at(height=5)


def test_time_passes_until_the_median_has_passed() -> None:
    chain = Chain()
    coin, when = chain.coin(ALICE, 1000), chain.median_time + 10_000
    draft = chain.spend(coin).to(BOB, 900).lock(when)
    with refuses(lock=True):
        draft.send()
    chain.at(time=when)
    assert chain.median_time > when
    assert draft.send()
    assert chain.at(time=1).height == chain.height


def test_relative_locks_hold_on_btc() -> None:
    chain = Chain("btc")
    sent = chain.spend(chain.coin(ALICE, 3000)).to(BOB, 2000).send()
    waiting = chain.spend(sent.payment()).to(CAROL, 1000).sequence(3)
    with refuses(lock=True):
        waiting.send()
    with refuses(rule="SequenceLocked"):
        chain.mine(2).spend(sent.payment()).to(CAROL, 1000).sequence(3).send()
    chain.mine(2)
    assert waiting.version(1).filled().tx.version == 1
    assert waiting.send()


@pytest.mark.parametrize(("target", "script"), [("bsv", bytes((Op.OP_0, Op.OP_RETURN))), ("btc", b"\x6a")])
def test_data_goes_into_an_output_without_value(target: str, script: bytes) -> None:
    chain = Chain(target)
    sent = chain.spend(chain.coin(ALICE, 3000)).data(b"hello").change(BOB).send()
    assert sent.tx.outputs[0] == penstock.TxOut(0, script + b"\x05hello")
    assert sent.coins[0] is None


def test_outputs_go_to_scripts_addresses_and_contracts() -> None:
    chain = Chain()
    lock = choice(chain)
    address = BOB.private.address()
    sent = (
        chain.spend(chain.coin(ALICE, 9000)).to(b"\x51", 1000).to(address, 1000).to(lock, 1000).to(CAROL, 1000).send()
    )
    scripts = [output.script for output in sent.tx.outputs]
    assert scripts[:3] == [b"\x51", p2pkh_script(BOB.public_key_hash), lock.locking_script]
    with pytest.raises(ArgumentError, match="to: expected a key, a contract, an address or a script, got int"):
        chain.tx().to(5, 1000)  # type: ignore[arg-type]  # the subject of the test


# Refusals -------------------------------------------------------------------------------------------------------------


def test_a_refusal_shows_source_arguments_and_reason() -> None:
    chain = Chain()
    coin = chain.fund(choice(chain), 2000)
    sent = chain.spend(coin, "unlock", BOB, SECRET).to(BOB, 1900).try_send()
    assert not sent
    text = str(sent)
    assert "HashLockChoice.unlock is refused: a signature that is neither valid nor empty, the signature 'sig'" in text
    assert "--> hash_lock_choice.scrypt:14:9\n" in text
    assert "^^^^^^^^" in text
    assert "payee  key('alice').public_key\n" in text
    assert "  secret  11 bytes 6f70656e20736573616d65\n" in text
    assert text.endswith("machine: NULLFAIL, in the locking script, opcode 8")
    with pytest.raises(RefusedError) as caught:
        chain.spend(coin, "unlock", BOB, SECRET).to(BOB, 1900).send()
    assert str(caught.value) == text


def test_the_first_requirement_in_the_source_is_the_one_that_fails() -> None:
    source = """contract Two {
        public function f(int x) {
            require(x * x * x < 9); // small
            require(x != 3);
        }
    }"""
    chain = Chain()
    coin = chain.fund(chain.contract(penstock.compile_source(source, name="two.scrypt")), 1000)
    with refuses("small"):
        chain.spend(coin, "f", 3).to(ALICE, 900).send()
    missed = "expected the requirement 'x != 3' to fail first, but it was require"
    with pytest.raises(AssertionError, match=missed), refuses("x != 3"):
        chain.spend(coin, "f", 3).to(ALICE, 900).send()
    assert chain.spend(coin, "f", 2).to(ALICE, 900).send()


def test_refuses_wants_a_refusal_and_the_right_one() -> None:
    chain = Chain()
    coin = chain.fund(choice(chain), 2000)
    good, bad = (chain.spend(coin, "unlock", who, SECRET).to(BOB, 1000) for who in (ALICE, BOB))
    nothing = "nothing was refused, expected: 'x', signature 'sig', a lock time that is not met, rule DUST"
    with pytest.raises(AssertionError, match=nothing), refuses("x", signature="sig", lock=True, rule="DUST"):
        pass
    with pytest.raises(AssertionError, match="nothing was refused, expected: any refusal"), refuses():
        good.filled()
    for wrong, message in (
        ({"signature": "secret"}, "expected the signature 'secret' not to hold, but it was sig"),
        ({"lock": True}, "expected a lock time that is not met, but it was script of input 0 fails"),
        ({"rule": "DUST"}, "expected the rule DUST, but it was NULLFAIL"),
    ):
        with pytest.raises(AssertionError, match=message), refuses(**wrong):
            bad.send()
    with pytest.raises(ZeroDivisionError), refuses():
        _ = 1 // 0
    with refuses(rule="ValueCreated"):
        chain.spend(coin, "unlock", ALICE, SECRET).to(BOB, 2001).send()
    with refuses(rule="FeeTooLow"):
        chain.spend(coin, "unlock", ALICE, SECRET).to(BOB, 2000).send()
    assert good.send()
    with refuses(rule="DoubleSpend"):
        good.sequence(7).send()


def test_dust_and_bare_outputs_are_refused_on_btc_by_their_rule() -> None:
    chain = Chain("btc")
    coin = chain.coin(ALICE, 3000)
    with refuses(rule="DUST"):
        chain.spend(coin).to(BOB, 100).send()
    with refuses(rule="STANDARD_OUTPUT"):
        chain.spend(coin).to(b"\x51", 1000).send()
    bare = Chain("btc", wrap="bare", rules="btc-consensus")
    assert bare.spend(bare.fund(choice(bare), 2000), "unlock", ALICE, SECRET).to(BOB, 1000).send()


def test_an_artifact_without_sources_is_judged_by_the_machine_alone() -> None:
    chain = Chain()
    made = chain.compile(penstock.bundled("hash_lock_choice"))
    files = tuple(records.replace(file, text=None) for file in made.source_map.files)
    artifact = replace(made, source_map=records.replace(made.source_map, files=files))
    coin = chain.fund(chain.contract(artifact, ALICE, BOB, DIGEST), 1000)
    with refuses(rule="NULLFAIL") as caught:
        chain.spend(coin, "unlock", BOB, SECRET).to(BOB, 900).send()
    assert "fits if the key is" in str(caught.sent)
    counter = chain.compile(penstock.bundled("counter"))
    files = tuple(records.replace(file, text=None) for file in counter.source_map.files)
    counter = replace(counter, source_map=records.replace(counter.source_map, files=files))
    counting = chain.fund(chain.contract(counter, 5), 1000)
    with pytest.raises(ArgumentError, match=r"Counter.increment: expected an artifact with its sources, to compute"):
        chain.spend(counting, "increment", PREIMAGE).to(counting.next(), 1000).send()
    assert chain.spend(counting, "increment", PREIMAGE).to(counting.next(count=6), 1000).spend(chain.coin(BOB)).send()


def test_a_compiler_that_is_wrong_is_found() -> None:
    """The script of another contract under the source of this one: what they disagree on is an error of its own."""
    right = penstock.compile_source("contract C { public function f(int x) { require(x > 5); } }", name="c.scrypt")
    wrong = penstock.compile_source("contract C { public function f(int x) { require(x > 6); } }", name="c.scrypt")
    mixed = penstock.Artifact.from_json(right.to_json().replace(right.hex, wrong.hex))
    chain = Chain()
    coin = chain.fund(chain.contract(mixed), 1000)
    assert chain.spend(coin, "f", 7).to(ALICE, 900).try_send()
    coin = chain.fund(chain.contract(mixed), 1000)
    with pytest.raises(DisagreementError, match=r"C.f: the script refuses a call that the language's meaning accepts"):
        chain.spend(coin, "f", 6).to(ALICE, 900).send()


# Wrong use ------------------------------------------------------------------------------------------------------------


def test_wrong_use_is_named() -> None:
    chain, other = Chain(), Chain("btc")
    coin = chain.fund(choice(chain), 2000)
    another, plain, artifact = chain.fund(choice(chain), 9), chain.coin(ALICE, 1000), coin.contract.artifact
    for action, message in (
        (lambda: chain.spend(coin), r"function: expected the public function to call \(unlock\), got nothing"),
        (
            lambda: chain.spend(plain, "unlock"),
            "function: expected nothing: a key's coin signs for itself, got 'unlock'",
        ),
        (
            lambda: chain.spend(5),  # type: ignore[arg-type]  # the subject of the test
            r"coin: expected a coin, from chain.fund\(…\) or chain.coin\(…\), got int",
        ),
        (lambda: chain.tx().sequence(5), "sequence: expected an input before it, got a draft without inputs"),
        (lambda: chain.tx().to(BOB, 5).filled(), "inputs: expected at least one coin to spend"),
        (lambda: chain.spend(coin, "open", ALICE).filled(), r"expected a public function \(unlock\), got 'open'"),
        (lambda: chain.spend(coin, "unlock", SECRET, ALICE).filled(), "secret: expected a key for PubKey, PubKeyHash"),
        (
            lambda: other.contract(artifact),
            "an artifact for btc, got one for bsv",
        ),
        (lambda: other.fund(choice(chain), 5), "contract: expected one compiled for btc, got one for bsv"),
        (
            lambda: chain.contract(artifact, ALICE, BOB.sig(), DIGEST),
            "payer: expected a value that is known",
        ),
        (lambda: chain.coin(ALICE, form="p2tr"), "form: expected p2pkh on bsv, which has no witnesses, got 'p2tr'"),
        (lambda: other.coin(ALICE, form="p2sh"), "form: expected p2pkh or p2wpkh or p2tr, got 'p2sh'"),
        (
            lambda: chain.spend(plain).to(BOB, 2000).change(ALICE).send(),
            r"change: expected inputs that pay for the outputs and the fee, got 1,00\d satoshis too little",
        ),
        (lambda: chain.spend(plain).change(ALICE).change(BOB).send(), "change: expected one output of change, got 2"),
        (
            lambda: chain.spend(coin, "unlock", ALICE, SECRET).to(another.next(), 5).send(),
            "output 0: expected the next instance of a coin that this transaction spends, got that of another coin",
        ),
    ):
        with pytest.raises(ArgumentError, match=message):
            action()
    with pytest.raises(LedgerError):
        chain.coin(ALICE, 10**12)


def test_a_refused_transaction_has_no_coins() -> None:
    chain = Chain()
    coin = chain.fund(choice(chain), 2000)
    sent = chain.spend(coin, "unlock", BOB, SECRET).to(BOB, 1000).try_send()
    with pytest.raises(ArgumentError, match="output: expected one of an accepted transaction, got a refused one"):
        sent.payment()
    sent = chain.spend(coin, "unlock", ALICE, SECRET).to(BOB, 1000).to(coin.contract, 500).send()
    assert sent.contract(1).contract == coin.contract
    assert str(sent) == f"accepted: {sent.tx.txid_hex}"
    assert (sent.rule, sent.failure) == (None, None)
    for action in (
        lambda: sent.payment(1),
        lambda: sent.contract(0),
        lambda: sent.payment(2),
        lambda: sent.payment(-1),
    ):
        with pytest.raises(ArgumentError, match="output: expected"):
            action()


def test_keys_are_the_same_in_every_run() -> None:
    assert key("alice").private.secret == ALICE.private.secret
    assert ALICE.public_key.hex() == "0245feb27e0f0b7bf26a5cf8268d2a3f994e822225f370541fc2b90f2d6de7fa42"
    assert repr(ALICE) == "key('alice')"
    assert repr(ALICE.sig("NONE")) == "key('alice').sig('NONE')"
    assert ALICE.x_only == ALICE.public_key[1:]


def test_a_refusal_by_an_output() -> None:
    chain = Chain()
    coin, fee = chain.fund(chain.contract(penstock.bundled("counter"), count=5), 1000), chain.coin(ALICE, 5000)
    wrong = chain.spend(coin, "increment", PREIMAGE).to(coin.next(count=7), 1000).spend(fee).change(ALICE)
    with refuses(output=0) as caught:
        wrong.send()
    told = str(caught.sent)
    assert "the script asks for other outputs\n" in told
    assert "  output 0 state count\n    asked    6\n    in fact  7" in told
    for index in (1, -1):
        told = f"expected the script to ask for another output {index}, .* output 0"
        with pytest.raises(AssertionError, match=told), refuses(output=index):
            wrong.send()
    lock = choice(chain)
    told = "expected the script to ask for another output 0, but it was script of"
    with pytest.raises(AssertionError, match=told), refuses(output=0):
        chain.spend(chain.fund(lock, 1000), "unlock", BOB, SECRET).to(ALICE, 900).send()


def test_a_failure_shows_the_path() -> None:
    source = """contract Path {
    function big(int x) : bool { return x > 100; }
    public function open(int x, bool[2] flags) {
        int limit = x > 50 ? 2 : 1;
        if (this.big(x)) { limit = 9; } else { loop (2) : i { if (flags[i]) { limit++; } } }
        require(limit == 9);
    }
}"""
    chain = Chain()
    coin = chain.fund(chain.contract(penstock.compile_source(source, name="path.scrypt")), 1000)
    with refuses("limit == 9") as caught:
        chain.spend(coin, "open", 60, [True, False]).to(ALICE, 900).send()
    told = str(caught.sent)
    assert "arguments\n  x  60\n  flags[0]  true\n  flags[1]  false\n" in told
    path = [
        "line 4: x > 50 is true",
        "line 5: this.big(x) is false",
        "line 5: flags[i] is true",
        "line 5: flags[i] is false",
    ]
    assert "path\n" + "".join(f"  {step}\n" for step in path) in told


def test_a_reorganization_takes_blocks_and_what_depends_on_them() -> None:
    chain = Chain()
    coin, fee = chain.fund(choice(chain), 5000), chain.coin(CAROL, 5000)
    paid = chain.spend(coin, "unlock", ALICE, SECRET).to(BOB, 4900).send()
    chain.mine()
    after = chain.spend(paid.payment(0)).to(ALICE, 4800).send()
    chain.mine(2)
    unrelated = chain.spend(fee).to(CAROL, 4900).send()
    before = chain.height
    assert chain.reorg(3) == ()
    assert chain.height == before + 1
    for each in (paid, after, unrelated):
        assert each.tx in chain.ledger.transactions
        assert all(each.tx not in block.transactions for block in chain.ledger.blocks)
    chain.mine(2)
    theft = chain.spend(coin, "unlock", BOB, b"no secret").to(BOB, 4900)
    lost = chain.reorg(2, instead=[theft])
    assert [type(reason).__name__ for reason in lost] == ["DoubleSpend", "MissingCoin"]
    assert chain.unspent(after.payment(0).outpoint) is None
    assert chain.ledger.find(unrelated.tx.txid) is not None


def test_a_reorganization_that_cannot_be_changes_nothing() -> None:
    chain = Chain()
    coin = chain.fund(choice(chain), 5000)
    chain.mine()
    height = chain.height
    for depth in (0, -1, height + 1):
        with pytest.raises(LedgerError, match=f"cannot replace {depth:,} blocks: there are 101"):
            chain.reorg(depth)
    forged = chain.spend(coin, "unlock", BOB, SECRET).to(BOB, 4900)
    with pytest.raises(LedgerError, match="the other branch cannot have the transaction: script of input 0 fails"):
        chain.reorg(1, instead=[forged])
    assert chain.height == height
    assert chain.spend(coin, "unlock", ALICE, SECRET).to(BOB, 4900).send()


def test_a_coinbase_of_a_replaced_block_is_gone() -> None:
    chain = Chain()
    coin = chain.coin(ALICE, 5000)
    spent = chain.spend(coin).to(BOB, 4900).send()
    (reason,) = chain.reorg(100)
    assert type(reason).__name__ == "MissingCoin"
    assert chain.unspent(coin.outpoint) is None
    assert chain.ledger.find(spent.tx.txid) is None
    again = chain.coin(ALICE, 5000)
    assert again.outpoint != coin.outpoint


def test_a_lock_time_may_be_unmet_after_a_reorganization() -> None:
    """The branch is longer, but its blocks may be older."""
    chain = Chain()
    coin = chain.coin(ALICE, 5000)
    chain.mine(20, seconds=6000)
    locked = chain.spend(coin).to(BOB, 4900).lock(chain.median_time - 1)
    assert locked.send()
    (reason,) = chain.reorg(20)
    assert type(reason).__name__ == "NotFinal"


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
