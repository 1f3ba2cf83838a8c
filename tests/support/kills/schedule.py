"""A run: kills at moments that a seed chooses, starts after them, an end by settlement or by the watcher alone."""

import random
import time
from pathlib import Path
from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.margins import usual_margins
from penstock.channel.safe.protocol.states import PayeeState
from tests.support.kills.accounts import Account, account, states
from tests.support.kills.ground import Child, Ground, ground

_VICTIMS: Final = (("provider",), ("viewer",), ("viewer",), ("watcher",), ("provider", "viewer"))
_PATIENCE: Final = 180.0
"""Seconds for an end: commands take long to start where many run."""
_AWAY: Final = ("does not answer", "has not answered")


def run(seed: int, network: Network, folder: Path, shared: Path) -> Account:
    """Sell a file through kills, end the channel, and return the account.

    Args:
        seed: the seed of all moments.
        network: the network.
        folder: a folder that is not there.
        shared: the folder of the title and of the seeds; filled by the first run.
    """
    chance = random.Random(f"{network.name} {seed}")
    forced = chance.random() < 0.4
    with ground(network, folder, shared) as found:
        for each in (found.provider(), found.viewer(*(["--keep-open"] if forced else []))):
            each.start()
            if each is found.children["provider"]:
                found.await_provider()
        found.watcher().start()
        kills = 0
        for _ in range(chance.randint(2, 6)):
            kills += _killed(found, chance)
        _await_file(found)
        kills += _closed_by_watcher(found, chance) if forced else _settled(found, chance)
        for child in found.children.values():
            child.kill()
        return account(found, kills, forced=forced)


def _killed(found: Ground, chance: random.Random) -> int:
    """Kill one or two processes at a moment, and start them again; return how many ran."""
    if chance.random() < 0.6:
        wanted, end = found.pieces() + chance.randint(0, 12), time.monotonic() + 4
        while found.pieces() < wanted and time.monotonic() < end and not found.output.exists():
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.02))
    else:
        time.sleep(chance.uniform(0, 2))
    victims = [found.children[name] for name in chance.choice(_VICTIMS)]
    killed = 0
    for each in victims:
        killed += each.is_running
        each.kill()
    time.sleep(chance.choice((0, 0, chance.uniform(0, 0.5))))
    for each in victims:
        _start(found, each)
    return killed


def _start(found: Ground, child: Child) -> None:
    """Start a process again, but not a viewer whose file is whole."""
    if child is not found.children["viewer"] or not found.output.exists():
        child.start()


def _await_file(found: Ground) -> None:
    """Start the viewer as often as the provider was away, until the file is whole."""
    viewer, end = found.children["viewer"], time.monotonic() + _PATIENCE
    while not found.output.exists():
        assert time.monotonic() < end, viewer.text
        if not viewer.is_running:
            last = viewer.text.strip().splitlines()[-1:]
            assert not viewer.starts or not last or any(each in last[0] or '"event"' in last[0] for each in _AWAY), last
            found.await_provider()
            viewer.start()
        time.sleep(0.02)


def _settled(found: Ground, chance: random.Random) -> int:
    """Have the viewer settle, through one more kill; `penstock channel finish` goes on where she was killed."""
    viewer, kills = found.children["viewer"], 0
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, 0.6))
        kills = int(viewer.is_running)
        viewer.kill()
    elif viewer.is_running:
        viewer.ended(_PATIENCE)
    assert "is not settled yet" not in viewer.text, viewer.text
    if '"closed"' not in viewer.text:
        finisher = found.finisher()
        for _ in range(3):
            finisher.start()
            if finisher.ended(_PATIENCE) == 0 or "has no such channel" in finisher.text:
                break
    return kills


def _closed_by_watcher(found: Ground, chance: random.Random) -> int:
    """Kill the provider for good; the watcher closes, and is killed while it does."""
    viewer = found.children["viewer"]
    if viewer.is_running:
        assert viewer.ended(_PATIENCE) == 0, viewer.text
    for name in ("provider", "watcher"):
        found.children[name].kill()
    (state,) = [each for each in states(found, "provider") if isinstance(each, PayeeState)]
    near = state.terms.expiry - usual_margins(found.network.rules).margin - chance.randint(1, 3)
    found.trial.mine(near - found.trial.height)
    watcher, kills = found.watcher("closer", "--until-done"), 0
    for _ in range(chance.randint(0, 3)):
        watcher.start()
        found.trial.mine()
        time.sleep(chance.uniform(0, 2.5))
        kills += watcher.is_running
        watcher.kill()
    watcher.start()
    end = time.monotonic() + _PATIENCE
    while watcher.is_running:
        assert time.monotonic() < end, watcher.text
        if f'"height": {found.trial.height},' in watcher.text:  # blocks wait for a watcher that still starts
            found.trial.mine()
        time.sleep(0.3)
    assert watcher.ended(1) == 0, watcher.text
    assert '"lost"' not in watcher.text, watcher.text
    return 2 + kills
