"""How cost grows: with the length of a script, the number of inputs, the depth of the stack.

Each work does the same thing small and large and counts per unit, so speed 1 means growth in proportion. Signatures are
of the FORKID digest: the original one hashes the whole transaction for each input, so its cost is quadratic by its
definition.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from coincurve import PrivateKey

import penstock
from benchmarks import bare
from benchmarks.harness import Contender, Work, all_of, sound
from benchmarks.peers.all import PENSTOCK
from benchmarks.peers.ours import judge, parsed
from benchmarks.peers.peer import Judge
from benchmarks.result import Target
from benchmarks.spends import Form, script
from benchmarks.works.contest import judging
from benchmarks.works.opcodes import OP_0, OP_1, OP_2, adding
from penstock.tx.sighash import Digests
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut

_SHORT, _LONG = 1_000, 100_000
_INPUTS: Final = 1_000
_DEPTH: Final = 100_000
_COIN: Final = 1_000  # satoshis
_CHECKSIG: Final = b"\xac"
_2DUP, _3DUP, _DROP, _DUP, _PICK, _ROLL = b"\x6e", b"\x6f", b"\x75", b"\x76", b"\x79", b"\x7a"


def works() -> Iterator[Work]:
    """Script length, inputs, PICK and ROLL."""
    yield _script_length()
    yield _inputs()
    yield _stack_depth("PICK", _PICK + _DROP, uses=20_000, cheap=True)
    yield _stack_depth("ROLL", _ROLL, uses=5_000, cheap=False)


def _script_length() -> Work:
    short, long = (
        judging(
            PENSTOCK, [script(Form.FORKID, adding(opcodes), OP_1, OP_2)], name=f"{opcodes:,} opcodes", units=opcodes
        )
        for opcodes in (_SHORT, _LONG)
    )
    return Work("growth with script length", "opcode", (short, long), (_in_proportion(short),), long.name)


def _inputs() -> Work:
    singles = [range(coin, coin + 1) for coin in range(_INPUTS)]
    every = range(_INPUTS)
    apart = Contender(
        f"{_INPUTS:,} transactions",
        all_of([_checking(coins) for coins in singles]),
        sound([_checking(coins) for coins in singles[:9]], [_checking(coins, lost=1) for coins in singles[:9]]),
        _INPUTS,
    )
    together = Contender(
        f"1 transaction, {_INPUTS:,} inputs",
        _checking(every),
        sound([_checking(every)], [_checking(every, lost=1)]),
        _INPUTS,
    )
    return Work("growth with inputs", "input", (apart, together), (_in_proportion(apart),), together.name)


def _checking(coins: range, lost: int = 0) -> Judge:
    """Check all inputs of a transaction that spends `coins`; it pays `lost` satoshis less than what was signed."""
    keys = [PrivateKey(sha256(b"coin key" + bare.number(coin + 1)).digest()) for coin in coins]
    spent = [(_COIN, bare.push(key.public_key.format()) + _CHECKSIG) for key in keys]
    points = [OutPoint(sha256(b"coin" + bare.number(coin + 1)).digest(), 0) for coin in coins]
    blank = Transaction(1, tuple(map(TxIn, points)), (TxOut(_COIN * len(coins), OP_1),))
    digests, hash_type = Digests(blank), bare.ALL | bare.FORKID
    signatures = [
        key.sign(digests.bip143(i, locking, value, hash_type), hasher=None) + bytes((hash_type,))
        for i, (key, (value, locking)) in enumerate(zip(keys, spent, strict=True))
    ]
    inputs = tuple(TxIn(point, bare.push(signature)) for point, signature in zip(points, signatures, strict=True))
    signed = Transaction(1, inputs, (TxOut(_COIN * len(coins) - lost, OP_1),))
    return lambda: all(penstock.check_transaction(signed, spent, "bsv"))


def _stack_depth(name: str, opcode: bytes, uses: int, *, cheap: bool) -> Work:
    """Use `opcode` on a stack of many items, near its top and at its bottom; filling the stack is counted in."""
    shallow, deep = (_on_deep_stack(name, opcode, uses, depth) for depth in (1, _DEPTH - 1))
    targets = (_in_proportion(shallow),) if cheap else ()
    return Work(f"stack of {_DEPTH:,} items, {name}", "use", (shallow, deep), targets, deep.name, rounds=9)


def _in_proportion(small: Contender) -> Target:
    """A unit of the large is to cost at most 1.3 times a unit of the small."""
    return Target(small.name, 1 / 1.3)


def _on_deep_stack(name: str, opcode: bytes, uses: int, depth: int) -> Contender:
    fill = _DUP + _2DUP + _3DUP * ((_DEPTH - 4) // 3)  # copies of the one item that is there
    locking = fill + ((bare.push(bare.number(depth)) if depth > 1 else OP_1) + opcode) * uses
    trial = script(Form.FORKID, locking, OP_1, OP_0)
    good, *tampered = (judge(spend, "bsv-consensus", parsed(spend)) for spend in (trial.good, *trial.tampered))
    return Contender(f"{name} {depth:,} deep", good, sound([good], tampered), uses)
