"""What tests of the command line share: contracts to run commands on, keys, and what was printed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from click.testing import Result

import penstock
from penstock.channel.sealed.cipher import seal
from penstock.channel.sealed.fraud import FraudProof
from penstock.channel.sealed.leaf import promise
from penstock.channel.sealed.manifest import signed_manifest
from penstock.script.hashes import hash160, sha256
from penstock.script.pushes import push_data
from penstock.testing import Chain, key
from penstock.testing.failing.cases import Case, case_text
from penstock.tx.address import p2pkh_script
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.spending.hand_made import EQUALS, P2PKH, STREAMING

Run = Callable[..., Result]

ALICE, BOB = PrivateKey.from_bytes(b"\x01" * 32), PrivateKey.from_bytes(b"\x02" * 32)
ALICE_KEY, BOB_KEY = f"0x{'01' * 32}", f"0x{'02' * 32}"
SUM = """// adds
contract Sum {
    int total;

    static function add(int a, int b) : int {
        return a + b;
    }

    public function unlock(int a, int b) { // allow(unguarded-function): a sum
        require(a > 0);
        require(add(a, b) == this.total);
    }
}
"""
BROKEN = (
    "contract Broken {\n    public function f(int x) {\n        require(x + true);\n        require(y);\n    }\n}\n"
)


def fill(folder: Path) -> None:
    """Put a few contracts and artifacts into a folder."""
    (folder / "sum.scrypt").write_text(SUM)
    (folder / "broken.scrypt").write_text(BROKEN)
    for artifact in (STREAMING, P2PKH, EQUALS):
        (folder / f"{artifact.contract.lower()}.json").write_text(artifact.to_json())


def standard_payment() -> tuple[bytes, TxOut]:
    """A raw transaction that spends an output of Alice and pays to Bob, and the output that it spends."""
    spent = TxOut(1000, p2pkh_script(hash160(ALICE.public_key)))
    outputs = (TxOut(900, p2pkh_script(hash160(BOB.public_key))),)
    tx = Transaction(1, (TxIn(OutPoint(b"\x0a" * 32, 0)),), outputs)
    signature = sign(tx, 0, spent.script, spent.value, ALICE, "ALL")
    return tx.with_input_script(0, push_data(signature) + push_data(ALICE.public_key)).serialize(), spent


def saved_call() -> str:
    """A call of a contract that its script accepts, as a failing test saves it."""
    chain = Chain()
    coin = chain.fund(chain.contract(penstock.bundled("hash_lock"), sha256(b"open sesame")), 1000)
    sent = chain.spend(coin, "unlock", b"open sesame").to(key("bob"), 900).send()
    (judged,) = sent.calls
    return case_text(Case("test_it", judged.spend, judged.call, sent.tx, chain.ledger.rules), "")


def fraud_proof() -> bytes:
    """A proof that a publisher promises one text and has sealed another."""
    movie, secret = sha256(b"a movie"), bytes(32)
    data = seal(b"rubbish", secret, movie, 0)
    leaf = replace(promise(movie, 0, b"rubbish", data, secret), plaintext=sha256(b"the film"))
    manifest, tree = signed_manifest(ALICE, movie, [leaf])
    return FraudProof(manifest, leaf, tree.proof(0), data, secret).to_bytes()


def printed(result: Result) -> str:
    """What a command that worked has printed; nothing went to the standard error."""
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout
