"""The driver: channels are on disk before their first message leaves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.messages.kinds import Resume
from penstock.channel.safe.protocol.events import (
    Received,
    Save,
)
from penstock.channel.safe.protocol.states import PayeeState
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Ask, SetPrice
from penstock.service.errors import (
    LostRaceError,
    StoreError,
)
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import MARGINS
from tests.support.channels.stored_stage import BURIAL, StoredStage, streaming


def test_a_channel_is_on_disk_before_its_first_message_leaves(tmp_path: Path) -> None:
    stage = StoredStage(BSV_REGTEST, tmp_path)
    with Store.open(tmp_path / "another.db", create=True) as store:
        driver = Driver(store, "payer", stage.machine_of, BURIAL)
        step = stage.payer.open(stage.offer, 90_000, 700, MARGINS, 100)
        outcome = driver.opened(store.claim(BSV_REGTEST.name), step)
        assert store.load(outcome.channel, "payer").state == step[0]
        assert outcome.actions == step[1][1:]
        with pytest.raises(LostRaceError):
            driver.opened(store.claim(BSV_REGTEST.name), step)


def test_a_message_for_the_other_side_changes_nothing(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    before = stage.held("payee")
    stage.give("payee", Received(Resume(stage.b.channel, bytes(32), 9, 9, bytes(32), bytes(32), 0, b"", bytes(64))))
    assert "SetPrice is not an input of the payer" in str(stage.give("payer", SetPrice(bytes(32), 1, 1)).error)
    assert "Ask is not an input of the payee" in str(stage.give("payee", Ask(stage.movie.manifest, 1)).error)
    assert stage.held("payee") == before


def test_a_save_that_the_store_refuses_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)

    def refuse(*_: object) -> None:
        raise StoreError("no")

    monkeypatch.setattr(Store, "save", refuse)
    outcome: Callable[..., Any] = stage.drivers["payee"].handle
    (told,) = outcome([(stage.b.channel, SetPrice(stage.movie.manifest.movie, 5, 500))])
    assert (str(told.error), len(told.actions)) == ("no", 1)
    assert isinstance(stage.b, PayeeState)
    assert Save() not in told.actions
