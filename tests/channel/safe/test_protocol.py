"""The protocol of the safe channel: both honest on all closings, and the rules that keep either side from a loss."""

from dataclasses import replace

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.messages.kinds import (
    Accept,
    Chunk,
    Close,
    CloseSig,
    Error,
    Funded,
    Get,
    Key,
    Open,
    Quote,
    Resume,
    Update,
)
from penstock.channel.safe.messages.wire import from_wire, signed_digest
from penstock.channel.safe.protocol.events import Announced, Finish, FundingSeen, Height, Received, Saved, Stalled
from penstock.channel.safe.protocol.states import PayeeState, PayerState, Phase
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import State, funding_output, key_script
from penstock.channel.safe.transactions.payment import most_amount, payment, settlement
from penstock.channel.sealed.fraud import FraudProof
from penstock.testing import key
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_sign
from tests.support.spending.safe_machines import BASES, FILM, MARGINS, PRICE, Stage

BSV_BASE = BASES["bsv"][0]
NETWORKS = pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)


def streaming(network: Network, chunks: int = 3, **options: int) -> Stage:
    """A stage on which some chunks have been bought."""
    stage = Stage(network, **options)
    stage.fund()
    stage.quote()
    for chunk in range(chunks):
        stage.buy(chunk)
    return stage


def phases(stage: Stage) -> tuple[Phase, Phase]:
    return stage.a.phase, stage.b.phase


def payee_got(stage: Stage) -> int:
    return stage.value_of(key_script(stage.a.terms, stage.a.terms.payee.payout))


def payer_got(stage: Stage) -> int:
    return stage.value_of(key_script(stage.a.terms, stage.a.terms.payer.payout))


# Both honest ----------------------------------------------------------------------------------------------------------


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


# What is on disk before what leaves -----------------------------------------------------------------------------------


def test_a_state_is_saved_before_its_signature_and_its_key_leave() -> None:
    stage = streaming(BSV_REGTEST)
    for side, message in ((stage.alice, Update), (stage.bob, Key)):
        kinds = [kind for kind in side.order if kind in ("Save", "Send")]
        places = [index for index, kind in enumerate(kinds) if kind == "Send"]
        sent = [each for each in side.sent if isinstance(each, message)]
        assert len(sent) == 3
        assert all(kinds[index - 1] == "Save" for index, each in zip(places, side.sent, strict=True) if each in sent)
    assert [state.newest for state in stage.bob.saved][-3:] == [1, 2, 3]


def test_closing_is_on_disk_before_the_payee_has_signed() -> None:
    stage = streaming(BSV_REGTEST)
    stage.tell_payer(Finish())
    state, actions = stage.payee.step(stage.b, Received(from_wire(stage.to_payee.popleft())))
    assert [type(action).__name__ for action in actions] == ["Save"]
    assert state.phase is Phase.CLOSING
    _, later = stage.payee.step(state, Saved())
    assert [type(action).__name__ for action in later] == ["Publish"]
    again, resumed = stage.payee.step(state, Height(stage.ledger.height))
    assert (again, resumed) == (state, later), "after a restart the same transaction is published"


# The payee's rules ----------------------------------------------------------------------------------------------------


def test_the_same_update_gets_the_same_key_and_another_for_the_state_none() -> None:
    stage = streaming(BSV_REGTEST)
    update = next(each for each in reversed(stage.alice.sent) if isinstance(each, Update))
    before = stage.b
    stage.tell_payee(Received(update))
    assert stage.bob.sent[-1] == next(each for each in stage.bob.sent if isinstance(each, Key) and each.state == 3)
    assert stage.bob.order[-2:] == ["Save", "Send"], "a fenced write first"
    for other in (
        replace(update, chunk=7),
        replace(update, signature=update.signature[:-2] + b"\x00\x41"),
        replace(update, state=2),
        replace(update, state=5),
        replace(update, state=0),
    ):
        stage.tell_payee(Received(other))
        assert isinstance(stage.bob.sent[-1], Error)
    assert stage.b == before


@NETWORKS
def test_an_update_for_another_amount_item_or_hash_type_is_refused(network: Network) -> None:
    stage = streaming(network)
    funding, terms = stage.b.funding, stage.b.terms
    assert funding is not None
    movie, leaf = stage.movie.manifest.movie, stage.movie.leaves[7]
    right = payment(terms, funding, State(4, stage.base + 4 * PRICE, leaf.key))
    signer = stage.payer.keys.funding
    good = right.sign(signer)
    cheap = payment(terms, funding, State(4, stage.base + 4 * PRICE - 1, leaf.key)).sign(signer)
    another = payment(terms, funding, State(4, stage.base + 4 * PRICE, stage.movie.leaves[8].key)).sign(signer)
    by_another = right.sign(key("mallory").private)
    wrong = [cheap, another, by_another, b"", good[:-1], good[:-1] + b"\x00", good + b"\x41"]
    wrong += [right.sign(signer, name) for name in ("NONE", "SINGLE", "ALL|ANYONECANPAY")]
    for signature in wrong:
        stage.tell_payee(Received(Update(stage.b.channel, 4, movie, 7, signature)))
        assert stage.b.newest == 3
        assert not any(isinstance(each, Key) and each.state == 4 for each in stage.bob.sent)
    stage.tell_payee(Received(Update(stage.b.channel, 4, movie, 7, good)))
    assert stage.b.newest == 4


def test_nothing_is_sold_before_the_funding_is_buried_or_after_a_reorganisation() -> None:
    stage = Stage(BTC_REGTEST)
    outpoint = stage.fund()
    output = funding_output(stage.b.terms)
    stage.quote()
    for confirmations in (0, 2):
        stage.tell_payee(FundingSeen(outpoint, output, confirmations))
        stage.ask(0)
        stage.run()
        assert not stage.delivered
    stage.tell_payee(FundingSeen(outpoint, output, 3))
    stage.buy(0)
    assert stage.delivered
    for wrong in (output._replace(value=output.value - 1), output._replace(script=b"\x51")):
        before = stage.b
        stage.tell_payee(FundingSeen(outpoint, wrong, 100))
        assert stage.b == before


@NETWORKS
def test_nothing_is_sold_while_no_block_comes(network: Network) -> None:
    """His node may be cut off, and the payer's refund be near."""
    stage = streaming(network, 1)
    stage.tell_payee(Stalled())
    stage.tell_payer(Stalled())
    stage.buy(1)
    assert 1 not in stage.delivered
    assert stage.bob.refused[-1] == "nothing is sold now: no new block has come"
    stage.mine()
    stage.buy(1)
    assert 1 in stage.delivered


@NETWORKS
def test_nothing_is_sold_within_the_margin_and_the_alarm(network: Network) -> None:
    stage = streaming(network)
    last = stage.b.terms.expiry - MARGINS.margin - MARGINS.alarm
    stage.tell_payee(Height(last - 1))
    stage.buy(3)
    assert 3 in stage.delivered
    stage.tell_payee(Height(last))
    stage.buy(4)
    assert 4 not in stage.delivered
    assert phases(stage)[1] is Phase.OPEN


@NETWORKS
def test_a_settlement_below_the_newest_state_is_refused(network: Network) -> None:
    stage = streaming(network)
    assert stage.b.funding is not None
    for state, amount in (
        (2, stage.base + 2 * PRICE),
        (0, 0),
        (3, stage.base + 2 * PRICE),
        (4, stage.base + 4 * PRICE),
    ):
        spend = settlement(stage.b.terms, stage.b.funding, amount)
        paid = sum(value for value, _ in spend.outputs or ())
        signed = CloseSig(stage.b.channel, state, 100_000 - paid, spend.sign(stage.payer.keys.funding))
        stage.tell_payee(Received(signed))
        assert (stage.b.phase, stage.bob.published) == (Phase.OPEN, [])


def test_no_update_is_taken_after_closing() -> None:
    stage = streaming(BSV_REGTEST)
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    update = from_wire(stage.to_payee.popleft())
    assert stage.b.funding is not None
    spend = settlement(stage.b.terms, stage.b.funding, stage.base + 3 * PRICE)
    fee = 100_000 - sum(value for value, _ in spend.outputs or ())
    stage.tell_payee(Received(CloseSig(stage.b.channel, 3, fee, spend.sign(stage.payer.keys.funding))))
    assert phases(stage)[1] is Phase.CLOSING
    stage.tell_payee(Received(update))
    assert stage.b.newest == 3
    assert not any(isinstance(each, Key) and each.state == 4 for each in stage.bob.sent)


def test_one_unpaid_ciphertext_at_a_time() -> None:
    stage = streaming(BSV_REGTEST, 0)
    for chunk in (0, 1, 0):
        stage.a = replace(stage.a, wanted=None)
        stage.ask(chunk)
        stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    kinds = [type(each).__name__ for each in stage.bob.sent[-3:]]
    assert kinds == ["Chunk", "Error", "Chunk"]


def test_a_get_without_its_ciphertext_holds_the_price() -> None:
    """The payer fetches ciphertexts elsewhere: no Chunk is sent, and the rules are those of a Get."""
    stage = streaming(BSV_REGTEST, 0)
    movie = stage.movie.manifest.movie
    for channel, chunk in ((bytes(32), 0), (stage.b.channel, 99), (stage.b.channel, 0), (stage.b.channel, 1)):
        stage.tell_payee(Announced(channel, movie, chunk))
    assert [type(each).__name__ for each in stage.bob.sent[-2:]] == ["Error", "Error"]
    for reason, told in zip(("another channel", "no such chunk", "not paid"), stage.bob.refused[-3:], strict=True):
        assert reason in told
    assert stage.b.ahead == (movie, 0)
    stage.to_payer.clear()
    stage.ask(0)
    stage.payee_quotes(PRICE + 20)
    for queue in (stage.to_payee, stage.to_payer):  # the quote is still on its way
        queue.clear()
    stage.tell_payer(Received(sent_chunk(stage, 0)))
    stage.run()
    assert stage.b.best is not None
    assert (stage.b.newest, stage.b.best.state.amount) == (1, BSV_BASE + PRICE)


def sent_chunk(stage: Stage, index: int) -> Chunk:
    """The chunk as it comes from elsewhere."""
    shelf, movie = stage.payee.shelf, stage.movie.manifest.movie
    leaf, path = shelf.leaf(movie, index).to_bytes(), shelf.proof(movie, index).path
    return Chunk(stage.a.channel, leaf, path, shelf.ciphertext(movie, index))


def test_what_a_channel_may_owe_is_bounded() -> None:
    stage = streaming(BSV_REGTEST, 2, most=BSV_BASE + 2 * PRICE)
    stage.buy(2)
    assert stage.b.newest == 2
    assert "more than this channel may owe" in stage.bob.refused[-1]


@NETWORKS
def test_after_the_expiry_no_close_is_started_that_shows_a_key(network: Network) -> None:
    """The payer may be refunded first, and has the key of the last state for nothing then."""
    stage = streaming(network)
    stage.b = replace(stage.b, height=stage.b.terms.expiry)
    stage.tell_payee(Height(stage.b.terms.expiry))
    assert phases(stage)[1] is Phase.CLOSING
    assert stage.bob.published == []
    late = streaming(network)
    late.tell_payee(Height(late.b.terms.expiry - 1))
    assert len(late.bob.published) == 1


# The payer's rules ----------------------------------------------------------------------------------------------------


def test_she_signs_nothing_for_a_chunk_that_is_not_what_was_promised() -> None:
    stage = streaming(BSV_REGTEST, 1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    good = from_wire(stage.to_payer.popleft())
    assert isinstance(good, Chunk)
    other = stage.movie
    for wrong in (
        replace(good, ciphertext=good.ciphertext[:-1] + b"\x00"),
        replace(good, leaf=other.leaves[2].to_bytes()),
        replace(good, leaf=replace(other.leaves[1], key=bytes(32)).to_bytes()),
        replace(good, leaf=b""),
        replace(good, path=good.path[:-1]),
        replace(good, path=()),
        replace(good, channel=bytes(32)),
    ):
        stage.tell_payer(Received(wrong))
        assert stage.a.newest == 1
    stage.tell_payer(Received(good))
    assert stage.a.newest == 2


def test_no_chunk_and_no_key_is_paid_for_twice() -> None:
    stage = streaming(BSV_REGTEST, 1)
    stage.ask(0)
    assert stage.alice.refused[-1] == "chunk 0 has been bought"
    stage.a = replace(stage.a, digests=stage.a.digests.added(stage.movie.leaves[1].key))
    stage.buy(1)
    assert (stage.a.newest, stage.alice.refused[-1]) == (1, "the key of chunk 1 has been bought before")


def test_she_is_one_state_ahead_at_most_and_settles_for_what_she_holds() -> None:
    stage = streaming(BTC_REGTEST)
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    assert (stage.a.newest, stage.a.held) == (4, 3)
    stage.ask(4)
    assert stage.alice.refused[-1] == "the key of state 4 has not come"
    stage.tell_payer(Received(Close(stage.a.channel, 4)))
    assert phases(stage)[0] is Phase.OPEN, "not for a key that she does not hold"
    stage.to_payee.clear()  # the update is lost
    stage.tell_payer(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert payee_got(stage) == stage.base + 3 * PRICE


@pytest.mark.parametrize("budget", [BSV_BASE + 2 * PRICE, BSV_BASE + 3 * PRICE - 1])
def test_the_budget_and_the_capacity_are_bounds(budget: int) -> None:
    stage = streaming(BSV_REGTEST, 3, budget=budget)
    assert stage.a.newest == 2
    assert "or than the budget" in stage.alice.refused[-1]
    small = streaming(BSV_REGTEST, 3, capacity=280)
    assert small.a.newest == (most_amount(small.a.terms) - BSV_BASE) // PRICE == 2


def test_a_wrong_key_is_refused_and_a_cheating_publisher_accused() -> None:
    stage = streaming(BSV_REGTEST, 1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    for wrong in (Key(stage.a.channel, 2, bytes(32)), Key(stage.a.channel, 1, stage.movie.key(1))):
        stage.tell_payer(Received(wrong))
        assert stage.a.held == 1
    wanted = stage.a.wanted
    assert wanted is not None
    assert wanted.offered is not None
    rubbish = replace(wanted.offered.leaf, plaintext=bytes(32))
    stage.a = replace(stage.a, wanted=replace(wanted, offered=replace(wanted.offered, leaf=rubbish)))
    stage.tell_payer(Received(Key(stage.a.channel, 2, stage.movie.key(1))))
    (accused,) = stage.accused
    assert isinstance(accused.proof, FraudProof)
    stage.ask(2)
    assert stage.alice.refused[-1].startswith("no chunk can be bought")


def test_prices_change_from_a_state_on_and_never_for_the_past() -> None:
    stage = streaming(BSV_REGTEST, 2)
    stage.quote(price=250)
    stage.buy(2)
    assert stage.a.signed is not None
    assert stage.a.signed.state.amount == stage.base + 2 * PRICE + 250
    quotes = [each for each in stage.bob.sent if isinstance(each, Quote)]
    past = stage.payee._signed(replace(quotes[-1], state=1))
    before = stage.a
    for wrong in (
        past,
        replace(quotes[-1], state=4),
        replace(quotes[-1], price=1, state=4),
        replace(quotes[-1], channel=bytes(32)),
    ):
        stage.tell_payer(Received(wrong))
        assert stage.a == before, "not signed, or for the past"
    stage.quote(price=1, until=stage.ledger.height - 1)
    stage.buy(3)
    assert stage.b.best is not None
    assert stage.b.best.state.amount == stage.base + 2 * PRICE + 2 * 250, "a quote that is over does not count"


@NETWORKS
def test_a_price_that_rises_after_a_chunk_was_asked_for_is_not_paid(network: Network) -> None:
    stage = streaming(network, 2)
    stage.ask(2)
    stage.payee_quotes(price=90_000)
    stage.run()
    assert stage.a.newest == 2
    assert stage.alice.refused[-1] == "the price of chunk 2 rose from 100 to 90,000 satoshis after it was asked for"
    stage.payee_quotes(price=50)
    stage.buy(2)
    assert (stage.a.newest, stage.a.paid) == (3, stage.base + 2 * PRICE + 50)


@NETWORKS
@pytest.mark.parametrize("price", [250, 30])
@pytest.mark.parametrize("is_lost", [False, True])
def test_a_chunk_on_its_way_is_paid_at_the_price_before(network: Network, price: int, is_lost: bool) -> None:
    """She signs for the chunk before she reads the quote; with the new price alone he would refuse her for ever."""
    stage = streaming(network, 1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.payee_quotes(price=price)
    if is_lost:
        stage.to_payer.pop()
        stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
        stage.connect()
    stage.run()
    assert (stage.a.held, stage.b.newest, stage.a.paid) == (2, 2, stage.base + 2 * PRICE)
    stage.buy(2)
    assert (stage.a.held, stage.b.newest, stage.a.paid) == (3, 3, stage.base + 2 * PRICE + price)
    assert not stage.alice.refused + stage.bob.refused


def test_the_price_before_is_for_the_chunk_on_its_way_alone() -> None:
    """A payer who asks after the rise, or for another chunk, does not get it at the price before."""
    stage = streaming(BSV_REGTEST, 1)
    stage.ask(1)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.payee_quotes(price=250)
    before = stage.b
    assert before.before == PRICE
    assert before.best is not None
    for chunk, price in ((2, PRICE), (1, PRICE - 1), (1, 249)):
        state = State(2, before.best.state.amount + price, stage.movie.leaves[chunk].key)
        signature = payment(before.terms, before.funding, state).sign(stage.payer.keys.funding)  # type: ignore[arg-type] # funded
        stage.tell_payee(Received(Update(before.channel, 2, stage.movie.manifest.movie, chunk, signature)))
        assert (stage.b, stage.bob.refused[-1][:15]) == (before, "wrong signature")
    stage.tell_payee(Received(Get(before.channel, stage.movie.manifest.movie, 1)))
    assert stage.b.before is None, "asked for anew"


def test_a_chunk_without_a_price_is_not_asked_for() -> None:
    stage = Stage(BSV_REGTEST)
    stage.fund()
    stage.ask(0)
    assert stage.alice.refused == ["no quote holds for this movie"]
    assert not [each for each in stage.alice.sent if isinstance(each, Get)]


def test_a_quote_for_nothing_is_not_made() -> None:
    stage = streaming(BSV_REGTEST, 0)
    stage.quote(price=0)
    assert stage.bob.refused == ["a price of less than a satoshi: no state could be paid for"]


# After a break ------------------------------------------------------------------------------------------------------


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


# Opening --------------------------------------------------------------------------------------------------------------


def test_an_open_for_another_offer_or_too_late_is_refused() -> None:
    stage = Stage(BSV_REGTEST)
    opened = stage.alice.sent[0]
    assert isinstance(opened, Open)
    for offer, height in ((replace(stage.offer, base=999), 100), (stage.offer, 501)):
        with pytest.raises(ChannelTermsError):
            stage.payee.accept(offer, opened, height)
    with pytest.raises(ChannelTermsError, match="the offer is over"):
        stage.payer.open(stage.offer, 100_000, 700, MARGINS, 501)
    for change in ({"network": "moon"}, {"delay": 1}, {"base": 1}, {"keys": (bytes(33),) * 4}):
        with pytest.raises(ChannelTermsError):
            stage.payer.open(replace(stage.offer, **change), 100_000, 700, MARGINS, 100)


def test_the_channels_id_has_all_of_the_terms() -> None:
    ids = {
        Stage(network, capacity=capacity).a.channel
        for network in (BSV_REGTEST, BTC_REGTEST)
        for capacity in (100_000, 100_001)
    }
    assert len(ids) == 4


def test_an_accept_by_another_key_is_refused() -> None:
    stage = Stage(BSV_REGTEST)
    accept = stage.bob.sent[0]
    assert isinstance(accept, Accept)
    state, _ = stage.payer.open(stage.offer, 100_000, 700, MARGINS, 100)
    for wrong in (replace(accept, signature=bytes(64)), replace(accept, channel=bytes(32))):
        after, _ = stage.payer.step(state, Received(wrong))
        assert after.phase is Phase.OPENING
    after, _ = stage.payer.step(state, Received(accept))
    assert after.phase is Phase.FUNDING


@pytest.mark.parametrize("message", [Close(bytes(32), 0), Error(bytes(32), 1, "x"), Key(bytes(32), 1, bytes(32))])
def test_messages_for_the_other_side_change_nothing(message: Close | Error | Key) -> None:
    stage = streaming(BSV_REGTEST, 1)
    before = stage.a, stage.b
    stage.tell_payee(Received(replace(message, channel=stage.b.channel)))
    stage.tell_payer(Received(message))
    assert (stage.a, stage.b) == before


def test_messages_of_another_channel_change_nothing() -> None:
    stage = streaming(BSV_REGTEST, 1)
    before, sent = (stage.a, stage.b), len(stage.bob.sent)
    stage.tell_payee(Received(Get(bytes(32), stage.movie.manifest.movie, 1)))
    stage.tell_payer(Received(Close(bytes(32), 1)))
    assert (stage.a, stage.b, len(stage.bob.sent)) == (*before, sent)
    assert stage.bob.refused[-1] == stage.alice.refused[-1] == "a message of another channel"
