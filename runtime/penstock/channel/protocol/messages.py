"""Messages between Alice and Bob: the arrows of the article's figure 7.

| number      | from, to     | message                                  | meaning                             |
|-------------|--------------|------------------------------------------|-------------------------------------|
| before 1    | Bob → Alice  | `Leaves`, or a `LeafMessage` before each chunk  | the leaves, checked against T_0     |
| 1           | Bob → Alice  | `Chunk` 0                                | D_0, free                           |
| 2i          | Alice → Bob  | `Payment` i                              | TX_i, signed: i prices for D_i      |
| 2i + 1      | Bob → Alice  | `Chunk` i                                | D_i                                 |
| 2n + 2      | either       | `Stop`                                   | no more after state n               |
| 2n + 3      | Bob → Alice  | `Claim`                                  | TX_p with D_n and Bob's signature   |
| 2n + 4      | Alice → Bob  | `Countersigned`                          | TX_p with her signature for D_n     |

Transactions are sent as raw bytes: a receiver relies on nothing about them, not even that they parse.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from penstock.channel.agreement.merkle import Proof
from penstock.wording import counted


@dataclass(frozen=True, slots=True)
class Leaves:
    """All leaves H_0 … H_n, 32 bytes each."""

    leaves: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LeafMessage:
    """The leaf H_`index` alone, with its Merkle proof."""

    index: int
    leaf: bytes
    proof: Proof


@dataclass(frozen=True, slots=True)
class Chunk:
    """The chunk D_`index`."""

    index: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Payment:
    """TX_`index`, signed by Alice: if Bob reveals D_`index`, he gets `index` prices."""

    index: int
    transaction: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """The sender ends the stream; nothing after state `index` is paid or sent."""

    index: int


@dataclass(frozen=True, slots=True)
class Claim:
    """TX_p as Bob could broadcast it, sent to Alice so that she makes it smaller."""

    transaction: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Countersigned:
    """TX_p with Alice's signature instead of the chunk. Bob's signature in it is unchanged."""

    transaction: bytes = field(repr=False)


FromBob: TypeAlias = Leaves | LeafMessage | Chunk | Stop | Claim
FromAlice: TypeAlias = Payment | Stop | Countersigned
Message: TypeAlias = FromBob | FromAlice


def describe(message: Message) -> str:
    """Return a short name of a message, for users."""
    match message:
        case Leaves(leaves):
            return "the only leaf" if len(leaves) == 1 else f"all {len(leaves):,} leaves"
        case LeafMessage(index):
            return f"H_{index} with its proof"
        case Chunk(index, data):
            return f"D_{index}, {counted(len(data), 'byte')}"
        case Payment(index):
            return f"TX_{index}"
        case Stop(index):
            return f"stop after state {index}"
        case Claim():
            return "TX_p with the chunk and Bob's signature"
        case Countersigned():
            return "TX_p with Alice's signature for the chunk"


def number(message: Message, last: int) -> int | None:
    """Return the message's number in figure 7, where `last` is n; leaves have none."""
    match message:
        case Leaves() | LeafMessage():
            return None
        case Payment(index):
            return 2 * index
        case Chunk(index):
            return 2 * index + 1
        case Stop():
            return 2 * last + 2
        case Claim():
            return 2 * last + 3
        case Countersigned():
            return 2 * last + 4
