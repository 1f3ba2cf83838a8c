"""Numbers of 256 bits: 2,000 rounds of double-and-MOD and of square-and-MOD, modulo the prime of secp256k1's field."""

from collections.abc import Iterator
from typing import Final

from benchmarks import bare
from benchmarks.harness import Work
from benchmarks.peers.all import peers_for
from benchmarks.spends import Form, script
from benchmarks.works.contest import BITCOINX, BSV_C, ahead, judging, present

ROUNDS: Final = 2_000

_PRIME: Final = (1 << 256) - (1 << 32) - 977
_OP_3, _OP_4 = b"\x53", b"\x54"
_DUP, _OVER, _SWAP, _NIP, _ADD, _MUL, _MOD, _NUMEQUAL = (
    b"\x76",
    b"\x78",
    b"\x7c",
    b"\x77",
    b"\x93",
    b"\x95",
    b"\x97",
    b"\x9c",
)


def works() -> Iterator[Work]:
    """Both start from 3 and compare with the right result."""
    yield _work("double-and-MOD", _ADD, 3 * pow(2, ROUNDS, _PRIME) % _PRIME)
    yield _work("square-and-MOD", _MUL, pow(3, pow(2, ROUNDS), _PRIME))


def _work(name: str, operation: bytes, result: int) -> Work:
    prime, expected = bare.push(bare.number(_PRIME)), bare.push(bare.number(result))
    rounds = (_DUP + operation + _OVER + _MOD) * ROUNDS
    trial = script(Form.FORKID, prime + _SWAP + rounds + expected + _NUMEQUAL + _NIP, _OP_3, _OP_4)
    contenders = tuple(judging(peer, [trial], units=ROUNDS) for peer in peers_for(Form.FORKID))
    targets = (ahead(BSV_C), ahead(BITCOINX))
    return Work(f"256 bits, {name}", "round", contenders, present(targets, contenders))
