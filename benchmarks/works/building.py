"""Build, sign and serialise a transaction with one P2PKH input and two outputs.

The floor is the bare loop: join the bytes, hash them, sign with coincurve. Keys and scripts are at hand; every
transaction is another. python-bitcoinlib signs the original digest, since it knows no FORKID.
"""

from collections.abc import Iterator, Sequence

from benchmarks.harness import Contender, Work, all_of
from benchmarks.orders import Order, order
from benchmarks.peers.all import FLOOR as FLOOR_PEER
from benchmarks.peers.all import OTHERS, PENSTOCK
from benchmarks.peers.peer import Build
from benchmarks.spends import Form
from benchmarks.works.contest import BITCOINX, FLOOR, ahead, present

_ORDERS = 100


def works() -> Iterator[Work]:
    """One work: everybody who can build."""
    orders = {form: [order(number, form) for number in range(_ORDERS)] for form in (Form.FORKID, Form.LEGACY)}
    contenders = []
    for peer in (FLOOR_PEER, PENSTOCK, *OTHERS):
        if peer.builder is not None:
            asked = orders[Form.FORKID if Form.FORKID in peer.forms else Form.LEGACY]
            contenders.append(_building(peer.name, asked, [peer.builder(each) for each in asked]))
    targets = present((ahead(FLOOR, 0.8), ahead(BITCOINX)), contenders)
    yield Work("build, sign and serialise", "transaction", tuple(contenders), targets)


def _building(name: str, orders: Sequence[Order], builds: Sequence[Build]) -> Contender:
    return Contender(name, all_of(builds), lambda: all(map(_proves, orders, builds)), len(builds))


def _proves(asked: Order, build: Build) -> bool:
    """Whether what is built is what was asked for, and the check can tell: it refuses the same with a bit changed."""
    raw = build()
    return asked.filled_by(raw) and not any(map(asked.filled_by, asked.tampered(raw)))
