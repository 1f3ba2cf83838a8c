"""The driver after a restore: close-only, and rows given back by an honest payer."""

from pathlib import Path

from penstock.channel.safe.agreement.chains import BSV_REGTEST, Network
from penstock.channel.safe.messages.kinds import Error, Key, Update
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import (
    Finish,
    FundingSeen,
    Height,
    Received,
)
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.service.errors import (
    CloseOnlyError,
)
from tests.support.channels.safe_machines import PRICE
from tests.support.channels.safe_streams import NETWORKS, payee_got
from tests.support.channels.stored_stage import StoredStage, rows_of, streaming


def restored(network: Network, folder: Path) -> StoredStage:
    """A stage whose payee has lost his last row: chunk 3 was sold since the copy."""
    stage = streaming(network, folder)
    copy = rows_of(stage.file("payee"), "SELECT version, bound, data, sold_key FROM state")[0]
    members = rows_of(stage.file("payee"), "SELECT * FROM member")
    stage.buy(3)
    rows_of(stage.file("payee"), "UPDATE state SET version = ?, bound = ?, data = ?, sold_key = ?", *copy)
    rows_of(stage.file("payee"), "DELETE FROM member")
    for row in members:
        rows_of(stage.file("payee"), "INSERT INTO member VALUES (?, ?, ?, ?)", *row)
    rows_of(stage.file("payee"), "UPDATE store SET commits = commits - 1")
    stage.restart("payee")
    return stage


@NETWORKS
def test_nothing_is_sold_after_a_restore(network: Network, tmp_path: Path) -> None:
    stage = restored(network, tmp_path)
    assert "older copy" in str(stage.stores["payee"].restored)
    stage.mine(0)
    sold = len([each for each in stage.bob.sent if isinstance(each, Key)])
    stage.ask(4)
    stage.run()
    assert isinstance(stage.errors[-1], CloseOnlyError)
    update = next(each for each in reversed(stage.alice.sent) if isinstance(each, Update))
    stage.tell_payee(Received(update))
    stage.payee_quotes(1)
    assert len([each for each in stage.bob.sent if isinstance(each, Key)]) == sold
    errors = {each.text for each in stage.bob.sent if isinstance(each, Error)}
    assert errors == {"this channel may only be closed: its store was restored"}


@NETWORKS
def test_an_honest_payer_gives_the_lost_row_back_and_all_is_settled(network: Network, tmp_path: Path) -> None:
    stage = restored(network, tmp_path)
    assert stage.b.newest == 3
    stage.mine(0)
    stage.connect(1)
    stage.run()
    assert stage.held("payee").state.newest == 4
    stage.tell_payee(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert payee_got(stage) == stage.base + 4 * PRICE


@NETWORKS
def test_the_operator_has_the_newest_payment_published(network: Network, tmp_path: Path) -> None:
    stage = restored(network, tmp_path)
    stage.connect(1)
    stage.run()
    assert stage.stores["payee"].force_close() == 1
    stage.restart("payee")
    assert not stage.bob.published
    stage.mine(0)
    assert stage.b.phase is Phase.CLOSING
    for _ in range(2):
        assert stage.publish() == []
        stage.mine()
    assert 0 < stage.base + 4 * PRICE - payee_got(stage) <= claim_fee(stage.b.terms, 72)


def test_a_forced_close_of_a_channel_in_which_nothing_was_sold(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 0)
    stage.stores["payee"].force_close([stage.b.channel])
    stage.restart("payee")
    stage.mine(0)
    assert (stage.b.phase, stage.bob.published) == (Phase.OPEN, [])


def test_an_operator_who_knows_that_nothing_was_lost_goes_on(tmp_path: Path) -> None:
    stage = restored(BSV_REGTEST, tmp_path)
    stage.stores["payee"].trust()
    stage.restart("payee")
    stage.mine(0)
    stage.connect(1)
    stage.run()
    stage.buy(4)
    assert stage.b.newest == 5


def test_nothing_is_sold_before_the_height_is_known(tmp_path: Path) -> None:
    """The height on disk may be older than the margin."""
    stage = streaming(BSV_REGTEST, tmp_path)
    stage.restart("payee")
    stage.connect(1)
    stage.run()
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    assert "before the height of the newest block is known" in str(stage.errors.pop())
    stage.tell_payee(Height(stage.a.terms.expiry))
    assert stage.b.phase is Phase.CLOSING


def test_a_channel_that_is_loaded_anew_has_the_newest_height(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    driver = stage.drivers["payee"]
    driver.handle([(stage.b.channel, Height(321))])
    driver._live.clear()
    assert driver.state(stage.b.channel).height == 321


def test_a_reorganisation_binds_the_money_again(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    stage.tell_payer(Finish())
    stage.run()
    stage.publish()
    stage.mine(1)
    assert stage.held("payee").spent == stage.ledger.height
    for role, tell in (("payer", stage.tell_payer), ("payee", stage.tell_payee)):
        bound = stage.held(role).bound
        assert stage.b.funding is not None
        tell(FundingSeen(stage.b.funding, funding_output(stage.b.terms), 100))
        assert (stage.held(role).spent, stage.held(role).bound) == (None, bound)
