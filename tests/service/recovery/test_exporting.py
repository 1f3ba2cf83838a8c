"""Exported transactions: nodes take them from the height that they name on, and not before."""

from dataclasses import replace
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.protocol.events import Finish
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import key_script
from penstock.ledger.fees import FeeRate
from penstock.ledger.reasons import NotFinal, SequenceLocked
from penstock.service.recovery.exporting import Exported, NothingToExportError, refunds, watcher_copy
from penstock.tx.keys import PrivateKey
from tests.support.channels.safe_machines import FILM, MARGINS, PRICE
from tests.support.channels.seeded_stage import Seeded, seeded


@pytest.fixture(params=[BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)
def streamed(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    network: Network = request.param
    return seeded(network, tmp_path, monkeypatch)


def keys_refunds(streamed: Seeded, rate: FeeRate | None = None) -> tuple[Exported, ...]:
    held = streamed.stage.held("payer")
    return refunds(held, streamed.wallets["payer"].keys_of(held), rate)


def payer_got(streamed: Seeded) -> int:
    terms = streamed.stage.a.terms
    return streamed.stage.value_of(key_script(terms, terms.payer.payout))


def payee_got(streamed: Seeded) -> int:
    terms = streamed.stage.a.terms
    return streamed.stage.value_of(key_script(terms, terms.payee.payout))


def taken_from(streamed: Seeded, exported: Exported) -> None:
    """Let the chain go on to one block before the height, and to the height: it is refused, and taken."""
    ledger = streamed.stage.ledger
    assert exported.height is not None
    ledger.mine(exported.height - 1 - ledger.height)
    refused = ledger.submit(exported.transaction)
    assert isinstance(refused.reason, NotFinal | SequenceLocked), refused.reason
    ledger.mine()
    receipt = ledger.submit(exported.transaction)
    assert receipt, receipt.reason
    ledger.mine()


def test_the_refund_of_the_funding(streamed: Seeded) -> None:
    first, *later = keys_refunds(streamed)
    assert (first.name, first.height) == ("refund of the funding", streamed.stage.a.terms.expiry)
    assert len(later) == (1 if streamed.stage.a.terms.rules.chain.has_witness else 0)
    taken_from(streamed, first)
    assert payer_got(streamed) > 95_000


def test_a_rate_of_her_own(streamed: Seeded) -> None:
    normal, dear = (keys_refunds(streamed, rate)[0].transaction for rate in (None, FeeRate(20_000)))
    assert dear.outputs[0].value < normal.outputs[0].value


def published(streamed: Seeded) -> None:
    """The payee publishes his newest payment, and does not claim it."""
    stage = streamed.stage
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert stage.publish() == []
    stage.mine()
    stage.bob.published.clear()


def test_the_refund_of_a_payment_that_was_mined(streamed: Seeded) -> None:
    published(streamed)
    (back,) = keys_refunds(streamed)
    assert back.name == "refund of the newest payment"
    taken_from(streamed, back)
    assert payee_got(streamed) == 0
    assert payer_got(streamed) > 95_000


def test_the_refund_of_a_payment_exported_before_it_was_mined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streamed = seeded(BTC_REGTEST, tmp_path, monkeypatch)
    _, beforehand = keys_refunds(streamed)
    assert beforehand.height is None
    assert beforehand.when == "20 blocks after the payment was mined; if the payment is not claimed"
    published(streamed)
    assert keys_refunds(streamed)[0].transaction == beforehand.transaction
    taken_from(streamed, replace(beforehand, height=streamed.stage.ledger.height + 19))


def test_the_watchers_copy(streamed: Seeded) -> None:
    stage = streamed.stage
    held = stage.held("payee")
    copy = watcher_copy(held, streamed.wallets["payee"].keys_of(held), MARGINS)
    payment, claim = copy.transactions
    assert (payment.name, payment.height) == ("payment of state 3", stage.a.terms.expiry - MARGINS.margin)
    for each in (payment, claim):
        receipt = stage.ledger.submit(each.transaction)
        assert receipt, receipt.reason
        stage.ledger.mine()
    assert payee_got(streamed) == stage.base + 3 * PRICE - claim_fee(stage.a.terms, 32)


def test_a_watcher_on_bsv_signs_the_claim_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streamed = seeded(BSV_REGTEST, tmp_path, monkeypatch)
    held = streamed.stage.held("payee")
    copy = watcher_copy(held, streamed.wallets["payee"].keys_of(held), MARGINS)
    assert copy.claim_key is not None
    payment, claim = (each.transaction for each in copy.transactions)
    paid = payment.outputs[0]
    assert (copy.claim_key.amount, copy.claim_key.script) == (paid.value, paid.script)
    assert claim.outputs[0] == (paid.value - copy.claim_key.fee, copy.claim_key.payout)
    assert PrivateKey.from_wif(copy.claim_key.key).public_key == held.state.terms.payee.claim
    assert copy.claim_key.sold == streamed.stage.movie.key(2)


def test_the_watchers_copy_after_the_payment_was_mined(streamed: Seeded) -> None:
    published(streamed)
    stage = streamed.stage
    held = stage.held("payee")
    copy = watcher_copy(held, streamed.wallets["payee"].keys_of(held), MARGINS)
    (claim,) = copy.transactions
    assert stage.ledger.submit(claim.transaction)
    stage.ledger.mine()
    assert payee_got(streamed) > 0


def test_the_watchers_copy_of_a_settlement(streamed: Seeded) -> None:
    stage = streamed.stage
    stage.tell_payer(Finish())
    stage.run()
    held = stage.held("payee")
    copy = watcher_copy(held, streamed.wallets["payee"].keys_of(held), MARGINS)
    assert [each.name for each in copy.transactions] == ["settlement"]
    assert copy.transactions[0].transaction == stage.bob.published[0]
    assert stage.publish() == []
    stage.mine()
    for make in (
        lambda: keys_refunds(streamed),
        lambda: watcher_copy(stage.held("payee"), streamed.wallets["payee"].keys_of(stage.held("payee")), MARGINS),
    ):
        with pytest.raises(NothingToExportError, match="its funding is spent, and not by a payment"):
            make()


def test_nothing_to_export(streamed: Seeded) -> None:
    stage = streamed.stage
    payer, payee = stage.held("payer"), stage.held("payee")
    payers, payees = streamed.wallets["payer"].keys_of(payer), streamed.wallets["payee"].keys_of(payee)
    opened = replace(payer, state=stage.alice.saved[0])
    with pytest.raises(NothingToExportError, match="its funding is not known"):
        refunds(opened, payers)
    with pytest.raises(NothingToExportError, match="a refund is the payer's"):
        refunds(payee, payees)
    with pytest.raises(NothingToExportError, match="a watcher closes the payee's"):
        watcher_copy(payer, payers, MARGINS)
    with pytest.raises(NothingToExportError, match="nothing was sold in it"):
        watcher_copy(replace(payee, state=stage.bob.saved[0]), payees, MARGINS)
    for key in (None, bytes(32)):
        with pytest.raises(NothingToExportError, match="the key of state 3 is not in the store"):
            watcher_copy(replace(payee, sold_key=key), payees, MARGINS)


def test_the_watchers_copy_of_a_channel_that_sells_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store has no chunks: the one that the claim shows is given."""
    streamed = seeded(BSV_REGTEST, tmp_path, monkeypatch, largest_chunk=100)
    stage, held = streamed.stage, streamed.stage.held("payee")
    keys, chunk = streamed.wallets["payee"].keys_of(held), FILM[200:300]
    for other in (None, b"", FILM[:100], chunk[:-1]):
        with pytest.raises(
            NothingToExportError, match="its claim shows chunk 2 of the movie, and other bytes, or none"
        ):
            watcher_copy(held, keys, MARGINS, other)
    copy = watcher_copy(held, keys, MARGINS, chunk)
    assert copy.claim_key is not None
    assert (copy.claim_key.sold, copy.claim_key.fee) == (chunk, claim_fee(stage.a.terms, 100))
    assert [each.name for each in copy.transactions] == ["payment of state 3", "claim with the chunk"]
    for each in copy.transactions:
        receipt = stage.ledger.submit(each.transaction)
        assert receipt, receipt.reason
        stage.ledger.mine()
    assert payee_got(streamed) == stage.base + 3 * PRICE - claim_fee(stage.a.terms, 100)
