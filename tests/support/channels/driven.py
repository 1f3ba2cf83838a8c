"""Channels whose machines are driven from stores: their networks, an Update on its way, databases that fail."""

import pytest
from sqlalchemy import Connection

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.messages.kinds import Update
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Received
from penstock.channel.safe.transactions.outputs import key_script
from tests.support.channels.stored_stage import StoredStage

NETWORKS = pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)


def payee_got(stage: StoredStage) -> int:
    return stage.value_of(key_script(stage.a.terms, stage.a.terms.payee.payout))


def offered_update(stage: StoredStage, chunk: int) -> Update:
    """Her Update for a chunk, which he has not got yet."""
    stage.ask(chunk)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    update = from_wire(stage.to_payee.popleft())
    assert isinstance(update, Update)
    return update


def failing(monkeypatch: pytest.MonkeyPatch, method: str, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Connection, method, fail)
