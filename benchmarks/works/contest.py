"""Verdicts on the same spends by everybody who can give them: the usual form of a work."""

from collections.abc import Iterable, Sequence
from typing import Final

from benchmarks.harness import Contender, all_of, sound
from benchmarks.peers.peer import Peer
from benchmarks.result import Demand, Target
from benchmarks.spends import Trial

BSV_C: Final = "bsv-sdk (C)"
BSV_PYTHON: Final = "bsv-sdk (Python)"
BITCOINX: Final = "bitcoinx"
BITCOINLIB: Final = "python-bitcoinlib"
KERNEL: Final = "py-bitcoinkernel"
FLOOR: Final = "FLOOR"


def ahead(against: str, at_least: float = 1.0, demand: Demand = Demand.MUST) -> Target:
    """Ours is to be `at_least` times as fast as `against`."""
    return Target(against, at_least, demand)


def judging(peer: Peer, trials: Sequence[Trial], *, raw: bool = False, name: str = "", units: int = 1) -> Contender:
    """`peer` gives its verdict on the good spend of each trial, from raw transaction bytes or from what it has parsed.

    Args:
        peer: who judges.
        trials: what it judges; the tampered spends are for the proof.
        raw: whether each verdict begins with raw transaction bytes.
        name: what the table calls it, if not by the peer's name.
        units: how many units of the work are in one spend.
    """
    make = peer.raw if raw else peer.parsed
    good = [make(trial.good) for trial in trials]
    tampered = [make(spend) for trial in trials for spend in trial.tampered]
    return Contender(name or peer.name, all_of(good), sound(good, tampered), units * len(trials))


def present(targets: Iterable[Target], contenders: Iterable[Contender]) -> tuple[Target, ...]:
    """The targets against those who take part: a peer that is not installed sets none."""
    names = {contender.name for contender in contenders}
    return tuple(target for target in targets if target.against in names)
