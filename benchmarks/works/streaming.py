"""The streaming contract's spend, from scripts and parsed transaction, and from raw transaction bytes, to the verdict.

1-way reveals a chunk and needs one signature, 2-way needs two. As in a stream, the keys are the same all along, and
every verdict is on another of many spends, with a hash of its own. Machines may keep what they have found out about a
script; "every script new" is the work where that does not help, since no spend comes twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

from benchmarks.harness import Contender, Work
from benchmarks.peers.all import FLOOR as FLOOR_PEER
from benchmarks.peers.all import KEYS_PARSED, peers_for
from benchmarks.peers.peer import Peer
from benchmarks.result import Demand, Target
from benchmarks.spends import Form, Trial, one_way, two_way
from benchmarks.works.contest import BITCOINLIB, BITCOINX, BSV_C, BSV_PYTHON, FLOOR, ahead, judging, present

_SPENDS: Final = 100
_LARGE_SPENDS: Final = 4
_TIMES_NEW: Final = 20
"""So many times the usual number are new: more than the rounds of a work."""
_CHUNK: Final = 400
_MEBIBYTE: Final = 1 << 20

_SMALL_TARGETS: Final = (ahead(FLOOR, 0.75), ahead(BITCOINX, 2.0), ahead(BSV_C, demand=Demand.AIM))
_LARGE_TARGETS: Final = (ahead(FLOOR, 0.95),)
_RAW_TARGETS: Final = (ahead(BITCOINX), ahead(BSV_PYTHON), ahead(BITCOINLIB), ahead(BSV_C, demand=Demand.AIM))


@dataclass(frozen=True, slots=True)
class _Row:
    """One kind of spend: how the spend of a number is made, and how many there are at most."""

    name: str
    form: Form
    trial: Callable[[int], Trial]
    targets: tuple[Target, ...] = ()
    most: int = _SPENDS


_ONE_WAY: Final = _Row("1-way, 400 bytes", Form.FORKID, lambda n: one_way(n, _CHUNK, Form.FORKID), _SMALL_TARGETS)
_TWO_WAY: Final = _Row("2-way", Form.FORKID, lambda n: two_way(n, Form.FORKID), _SMALL_TARGETS)
_LARGE: Final = _Row(
    "1-way, 1 MiB", Form.FORKID, lambda n: one_way(n, _MEBIBYTE, Form.FORKID), _LARGE_TARGETS, _LARGE_SPENDS
)
_OLD_ONE_WAY: Final = _Row("1-way, 400 bytes", Form.LEGACY, lambda n: one_way(n, _CHUNK, Form.LEGACY))
_OLD_TWO_WAY: Final = _Row("2-way", Form.LEGACY, lambda n: two_way(n, Form.LEGACY))
_DIGESTS: Final = {Form.FORKID: "FORKID", Form.LEGACY: "original digest"}


def works(spends: int = _SPENDS) -> Iterator[Work]:
    """From parsed transactions, each work with that many spends."""
    for row in (_ONE_WAY, _TWO_WAY, _LARGE, _OLD_ONE_WAY, _OLD_TWO_WAY):
        yield _work(row, spends, row.targets, raw=False)
    yield _always_new(_ONE_WAY, spends)


def raw_works(spends: int = _SPENDS) -> Iterator[Work]:
    """From raw transaction bytes, each work with that many spends."""
    for row in (_ONE_WAY, _TWO_WAY, _OLD_ONE_WAY, _OLD_TWO_WAY):
        yield _work(row, spends, _RAW_TARGETS, raw=True)


def _always_new(row: _Row, spends: int) -> Work:
    """A work in which no spend comes twice."""
    trials = [row.trial(number) for number in range(_TIMES_NEW * spends)]
    contenders = tuple(_in_turn(peer, trials, at_once=spends) for peer in _contestants(row.form))
    name = f"{row.name}, {_DIGESTS[row.form]}, every script new"
    # no time to fill: a round is one run, so that nobody sees a spend twice
    return Work(name, "verdict", contenders, present(row.targets, contenders), seconds=0)


def _in_turn(peer: Peer, trials: list[Trial], at_once: int) -> Contender:
    """`peer` judges the next of the trials in each run, and begins again when it is through."""
    some = judging(peer, trials[:at_once])
    judges = cycle([peer.parsed(trial.good) for trial in trials])

    def run() -> None:
        for judge in islice(judges, at_once):
            judge()

    return Contender(peer.name, run, some.proves, at_once)


def _contestants(form: Form) -> tuple[Peer, ...]:
    return (FLOOR_PEER, KEYS_PARSED, *peers_for(form))


def _work(row: _Row, spends: int, targets: tuple[Target, ...], *, raw: bool) -> Work:
    trials = [row.trial(number) for number in range(min(spends, row.most))]
    contenders = tuple(judging(peer, trials, raw=raw) for peer in _contestants(row.form))
    name = f"{row.name}, {_DIGESTS[row.form]}" + (", from raw bytes" if raw else "")
    return Work(name, "verdict", contenders, present(targets, contenders))
