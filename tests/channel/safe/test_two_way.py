"""The 2-way close: the payer's signature takes the place of the key, which stays unknown; a forged one does not."""

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import ClaimSig, Error
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Height, Received
from penstock.channel.safe.transactions.claim import claim, key_shown
from penstock.channel.safe.transactions.outputs import key_script
from penstock.testing import key
from penstock.tx.transaction import OutPoint, Transaction
from tests.support.channels.safe_machines import MARGINS, PRICE, Stage

PATIENCE = 4
FORMS = pytest.mark.parametrize(
    ("network", "largest_chunk"),
    [(BSV_REGTEST, 0), (BSV_REGTEST, 100), (BTC_REGTEST, 0)],
    ids=["bsv key", "bsv chunk", "btc key"],
)
NETWORKS = pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)


def published(network: Network, largest_chunk: int = 0, patience: int = PATIENCE) -> Stage:
    """Three chunks were bought; the payee has published the payment, it is mined, and her message is on its way."""
    stage = Stage(network, largest_chunk=largest_chunk, patience=patience)
    stage.fund()
    stage.quote()
    for chunk in range(3):
        stage.buy(chunk)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert stage.publish() == []
    stage.ledger.mine()
    return stage


def mined_claim(stage: Stage) -> Transaction | None:
    assert stage.b.mined is not None
    return stage.ledger.spender(stage.b.mined.outpoint)


def claims(stage: Stage) -> list[Transaction]:
    """The claims that the payee has published since the last look."""
    assert stage.b.mined is not None
    return [each for each in stage.bob.published if each.inputs[0].outpoint == stage.b.mined.outpoint]


def payee_got(stage: Stage) -> int:
    return stage.value_of(key_script(stage.b.terms, stage.b.terms.payee.payout))


@FORMS
def test_her_signature_takes_the_place_of_the_key(network: Network, largest_chunk: int) -> None:
    stage = published(network, largest_chunk)
    stage.look()
    assert isinstance(stage.alice.sent[-1], ClaimSig)
    assert stage.publish() == []
    stage.mine()
    claim_mined = mined_claim(stage)
    assert claim_mined is not None
    assert stage.b.mined is not None
    assert key_shown(claim_mined, stage.b.mined.outpoint, stage.b.mined.state.digest) is None
    sold = stage.movie.key(2)
    assert sold not in claim_mined.serialize(), "the key, or the chunk, is not on the chain"
    assert 0 < stage.base + 3 * PRICE - payee_got(stage) <= stage.base


@FORMS
def test_if_she_stays_away_he_claims_with_the_key(network: Network, largest_chunk: int) -> None:
    stage = published(network, largest_chunk)
    stage.tell_payer = lambda event: None  # type: ignore[method-assign] # she is away
    stage.look()
    for _ in range(PATIENCE - 1):
        assert not claims(stage)
        stage.mine()
    stage.mine()
    assert stage.publish() == []
    stage.mine()
    found = mined_claim(stage)
    assert found is not None
    assert stage.b.mined is not None
    assert key_shown(found, stage.b.mined.outpoint, stage.b.mined.state.digest) == stage.movie.key(2)


@NETWORKS
def test_forged_signatures_change_nothing(network: Network) -> None:
    stage = published(network)
    stage.tell_payer = lambda event: None  # type: ignore[method-assign] # not hers
    stage.look()
    assert stage.b.mined is not None
    right = claim(stage.b.terms, stage.b.mined.outpoint, stage.b.mined.state)
    hers = stage.payer.keys.claim
    another = claim(stage.b.terms, other_outpoint(stage), stage.b.mined.state)
    good = right.sign(hers)
    wrong = [right.sign(key("mallory").private), right.sign(stage.payer.keys.funding), another.sign(hers), b""]
    wrong += [good[:-1], good[:-1] + b"\x00", *(right.sign(hers, name) for name in ("NONE", "SINGLE"))]
    before = stage.b
    for signature in wrong:
        stage.tell_payee(Received(ClaimSig(stage.b.channel, signature)))
        assert stage.b == before
        assert isinstance(stage.bob.sent[-1], Error)
        assert not claims(stage)
    stage.tell_payee(Received(ClaimSig(stage.b.channel, good)))
    assert stage.b.mined is not None
    assert stage.b.mined.help == good


def other_outpoint(stage: Stage) -> OutPoint:
    assert stage.b.mined is not None
    return OutPoint(stage.b.mined.outpoint.txid, 1)


@NETWORKS
def test_she_signs_no_claim_of_a_payment_whose_key_she_has_not(network: Network) -> None:
    stage = Stage(network, patience=PATIENCE)
    stage.fund()
    stage.quote()
    stage.buy(0)
    stage.ask(1)
    for queue, tell in ((stage.to_payee, stage.tell_payee), (stage.to_payer, stage.tell_payer)):
        tell(Received(from_wire(queue.popleft())))
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.to_payer.clear()  # the key of state 2 does not come
    assert (stage.a.held, stage.b.newest) == (1, 2)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    assert stage.publish() == []
    stage.ledger.mine()
    stage.look()
    assert stage.a.mined is not None
    assert not any(isinstance(each, ClaimSig) for each in stage.alice.sent)


@NETWORKS
def test_a_signature_that_was_lost_is_sent_again(network: Network) -> None:
    stage = published(network)
    deliver, stage.run = stage.run, lambda: None  # type: ignore[method-assign] # messages are lost
    stage.look()
    stage.run = deliver  # type: ignore[method-assign] # the connection is there again
    stage.connect(1)
    first, again = (each for each in stage.alice.sent if isinstance(each, ClaimSig))
    assert first == again
    stage.run()
    assert stage.b.mined is not None
    assert stage.b.mined.help == again.signature


@NETWORKS
def test_before_a_payment_is_mined_there_is_nothing_to_sign(network: Network) -> None:
    stage = Stage(network, patience=PATIENCE)
    stage.fund()
    before = stage.b
    stage.tell_payee(Received(ClaimSig(stage.b.channel, bytes(72))))
    assert stage.b == before
    assert stage.bob.refused[-1] == "no payment of this channel is mined"


@NETWORKS
def test_without_patience_he_shows_the_key_at_once_and_takes_no_signature(network: Network) -> None:
    stage = published(network, patience=0)
    stage.look()
    assert stage.b.mined is not None
    assert not stage.b.mined.help
    (shown,) = {each.txid: each for each in claims(stage)}.values()
    assert key_shown(shown, stage.b.mined.outpoint, stage.b.mined.state.digest) == stage.movie.key(2)


@NETWORKS
def test_patience_ends_before_the_refund_of_the_payment_comes_near(network: Network) -> None:
    stage = published(network, patience=10_000)
    stage.tell_payer = lambda event: None  # type: ignore[method-assign] # she is away
    stage.look()
    terms, mined = stage.b.terms, stage.b.mined
    assert mined is not None
    by_age = terms.rules.chain.newest.relative_locks
    refund = mined.height + terms.delay if by_age else terms.expiry + terms.delay + 1
    for height in range(stage.ledger.height, refund - MARGINS.least_delay):
        _, actions = stage.payee.step(stage.b, Height(height))
        assert not actions, height
    _, actions = stage.payee.step(stage.b, Height(refund - MARGINS.least_delay))
    assert len(actions) == 1, "time enough for the claim to be buried"
