"""What is on disk before a message or a transaction leaves."""

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.messages.kinds import (
    Key,
    Update,
)
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Finish, Height, Received, Saved
from penstock.channel.safe.protocol.states import Phase
from tests.support.channels.safe_streams import streaming


def test_a_state_is_saved_before_its_signature_and_its_key_leave() -> None:
    stage = streaming(BSV_REGTEST)
    for side, message in ((stage.alice, Update), (stage.bob, Key)):
        kinds = [kind for kind in side.order if kind in ("Save", "Send")]
        places = [index for index, kind in enumerate(kinds) if kind == "Send"]
        sent = [each for each in side.sent if isinstance(each, message)]
        assert len(sent) == 3
        assert all(kinds[index - 1] == "Save" for index, each in zip(places, side.sent, strict=True) if each in sent)
    assert [state.newest for state in stage.bob.saved][-3:] == [1, 2, 3]


def test_closing_is_on_disk_before_the_payee_has_signed() -> None:
    stage = streaming(BSV_REGTEST)
    stage.tell_payer(Finish())
    state, actions = stage.payee.step(stage.b, Received(from_wire(stage.to_payee.popleft())))
    assert [type(action).__name__ for action in actions] == ["Save"]
    assert state.phase is Phase.CLOSING
    _, later = stage.payee.step(state, Saved())
    assert [type(action).__name__ for action in later] == ["Publish"]
    again, resumed = stage.payee.step(state, Height(stage.ledger.height))
    assert (again, resumed) == (state, later), "after a restart the same transaction is published"
