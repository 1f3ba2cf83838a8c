"""What a stream costs and how it is cut: numbers in, checked values out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from penstock.script.errors import PenstockError

DEFAULT_PRICE: Final = 100
DEFAULT_CHUNK_SIZE: Final = 64 * 1024
MAX_CHUNK_SIZE: Final = (1 << 32) - 128
"""The largest chunk, in bytes: with its push and Bob's signature it just fits the script limit of 2^32-1."""


class TermsError(PenstockError, ValueError):
    """A price, size or fee rate that no channel can have."""


class LeafDelivery(StrEnum):
    """How Alice learns the leaf that she pays for."""

    LEAVES = "leaves"  # all leaves first, checked against the root at once
    PROOFS = "proofs"  # one leaf at a time, each with its Merkle proof


@dataclass(frozen=True, slots=True)
class FeeRate:
    """What miners ask: satoshis per 1,000 bytes of transaction."""

    satoshis: int = 1

    def __post_init__(self) -> None:
        if self.satoshis < 0:
            raise TermsError(f"the fee rate is {self.satoshis} satoshis per 1,000 bytes; it cannot be negative")

    def fee(self, size: int) -> int:
        """Return the fee, in satoshis, of a transaction of `size` bytes; a part of a satoshi costs a whole one."""
        return -(-size * self.satoshis // 1000)


DEFAULT_FEE_RATE: Final = FeeRate()


@dataclass(frozen=True, slots=True)
class Terms:
    """What Alice and Bob agree on.

    Attributes:
        price: satoshis for each chunk after the free first one.
        fee_rate: what both leave to the miners of TX_n and TX_p.
        delivery: whether Alice gets all leaves first or each with a proof.

    Raises:
        TermsError: when the price is not positive.
    """

    price: int = DEFAULT_PRICE
    fee_rate: FeeRate = DEFAULT_FEE_RATE
    delivery: LeafDelivery = LeafDelivery.LEAVES

    def __post_init__(self) -> None:
        if self.price < 1:
            raise TermsError(f"the price is {self.price} satoshis a chunk; it must be at least 1")


def check_chunk_size(size: int) -> int:
    """Return `size`, in bytes, when chunks of that size can be claimed.

    Raises:
        TermsError: when it is below 1 or above `MAX_CHUNK_SIZE`.
    """
    if size < 1:
        raise TermsError(f"the chunk size is {size} bytes; it must be at least 1")
    if size > MAX_CHUNK_SIZE:
        raise TermsError(f"the chunk size is {size:,} bytes; a claim has room for at most {MAX_CHUNK_SIZE:,}")
    return size
