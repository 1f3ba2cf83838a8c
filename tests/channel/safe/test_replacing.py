"""The copy of a state with fields replaced is that of `dataclasses.replace`."""

import dataclasses

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.protocol.replacing import replace
from penstock.channel.safe.protocol.states import Phase
from tests.support.spending.safe_machines import Stage


def test_it_is_the_copy_of_the_library() -> None:
    stage = Stage(BSV_REGTEST)
    for state in (stage.a, stage.b, stage.offer):
        assert replace(state) == state
    changes = {"phase": Phase.CLOSED, "height": 7}
    assert replace(stage.a, **changes) == dataclasses.replace(stage.a, phase=Phase.CLOSED, height=7)
    assert replace(stage.b, nonce=b"x") == dataclasses.replace(stage.b, nonce=b"x")


def test_another_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        replace(Stage(BSV_REGTEST).a, hight=7)
