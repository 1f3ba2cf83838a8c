"""Mistakes of people who write tests: each gets a message that says what is wrong, at the line of the test."""

import re
import subprocess
import sys
from collections.abc import Mapping

import pytest

TIP = """contract Tip {
    PubKey owner;
    @state int count;

    public function tip(int by, Sig sig, SigHashPreimage preimage) {
        require(by > 0); // a tip is positive
        require(checkSig(sig, this.owner)); // the owner signs
        this.count += by;
        require(this.updateState(preimage, SigHash.value(preimage)));
    }
}
"""
BROKEN = "contract Broken { PubKey owner; public function f(Sig sig) { require(checkSig(sig, this.ower)); } }"
IMPORTS = 'import "./nowhere.scrypt"; contract Imports { public function f(int x) { require(x == 1); } }'
HEAD = """
import penstock
import pytest
from penstock.testing import PREIMAGE, Chain, binds, key, refuses

alice, bob = key("alice"), key("bob")
free = Chain(fee_rate=0)
tip = free.fund(free.contract("contracts/tip.scrypt", owner=alice, count=1), 1000)


def call(*args):
    return free.spend(tip, "tip", *args)
"""
MISTAKES = {
    # names
    'call("tipp").to(bob, 1).send()': "Tip.tip: expected (int by, Sig sig, SigHashPreimage preimage), got nothing for",
    'free.spend(tip, "tipp", 1, alice, PREIMAGE).send()': "Tip: expected a public function (tip), got 'tipp'",
    "free.spend(tip).send()": "function: expected the public function to call (tip), got nothing",
    'free.contract("contracts/tip.scrypt", ower=alice, count=1)': "got an argument named 'ower'",
    'free.contract("contracts/tip.scrypt", alice)': "Tip: expected (PubKey owner, int count), got nothing for 'count'",
    "tip.next(cuont=3)": "Tip state: expected (int count), got an argument named 'cuont'",
    'Chain("bch")': "unknown chain 'bch': it is bsv or btc",
    'Chain("btc", wrap="p2pkh")': "wrap: expected bare or p2sh or p2wsh or p2sh-p2wsh or p2tr, got 'p2pkh'",
    'free.fund(tip.contract, 1000, wrap="p2pkh")': "wrap: expected bare, got 'p2pkh'",
    'Chain("bsv", wrap="p2tr")': "wrap: expected bare on bsv, got 'p2tr'",
    'Chain(rules="consensus")': "unknown rule set 'consensus': there are bsv, btc, bsv-consensus, btc-consensus",
    'Chain(rules="btc")': "rules: expected rules of bsv, got rules of btc",
    'free.coin(alice, form="p2tr")': "form: expected p2pkh on bsv, which has no witnesses, got 'p2tr'",
    'call(1, alice.sig("SINGEL"), PREIMAGE).to(tip.next(), 1000).send()': "unknown hash type 'SINGEL'",
    'binds("evrything")': "binds: expected everything, signatures",
    # types
    'call("1", alice, PREIMAGE).to(tip.next(), 1000).send()': "by: expected a Python int, got str '1'",
    "call(alice, 1, PREIMAGE).to(tip.next(), 1000).send()": "by: expected a key for PubKey, PubKeyHash",
    "call(1, alice.private, PREIMAGE).send()": "sig: expected Sig (Python bytes), got PrivateKey",
    "call(1, alice, None).send()": "preimage: expected SigHashPreimage (Python bytes), got NoneType",
    'free.contract("contracts/tip.scrypt", "alice", 1)': "owner: expected PubKey (33 or 65 bytes), got str 'alice'",
    'free.contract("contracts/tip.scrypt", b"alice", 1)': "owner: expected PubKey (33 or 65 bytes), got 5 bytes",
    'tip.next(count="3")': "count: expected a Python int, got str '3'",
    "key(5)": 'name: expected text, as in key("alice"), got int',
    'free.coin("alice")': 'key: expected a key, from key("alice"), got str',
    "free.coin(alice, 1.5)": "value: expected satoshis, a whole number from 0, got 1.5",
    "free.coin(alice, -1)": "value: expected satoshis, a whole number from 0, got -1",
    "free.fund(tip.contract, True)": "value: expected satoshis, a whole number from 0, got True",
    "free.coin(alice, 10**16)": "the reward of a block is 5,000,000,000",
    'free.fund("contracts/tip.scrypt", 1000)': "contract: expected a contract, from chain.contract(…), got str",
    'free.fund(free.compile("contracts/tip.scrypt"), 1000)': "a contract, from chain.contract(…), got Artifact",
    "free.spend(tip.contract, 'tip', 1, alice, PREIMAGE)": "coin: expected a coin, from chain.fund(…) or chain.coin(…)",
    'free.tx().to("bob", 900)': "'bob' is not an address of the main network",
    "free.tx().to(900, bob)": "to: expected a key, a contract, an address or a script, got int",
    "free.tx().to(bob, 0.5)": "value: expected satoshis, a whole number from 0, got 0.5",
    "free.tx().to(tip, 900)": "to: expected coin.contract or coin.next(), got a coin",
    'free.tx().data("text")': "data: expected bytes, got str",
    'free.spend(free.coin(alice)).lock("5")': "lock: expected a whole number from 0 to 4,294,967,295, got '5'",
    "free.spend(free.coin(alice)).sequence(-1)": "sequence: expected a whole number from 0 to 4,294,967,295, got -1",
    "free.tx().sequence(3)": "sequence: expected an input before it, got a draft without inputs",
    "free.tx().version('1')": "version: expected a whole number from 0 to 4,294,967,295, got '1'",
    # contracts
    'free.contract("contracts/broken.scrypt", alice)': "error[unknown-member]: `Broken` has no member `ower`",
    'free.contract("contracts/imports.scrypt")': 'error[import-not-found]: file not found: "./nowhere.scrypt"',
    'free.contract("contracts/tipp.scrypt")': "contracts/tipp.scrypt cannot be read: No such file",
    # transactions
    "free.spend(free.coin(alice)).change(alice).change(bob).send()": "change: expected one output of change, got 2",
    "free.tx().to(alice, 100).send()": "inputs: expected at least one coin to spend, got a draft without inputs",
    "free.spend(free.coin(alice)).send()": "malformed: it has no outputs",
    "free.spend(free.coin(alice, 5)).to(bob, 6).change(bob).send()": "change: expected inputs that pay for the outputs",
    "Chain().spend(free.coin(alice)).to(bob, 1).send()": "the coin is of another Chain",
    "Chain('btc').spend(tip, 'tip', 1, alice, PREIMAGE)": "coin: expected a coin of btc, got one of a contract for bsv",
    "free.fund(Chain('btc').contract(penstock.bundled('hash_lock'), bytes(32)), 9)": "expected one compiled for bsv",
    "free.spend(free.coin(alice)).to(bob, 900).send().payment(3)": "output: expected one of 1 outputs, from 0, got 3",
    "free.spend(free.coin(alice)).to(bob, 900).send().contract()": "output: expected an output with a contract that",
    # blocks
    "Chain().reorg(5)": "cannot replace 5 blocks: there are 0",
    "Chain().mine(5).at(height=3)": "height: expected 5 or more, got 3",
    "Chain().mine(-5)": "blocks: expected a whole number from 0, got -5",
    # refusals
    'with refuses("a tip is positive"): pass': "nothing was sent in the block: end the draft with send()",
    'with refuses("it signs"): call(1, bob, PREIMAGE).to(alice, 9)': "nothing was refused, expected: 'it signs'",
    "with refuses(): free.spend(free.coin(alice)).to(bob, 9).send()": "the chain accepted the transaction",
    "with refuses(): call(1, bob, PREIMAGE).to(bob, 9).try_send()": "sent with try_send(), which raises no error",
    'with refuses("the owner signs"): call(0, alice, PREIMAGE).to(tip.next(), 1000).send()': (
        "expected the requirement 'the owner signs' to fail first, but it was require(by > 0);"
    ),
    'with refuses(signature="sigg"): call(1, bob, PREIMAGE).to(tip.next(), 1000).send()': (
        "expected the signature 'sigg' not to hold, but it was sig"
    ),
    'with binds("everything"): pass': "no call of a contract was accepted, so there is nothing to probe",
}
FRAMES = re.compile(r"^\S*\bpenstockc?/\S+\.py:\d+", re.MULTILINE)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The report of pytest for each mistake, all from one run."""
    folder = tmp_path_factory.mktemp("mistakes")
    (folder / "contracts").mkdir()
    for name, text in (("tip", TIP), ("broken", BROKEN), ("imports", IMPORTS)):
        (folder / "contracts" / f"{name}.scrypt").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    tests = [f"\n\ndef test_{number}():\n    {line}\n" for number, line in enumerate(MISTAKES)]
    (folder / "test_mistakes.py").write_text(HEAD + "".join(tests))
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    pieces = re.split(r"^_+ test_(\d+) _+$", done.stdout.partition("= short test summary")[0], flags=re.MULTILINE)
    names = list(MISTAKES)
    return {names[int(number)]: text for number, text in zip(pieces[1::2], pieces[2::2], strict=True)}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_message_says_it_and_no_frame_is_ours(shown: Mapping[str, str], mistake: str) -> None:
    text = shown.get(mistake, "no failure")
    assert MISTAKES[mistake] in text, text
    assert not FRAMES.search(text), text
    assert text.count("test_mistakes.py:") == 1, text
