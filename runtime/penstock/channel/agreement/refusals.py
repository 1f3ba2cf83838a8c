"""Refusals of Alice or Bob: one class per reason, its fields are the facts.

A refusal is a value, not an exception: the state machine stops paying or sending and reports the reason.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class OutOfTurn:
    """A message that is not expected in the current state."""

    message: str
    expected: str

    def __str__(self) -> str:
        return f"out of turn: got {self.message}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class WrongLeaves:
    """Leaves that do not result in the movie's root."""

    reason: str

    def __str__(self) -> str:
        return f"forged leaves: {self.reason}"


@dataclass(frozen=True, slots=True)
class WrongProof:
    """A leaf whose proof does not result in the movie's root."""

    index: int

    def __str__(self) -> str:
        return f"forged leaf {self.index}: its proof does not lead to the movie's root"


@dataclass(frozen=True, slots=True)
class WrongChunk:
    """A chunk whose hash is not its leaf."""

    index: int
    leaf: bytes
    digest: bytes

    def __str__(self) -> str:
        return f"forged chunk {self.index}: its hash is {self.digest.hex()}, the leaf is {self.leaf.hex()}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are not a transaction."""

    reason: str

    def __str__(self) -> str:
        return f"not a transaction: {self.reason}"


@dataclass(frozen=True, slots=True)
class WrongTransaction:
    """A transaction that differs from the agreed one."""

    place: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"not the agreed transaction: {self.place} is {self.got}, must be {self.expected}"


@dataclass(frozen=True, slots=True)
class WrongHashType:
    """A signature that does not cover all that the other side relies on. Hash types as numbers."""

    input_index: int
    expected: int
    got: int | None

    def __str__(self) -> str:
        got = "nothing" if self.got is None else f"{self.got:#04x}"
        return f"wrong hash type: signature {self.input_index} ends in {got}, must end in {self.expected:#04x}"


@dataclass(frozen=True, slots=True)
class ScriptFails:
    """An unlocking script that the machine refuses."""

    input_index: int
    rule: str
    source_line: str | None = None

    def __str__(self) -> str:
        where = f" at {self.source_line}" if self.source_line else ""
        return f"the script of input {self.input_index} fails: {self.rule}{where}"


Refusal: TypeAlias = (
    OutOfTurn | WrongLeaves | WrongProof | WrongChunk | Unreadable | WrongTransaction | WrongHashType | ScriptFails
)
