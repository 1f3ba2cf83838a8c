"""The copy of a state with fields replaced is that of `dataclasses.replace`."""

import dataclasses

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.protocol.replacing import replace
from penstock.channel.safe.protocol.states import Phase
from tests.support.channels.safe_machines import Stage


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


def test_the_copy_is_of_the_frozen_class() -> None:
    state = Stage(BSV_REGTEST).a
    copy = replace(state, height=7)
    assert type(copy) is type(state)
    assert hash(copy) != hash(state)
    with pytest.raises(dataclasses.FrozenInstanceError):
        copy.height = 8  # type: ignore[misc] # that it fails is the test


@dataclasses.dataclass(frozen=True)
class _WithoutSlots:
    number: int
    text: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class _MadeOfAnother(_WithoutSlots):
    more: int = 0


@pytest.mark.parametrize("value", [_WithoutSlots(1, "a"), _MadeOfAnother(1, "a", 2)])
def test_classes_of_any_other_form(value: _WithoutSlots) -> None:
    copy = replace(value, number=7)
    assert copy == dataclasses.replace(value, number=7)
    assert type(copy) is type(value)


def test_a_class_that_checks_its_arguments_checks_them_in_a_copy() -> None:
    terms = Stage(BSV_REGTEST).a.terms
    with pytest.raises(ChannelTermsError):
        replace(terms, delay=0)
