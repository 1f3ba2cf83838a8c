"""Account at the end: the provider's store has the newest state of each channel, for all that was bought."""

from collections.abc import Sequence

from benchmarks.load.opening import Buying
from penstock.channel.safe.protocol.states import PayeeState
from penstock.service.provider.selling import PRICE
from penstock.service.store.store import Store


def differences(store: str, buyings: Sequence[Buying]) -> list[str]:
    """Return how the store differs from what viewers have bought; nothing if it does not.

    Args:
        store: the provider's store, which he has closed.
        buyings: the viewers.
    """
    found = []
    with Store.open(store) as opened:
        for each in buyings:
            viewer = each.viewer
            state = opened.load(viewer.state.channel, "payee").state
            assert isinstance(state, PayeeState)
            bought, amount = viewer.bought_count, 0 if state.best is None else state.best.state.amount
            expected = state.terms.base + PRICE * bought if bought else 0
            if (state.newest, amount) != (bought, expected):
                name = viewer.state.channel.hex()[:16]
                found.append(f"channel {name}: state {state.newest} of {amount:,} satoshis, and {bought} were bought")
    return found
