"""Terms of a channel: the price of a chunk, the fee rate, the delivery of leaves, the size of chunks."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from penstock.errors import PenstockError
from penstock.ledger.fees import DEFAULT_FEE_RATE, FeeRate

DEFAULT_PRICE: Final = 100
MAX_CHUNK_SIZE: Final = (1 << 32) - 128
"""Size of the largest chunk in bytes: with its push and Bob's signature it just fits the script limit of 2^32-1."""


class TermsError(PenstockError, ValueError):
    """A price or size that is impossible in a channel."""


class LeafDelivery(StrEnum):
    """The way in which Alice gets the leaf that she pays for."""

    LEAVES = "leaves"  # all leaves first, checked against the root at once
    PROOFS = "proofs"  # one leaf at a time, each with its Merkle proof


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms on which Alice and Bob agree.

    Attributes:
        price: satoshis for each chunk after the free first one.
        fee_rate: fee rate of TX_n and TX_p.
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
    """Return `size`, in bytes, if chunks of that size can be claimed.

    Raises:
        TermsError: when it is below 1 or above `MAX_CHUNK_SIZE`.
    """
    if size < 1:
        raise TermsError(f"the chunk size is {size} bytes; it must be at least 1")
    if size > MAX_CHUNK_SIZE:
        raise TermsError(f"the chunk size is {size:,} bytes; a claim has room for at most {MAX_CHUNK_SIZE:,}")
    return size
