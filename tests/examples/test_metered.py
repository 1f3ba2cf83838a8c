"""The examples of metered services run, show what they say, and their gates stay closed to anything unpaid."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from penstock.channel.metered.gate import Gate, GateState
from penstock.channel.metered.service import MeteredService
from penstock.channel.metered.tariff import MeteredError, Tariff
from penstock.channel.safe.simulation.opening import Deal, opened
from penstock.channel.sealed.keys import Keys
from penstock.script.chains import BSV
from penstock.testing import key
from tests.support.example_files import example


def test_the_wifi_pass(capsys: pytest.CaptureFixture[str]) -> None:
    example("wifi_pass").main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("30 satoshis per minute, sold by 1 minute for 30 satoshis; 1,440 minutes in one manifest")
    paid = [
        int(found[1]) for line in lines if (found := re.match(r"minute \d: paid (\d+) satoshis in all, open", line))
    ]
    assert [later - earlier for earlier, later in pairwise(paid)] == [30, 30, 30, 45, 45, 45]
    assert [line.partition(":")[0] for line in lines[8:11]] == [
        "the same key again",
        "a guessed key",
        "the key of another minute",
    ]
    assert lines[-1].startswith(f"closed together: {paid[-1]} satoshis to the provider")


def test_a_router_that_opens_for_a_used_key_would_be_seen() -> None:
    module = example("wifi_pass")
    publisher = key("provider").private
    service = MeteredService.of_steps(module.NAME, Tariff("minute", 1, 30), 5, publisher, Keys(bytes(32)))
    router = Gate(module.NAME, service.tariff, service.sealed.manifest, publisher.x_only)
    with pytest.raises(SystemExit, match="should never happen"):
        module.refuse(router, GateState(), service.pass_for(0, service.sealed.key(0)), "a good key")


def test_a_step_that_is_not_sold_is_an_error() -> None:
    module = example("wifi_pass")
    service = MeteredService.of_steps(module.NAME, Tariff("minute", 1, 30), 5, key("provider").private, Keys(bytes(32)))
    channel = opened(service.sealed, Deal(BSV, 30), lambda _step, _ticket: None)
    channel.payer = replace(channel.payer, budget=10)
    with pytest.raises(MeteredError, match="step 0 was not sold: the payer refused: 32 satoshis are more than"):
        module.buy(channel, service, 0)


def test_the_charging_station(capsys: pytest.CaptureFixture[str]) -> None:
    example("charging_station").main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Charger 3, Station Road: 2 satoshis per Wh, sold by 500 Wh for 1,000 satoshis"
    assert lines[1] == "full: 4,100 Wh charged in 9 steps, 400 Wh of the last one not used"
    assert lines[2] == "at this moment the car could lose 0 satoshis, the station 0"
    assert [line.partition(", ")[0].rpartition(": ")[2] for line in lines[3:5]] == ["TX_9", "TX_p"]
    earned = int(lines[5].split()[0].replace(",", ""))
    assert earned >= 9 * 1_000, "the base pays the fee of the claim"


def test_a_charger_takes_no_more_than_is_paid_for() -> None:
    """The driver's money is at an end in the middle."""
    module = example("charging_station")
    publisher = key("provider").private
    service = MeteredService.of_steps(module.NAME, Tariff("Wh", 500, 2), 50, publisher, Keys(bytes(32)))
    gate = Gate(module.NAME, service.tariff, service.sealed.manifest, publisher.x_only)
    channel = opened(service.sealed, Deal(BSV, 1_000), lambda _step, _ticket: None)
    channel.payer = replace(channel.payer, budget=2_500)
    battery = module.Battery(0, 10_000)
    with pytest.raises(MeteredError, match="step 2 was not sold"):
        module.charge(channel, service, gate, battery)
    assert channel.payer_state.held == 2
    assert battery.charged < 2 * 500 + 100, "a reading of the meter beyond what was paid for, at most"
