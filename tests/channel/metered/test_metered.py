"""Metered services: tariffs, tickets, passes, and gates that grant each step once and nothing unpaid."""

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.metered.gate import Gate, GateState
from penstock.channel.metered.service import MeteredService, Pass
from penstock.channel.metered.tariff import MAX_STEP, MeteredError, Tariff
from penstock.channel.safe.simulation.opening import Deal, opened
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.script.chains import BSV, BTC, Chain
from penstock.script.consensus import MAX_MONEY
from penstock.testing import key

PROVIDER = key("provider").private
TARIFF = Tariff("minute", 5, 30)
SERVICE = MeteredService.of_steps("Wi-Fi", TARIFF, 40, PROVIDER, Keys(bytes(range(32))))
GATE = Gate("Wi-Fi", TARIFF, SERVICE.sealed.manifest, PROVIDER.x_only)


def paid(step: int, service: MeteredService = SERVICE) -> Pass:
    return service.pass_for(step, service.sealed.key(step))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("", 1, 1), "the unit is ''; it must be a name"),
        (("two\nlines", 1, 1), "it must be a name"),
        (("minute", 0, 1), "a step has 0 units"),
        (("minute", MAX_STEP + 1, 1), "it must have 1 to 1,000,000,000"),
        (("minute", 1, 0), "the price is 0 satoshis per minute"),
        (("minute", 2, MAX_MONEY // 2 + 1), "a step must cost 1 to all money"),
    ],
)
def test_tariffs_that_are_refused(words: tuple[str, int, int], message: str) -> None:
    with pytest.raises(MeteredError, match=message):
        Tariff(*words)


def test_a_tariff_in_words_and_numbers() -> None:
    assert str(TARIFF) == "30 satoshis per minute, sold by 5 minutes for 150 satoshis"
    assert str(Tariff("Wh", 100, 1, units="Wh")) == "1 satoshi per Wh, sold by 100 Wh for 100 satoshis"
    assert TARIFF.step_price == 150


@pytest.mark.parametrize("steps", [0, -1, 1_000_001])
def test_services_that_are_refused(steps: int) -> None:
    with pytest.raises(MeteredError, match="it must have 1 to 1,000,000"):
        MeteredService.of_steps("Wi-Fi", TARIFF, steps, PROVIDER, Keys(bytes(32)))


def test_steps_are_granted_in_any_order_and_once() -> None:
    state = GateState()
    for step in (3, 0, 39):
        state = GATE.grant(state, paid(step))
    assert state == GateState(frozenset({0, 3, 39}), 15)
    for step in (0, 3, 39):
        with pytest.raises(MeteredError, match=f"the pass for step {step} was used before"):
            GATE.grant(state, paid(step))


def test_units_are_used_up_and_never_more() -> None:
    state = GATE.grant(GateState(), paid(0))
    state = GATE.use(GATE.use(state, 3), 2)
    assert state.left == 0
    for units in (1, -1):
        with pytest.raises(MeteredError, match="0 are paid for"):
            GATE.use(state, units)
    assert GATE.use(state, 0) == state


def forged() -> dict[str, tuple[Pass, str]]:
    """Passes that must not open, each with a word of the reason."""
    good, other = paid(7), paid(8)
    cheap = MeteredService.of_steps("Wi-Fi", replace(TARIFF, step=1), 40, PROVIDER, Keys(bytes(range(32))))
    elsewhere = MeteredService.of_steps("Wi-Fi", TARIFF, 40, key("mallory").private, Keys(bytes(range(32))))
    leaf = replace(good.leaf, key=b"\x01" * 32)
    return {
        "another key": (replace(good, key=other.key), "the key of the pass for step 7 is another one"),
        "no key": (replace(good, key=b""), "another one"),
        "a leaf of one's own": (replace(good, leaf=leaf), "not in the manifest"),
        "another step": (replace(good, leaf=replace(good.leaf, index=8)), "not in the manifest"),
        "another path": (replace(good, path=other.path), "not in the manifest"),
        "no path": (replace(good, path=()), "not in the manifest"),
        "smaller steps": (paid(7, cheap), "not in the manifest"),
        "another provider": (paid(7, elsewhere), "not in the manifest"),
    }


@pytest.mark.parametrize("name", forged())
def test_forged_passes_change_nothing(name: str) -> None:
    shown, message = forged()[name]
    with pytest.raises(MeteredError, match=message):
        GATE.grant(GateState(), shown)


def test_a_gate_takes_no_tickets_of_another_service_or_step() -> None:
    """The same manifest, and a gate that was set up for something else."""
    for gate in (replace(GATE, name="Wi-Fi 2"), replace(GATE, tariff=replace(TARIFF, step=6))):
        with pytest.raises(MeteredError, match="step 1 is not one of"):
            gate.grant(GateState(), paid(1))


def test_a_gate_takes_a_manifest_of_its_provider_alone() -> None:
    manifest = SERVICE.sealed.manifest
    with pytest.raises(MeteredError, match="is not signed by the provider"):
        replace(GATE, publisher=key("mallory").private.x_only)
    with pytest.raises(MeteredError, match="is not signed by the provider"):
        replace(GATE, manifest=replace(manifest, chunks=41))


@given(st.integers(0, 39))
def test_a_pass_goes_to_the_gate_as_bytes(step: int) -> None:
    shown = paid(step)
    assert Pass.from_bytes(shown.to_bytes()) == shown
    assert GATE.grant(GateState(), Pass.from_bytes(shown.to_bytes())).left == 5


@given(st.binary(max_size=300))
def test_any_bytes_are_a_pass_or_refused(raw: bytes) -> None:
    try:
        GATE.grant(GateState(), Pass.from_bytes(raw))
    except MeteredError:
        return
    raise AssertionError("random bytes opened the gate")


def test_bytes_that_nearly_are_a_pass() -> None:
    raw = paid(3).to_bytes()
    for damaged in (raw[:-1], raw + b"\x00", b"\x85" + raw[1:], bytes(3_000), raw[:2] + b"\x42" + raw[3:]):
        with pytest.raises(MeteredError, match="not a pass"):
            Pass.from_bytes(damaged)


def test_a_movie_is_a_service_whose_unit_is_a_chunk() -> None:
    film = b"a film " * 100
    sealed = SealedMovie.cut(io.BytesIO(film), 100, PROVIDER, Keys(bytes(32)))
    service = MeteredService.of_movie("film", sealed, 25)
    assert (service.tariff.step_price, service.steps) == (25, 7)
    channel = opened(service.sealed, Deal(BSV, service.tariff.step_price), lambda _step, _data: None)
    watched = [channel.buy(service.sealed.manifest, step) for step in range(service.steps)]
    assert b"".join(each.plaintext for each in watched if each is not None) == film


@pytest.mark.parametrize("chain", [BSV, BTC], ids=str)
def test_keys_that_were_bought_open_the_gate(chain: Chain) -> None:
    channel = opened(SERVICE.sealed, Deal(chain, TARIFF.step_price), lambda _step, _ticket: None)
    state = GateState()
    for step in range(3):
        bought = channel.buy(SERVICE.sealed.manifest, step)
        assert bought is not None
        state = GATE.grant(state, SERVICE.pass_for(step, bought.key))
    assert state.left == 15
    assert channel.payer_state.paid == channel.payer_state.terms.base + 3 * TARIFF.step_price
    assert channel.buy(SERVICE.sealed.manifest, 40) is None, "the service has fewer steps"
