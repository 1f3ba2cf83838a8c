"""The driver: chunks that were paid for and proofs of fraud are kept until they are taken."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.messages.kinds import Key
from penstock.channel.safe.protocol.events import (
    Accuse,
    Deliver,
    Received,
)
from penstock.channel.safe.protocol.states import PayerState
from penstock.service.driver.driver import Driver
from penstock.service.errors import (
    UnknownCommitError,
)
from tests.support.channels.driven import failing, offered_update
from tests.support.channels.safe_machines import FILM
from tests.support.channels.stored_stage import BURIAL, streaming


def test_a_chunk_that_was_paid_for_is_there_after_a_crash(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 2)
    stage.restart("payer")
    assert [each.content for each in stage.stores["payer"].parcels()] == [
        Deliver(stage.movie.manifest.movie, chunk, FILM[100 * chunk :][:100], stage.movie.key(chunk))
        for chunk in (0, 1)
    ]
    for each in stage.stores["payer"].parcels():
        stage.drivers["payer"].took(each.channel, each.content)
    stage.restart("payer")
    assert not stage.stores["payer"].parcels()


def test_a_sink_has_a_chunk_before_its_state_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the store keeps none, and after a crash in between it comes again."""
    stage = streaming(BSV_REGTEST, tmp_path, 0)
    taken: list[tuple[int, int]] = []

    def sink(channel: bytes, delivered: Deliver) -> None:
        state = stage.on_disk("payer")
        assert isinstance(state, PayerState)
        assert (channel, delivered.plaintext) == (state.channel, FILM[100 * delivered.chunk :][:100])
        taken.append((delivered.chunk, state.held))

    stage.drivers["payer"] = Driver(stage.stores["payer"], "payer", stage.machine_of, BURIAL, sink)
    stage.mine(0)
    stage.buy(7)
    assert (taken, stage.delivered, stage.stores["payer"].parcels()) == ([(7, 0)], {}, [])
    update = offered_update(stage, 8)
    stage.tell_payee(Received(update))
    failing(monkeypatch, "commit", OperationalError("COMMIT", {}, Exception("disk I/O error")))
    with pytest.raises(UnknownCommitError):
        stage.run()
    monkeypatch.undo()
    stage.open("payer")
    stage.drivers["payer"] = Driver(stage.stores["payer"], "payer", stage.machine_of, BURIAL, sink)
    stage.connect(1)
    stage.run()
    assert taken == [(7, 0), (8, 1), (8, 1)]
    assert stage.held("payer").state.newest == 2


def test_a_sink_that_fails_leaves_the_key_to_come_again(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 0)

    def full(_channel: bytes, _delivered: Deliver) -> None:
        raise OSError(28, "No space left on device")

    stage.drivers["payer"] = Driver(stage.stores["payer"], "payer", stage.machine_of, BURIAL, full)
    stage.buy(7)
    assert isinstance(stage.errors.pop(), OSError)
    assert (stage.a.newest, stage.a.held) == (1, 0)
    stage.restart("payer")
    stage.connect(1)
    stage.run()
    assert (stage.a.held, 7 in stage.delivered) == (1, True)


def test_a_proof_of_fraud_is_kept(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 1)
    offered_update(stage, 1)
    driver = stage.drivers["payer"]
    held, state = driver._live[stage.a.channel]
    assert isinstance(state, PayerState)
    assert state.wanted is not None
    assert state.wanted.offered is not None
    rubbish = replace(state.wanted.offered.leaf, plaintext=bytes(32))
    cheated = replace(state, wanted=replace(state.wanted, offered=replace(state.wanted.offered, leaf=rubbish)))
    driver._live[stage.a.channel] = held, cheated
    stage.tell_payer(Received(Key(stage.a.channel, 2, stage.movie.key(1))))
    stage.restart("payer")
    (accused,) = [each.content for each in stage.stores["payer"].parcels() if isinstance(each.content, Accuse)]
    assert accused == stage.accused[0]
    driver = stage.drivers["payer"]
    driver.took(stage.a.channel, accused)
