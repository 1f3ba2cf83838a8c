"""Channels whose machines are driven from stores: an Update on its way, and databases that fail."""

import pytest
from sqlalchemy import Connection

from penstock.channel.safe.messages.kinds import Update
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Received
from tests.support.channels.stored_stage import StoredStage


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
