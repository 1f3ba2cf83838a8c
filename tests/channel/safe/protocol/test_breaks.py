"""After a break: lost messages, older copies, lost rows."""

from dataclasses import replace

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, Network
from penstock.channel.safe.messages.kinds import (
    Funded,
    Key,
    Resume,
    Update,
)
from penstock.channel.safe.messages.wire import from_wire, signed_digest
from penstock.channel.safe.protocol.events import FundingSeen, Received
from penstock.channel.safe.protocol.states import PayeeState, PayerState, Phase
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import State, funding_output
from penstock.channel.safe.transactions.payment import payment
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_sign
from tests.support.channels.safe_machines import MARGINS, PRICE, Stage
from tests.support.channels.safe_streams import NETWORKS, payee_got, phases, streaming


@NETWORKS
def test_a_lost_key_is_sent_again(network: Network) -> None:
    stage = streaming(network, 2)
    stage.ask(2)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.to_payer.clear()  # the key is lost
    assert (stage.a.newest, stage.a.held, stage.b.newest) == (3, 2, 3)
    stage.connect()
    stage.run()
    assert (stage.a.held, 2 in stage.delivered) == (3, True)
    stage.buy(3)
    assert stage.b.newest == 4


@NETWORKS
def test_a_lost_update_is_sent_again_and_no_other_is_made(network: Network) -> None:
    stage = streaming(network, 2)
    stage.ask(2)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    before = stage.a.signed
    stage.connect()  # the update is lost
    stage.run()
    assert stage.a.signed == before
    assert (stage.a.held, stage.b.newest) == (3, 3)


@NETWORKS
def test_a_payer_from_an_older_copy_takes_over_what_she_has_signed(network: Network) -> None:
    stage = streaming(network)
    old = next(state for state in stage.alice.saved if isinstance(state, PayerState) and state.newest == 1)
    stage.a = old
    stage.connect()
    stage.run()
    assert (stage.a.newest, stage.a.held) == (3, 3)
    stage.buy(5)
    assert stage.b.best is not None
    assert stage.b.best.state == State(4, stage.base + 4 * PRICE, stage.movie.leaves[5].key)


@NETWORKS
@pytest.mark.parametrize("lost", [2, 3, 99])
def test_a_payee_who_has_lost_rows_gets_them_from_an_honest_payer(network: Network, lost: int) -> None:
    """Also one who has lost the funding too."""
    stage = streaming(network)
    newest = stage.b.best
    saved = [state for state in stage.bob.saved if isinstance(state, PayeeState)]
    stage.b = saved[max(len(saved) - 1 - lost, 0)]
    assert stage.b.newest == max(3 - lost, 0)
    assert (stage.b.funding is None) == (lost == 99)
    stage.b = replace(stage.b, confirmations=100, height=stage.ledger.height)
    stage.connect()
    stage.run()
    assert stage.b.best == newest


@NETWORKS
def test_a_lost_funded_is_sent_again_and_another_is_refused(network: Network) -> None:
    stage = Stage(network)
    output = funding_output(stage.a.terms)
    outpoint = stage.ledger.fund(output.script, output.value).outpoint
    stage.tell_payer(FundingSeen(outpoint, output, 0))
    stage.connect()  # the Funded is lost
    stage.run()
    assert stage.b.funding == outpoint
    stage.tell_payee(FundingSeen(outpoint, output, 3))
    stage.quote()
    stage.connect(1)
    stage.run()
    assert stage.bob.refused == stage.alice.refused == []
    stage.tell_payee(Received(Funded(stage.b.channel, outpoint.txid, 7)))
    assert (stage.b.funding, stage.bob.refused) == (outpoint, ["the channel is funded already"])
    stage.run()


def test_a_resume_that_is_not_proved_changes_nothing() -> None:
    stage = streaming(BSV_REGTEST, 2)
    stage.connect(number=1)
    told = {type(side): side for side in (stage.a, stage.b)}
    _, from_payer = [from_wire(raw) for raw in stage.to_payee]
    from_payee, _ = [from_wire(raw) for raw in stage.to_payer]
    assert isinstance(from_payer, Resume)
    assert isinstance(from_payee, Resume)

    def signed(message: Resume, by: PrivateKey) -> Resume:
        return replace(message, signature=schnorr_sign(by.secret, signed_digest(message)))

    payer_key, payee_key = stage.payer.keys.authentication, stage.payee.keys.authentication
    higher = replace(from_payee, state=3, amount=from_payee.amount + PRICE)
    for wrong in (
        replace(from_payee, signature=bytes(64)),
        signed(from_payee, payer_key),
        signed(replace(from_payee, nonce=bytes(32)), payee_key),
        signed(higher, payee_key),
        signed(replace(higher, update=b""), payee_key),
        signed(replace(higher, amount=0), payee_key),
    ):
        stage.tell_payer(Received(wrong))
    for wrong in (
        signed(replace(from_payer, state=3), payer_key),
        signed(replace(from_payer, state=3, movie=bytes(32)), payer_key),
        signed(replace(from_payer, nonce=bytes(32), state=3), payer_key),
        signed(from_payer, payee_key),
    ):
        stage.tell_payee(Received(wrong))
    assert {type(side): side for side in (stage.a, stage.b)} == told


def resumed_by_her(stage: Stage, number: int, amount: int, chunk: int) -> tuple[Resume, Update]:
    """Her Resume for a state of her own making, with a good signature for its payment, and the Update for the same."""
    keys, leaf = stage.payer.keys, stage.movie.leaves[chunk]
    assert stage.a.funding is not None
    signature = payment(stage.a.terms, stage.a.funding, State(number, amount, leaf.key)).sign(keys.funding)
    update = Update(stage.a.channel, number, leaf.movie, chunk, signature)
    told = Resume(stage.a.channel, stage.b.nonce, number, amount, leaf.key, leaf.movie, chunk, signature, b"")
    return replace(told, signature=schnorr_sign(keys.authentication.secret, signed_digest(told))), update


@NETWORKS
@pytest.mark.parametrize("number", [4, 9])
@pytest.mark.parametrize("more", [1, PRICE - 1])
def test_a_resume_does_not_buy_below_the_price(network: Network, number: int, more: int) -> None:
    stage = streaming(network)
    stage.connect()
    stage.run()
    told, update = resumed_by_her(stage, number, stage.base + 3 * PRICE + more, chunk=7)
    for message in (told, update, update):
        stage.tell_payee(Received(message))
    assert [each.state for each in stage.bob.sent if isinstance(each, Key)] == [1, 2, 3]


@NETWORKS
def test_a_resume_for_the_next_state_at_its_price_gets_the_key(network: Network) -> None:
    stage = streaming(network)
    stage.connect()
    stage.run()
    told, update = resumed_by_her(stage, 4, stage.base + 4 * PRICE, chunk=7)
    for message in (told, update):
        stage.tell_payee(Received(message))
    assert [each.state for each in stage.bob.sent if isinstance(each, Key)] == [1, 2, 3, 4]


@NETWORKS
def test_a_resume_does_not_replace_a_payment_that_is_published(network: Network) -> None:
    """He would look for another payment than the one that is mined, and not claim it."""
    stage = streaming(network)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert phases(stage)[1] is Phase.CLOSING
    stage.connect()
    stage.run()
    told, update = resumed_by_her(stage, 4, stage.base + 4 * PRICE, chunk=7)
    for message in (told, update):
        stage.tell_payee(Received(message))
    assert stage.publish() == []
    stage.mine()
    assert stage.publish() == [], "the claim"
    stage.mine()
    assert 0 < stage.base + 3 * PRICE - payee_got(stage) <= claim_fee(stage.b.terms, 72)
    assert [each.state for each in stage.bob.sent if isinstance(each, Key)] == [1, 2, 3]
