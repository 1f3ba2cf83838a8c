"""What the kit refuses, and in which words."""

from dataclasses import replace

import pytest

import penstock
from penstock import records
from penstock.contract.errors import ArgumentError
from penstock.testing import (
    PREIMAGE,
    Chain,
    DisagreementError,
    RefusedError,
    refuses,
)
from tests.support.spending.kit_chains import ALICE, BOB, DIGEST, SECRET, choice


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
