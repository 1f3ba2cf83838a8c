"""Both sides honest: every way in which a channel is closed."""

from dataclasses import replace

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.events import Finish
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.claim import claim_fee
from tests.support.channels.safe_machines import FILM, MARGINS, PRICE
from tests.support.channels.safe_streams import NETWORKS, payee_got, payer_got, phases, streaming


@NETWORKS
def test_chunks_are_bought_in_any_order_and_settled(network: Network) -> None:
    stage = streaming(network, 0)
    for chunk in (5, 0, 9, 1):
        stage.buy(chunk)
    assert {chunk: FILM[100 * chunk :][:100] for chunk in (5, 0, 9, 1)} == stage.delivered
    assert (stage.a.newest, stage.a.held, stage.b.newest) == (4, 4, 4)
    stage.tell_payer(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert phases(stage) == (Phase.CLOSED, Phase.CLOSED)
    assert payee_got(stage) == stage.base + 4 * PRICE
    assert payer_got(stage) > 100_000 - payee_got(stage) - 3_000
    assert not stage.alice.refused + stage.bob.refused


@NETWORKS
def test_the_payee_closes_by_himself_if_the_payer_is_away(network: Network) -> None:
    stage = streaming(network)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert phases(stage)[1] is Phase.CLOSING
    assert stage.publish() == []
    stage.mine()
    assert phases(stage)[1] is Phase.CLOSED
    assert stage.publish() == [], "the claim of the payment as it was mined"
    stage.mine()
    assert 0 < stage.base + 3 * PRICE - payee_got(stage) <= claim_fee(stage.b.terms, 72)


@NETWORKS
def test_the_payer_is_refunded_if_the_payee_is_away(network: Network) -> None:
    stage = streaming(network)
    stage.b = replace(stage.b, phase=Phase.CLOSED)  # he is gone
    stage.mine(stage.a.terms.expiry - stage.ledger.height - 1)
    assert not stage.alice.published, "not before the block after T"
    stage.mine()
    assert stage.publish() == []
    stage.mine()
    assert payer_got(stage) > 95_000


@NETWORKS
def test_the_payer_is_refunded_if_a_payment_is_never_claimed(network: Network) -> None:
    stage = streaming(network)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert stage.publish() == []
    stage.mine()
    stage.bob.published.clear()  # his claim never comes
    paid = stage.b.terms
    while not stage.alice.published:
        stage.mine()
        stage.bob.published.clear()
        assert stage.ledger.height < paid.expiry + paid.delay + 5
    assert stage.publish() == []
    stage.mine()
    assert payee_got(stage) == 0


@NETWORKS
def test_nothing_was_sold_and_the_channel_is_settled(network: Network) -> None:
    stage = streaming(network, 0)
    stage.tell_payee(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert (stage.b.phase, payee_got(stage)) == (Phase.CLOSED, 0)
