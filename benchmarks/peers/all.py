"""Which machines are measured: the floor, ours, and those peers that are installed."""

from importlib import import_module
from typing import Final

from benchmarks.peers.floor import KEYS_PARSED
from benchmarks.peers.floor import PEER as FLOOR
from benchmarks.peers.ours import PEER as PENSTOCK
from benchmarks.peers.peer import Peer
from benchmarks.spends import Form

__all__ = ["FLOOR", "KEYS_PARSED", "OTHERS", "PENSTOCK", "peers_for"]

_MODULES: Final = (
    ("bsv_sdk", ("IN_C", "IN_PYTHON")),
    ("bitcoinx", ("PEER",)),
    ("kernel", ("PEER",)),
    ("bitcoinlib", ("PEER",)),
)


def _installed() -> tuple[Peer, ...]:
    """The peers whose package can be imported: some have no wheel on some systems."""
    peers: list[Peer] = []
    for module, names in _MODULES:
        try:
            loaded = import_module(f"benchmarks.peers.{module}")
        except ModuleNotFoundError:
            continue
        peers += [getattr(loaded, name) for name in names]
    return tuple(peers)


OTHERS: Final = _installed()


def peers_for(form: Form) -> tuple[Peer, ...]:
    """Ours and the peers that judge `form`."""
    return (PENSTOCK, *(peer for peer in OTHERS if form in peer.forms))
