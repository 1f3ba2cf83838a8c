"""Opening: terms, signatures, and messages that are not for this side."""

from dataclasses import replace

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.messages.kinds import (
    Accept,
    Close,
    Error,
    Get,
    Key,
    Open,
)
from penstock.channel.safe.protocol.events import Received
from penstock.channel.safe.protocol.states import Phase
from tests.support.channels.safe_machines import MARGINS, Stage
from tests.support.channels.safe_streams import streaming


def test_an_open_for_another_offer_or_too_late_is_refused() -> None:
    stage = Stage(BSV_REGTEST)
    opened = stage.alice.sent[0]
    assert isinstance(opened, Open)
    for offer, height in ((replace(stage.offer, base=999), 100), (stage.offer, 501)):
        with pytest.raises(ChannelTermsError):
            stage.payee.accept(offer, opened, height)
    with pytest.raises(ChannelTermsError, match="the offer is over"):
        stage.payer.open(stage.offer, 100_000, 700, MARGINS, 501)
    for change in ({"network": "moon"}, {"delay": 1}, {"base": 1}, {"keys": (bytes(33),) * 4}):
        with pytest.raises(ChannelTermsError):
            stage.payer.open(replace(stage.offer, **change), 100_000, 700, MARGINS, 100)


def test_the_channels_id_has_all_of_the_terms() -> None:
    ids = {
        Stage(network, capacity=capacity).a.channel
        for network in (BSV_REGTEST, BTC_REGTEST)
        for capacity in (100_000, 100_001)
    }
    assert len(ids) == 4


def test_an_accept_by_another_key_is_refused() -> None:
    stage = Stage(BSV_REGTEST)
    accept = stage.bob.sent[0]
    assert isinstance(accept, Accept)
    state, _ = stage.payer.open(stage.offer, 100_000, 700, MARGINS, 100)
    for wrong in (replace(accept, signature=bytes(64)), replace(accept, channel=bytes(32))):
        after, _ = stage.payer.step(state, Received(wrong))
        assert after.phase is Phase.OPENING
    after, _ = stage.payer.step(state, Received(accept))
    assert after.phase is Phase.FUNDING


@pytest.mark.parametrize("message", [Close(bytes(32), 0), Error(bytes(32), 1, "x"), Key(bytes(32), 1, bytes(32))])
def test_messages_for_the_other_side_change_nothing(message: Close | Error | Key) -> None:
    stage = streaming(BSV_REGTEST, 1)
    before = stage.a, stage.b
    stage.tell_payee(Received(replace(message, channel=stage.b.channel)))
    stage.tell_payer(Received(message))
    assert (stage.a, stage.b) == before


def test_messages_of_another_channel_change_nothing() -> None:
    stage = streaming(BSV_REGTEST, 1)
    before, sent = (stage.a, stage.b), len(stage.bob.sent)
    stage.tell_payee(Received(Get(bytes(32), stage.movie.manifest.movie, 1)))
    stage.tell_payer(Received(Close(bytes(32), 1)))
    assert (stage.a, stage.b, len(stage.bob.sent)) == (*before, sent)
    assert stage.bob.refused[-1] == stage.alice.refused[-1] == "a message of another channel"
