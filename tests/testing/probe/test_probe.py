"""The probe finds planted holes, and nothing in contracts that bind their transactions."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256

import pytest

import penstock
from penstock.testing import PREIMAGE, Chain, Sent, key
from penstock.testing.observers import OBSERVERS
from penstock.testing.probe import prober as prober_module
from penstock.testing.probe.calls import ProbedCall
from penstock.testing.probe.changes import Change
from penstock.testing.probe.prober import Prober
from penstock.testing.probe.report import subjects_open, text_report, with_ways
from penstock.testing.probe.trying import By, Opening, opening

ALICE, BOB, CAROL = key("alice"), key("bob"), key("carol")
SECRET = b"open sesame"
DIGEST = sha256(SECRET).digest()
FORMS = [("bsv", None), ("btc", None), ("btc", "p2sh"), ("btc", "p2tr")]
OUTPUTS = {"value of output 0", "script of output 0", "more outputs"}


@contextmanager
def probing() -> Iterator[Prober]:
    used = Prober()
    OBSERVERS.append(used)
    try:
        yield used
    finally:
        OBSERVERS.remove(used)


def contract(chain: Chain, body: str, *values: object) -> penstock.Contract:
    artifact = penstock.compile_source(f"contract C {{ {body} }}", name="c.scrypt", target=chain.target)
    return chain.contract(artifact, *values)


def openings(prober: Prober, name: str = "C.open") -> tuple[set[str], set[str]]:
    """The subjects that a function leaves open to anyone, and to its signers."""
    assert prober.calls[name]
    return subjects_open(prober, name, By.ANYONE), subjects_open(prober, name, By.SIGNERS)


def of_call(chain: Chain, body: str, values: tuple[object, ...], *arguments: object) -> tuple[set[str], set[str]]:
    """The openings of a call that pays to Alice."""
    with probing() as prober:
        coin = chain.fund(contract(chain, body, *values), 1000)
        assert chain.spend(coin, "open", *arguments).to(ALICE, 900).send()
    return openings(prober)


# Planted holes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_a_signature_whose_check_is_not_required(target: str, wrap: str | None) -> None:
    body = "PubKey owner; public function open(Sig sig, int n) { bool ok = checkSig(sig, this.owner); require(n > 0); }"
    anyone, _ = of_call(Chain(target, wrap=wrap), body, (ALICE,), ALICE, 5)
    assert "signature sig" in anyone
    assert anyone >= OUTPUTS, "who gives no signature is bound by none"


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_a_hash_lock_without_a_signature(target: str, wrap: str | None) -> None:
    chain = Chain(target, wrap=wrap)
    anyone, signers = of_call(
        chain, "Sha256 h; public function open(bytes x) { require(sha256(x) == this.h); }", (DIGEST,), SECRET
    )
    assert anyone == OUTPUTS | {"more inputs", "version"}
    assert not signers


@pytest.mark.parametrize(("target", "wrap"), FORMS)
@pytest.mark.parametrize(
    ("hash_type", "bound"),
    [
        ("ALL", {*OUTPUTS, "more inputs", "removal of output 1", "order of outputs"}),
        ("ALL|ANYONECANPAY", {*OUTPUTS, "removal of output 1", "order of outputs"}),
        ("NONE", {"more inputs"}),
        ("SINGLE|ANYONECANPAY", {"value of output 0", "script of output 0", "order of outputs"}),
    ],
)
def test_the_type_of_a_signature_says_what_it_binds(
    target: str, wrap: str | None, hash_type: str, bound: set[str]
) -> None:
    chain = Chain(target, wrap=wrap)
    with probing() as prober:
        coin = chain.fund(
            contract(chain, "PubKey a; public function open(Sig sig) { require(checkSig(sig, this.a)); }", ALICE), 5000
        )
        assert chain.spend(coin, "open", ALICE.sig(hash_type)).to(BOB, 900).to(CAROL, 800).send()
    anyone, signers = openings(prober)
    about = {*OUTPUTS, "more inputs", "removal of output 1", "order of outputs"}
    assert about - anyone == bound
    assert signers >= bound, "signed anew, all of it may be another"


def test_a_branch_that_anyone_can_take() -> None:
    body = """PubKey owner; public function open(int way, Sig sig) {
        if (way == 7) { require(len(sig) < 100); } else { require(checkSig(sig, this.owner)); }
        require(true);
    }"""
    chain = Chain()
    with probing() as prober:
        lock = contract(chain, body, ALICE)
        chain.spend(chain.fund(lock, 1000), "open", 1, ALICE).to(ALICE, 900).send()
    assert openings(prober)[0] == {"argument way", "spelling of way"}
    with probing() as prober:
        chain.spend(chain.fund(lock, 1000), "open", 7, ALICE).to(ALICE, 900).send()
    anyone, _ = openings(prober)
    assert anyone >= {"signature sig", *OUTPUTS}


def test_a_key_that_the_spender_chooses() -> None:
    anyone, _ = of_call(
        Chain(), "public function open(PubKey who, Sig sig) { require(checkSig(sig, who)); }", (), ALICE, ALICE
    )
    assert anyone >= {"signature sig", *OUTPUTS}


PAYING = """PubKeyHash to; public function open(SigHashPreimage preimage, int amount) {
    require(Tx.checkPreimage(preimage));
    bytes paid = Utils.buildOutput(Utils.buildPublicKeyHashScript(this.to), amount);
    require(hash256(paid) == SigHash.hashOutputs(preimage));
}"""


def test_an_amount_that_the_spender_chooses() -> None:
    """Neither the output nor the argument can be another one alone; both together can."""
    with probing() as prober:
        chain = Chain()
        chain.spend(chain.fund(contract(chain, PAYING, ALICE), 1000), "open", PREIMAGE, 900).to(ALICE, 900).send()
    anyone, signers = openings(prober)
    assert anyone == {"value of output 0", "more inputs", "version", "spelling of amount"}
    assert not signers
    ways = "value of output 0 (a satoshi less, with amount; a satoshi more, with amount)"
    assert with_ways(prober, "C.open", "value of output 0") == ways


def test_outputs_that_arguments_describe() -> None:
    body = """public function open(SigHashPreimage preimage, bytes first, PubKeyHash second) {
        require(Tx.checkPreimage(preimage));
        bytes rest = Utils.buildOutput(Utils.buildPublicKeyHashScript(second), 700);
        require(hash256(first + rest) == SigHash.hashOutputs(preimage));
    }"""
    chain = Chain()
    with probing() as prober:
        coin = chain.fund(contract(chain, body), 2000)
        first = penstock.TxOut(900, chain.script_of(BOB)).serialize()
        chain.spend(coin, "open", PREIMAGE, first, CAROL).to(BOB, 900).to(CAROL, 700).send()
    anyone, _ = openings(prober)
    expected = {
        "value of output 0",
        "script of output 0",
        "removal of output 0",
        "script of output 1",
        "more inputs",
        "version",
    }
    assert anyone == expected


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_two_spellings_of_a_number_and_of_a_truth_value(target: str, wrap: str | None) -> None:
    body = """PubKey a; public function open(int n, int zero, Sig sig) {
        require(n > 2);
        require(zero == 0);
        require(checkSig(sig, this.a));
    }"""
    anyone, _ = of_call(Chain(target, wrap=wrap), body, (ALICE,), 5, 0, ALICE)
    assert anyone == {"spelling of n", "argument n", "spelling of zero"}


STATEFUL = """@state int total; @state bytes name; PubKey owner;
    public function open(int n, SigHashPreimage preimage) {
        require(n > 0);
        this.total += n;
        require(this.updateState(preimage, SigHash.value(preimage)));
    }
    public function rename(bytes name, Sig sig, SigHashPreimage preimage) {
        require(checkSig(sig, this.owner));
        this.name = name;
        bytes script = this.getStateScript();
        require(Tx.checkPreimage(preimage));
        require(SigHash.value(preimage) > 0);
    }"""


def test_an_argument_that_makes_the_next_state() -> None:
    chain = Chain()
    with probing() as prober:
        coin = chain.fund(contract(chain, STATEFUL, 4, b"x", ALICE), 1000)
        chain.spend(coin, "open", 5, PREIMAGE).to(coin.next(), 1000).spend(chain.coin(BOB)).send()
    anyone, signers = openings(prober)
    assert anyone == {"argument n", "spelling of n", "more inputs", "version"}
    assert not signers
    assert "one more, with the next state" in with_ways(prober, "C.open", "argument n")


@pytest.mark.parametrize("value", range(900, 908))
def test_a_state_that_is_not_checked(value: int) -> None:
    """Of several values some have a low digest by chance."""
    chain = Chain()
    with probing() as prober:
        coin = chain.fund(contract(chain, STATEFUL, 4, b"x", ALICE), 1000)
        unsigned = ALICE.sig("NONE|ANYONECANPAY")
        sent = chain.spend(coin, "rename", b"new", unsigned, PREIMAGE).to(coin.next(total=4, name=b"new"), value).send()
    assert sent.contract().state == {"total": 4, "name": b"new"}
    assert openings(prober, "C.rename")[0] >= {"state total", "state name", "script of output 0", "argument name"}


def test_a_preimage_that_has_to_be_low_hides_nothing() -> None:
    """One digest in four is accepted, so a change is tried at several lock times."""
    chain = Chain()
    body = "public function open(SigHashPreimage preimage) { require(Tx.checkPreimageOpt(preimage)); }"
    with probing() as prober:
        coin = chain.fund(contract(chain, body), 1000)
        drafts = (chain.spend(coin, "open", PREIMAGE).to(ALICE, 900).lock(number) for number in range(1, 60))
        assert any(draft.try_send() for draft in drafts)
    assert openings(prober)[0] >= {*OUTPUTS, "more inputs", "sequence", "lock time"}


def test_each_contract_of_a_transaction_is_probed_for_itself() -> None:
    chain = Chain()
    with probing() as prober:
        lock = chain.fund(
            contract(chain, "Sha256 h; public function open(bytes x) { require(sha256(x) == this.h); }", DIGEST), 900
        )
        paid = chain.fund(chain.contract(penstock.bundled("p2pkh"), ALICE), 900)
        chain.spend(lock, "open", SECRET).spend(paid, "unlock", ALICE, ALICE).to(BOB, 1700).send()
    assert openings(prober)[0] >= OUTPUTS
    assert not openings(prober, "P2PKH.unlock")[0]


# Contracts that are tight ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "wrap"), FORMS)
def test_a_signature_of_type_all_leaves_nothing_open(target: str, wrap: str | None) -> None:
    chain = Chain(target, wrap=wrap)
    with probing() as prober:
        coin = chain.fund(chain.contract(penstock.bundled("escrow"), ALICE, BOB, CAROL), 5000)
        chain.spend(coin, "settle", ALICE, BOB).to(ALICE, 900).to(BOB, 800).spend(chain.coin(CAROL)).change(
            CAROL
        ).send()
    anyone, signers = openings(prober, "Escrow.settle")
    assert not anyone
    assert signers >= {
        *OUTPUTS,
        "signature buyerSig",
        "signature sellerSig",
        "more inputs",
        "order of outputs",
        "version",
    }


def test_a_lock_time_binds_its_signer_too() -> None:
    chain = Chain("btc")
    with probing() as prober:
        coin = chain.fund(chain.contract(penstock.bundled("vault"), ALICE, BOB, 800), 5000)
        chain.at(height=900).spend(coin, "withdraw", ALICE).to(ALICE, 4000).lock(800).send()
    anyone, signers = openings(prober, "Vault.withdraw")
    assert not anyone
    assert not signers & {"lock time", "sequence"}


def test_a_counter_binds_its_state_and_its_value() -> None:
    chain = Chain()
    with probing() as prober:
        coin, fee = chain.fund(chain.contract(penstock.bundled("counter"), count=5), 1000), chain.coin(ALICE, 9000)
        chain.spend(coin, "increment", PREIMAGE).to(coin.next(), 1000).spend(fee).change(ALICE).send()
    anyone, _ = openings(prober, "Counter.increment")
    fees = {"value of output 1", "script of output 1", "removal of output 1", "more outputs", "more inputs"}
    assert anyone == {*fees, "version"}


def test_signatures_that_the_test_made_itself_stay_as_they_are() -> None:
    chain = Chain()
    with probing() as prober:
        coin = chain.fund(chain.contract(penstock.bundled("p2pkh"), ALICE), 1000)
        made = chain.spend(coin, "unlock", ALICE, ALICE).to(BOB, 900).filled().calls[0].items[0]
        chain.spend(coin, "unlock", made, ALICE).to(BOB, 900).send()
    assert openings(prober, "P2PKH.unlock") == (set(), set())


def test_signatures_within_arrays_and_structs() -> None:
    body = """struct Pair { Sig sig; int n; }
    contract C {
        PubKey a; PubKey b;
        public function open(Sig[2] sigs, Pair pair) {
            bool unused = checkSig(pair.sig, this.b);
            require(checkSig(sigs[0], this.a) && checkSig(sigs[1], this.b) && pair.n == 3);
        }
    }"""
    chain = Chain()
    with probing() as prober:
        artifact = penstock.compile_source(body, name="c.scrypt")
        coin = chain.fund(chain.contract(artifact, ALICE, BOB), 1000)
        chain.spend(coin, "open", [ALICE, BOB.sig("NONE")], {"sig": BOB, "n": 3}).to(CAROL, 900).send()
    anyone, signers = openings(prober)
    assert anyone == {"signature pair.sig", "spelling of pair.n"}
    assert signers >= {*OUTPUTS, "signature sigs[0]", "signature sigs[1]"}


def test_maps_and_items_as_tests_write_them() -> None:
    chain = Chain()
    with probing() as prober:
        lock = contract(
            chain,
            """@state HashedMap<PubKeyHash, int> map;
            public function open(SortedItem<PubKeyHash> who, HashedSet<int> set, SigHashPreimage preimage) {
                require(this.map.set(who, 5));
                require(this.updateState(preimage, SigHash.value(preimage)));
            }""",
            {BOB: 1},
        )
        coin = chain.fund(lock, 1000)
        chain.spend(coin, "open", ALICE, {3, 4}, PREIMAGE).to(coin.next(), 1000).spend(chain.coin(BOB)).send()
    assert openings(prober)[0] >= {"argument set._data", "more inputs"}
    assert not openings(prober)[0] & OUTPUTS


def test_a_preimage_after_a_code_separator_and_long_bytes_beside_it() -> None:
    body = """public function open(bytes data, SigHashPreimage preimage) {
        ***
        require(Tx.checkPreimage(preimage) && len(data) == 200);
    }"""
    anyone, _ = of_call(Chain(), body, (), bytes(200), PREIMAGE)
    assert anyone >= {*OUTPUTS, "argument data"}


@pytest.mark.parametrize("hash_type", ["DEFAULT", "NONE|ANYONECANPAY"])
def test_a_signature_for_taproot_that_the_test_made_itself(hash_type: str) -> None:
    chain = Chain("btc", wrap="p2tr")
    lock = contract(chain, "PubKey a; public function open(Sig sig) { require(checkSig(sig, this.a)); }", ALICE)
    coin = chain.fund(lock, 1000)
    made = chain.spend(coin, "open", ALICE.sig(hash_type)).to(BOB, 900).filled().calls[0].items[0]
    with probing() as prober:
        chain.spend(coin, "open", made).to(BOB, 900).send()
    anyone, signers = openings(prober)
    assert anyone == (set() if hash_type == "DEFAULT" else {*OUTPUTS, "more inputs"})
    assert not signers


def test_an_argument_that_makes_a_state_which_its_type_does_not_have() -> None:
    body = """@state Sha256 h;
    public function open(bytes x, SigHashPreimage preimage) {
        this.h = Sha256(x);
        require(this.updateState(preimage, SigHash.value(preimage)));
    }"""
    chain = Chain()
    with probing() as prober:
        coin = chain.fund(contract(chain, body, bytes(32)), 1000)
        chain.spend(coin, "open", b"\x07" * 32, PREIMAGE).to(coin.next(), 1000).spend(chain.coin(BOB)).send()
    assert with_ways(prober, "C.open", "argument x") == "argument x (a bit flipped, with the next state)"


# Many calls -----------------------------------------------------------------------------------------------------------


def choice(chain: Chain, secret: bytes = SECRET) -> Sent:
    lock = chain.contract(penstock.bundled("hash_lock_choice"), ALICE, BOB, DIGEST)
    who = ALICE if secret == SECRET else BOB
    return chain.spend(chain.fund(lock, 1000), "unlock", who.sig("NONE"), secret).to(CAROL, 900).send()


def test_calls_of_the_same_form_are_counted_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def noted(call: ProbedCall, change: Change) -> Opening | None:
        tries.append(change.subject)
        return opening(call, change)

    monkeypatch.setattr(prober_module, "opening", noted)
    with probing() as prober:
        for _ in range(9):
            choice(Chain())
        assert tries.count("value of output 0") == 2, "a satoshi less, and one more"
        assert tries.count("argument secret") == 9, "three ways, each refused in three calls"
        choice(Chain(), b"another way")
    assert tries.count("value of output 0") == 4
    assert tries.count("argument secret") == 12
    assert "all outputs, 10 of 10 calls" in "\n".join(text_report(prober))


def test_the_report_has_holes_first_and_says_which_test() -> None:
    with probing() as prober:
        for number in range(4):
            choice(Chain(), SECRET if number else b"another way")
        chain = Chain()
        coin = chain.fund(chain.contract(penstock.bundled("p2pkh"), ALICE), 1000)
        chain.spend(coin, "unlock", ALICE, ALICE).to(BOB, 900).send()
    lines = list(text_report(prober))
    here = "tests/testing/probe/test_probe.py::test_the_report_has_holes_first_and_says_which_test"
    assert lines == [
        "HashLockChoice.unlock, 4 calls",
        "  open to anyone:",
        f"    all outputs, 4 of 4 calls, {here}",
        f"    argument secret (a bit flipped; a byte longer; a byte shorter), 1 of 4 calls, {here}",
        "  open to its signers: signature sig, more inputs, version",
        "P2PKH.unlock, 1 call",
        "  nothing is open to anyone",
        "  open to its signers: signature sig, outputs, more inputs, version",
    ]


def test_what_another_process_has_found_is_added() -> None:
    with probing() as prober:
        choice(Chain())
    there = Prober()
    for _ in range(2):
        there.add(*json.loads(json.dumps(prober.exported())))
    assert list(text_report(there)) == [
        line.replace("1 of 1 call", "2 of 2 calls").replace("1 call", "2 calls") for line in text_report(prober)
    ]


def test_the_time_is_at_most_ten_times_that_of_the_tests() -> None:
    """CPU time, for calls that are each the first of their form."""

    def seconds(work: Callable[[], object]) -> float:
        started = time.process_time()
        for _ in range(10):
            work()
        return time.process_time() - started

    def probed() -> None:
        with probing():
            choice(Chain())

    choice(Chain())
    assert seconds(probed) < 10 * seconds(lambda: choice(Chain()))
