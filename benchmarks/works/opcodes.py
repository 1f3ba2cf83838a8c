"""Ten thousand simple opcodes in one script: how fast the machine itself turns.

The scripts run under the rules of BSV, and, for py-bitcoinkernel, as tapscripts: the only scripts of BTC without a
limit on opcodes. There the verdict includes the output's commitment to the script.
"""

from collections.abc import Iterator
from typing import Final

from benchmarks import bare
from benchmarks.harness import Work
from benchmarks.peers.all import OTHERS, PENSTOCK, peers_for
from benchmarks.result import Target
from benchmarks.spends import Form, script
from benchmarks.works.contest import BITCOINX, KERNEL, ahead, judging, present

OPCODES: Final = 10_000

OP_0: Final = b"\x00"
OP_1: Final = b"\x51"
OP_2: Final = b"\x52"
_DROP, _DUP, _SWAP, _ADD, _NUMEQUAL = b"\x75", b"\x76", b"\x7c", b"\x93", b"\x9c"


def works() -> Iterator[Work]:
    """`1 ADD`, `DUP DROP`, `SWAP`: all leave true on OP_1, and false on the second argument here."""
    yield _work("1 ADD", adding(OPCODES), OP_2, ahead(KERNEL, 0.6), ahead(BITCOINX, 10))
    yield _work("DUP DROP", (_DUP + _DROP) * (OPCODES // 2), OP_0, ahead(BITCOINX, 10))
    yield _work("SWAP", OP_0 + _SWAP * OPCODES + _DROP, OP_0, ahead(BITCOINX, 10))


def adding(opcodes: int) -> bytes:
    """`1 ADD` until `opcodes` opcodes are done, then whether the sum is right for one that began with 1."""
    return (OP_1 + _ADD) * (opcodes // 2) + bare.push(bare.number(1 + opcodes // 2)) + _NUMEQUAL


def _work(name: str, locking: bytes, tampered: bytes, *targets: Target) -> Work:
    on_bsv, as_tapscript = ([script(form, locking, OP_1, tampered)] for form in (Form.FORKID, Form.TAPSCRIPT))
    contenders = (
        *(judging(peer, as_tapscript, units=OPCODES) for peer in OTHERS if Form.TAPSCRIPT in peer.forms),
        *(judging(peer, on_bsv, units=OPCODES) for peer in peers_for(Form.FORKID)),
        judging(PENSTOCK, as_tapscript, name="penstock (tapscript)", units=OPCODES),
    )
    return Work(f"10,000 opcodes, {name}", "opcode", contenders, present(targets, contenders))
