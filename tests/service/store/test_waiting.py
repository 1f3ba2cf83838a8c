"""The ciphertext that a payer has signed for is on disk until its key is here, in a row of its own."""

from pathlib import Path

from penstock.channel.safe.agreement.chains import BTC_REGTEST
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Finish, Received
from penstock.service.store.encoding import ciphertext_of
from tests.support.channels.stored_stage import StoredStage, rows_of, streaming


def signed_for(folder: Path) -> StoredStage:
    """A stage on which the payer has signed for chunk 3, and its key has not come."""
    stage = streaming(BTC_REGTEST, folder)
    assert waiting_rows(stage) == [stage.movie.ciphertext(2)]
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    assert waiting_rows(stage) == [stage.movie.ciphertext(3)]
    return stage


def waiting_rows(stage: StoredStage) -> list[object]:
    return [row for (row,) in rows_of(stage.file("payer"), "SELECT data FROM waiting")]


def test_a_ciphertext_waits_in_its_row_until_the_next_takes_its_place(tmp_path: Path) -> None:
    stage = signed_for(tmp_path)
    stage.restart("payer")
    assert waiting_rows(stage) == [stage.movie.ciphertext(3)]
    assert ciphertext_of(stage.on_disk("payer")) == stage.movie.ciphertext(3)
    stage.mine(0)
    stage.connect(1)
    stage.run()
    assert stage.a.held == 4
    stage.give("payer", Finish())
    assert waiting_rows(stage) == [], "nothing is bought any more"
    stage.run()
    assert stage.errors == []


def test_a_ciphertext_that_is_awaited_outlives_the_close(tmp_path: Path) -> None:
    stage = signed_for(tmp_path)
    stage.give("payer", Finish())
    assert waiting_rows(stage) == [stage.movie.ciphertext(3)]
    stage.restart("payer")
    assert ciphertext_of(stage.on_disk("payer")) == stage.movie.ciphertext(3)
    stage.mine(0)
    stage.connect(1)
    stage.run()
    assert (stage.a.held, waiting_rows(stage), stage.errors) == (4, [], [])
