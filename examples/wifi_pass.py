"""A Wi-Fi pass by the minute: a guest buys keys over a safe channel, and the router lets her in for a minute by each.

python examples/wifi_pass.py

The router knows the provider's signed manifest and nothing else: no key of a channel, no chain. It grants a minute for
a key whose hash is in the manifest, once. The guest pays beforehand, a minute at a time: neither risks more than one.
After some minutes the price rises, for the states that follow; the guest goes on, leaves, and both close together.
"""

import os
from dataclasses import replace

from penstock import PrivateKey
from penstock.channel.metered.gate import Gate, GateState
from penstock.channel.metered.service import MeteredService, Pass
from penstock.channel.metered.tariff import MeteredError, Tariff
from penstock.channel.safe.simulation.conversation import Conversation
from penstock.channel.safe.simulation.endings import SafeClosing, ended
from penstock.channel.safe.simulation.opening import Deal, opened
from penstock.channel.sealed.keys import Keys
from penstock.script.chains import CHAINS, DEFAULT_RULES

NAME = "Wi-Fi of the Harbour Café"
STAY = 7
DEARER_AFTER = 4


def main() -> None:
    """Sell a stay of some minutes."""
    provider = PrivateKey.generate()
    tariff = Tariff("minute", step=1, price=30)
    service = MeteredService.of_steps(NAME, tariff, 24 * 60, provider, Keys(os.urandom(32)))
    router = Gate(NAME, tariff, service.sealed.manifest, provider.x_only)
    print(f"{NAME}: {tariff}; {service.steps:,} minutes in one manifest")
    channel = opened(service.sealed, Deal(CHAINS[DEFAULT_RULES], tariff.step_price), lambda _step, _ticket: None)
    stay(channel, service, router)
    end = ended(channel, SafeClosing.COOPERATIVE)
    print(f"closed together: {end.to_payee:,} satoshis to the provider, {end.to_payer:,} back to the guest")


def stay(channel: Conversation, service: MeteredService, router: Gate) -> GateState:
    """Buy a minute, show its key to the router, use it up, and again."""
    state, shown = GateState(), None
    for minute in range(STAY):
        if minute == DEARER_AFTER:
            channel.quote(service.sealed.manifest.movie, 45, channel.payer_state.terms.expiry)
        shown = buy(channel, service, minute)
        state = router.grant(state, Pass.from_bytes(shown.to_bytes()))
        print(f"minute {minute + 1}: paid {channel.payer_state.paid:,} satoshis in all, open for {state.left} minute")
        state = router.use(state, 1)
    assert shown is not None
    refuse(router, state, shown, "the same key again")
    refuse(router, state, replace(shown, key=os.urandom(32)), "a guessed key")
    another = service.pass_for(STAY, service.sealed.key(STAY - 1))
    refuse(router, state, another, "the key of another minute")
    return state


def buy(channel: Conversation, service: MeteredService, step: int) -> Pass:
    """Buy the key of a step over the channel; it is the pass."""
    bought = channel.buy(service.sealed.manifest, step)
    if bought is None:
        raise MeteredError(f"step {step} was not sold: {', '.join(channel.faults)}")
    return service.pass_for(step, bought.key)


def refuse(router: Gate, state: GateState, shown: Pass, what: str) -> None:
    """Show a pass that the router must refuse."""
    try:
        router.grant(state, shown)
    except MeteredError as error:
        print(f"{what}: {error}")
    else:
        raise SystemExit(f"{what} opened the router: this should never happen")


if __name__ == "__main__":
    main()
