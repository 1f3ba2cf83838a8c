"""Endings of a channel in which a film was sold, by the commands that users run."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from penstock.channel.safe.agreement.margins import usual_margins
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.protocol.states import PayeeState
from tests.support.kills.accounts import states
from tests.support.kills.ground import Child, Ground

_PATIENCE: Final = 120.0
_ROOM: Final = 2


def settled(ground: Ground, terms: ChannelTerms) -> None:
    """The viewer's command has closed it together with the provider."""
    assert '"closed"' in ground.children["viewer"].text, (terms, ground.children["viewer"].text)


def forced(ground: Ground, terms: ChannelTerms) -> None:
    """The viewer is away: the watcher publishes the newest payment before T, and claims it with the key (1-way)."""
    ground.children["provider"].kill()
    ground.trial.mine(terms.expiry - usual_margins(ground.network.rules).margin - _ROOM - ground.trial.height)
    watcher = ground.watcher("watcher", "--until-done")
    watcher.start()
    end = time.monotonic() + _PATIENCE
    while watcher.is_running:
        assert time.monotonic() < end, watcher.text
        ground.trial.mine()
        time.sleep(0.3)
    assert watcher.ended(1) == 0, watcher.text


def refunded(ground: Ground, terms: ChannelTerms) -> None:
    """The provider and his watcher have gone for good: after T all comes back to the viewer."""
    ground.children["provider"].kill()
    ground.trial.mine(terms.expiry + 1 - ground.trial.height)
    refund = ground.child("refund", "channel", "refund", "--state", ground.folder / "viewer", seed="viewer")
    _run(refund)


def _run(child: Child) -> None:
    child.start()
    assert child.ended(_PATIENCE) == 0, child.text


def terms_of(ground: Ground) -> ChannelTerms:
    """The terms of the one channel in which something was sold; the provider must not run."""
    (state,) = [each for each in states(ground, "provider") if isinstance(each, PayeeState)]
    return state.terms


CLOSINGS: Final[Mapping[str, Callable[[Ground, ChannelTerms], None]]] = {
    "settled together": settled,
    "forced, claimed with the key": forced,
    "refunded to the viewer": refunded,
}
"""The endings by their names."""
