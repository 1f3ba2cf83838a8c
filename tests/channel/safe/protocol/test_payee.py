"""The payee's rules, which keep him from a loss."""

from dataclasses import replace

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import (
    Chunk,
    CloseSig,
    Error,
    Key,
    Update,
)
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Announced, FundingSeen, Height, Received, Stalled
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.outputs import State, funding_output
from penstock.channel.safe.transactions.payment import payment, settlement
from penstock.testing import key
from tests.support.channels.safe_machines import MARGINS, PRICE, Stage
from tests.support.channels.safe_streams import BSV_BASE, NETWORKS, phases, streaming


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
