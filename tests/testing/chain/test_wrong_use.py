"""Wrong use of the kit is named."""

import pytest

from penstock.contract.errors import ArgumentError
from penstock.ledger.ledger import LedgerError
from penstock.testing import (
    Chain,
)
from tests.support.spending.kit_chains import ALICE, BOB, DIGEST, SECRET, choice


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
