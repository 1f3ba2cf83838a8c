"""A charging station by the watt-hour: a car buys keys over a safe channel on btc, each for some power.

python examples/charging_station.py

A step is 500 Wh, paid for beforehand; the charger stops at once when what is paid for is used up. The car buys the next
step when it needs it, until the battery is full. Then the driver has gone without closing: the station waits until the
margin before the refund, publishes the newest payment, and claims it with the last key.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from penstock import PrivateKey
from penstock.channel.metered.gate import Gate, GateState
from penstock.channel.metered.service import MeteredService
from penstock.channel.metered.tariff import MeteredError, Tariff
from penstock.channel.safe.simulation.conversation import Conversation
from penstock.channel.safe.simulation.endings import SafeClosing, ended
from penstock.channel.safe.simulation.opening import Deal, opened
from penstock.channel.safe.simulation.stream import exposure
from penstock.channel.sealed.keys import Keys
from penstock.script.chains import CHAINS

NAME = "Charger 3, Station Road"
POWER = 11_000
"""Watts of the charger."""
CAPACITY = 52_000
"""Watt-hours of the battery."""
CHARGED = 47_900
"""Watt-hours in the battery when the car comes."""
SECONDS = 30
"""Seconds from one reading of the meter to the next."""


@dataclass(slots=True)
class Battery:
    """The car's battery, in watt-hours."""

    charged: int
    capacity: int

    def wanted(self) -> Iterator[int]:
        """Yield the watt-hours that it takes between two readings, until it is full."""
        while self.charged < self.capacity:
            taken = min(POWER * SECONDS // 3_600, self.capacity - self.charged)
            self.charged += taken
            yield taken


def main() -> None:
    """Charge a car, and close without its driver."""
    provider = PrivateKey.generate()
    tariff = Tariff("Wh", step=500, price=2, units="Wh")
    service = MeteredService.of_steps(NAME, tariff, 200, provider, Keys(os.urandom(32)))
    charger = Gate(NAME, tariff, service.sealed.manifest, provider.x_only)
    print(f"{NAME}: {tariff}")
    channel = opened(service.sealed, Deal(CHAINS["btc"], tariff.step_price), lambda _step, _ticket: None)
    battery = Battery(CHARGED, CAPACITY)
    steps, state = charge(channel, service, charger, battery)
    used = tariff.step * steps - state.left
    print(f"full: {used:,} Wh charged in {steps} steps, {state.left} Wh of the last one not used")
    risk = exposure(channel, tariff.step_price)
    print(f"at this moment the car could lose {risk.payer} satoshis, the station {risk.payee}")
    end = ended(channel, SafeClosing.ONE_WAY)
    for each in end.transactions:
        print(f"block {each.height:,}: {each.name}, {each.size} virtual bytes, fee {each.fee:,}")
    print(f"{end.to_payee:,} satoshis to the station, {end.to_payer:,} back to the car")


def charge(channel: Conversation, service: MeteredService, charger: Gate, battery: Battery) -> tuple[int, GateState]:
    """Charge until the battery is full; return the steps that were bought, and the state of the charger."""
    state, steps = GateState(), 0
    for taken in battery.wanted():
        while state.left < taken:
            bought = channel.buy(service.sealed.manifest, steps)
            if bought is None:
                raise MeteredError(f"step {steps} was not sold: {', '.join(channel.faults)}")
            state = charger.grant(state, service.pass_for(steps, bought.key))
            steps += 1
        state = charger.use(state, taken)
    return steps, state


if __name__ == "__main__":
    main()
