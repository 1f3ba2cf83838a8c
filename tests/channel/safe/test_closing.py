"""Closings after something went wrong: a key that has not come, an older payment, a signature that was lost."""

from dataclasses import replace
from typing import Any

import pytest

from penstock.artifact.artifact import Artifact
from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import CloseSig, Key
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Accuse, Finish, PaymentSpent, Received
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.claim import claim_fee, key_shown
from penstock.channel.safe.transactions.outputs import State, key_script
from penstock.channel.safe.transactions.payment import payment, signed_by_both
from penstock.contract.contract import Contract
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.channels.safe_machines import MARGINS, PRICE, Stage

NETWORKS = pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)


def bought(network: Network, chunks: int = 3) -> Stage:
    stage = Stage(network)
    stage.fund()
    stage.quote()
    for chunk in range(chunks):
        stage.buy(chunk)
    return stage


def without_the_last_key(network: Network) -> Stage:
    """Three keys are sold, the fourth is paid for and does not come."""
    stage = bought(network)
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.to_payer.clear()
    assert (stage.a.held, stage.a.newest, stage.b.newest) == (3, 4, 4)
    return stage


def close_by_force(stage: Stage) -> None:
    """The payee publishes his newest payment, and claims it."""
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    for _ in range(2):
        assert stage.publish() == []
        stage.mine()


def payee_got(stage: Stage) -> int:
    return stage.value_of(key_script(stage.b.terms, stage.b.terms.payee.payout))


@NETWORKS
def test_a_key_that_did_not_come_is_read_from_the_claim(network: Network) -> None:
    stage = without_the_last_key(network)
    close_by_force(stage)
    assert stage.a.held == 4
    assert stage.delivered[3] == stage.movie.source.getvalue()[300:400]  # type: ignore[attr-defined] # a BytesIO
    assert 0 < stage.base + 4 * PRICE - payee_got(stage) <= claim_fee(stage.b.terms, 72)


@NETWORKS
def test_a_claim_shows_a_cheating_publisher_too(network: Network) -> None:
    stage = without_the_last_key(network)
    wanted = stage.a.wanted
    assert wanted is not None
    assert wanted.offered is not None
    leaf = replace(wanted.offered.leaf, plaintext=bytes(32))
    stage.a = replace(stage.a, wanted=replace(wanted, offered=replace(wanted.offered, leaf=leaf)))
    close_by_force(stage)
    assert [type(each) for each in stage.accused] == [Accuse]
    assert stage.a.cheated


@NETWORKS
def test_only_a_claim_of_the_newest_payment_opens_anything(network: Network) -> None:
    stage = without_the_last_key(network)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert stage.publish() == []
    stage.mine()
    mined = stage.a.mined
    assert mined is not None
    for script in (b"", b"\x05abcde", b"\x4c"):
        refund = Transaction(1, (TxIn(mined.outpoint, script),), (TxOut(1, b""),))
        before = stage.a
        stage.tell_payer(PaymentSpent(refund, stage.ledger.height))
        assert stage.a == before
    other = Transaction(1, (TxIn(OutPoint(bytes(32), 0)),), (TxOut(1, b""),))
    assert key_shown(other, mined.outpoint, mined.state.digest) is None


@NETWORKS
def test_an_older_payment_that_is_never_claimed_is_refunded(network: Network) -> None:
    """A payee who publishes it loses the later ones, and could freeze her money without a refund."""
    stage = bought(network, chunks=2)
    older = stage.b.best
    stage.buy(2)
    assert older is not None
    assert stage.b.funding is not None
    spend = payment(stage.b.terms, stage.b.funding, older.state)
    published = signed_by_both(spend, older.signature, spend.sign(stage.payee.keys.funding))
    assert stage.ledger.submit(published)
    stage.mine()
    assert stage.a.mined is not None
    assert stage.a.mined.state == older.state
    stage.mine(stage.a.terms.paid_key_expiry + 2 - stage.ledger.height)
    stage.bob.published.clear()  # he does not claim it
    del stage.alice.published[1:]
    assert stage.publish() == []
    stage.mine()
    assert payee_got(stage) == 0
    assert stage.value_of(key_script(stage.a.terms, stage.a.terms.payer.payout)) > 95_000


@NETWORKS
def test_a_payment_that_was_published_before_rows_were_lost_is_claimed(network: Network) -> None:
    """A Resume has brought a newer state since: the shelf has the key of the older one."""
    stage = bought(network, chunks=2)
    older = stage.b.best
    assert older is not None
    assert stage.b.funding is not None
    spend = payment(stage.b.terms, stage.b.funding, older.state)
    published = signed_by_both(spend, older.signature, spend.sign(stage.payee.keys.funding))
    stage.buy(2)
    assert stage.b.best is not None
    assert stage.b.best.state.index == 3
    assert stage.ledger.submit(published)
    stage.mine()
    assert stage.b.mined is not None
    assert stage.b.mined.state == State(1, older.state.amount, older.state.digest)
    assert stage.publish() == [], "the claim"
    stage.mine()
    assert 0 < stage.base + 2 * PRICE - payee_got(stage) <= claim_fee(stage.b.terms, 72)


@NETWORKS
def test_the_signature_of_a_settlement_is_sent_again(network: Network) -> None:
    stage = bought(network)
    stage.tell_payer(Finish())
    stage.to_payee.clear()  # it is lost
    stage.connect()
    stage.run()
    assert stage.b.settling is not None
    sent = [each for each in stage.alice.sent if isinstance(each, CloseSig)]
    assert len(sent) == 2
    assert sent[0] == sent[1]


@NETWORKS
def test_the_payee_may_ask_for_it_again(network: Network) -> None:
    stage = bought(network)
    stage.tell_payer(Finish())
    stage.to_payee.clear()
    stage.tell_payee(Finish())
    stage.run()
    assert stage.b.settling is not None


@NETWORKS
def test_a_key_that_comes_after_a_settlement_was_signed_is_paid_for(network: Network) -> None:
    stage = without_the_last_key(network)
    stage.tell_payer(Finish())
    stage.run()
    assert stage.b.phase is Phase.OPEN, "he does not take a settlement of an older state"
    stage.connect()
    stage.run()
    assert stage.delivered[3]
    assert [each.state for each in stage.alice.sent if isinstance(each, CloseSig)][-1] == 4
    assert stage.b.settling is not None
    assert stage.publish() == []
    stage.mine()
    assert payee_got(stage) == stage.base + 4 * PRICE


def test_a_settlement_is_not_signed_once_the_funding_is_spent() -> None:
    stage = bought(BTC_REGTEST)
    close_by_force(stage)
    stage.tell_payer(Finish())
    assert stage.alice.refused[-1] == "there is nothing to settle: the funding is spent"


def test_a_key_for_a_closed_channel_that_is_not_awaited_is_refused() -> None:
    stage = bought(BTC_REGTEST)
    stage.tell_payer(Received(Key(stage.a.channel, 3, bytes(32))))
    assert stage.alice.refused[-1] == "the key of state 3 is not awaited"


@NETWORKS
def test_a_spend_that_is_not_a_payment_costs_no_contract_for_each_chunk(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film has thousands of chunks: a payee who builds a contract for each stands still for seconds."""
    stage = bought(network)
    stage.tell_payer(Finish())
    stage.run()
    assert stage.publish() == []
    built: list[Artifact] = []
    instantiate = Artifact.instantiate

    def counted(artifact: Artifact, *arguments: Any, **named: Any) -> Contract:
        built.append(artifact)
        return instantiate(artifact, *arguments, **named)

    monkeypatch.setattr(Artifact, "instantiate", counted)
    stage.mine()
    assert stage.b.phase is Phase.CLOSED
    assert not [each for each in built if each.contract == "PaidKey"]
