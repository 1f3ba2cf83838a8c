"""The two weaknesses of the article's channel, and an older attack: tests that show the loss.

They are the reason why this form is not for real money. Nothing is corrected here; a failing test would mean that the
channel is no longer the article's.
"""

import pytest

from penstock.channel.protocol.messages import Payment
from penstock.channel.simulation.accounts import Accounts, settle
from penstock.channel.simulation.conversation import Moment, ToBob
from penstock.channel.transactions.closing import Closing
from penstock.ledger.coins import pay_to_key
from penstock.ledger.reasons import DoubleSpend, ScriptRefused
from penstock.script.pushes import push
from penstock.tx.keys import sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.channels.channel_stage import ALICE, BOB, Stage, stage
from tests.support.channels.losses import alice_loss, claimed, stuck, unpaid_chunks

CHUNKS, LAST, PRICE = 6, 5, 100


def streamed(play: Stage) -> Moment:
    """All chunks are with Alice, all payments with Bob; the channel is not closed yet."""
    return play.run(play.players.begin(), before_stop=True)


def accounts(play: Stage, moment: Moment) -> Accounts:
    return settle(play.agreement, play.ledger, moment.alice.progress.chunks)


def back_to_alice(play: Stage) -> Transaction:
    """Her funding coin, spent to herself."""
    coin = play.agreement.funding[0]
    unsigned = Transaction(1, (TxIn(coin.outpoint),), (TxOut(coin.value - 1, pay_to_key(ALICE.public_key)),))
    signature = sign(unsigned, 0, coin.script, coin.value, ALICE, "ALL", "bsv")
    return unsigned.with_input_script(0, push(signature) + push(ALICE.public_key))


@pytest.mark.parametrize("closing", Closing)
def test_hole_1_alice_spends_her_coin_elsewhere_and_bob_loses_all(closing: Closing) -> None:
    play = stage(CHUNKS, closing=closing)
    moment = streamed(play)
    assert play.ledger.submit(back_to_alice(play))
    ended = play.run(moment)
    after = accounts(play, ended)
    refused = [event for event in play.events if getattr(event, "reason", None)]
    assert isinstance(getattr(refused[0], "reason", None), DoubleSpend)
    assert claimed(after) == 0
    assert unpaid_chunks(after) == CHUNKS
    assert (unpaid_chunks(after) - 1) * PRICE == 500  # satoshis that Bob lost; Alice lost one, for the fee


def test_hole_2_bob_publishes_and_never_claims_and_the_payment_is_stuck() -> None:
    """TX_n is on the chain, the contract has no way back: her payment stays there for ever."""
    play = stage(CHUNKS)
    moment = streamed(play)
    last = moment.alice.progress.payments[-1]
    assert play.ledger.submit(last.transaction)
    play.ledger.mine(10_000)
    after = accounts(play, moment)
    assert (stuck(after), claimed(after)) == (LAST * PRICE, 0)

    value = last.contract_output.value
    alone = Transaction(1, (TxIn(last.outpoint),), (TxOut(value - 1, pay_to_key(ALICE.public_key)),))
    hers = sign(alone, 0, last.contract_output.script, value, ALICE, "ALL", "bsv")
    for shown in (hers, play.movie.chunk(LAST)):
        attempt = alone.with_input_script(0, push(shown) + push(hers))
        receipt = play.ledger.submit(attempt)
        assert isinstance(receipt.reason, ScriptRefused)
    assert stuck(accounts(play, moment)) == LAST * PRICE


def test_hole_2_is_worst_when_the_last_chunk_was_not_even_sent() -> None:
    play = stage(CHUNKS)
    moment = play.players.begin()
    while not (moment.mail and isinstance(moment.mail[0].message, Payment) and moment.mail[0].message.index == LAST):
        moment = play.players.deliver(moment)
    assert play.ledger.submit(moment.alice.progress.payments[-1].transaction)
    after = accounts(play, moment)
    assert stuck(after) == LAST * PRICE
    assert alice_loss(after) == PRICE  # paid, locked for ever, and no chunk for it


def test_an_older_payment_on_the_chain_costs_bob_the_difference() -> None:
    """Alice has all her TX_i signed: she may publish TX_1 after the last chunk came."""
    play = stage(CHUNKS)
    first = next(letter.message for letter in _payments(play) if isinstance(letter.message, Payment))
    moment = streamed(play)
    assert play.ledger.submit(first.transaction)
    ended = play.run(moment)
    after = accounts(play, ended)
    assert after.locked == PRICE
    assert unpaid_chunks(after) == CHUNKS  # Bob does not look for TX_1 in this form of the channel


def _payments(play: Stage) -> list[ToBob]:
    moment, letters = play.players.begin(), []
    while moment.mail:
        letters += [letter for letter in moment.mail[:1] if isinstance(letter, ToBob)]
        moment = play.players.deliver(moment)
    return letters


def test_with_honest_people_none_of_it_happens() -> None:
    play = stage(CHUNKS)
    ended = play.run(streamed(play))
    after = accounts(play, ended)
    assert (stuck(after), alice_loss(after), unpaid_chunks(after)) == (0, 0, 1)
    assert play.ledger.coin(OutPoint(play.ledger.transactions[1].txid, 0)) is not None
    assert play.ledger.transactions[1].outputs[0].script == pay_to_key(BOB.public_key)
