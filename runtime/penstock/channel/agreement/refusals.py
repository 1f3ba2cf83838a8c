"""Why Alice or Bob refuses what the other sent: one class per reason, its fields are the facts.

A refusal is a value, never an exception: the state machine stops paying or sending and says why.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class OutOfTurn:
    """A message that has no place in the present state."""

    message: str
    expected: str

    def __str__(self) -> str:
        return f"out of turn: got {self.message}, waited for {self.expected}"


@dataclass(frozen=True, slots=True)
class WrongLeaves:
    """Leaves that do not add up to the movie's root."""

    reason: str

    def __str__(self) -> str:
        return f"forged leaves: {self.reason}"


@dataclass(frozen=True, slots=True)
class WrongProof:
    """A leaf whose proof does not lead to the movie's root."""

    index: int

    def __str__(self) -> str:
        return f"forged leaf {self.index}: its proof does not lead to the movie's root"


@dataclass(frozen=True, slots=True)
class WrongChunk:
    """A chunk that is not the one under its leaf."""

    index: int
    leaf: bytes
    digest: bytes

    def __str__(self) -> str:
        return f"forged chunk {self.index}: its hash is {self.digest.hex()}, the leaf is {self.leaf.hex()}"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no transaction."""

    reason: str

    def __str__(self) -> str:
        return f"not a transaction: {self.reason}"


@dataclass(frozen=True, slots=True)
class WrongTransaction:
    """A transaction that is not the agreed one."""

    place: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"not the agreed transaction: {self.place} is {self.got}, must be {self.expected}"


@dataclass(frozen=True, slots=True)
class WrongHashType:
    """A signature that leaves open what the other side must be able to rely on. Hash types as numbers."""

    input_index: int
    expected: int
    got: int | None

    def __str__(self) -> str:
        got = "nothing" if self.got is None else f"{self.got:#04x}"
        return f"wrong hash type: signature {self.input_index} ends in {got}, must end in {self.expected:#04x}"


@dataclass(frozen=True, slots=True)
class ScriptFails:
    """An unlocking script that the machine does not accept."""

    input_index: int
    rule: str
    source_line: str | None = None

    def __str__(self) -> str:
        where = f" at {self.source_line}" if self.source_line else ""
        return f"the script of input {self.input_index} fails: {self.rule}{where}"


Refusal: TypeAlias = (
    OutOfTurn | WrongLeaves | WrongProof | WrongChunk | Unreadable | WrongTransaction | WrongHashType | ScriptFails
)
