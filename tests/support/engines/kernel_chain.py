"""A chain of real blocks in Bitcoin Core's own engine (py-bitcoinkernel, regtest): lock times, values, double spends.

Blocks are made here, with the least proof of work. The engine checks them by its consensus rules. It has no pool, and
no rules of relay. Every test has a chain of its own.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from penstock.script.hashes import hash256
from penstock.script.opcodes import Op
from penstock.script.pushes import push_data, push_number
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.tx.wire import compact_size

pbk = pytest.importorskip("pbk", reason="py-bitcoinkernel is not installed")

_GENESIS: Final = bytes.fromhex("0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206")[::-1]
_GENESIS_TIME: Final = 1_296_688_602
_BITS: Final = 0x207F_FFFF
_BLOCK_VERSION: Final = 0x2000_0000
_SUBSIDY: Final = 50 * 100_000_000
_HALVING: Final = 150
_MATURITY: Final = 100
_SECONDS: Final = 600
_COMMITMENT: Final = bytes.fromhex("6a24aa21a9ed")
_ANYONE: Final = bytes((Op.OP_1,))


@dataclass(frozen=True)
class _Block:
    hash: bytes
    time: int
    raw: bytes = b""


@dataclass
class KernelChain:
    """A chain with its blocks in a folder, which has to be empty."""

    folder: Path
    _blocks: list[_Block] = field(default_factory=lambda: [_Block(_GENESIS, _GENESIS_TIME)])
    _branch: int = 0

    def __post_init__(self) -> None:
        options = pbk.ChainstateManagerOptions(pbk.make_context(), str(self.folder), str(self.folder / "blocks"))
        options.update_block_tree_db_in_memory(True)
        options.update_chainstate_db_in_memory(True)
        self._engine: Any = pbk.ChainstateManager(options)
        self._engine.import_blocks([])

    @property
    def height(self) -> int:
        """The height of the newest block."""
        return int(self._engine.get_active_chain().height)

    def block(self, height: int) -> bytes:
        """Return a block that was mined here, by its height."""
        return self._blocks[height].raw

    def accepts(self, *transactions: Transaction) -> bool:
        """Try to mine the next block with these transactions; if the engine refuses it, nothing has changed."""
        return self._extend(self._blocks, transactions, _ANYONE, 0)

    def mine(self, blocks: int = 1) -> None:
        """Mine empty blocks."""
        for _ in range(blocks):
            assert self.accepts()

    def at(self, height: int) -> "KernelChain":
        """Mine until this height."""
        assert height >= self.height
        self.mine(height - self.height)
        return self

    def pay(self, output: TxOut) -> OutPoint:
        """Make an output in the next block, by a transaction of anyone's money: its age is one block."""
        money = self.fund(TxOut(output.value, _ANYONE))
        paying = Transaction(2, (TxIn(money),), (output,))
        assert self.accepts(paying)
        return OutPoint(paying.txid, 0)

    def fund(self, output: TxOut) -> OutPoint:
        """Make an output of a coinbase and let it mature: its age is 101 blocks."""
        height = self.height + 1
        assert self._extend(self._blocks, (), output.script, output.value)
        coinbase = _coinbase(height, self._branch, output.script, output.value, b"")
        self.mine(_MATURITY)
        return OutPoint(coinbase.txid, 0)

    def reorganize(self, depth: int, *transactions: Transaction) -> bool:
        """Replace the newest blocks by a longer branch, with these transactions in its first block."""
        self._branch += 1
        branch = self._blocks[:-depth]
        done = self._extend(branch, transactions, _ANYONE, 0, active=False)
        for _ in range(depth):
            done = done and self._extend(branch, (), _ANYONE, 0, active=False)
        if done := done and self.height == len(branch) - 1:
            self._blocks = branch
        return done

    def _extend(
        self,
        branch: list[_Block],
        transactions: Sequence[Transaction],
        script: bytes,
        value: int,
        active: bool = True,
    ) -> bool:
        """Append a block to a branch, if the engine takes it; `active` branches get its height at once."""
        tip, height = branch[-1], len(branch)
        root = _merkle_root([bytes(32), *(tx.wtxid for tx in transactions)])
        commitment = _COMMITMENT + hash256(root + bytes(32)) if any(tx.has_witness for tx in transactions) else b""
        coinbase = _coinbase(height, self._branch, script, value, commitment)
        time = tip.time + _SECONDS
        block = _mined(tip.hash, time, [coinbase, *transactions])
        try:
            self._engine.process_block(pbk.Block(block))
        except pbk.ProcessBlockException:
            return False
        if active and self.height != height:
            return False
        branch.append(_Block(hash256(block[:80]), time, block))
        return True


def _coinbase(height: int, branch: int, script: bytes, value: int, commitment: bytes) -> Transaction:
    """Return the coinbase of a block: to `script` if it has a value, the rest to anyone."""
    subsidy = _SUBSIDY >> height // _HALVING
    outputs = [TxOut(value, script)] if value else []
    outputs.append(TxOut(subsidy - value, _ANYONE))
    if commitment:
        outputs.append(TxOut(0, commitment))
    note = push_number(height) + push_data(b"branch %d" % branch)
    made = Transaction(1, (TxIn(OutPoint(bytes(32), 0xFFFF_FFFF), note),), tuple(outputs))
    return made.with_witness(0, (bytes(32),)) if commitment else made


def _mined(previous: bytes, time: int, transactions: Sequence[Transaction]) -> bytes:
    """Return a block whose hash has the proof of work of regtest: one hash in two has it."""
    root = _merkle_root([tx.txid for tx in transactions])
    for nonce in range(1 << 16):
        header = struct.pack("<i32s32sIII", _BLOCK_VERSION, previous, root, time, _BITS, nonce)
        if hash256(header)[-1] < 0x7F:
            break
    return header + compact_size(len(transactions)) + b"".join(tx.serialize() for tx in transactions)


def _merkle_root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        if len(hashes) % 2:
            hashes.append(hashes[-1])
        hashes = [hash256(left + right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]
