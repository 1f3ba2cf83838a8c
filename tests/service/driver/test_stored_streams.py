"""The driver: streams with both sides in stores, and nothing leaves that is not on disk."""

from pathlib import Path
from typing import Any

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import CloseSig, Key, Update
from penstock.channel.safe.protocol.events import (
    Deliver,
    Finish,
    Height,
    Publish,
    Send,
)
from penstock.channel.safe.protocol.states import PayerState, Phase
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.service.errors import (
    StoppedError,
)
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import FILM, MARGINS, PRICE
from tests.support.channels.safe_streams import NETWORKS, payee_got
from tests.support.channels.stored_stage import BURIAL, SIDES, StoredStage, streaming


@NETWORKS
def test_a_stream_with_both_sides_started_again_after_each_chunk(network: Network, tmp_path: Path) -> None:
    stage = streaming(network, tmp_path, 1)
    for chunk in (5, 0, 9):
        for role in SIDES:
            stage.restart(role)
        stage.mine(0)
        stage.connect(chunk)
        stage.run()
        stage.buy(chunk)
    assert {chunk: FILM[100 * chunk :][:100] for chunk in (5, 0, 9)} == stage.delivered | {}
    assert (stage.a.newest, stage.a.held, stage.b.newest) == (3, 3, 3)
    stage.tell_payer(Finish())
    stage.run()
    stage.restart("payee")
    assert stage.publish() == [], "he publishes the settlement after a start"
    stage.mine()
    assert payee_got(stage) == stage.base + 3 * PRICE
    assert [stage.held(role).bound for role in SIDES] != [0, 0]
    stage.mine(BURIAL - 1)
    assert [stage.held(role).bound for role in SIDES] == [0, 0], "it is buried"
    assert not stage.errors


@NETWORKS
def test_what_leaves_is_on_disk(network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is handed to the caller is looked up in the database by another connection."""
    stage = StoredStage(network, tmp_path)
    seen: set[type] = set()
    original = StoredStage.do

    def look(self: StoredStage, side: Any, actions: tuple[Any, ...]) -> None:
        for action in actions:
            with Store.open(self.file("payer" if side is self.alice else "payee")) as store:
                on_disk = store.load(self.a.channel, "payer" if side is self.alice else "payee").state
            match action:
                case Send(message=Update() | Key() as message):
                    assert on_disk.newest >= message.state
                case Send(message=CloseSig()) | Publish():
                    assert on_disk.phase in (Phase.CLOSING, Phase.CLOSED)
                case Deliver():
                    assert isinstance(on_disk, PayerState)
                    assert on_disk.held == on_disk.newest
                case _:
                    continue
            seen.add(type(action.message) if isinstance(action, Send) else type(action))
        original(self, side, actions)

    monkeypatch.setattr(StoredStage, "do", look)
    stage.fund()
    stage.mine(0)
    stage.quote()
    for chunk in range(2):
        stage.buy(chunk)
    stage.tell_payer(Finish())
    stage.run()
    assert seen == {Update, Key, CloseSig, Publish, Deliver}


@NETWORKS
def test_the_payee_closes_by_himself_and_claims_after_starts(network: Network, tmp_path: Path) -> None:
    stage = streaming(network, tmp_path)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    stage.bob.published.clear()
    stage.restart("payee")
    assert stage.publish() == []
    stage.mine()
    stage.bob.published.clear()
    stage.restart("payee")
    assert stage.publish() == []
    stage.mine()
    assert 0 < stage.base + 3 * PRICE - payee_got(stage) <= claim_fee(stage.b.terms, 72)


def test_actions_have_no_saves_and_no_transaction_twice(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    assert not stage.bob.saved[1:], "the first one was made before the driver"
    stage.tell_payer(Finish())
    stage.run()
    assert stage.bob.order.count("Publish") == 1
    outcome = stage.give("payee", Height(stage.ledger.height))
    assert [type(action) for action in outcome.actions] == [Publish]


def test_a_transaction_is_published_after_a_write_in_the_epoch(tmp_path: Path) -> None:
    stage = streaming(BTC_REGTEST, tmp_path)
    stage.tell_payer(Finish())
    stage.run()
    before = stage.held("payee").version
    stage.tell_payee(Height(stage.ledger.height))
    assert stage.held("payee").version == before + 1
    with Store.open(stage.file("payee")) as other:
        other.restrict("another has taken over")
    stage.bob.published.clear()
    with pytest.raises(StoppedError):
        stage.tell_payee(Height(stage.ledger.height))
    assert not stage.bob.published
