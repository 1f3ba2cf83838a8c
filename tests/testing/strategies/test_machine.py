"""The machine of many calls: honest contracts pass, planted bugs are found and shrunk."""

import re
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

import penstock
from penstock.contract.errors import ArgumentError
from penstock.testing import PREIMAGE, Chain, DisagreementError, Draft, key
from penstock.testing.strategies import ContractMachine

OWN = "SigHash.SINGLE | SigHash.ANYONECANPAY | SigHash.FORKID"
GAUGE = f"""contract Gauge {{
    @state int reading;
    PubKey owner;
    public function rise(int by, SigHashPreimage p) {{
        require(by > 0);
        this.reading += by;
        require(this.updateStateSigHashType(p, SigHash.value(p), {OWN}));
    }}
    public function correct(int to, SigHashPreimage p) {{
        require(to >= LEAST);
        this.reading = to;
        require(this.updateStateSigHashType(p, SigHash.value(p), {OWN}));
    }}
    public function close(Sig sig) {{ require(checkSig(sig, this.owner)); }}
}}"""
QUICK = settings(
    max_examples=15, stateful_step_count=6, deadline=None, database=None, phases=[Phase.generate, Phase.shrink]
)


def gauge(least: str) -> penstock.Contract:
    artifact = penstock.compile_source(GAUGE.replace("LEAST", least), name="gauge.scrypt")
    return Chain().contract(artifact, reading=0, owner=key("alice"))


class Rising(ContractMachine):
    """Readings never fall."""

    @invariant()
    def it_never_falls(self) -> None:
        readings = [state["reading"] for state in self.states]
        assert readings == sorted(readings)


class Honest(Rising):
    contract = gauge("this.reading")


TestHonest = Honest.TestCase
TestHonest.settings = settings(TestHonest.settings, max_examples=15)


class SetBack(Rising):
    contract = gauge("0")


@pytest.mark.long
def test_a_counter_that_can_be_set_back_is_found_and_shrunk() -> None:
    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(SetBack, settings=settings(QUICK, max_examples=100))
    steps = [note for note in "\n".join(caught.value.__notes__).splitlines() if "call_" in note]
    assert len(steps) <= 5
    assert "call_correct(arguments={'to': 0" in steps[-1]
    assert re.search(r"'(to|by)': 1\b", steps[-2])


def test_an_example_runs_by_hand() -> None:
    machine = SetBack()
    machine.call_rise(arguments={"by": 5, "p": PREIMAGE})  # type: ignore[attr-defined]  # made from the ABI
    assert machine.states == [{"reading": 0}, {"reading": 5}]
    assert not machine.spend("rise", {"by": 0, "p": PREIMAGE})
    assert machine.spend("close", {"sig": key("alice")})
    assert machine.states == [{"reading": 0}], "it has begun again"


UNBOUND = """contract Unbound {
    @state int total;
    public function add(int n, SigHashPreimage p) {
        require(n > 0);
        this.total += n;
        bytes script = this.getStateScript();
        require(Tx.checkPreimage(p) && len(script) > 0);
    }
}"""


class Unbound(ContractMachine):
    contract = Chain().contract(penstock.compile_source(UNBOUND, name="unbound.scrypt"), total=0)


class UnboundOnPurpose(Unbound):
    binds_state = False


@pytest.mark.long
def test_a_contract_that_accepts_any_next_state_is_found() -> None:
    message = (
        r"Unbound.add accepts a next state that it does not compute: state total \(one more\), state total \(one less\)"
    )
    with pytest.raises(AssertionError, match=message):
        run_state_machine_as_test(Unbound, settings=QUICK)
    run_state_machine_as_test(UnboundOnPurpose, settings=QUICK)


class Elsewhere(Unbound):
    """A transaction with a state that the call does not compute."""

    binds_state = False

    def transaction(self, draft: Draft, outputs: Draft) -> Draft:
        return draft.to(self.coin.next(total=7), 900)


def test_a_coin_that_goes_on_with_another_state_is_found() -> None:
    machine = Elsewhere()
    with pytest.raises(
        AssertionError, match=r"Unbound.add computes the state {'total': 3}, but the coin goes on with {'total': 7}"
    ):
        machine.spend("add", {"n": 3, "p": PREIMAGE})


class OwnStep(Unbound):
    """A step of its own in place of the one from the ABI."""

    def call_add(self) -> None:
        raise NotImplementedError


def test_a_subclass_may_have_its_own_step() -> None:
    assert vars(OwnStep)["call_add"].__doc__ is None
    with pytest.raises(NotImplementedError):
        OwnStep.call_add(OwnStep.__new__(OwnStep))


def test_a_script_that_differs_from_its_source_is_found() -> None:
    right, wrong = (
        penstock.compile_source(UNBOUND.replace("n > 0", condition), name="unbound.scrypt")
        for condition in ("n > 0", "n > 1")
    )
    mixed = penstock.Artifact.from_json(right.to_json().replace(right.hex, wrong.hex))
    made: Any = type("Mixed", (ContractMachine,), {"contract": Chain().contract(mixed, total=0), "binds_state": False})
    with pytest.raises(DisagreementError):
        run_state_machine_as_test(made, settings=settings(QUICK, max_examples=100))


def test_a_machine_without_a_contract_is_named() -> None:
    class Empty(ContractMachine):
        pass

    with pytest.raises(
        ArgumentError, match=r"Empty: expected a class with `contract = …`, an instance of a contract, got none"
    ):
        Empty()


class Lock(ContractMachine):
    """A contract without state: each accepted call ends it."""

    contract = Chain("btc").contract(penstock.bundled("vault"), key("alice"), key("bob"), 800)


def test_contracts_without_state_and_of_another_chain() -> None:
    machine = Lock()
    assert machine.chain.target == "btc"
    first = machine.coin
    assert machine.spend("emergency", {"ownerSig": key("alice"), "guardianSig": key("bob")})
    assert machine.coin != first
    assert machine.states == [{}]
