"""The driver after a failure: nothing leaves once it is not sure what is on disk."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.messages.kinds import Close, Key
from penstock.channel.safe.protocol.events import (
    Finish,
    Height,
    Received,
    Send,
)
from penstock.channel.safe.protocol.payee import Payee
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Input
from penstock.service.errors import (
    LostRaceError,
    StoppedError,
    UnknownChannelError,
    UnknownCommitError,
)
from penstock.service.store.store import Store
from tests.support.channels.driven import failing, offered_update
from tests.support.channels.stored_stage import BURIAL, streaming


def test_a_commit_whose_outcome_is_not_known_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    failing(monkeypatch, "commit", OperationalError("COMMIT", {}, Exception("disk I/O error")))
    with pytest.raises(UnknownCommitError, match="not known whether a commit has reached the disk: disk I/O error"):
        stage.tell_payee(Received(update))
    monkeypatch.undo()
    assert not [each for each in stage.bob.sent if isinstance(each, Key) and each.state == 4]
    for event in (Received(update), Height(500), Finish()):
        with pytest.raises(StoppedError, match="open the store again"):
            stage.tell_payee(event)
    stage.restart("payee")
    stage.mine(0)
    stage.tell_payee(Received(update))
    assert isinstance(stage.bob.sent[-1], Key), "the same Update gets its key once its state is on disk"


def test_a_commit_that_is_interrupted_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    failing(monkeypatch, "commit", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        stage.tell_payee(Received(update))
    monkeypatch.undo()
    with pytest.raises(StoppedError):
        stage.tell_payee(Received(update))


def test_a_statement_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    before = stage.held("payee")
    failing(monkeypatch, "execute", OperationalError("UPDATE", {}, Exception("database or disk is full")))
    outcomes = stage.drivers["payee"].handle([(stage.b.channel, Received(update))])
    monkeypatch.undo()
    assert "nothing was saved: database or disk is full" in str(outcomes[0].error)
    assert [type(each).__name__ for each in outcomes[0].actions] == ["Refuse"]
    assert stage.held("payee") == before
    stage.tell_payee(Received(update))
    assert stage.held("payee").state.newest == 4


def test_a_channel_that_is_asked_for_after_the_stop_is_not_loaded(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    driver = stage.drivers["payee"]
    stop = Driver._loaded

    def stopping(self: Driver, channel: bytes) -> object:
        self._store.close()
        return stop(self, bytes(32))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Driver, "_loaded", stopping)
        with pytest.raises(StoppedError):
            driver.handle([(stage.b.channel, Finish())])


def test_after_a_lost_race_the_channel_is_loaded_anew(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    other = Driver(Store.open(stage.file("payee")), "payee", stage.machine_of, BURIAL)
    other.handle([(stage.b.channel, Height(stage.ledger.height))])
    (won,) = other.handle([(stage.b.channel, Received(update))])
    assert [type(action) for action in won.actions] == [Send]
    outcome = stage.give("payee", Received(update))
    assert isinstance(outcome.error, LostRaceError)
    assert not any(isinstance(action, Send) for action in outcome.actions)
    stage.tell_payee(Received(update))
    assert isinstance(stage.bob.sent[-1], Key), "by the row of the other"


def test_one_channels_fault_is_not_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    driver = stage.drivers["payee"]
    missing, sold = driver.handle([(bytes(32), Finish()), (stage.b.channel, Received(update))])
    assert isinstance(missing.error, UnknownChannelError)
    assert sold.error is None
    monkeypatch.setattr(Payee, "step", lambda *_: 1 / 0)
    (broken,) = driver.handle([(stage.b.channel, Finish())])
    assert isinstance(broken.error, ZeroDivisionError)


def test_inputs_of_one_channel_are_taken_in_order(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    channel = stage.b.channel
    inputs: list[tuple[bytes, Input]] = [
        (channel, Received(update)),
        (bytes(32), Finish()),
        (channel, Received(update)),
        (channel, Finish()),
    ]
    outcomes = stage.drivers["payee"].handle(inputs)
    assert [type(each.actions[-1].message) for each in outcomes if each.error is None] == [Key, Key, Close]  # type: ignore[union-attr] # a Send
    assert [each.channel for each in outcomes] == [channel, bytes(32), channel, channel]
    assert stage.drivers["payee"].handle([]) == []
