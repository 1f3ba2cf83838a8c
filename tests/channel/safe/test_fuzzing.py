"""The targets of `make fuzz` over real inputs and changes of them; and that they find bugs which are planted."""

import random
from dataclasses import replace

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.channel import canonical
from penstock.channel.safe.messages.kinds import Key, Resume
from penstock.channel.safe.protocol import payer
from penstock.channel.safe.protocol.payee import Payee
from penstock.errors import PenstockError
from penstock.service.store import encoding
from tests.support.fuzz.mutations import changed, hunt
from tests.support.fuzz.target import Choices, with_size
from tests.support.fuzz.targets import TARGETS

every_target = pytest.mark.parametrize("name", TARGETS)


@every_target
def test_real_inputs(name: str) -> None:
    seeds = TARGETS[name].seeds()
    assert len(seeds) > 5
    for each in seeds[:: max(1, len(seeds) // 50)]:
        TARGETS[name].run(each)


@every_target
@settings(max_examples=40)
@given(number=st.integers(0, 1 << 32))
def test_changed_inputs(name: str, number: int) -> None:
    chance, seeds = random.Random(number), TARGETS[name].seeds()
    TARGETS[name].run(changed(chance.choice(seeds), seeds, chance))


@given(data=st.binary(max_size=400))
@every_target
def test_any_inputs(name: str, data: bytes) -> None:
    TARGETS[name].run(data)


def test_a_reader_that_lets_the_decoder_raise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "_HOSTILE", ())
    found = hunt(TARGETS["messages"], 2_000, 7)
    assert found is not None
    assert "CBOR" in type(found[1]).__name__


def test_a_store_that_lets_the_decoder_raise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_head_values", lambda content, name: cbor2.loads(content))
    found = hunt(TARGETS["rows"], 2_000, 7)
    assert found is not None
    assert not isinstance(found[1], PenstockError)


def test_a_payee_who_sends_another_key_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Payee, "_key", lambda self, state, paid: Key(state.channel, paid.state.index, bytes(32)))
    assert hunt(TARGETS["payee"], 0, 7) is not None


def test_a_payer_who_takes_any_resume_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """She says that she holds keys of states that she has not signed."""
    handlers: dict[type, object] = {**payer._HANDLERS}
    handlers[Resume] = lambda machine, state, message: (replace(state, held=message.state), ())
    monkeypatch.setattr(payer, "_HANDLERS", handlers)
    assert hunt(TARGETS["payer"], 500, 7) is not None


def test_choices_end_in_zeros() -> None:
    choices = Choices(with_size(b"ab") + b"\x05")
    assert choices.sized() == b"ab"
    assert choices.one_of("abc") == "c"
    assert choices.is_empty
    assert (choices.number(), choices.taken(3)) == (0, b"")
