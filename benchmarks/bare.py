"""Transactions with one input and their digests, with nothing but hashlib and struct.

The floors of the measurements are made of this: what no verifier or builder of transactions can do without. The
formats are those of the Bitcoin wire protocol; the digests are the original one and BIP143's, which BSV calls FORKID.
"""

from dataclasses import dataclass
from hashlib import sha256
from struct import pack
from typing import Final

ALL: Final = 0x01
FORKID: Final = 0x40


def hash256(data: bytes) -> bytes:
    """SHA-256 twice."""
    return sha256(sha256(data).digest()).digest()


def tagged_hash(tag: str, message: bytes) -> bytes:
    """The tagged hash of BIP340."""
    prefix = sha256(tag.encode()).digest()
    return sha256(prefix + prefix + message).digest()


def compact_size(number: int) -> bytes:
    """A length as the wire protocol writes it."""
    if number < 0xFD:
        return pack("<B", number)
    if number <= 0xFFFF:
        return pack("<BH", 0xFD, number)
    return pack("<BI", 0xFE, number)


def sized(data: bytes) -> bytes:
    """Bytes behind their length."""
    return compact_size(len(data)) + data


def push(data: bytes) -> bytes:
    """The opcode that pushes `data` (two bytes or more), as short as it goes."""
    size = len(data)
    if size <= 0x4B:
        return pack("<B", size) + data
    if size <= 0xFF:
        return pack("<BB", 0x4C, size) + data
    if size <= 0xFFFF:
        return pack("<BH", 0x4D, size) + data
    return pack("<BI", 0x4E, size) + data


def number(value: int) -> bytes:
    """A script number above zero: little endian, with a free top bit for the sign."""
    return value.to_bytes(value.bit_length() // 8 + 1, "little")


def output(value: int, script: bytes) -> bytes:
    """An output on the wire; `value` in satoshis."""
    return pack("<q", value) + sized(script)


@dataclass(frozen=True, slots=True)
class Draft:
    """A transaction with one input that spends output 0 of `txid` (32 bytes, wire order), before it is signed."""

    txid: bytes
    outputs: tuple[bytes, ...]
    version: int = 1
    lock_time: int = 0
    sequence: int = 0xFFFF_FFFF

    @property
    def outpoint(self) -> bytes:
        """What the input spends, 36 bytes."""
        return self.txid + bytes(4)

    def serialize(self, unlocking: bytes, witness: tuple[bytes, ...] = ()) -> bytes:
        """The raw transaction, with `unlocking` in its input and `witness`, if any, behind its outputs (BIP144)."""
        items = compact_size(len(witness)) + b"".join(map(sized, witness)) if witness else b""
        return b"".join(
            (
                pack("<i", self.version),
                b"\x00\x01" if witness else b"",
                compact_size(1),
                self.outpoint,
                sized(unlocking),
                pack("<I", self.sequence),
                compact_size(len(self.outputs)),
                *self.outputs,
                items,
                pack("<I", self.lock_time),
            )
        )

    def original_digest(self, script_code: bytes) -> bytes:
        """What a signature of type ALL signs by the original rules."""
        return hash256(self.serialize(script_code) + pack("<I", ALL))

    def forkid_digest(self, script_code: bytes, value: int) -> bytes:
        """What a signature of type ALL|FORKID signs on BSV; `value` in satoshis is that of the spent output."""
        return hash256(
            b"".join(
                (
                    pack("<i", self.version),
                    hash256(self.outpoint),
                    hash256(pack("<I", self.sequence)),
                    self.outpoint,
                    sized(script_code),
                    pack("<qI", value, self.sequence),
                    hash256(b"".join(self.outputs)),
                    pack("<II", self.lock_time, ALL | FORKID),
                )
            )
        )
