"""Headers of blocks, and the branch of them that has the most work.

A source of blocks is not trusted: a header counts if it follows the one before it and has the work that it claims. So a
lie costs as much work as a block. A branch begins at an anchor, which is trusted: a header that was checked before, or
at the first start one of the source's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from penstock.errors import hides_frames
from penstock.script.hashes import hash256
from penstock.service.errors import ChainError

__tracebackhide__ = hides_frames

HEADER_SIZE: Final = 80
_SPACE: Final = 1 << 256
_MANTISSA_BITS: Final = 23


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a block.

    Attributes:
        version: its version, with a sign.
        previous: the hash of the block before it, 32 bytes, wire order.
        merkle_root: the root over the ids of its transactions, 32 bytes, wire order.
        time: seconds since 1970, as its miner says.
        bits: the target in compact form.
        nonce: the number by which the hash came below the target.
    """

    version: int
    previous: bytes
    merkle_root: bytes
    time: int
    bits: int
    nonce: int

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read a header.

        Raises:
            ChainError: there are not 80 bytes.
        """
        if len(raw) != HEADER_SIZE:
            raise ChainError(f"a header has {HEADER_SIZE} bytes, got {len(raw):,}")
        numbers = [int.from_bytes(raw[at : at + 4], "little") for at in (68, 72, 76)]
        return cls(int.from_bytes(raw[:4], "little", signed=True), raw[4:36], raw[36:68], *numbers)

    def to_bytes(self) -> bytes:
        """Return the 80 bytes."""
        numbers = b"".join(number.to_bytes(4, "little") for number in (self.time, self.bits, self.nonce))
        return self.version.to_bytes(4, "little", signed=True) + self.previous + self.merkle_root + numbers

    @property
    def hash(self) -> bytes:
        """Its hash, 32 bytes, wire order."""
        return hash256(self.to_bytes())

    @property
    def target(self) -> int:
        """The number that its hash may not exceed; 0 for a target that no block has."""
        size, mantissa = self.bits >> 24, self.bits & ((1 << _MANTISSA_BITS) - 1)
        if self.bits >> _MANTISSA_BITS & 1:  # the sign
            return 0
        target = mantissa >> 8 * (3 - size) if size <= 3 else mantissa << 8 * (size - 3)
        return target if target < _SPACE else 0

    @property
    def has_work(self) -> bool:
        """Whether its hash is below the target that it claims."""
        return self.target > 0 and int.from_bytes(self.hash, "little") <= self.target

    @property
    def work(self) -> int:
        """The hashes that it takes on average."""
        return _SPACE // (self.target + 1)


@dataclass(frozen=True, slots=True)
class Branch:
    """Headers that follow one another.

    Attributes:
        first: the height of the anchor.
        headers: the anchor and all that follow it; at least the anchor.
        easiest: the largest target that a header may have.
    """

    first: int
    headers: tuple[Header, ...]
    easiest: int

    @property
    def height(self) -> int:
        """The height of the newest block."""
        return self.first + len(self.headers) - 1

    def at(self, height: int) -> Header | None:
        """Return the header at a height; None if it is not in the branch."""
        return self.headers[height - self.first] if self.first <= height <= self.height else None

    def with_headers(self, height: int, headers: Sequence[Header]) -> Self:
        """Return the branch with headers from a height on, in the place of those that it has there.

        Args:
            height: that of the first of them: above the anchor, and one above the newest at most.
            headers: one or more.

        Raises:
            ChainError: they do not follow, one has not the work, or all have less work than those that they replace.
        """
        if not headers or not self.first < height <= self.height + 1:
            raise ChainError(f"headers from {height:,} on do not follow those of {self.first:,} to {self.height:,}")
        kept = self.headers[: height - self.first]
        before = kept[-1].hash
        for number, header in enumerate(headers, height):
            if header.previous != before:
                raise ChainError(f"the header at {number:,} does not follow the one before it")
            if header.target > self.easiest or not header.has_work:
                raise ChainError(f"the header at {number:,} has not the work of a block")
            before = header.hash
        replaced = self.headers[height - self.first :]
        if replaced and sum(each.work for each in headers) <= sum(each.work for each in replaced):
            raise ChainError(f"the headers from {height:,} on have no more work than those that are known")
        return type(self)(self.first, (*kept, *headers), self.easiest)

    def with_lower(self, first: int, headers: Sequence[Header]) -> Self:
        """Return the branch with headers below its anchor: they are proved by the anchor, which follows them.

        Args:
            first: the height of the first of them.
            headers: all from there up to the anchor.

        Raises:
            ChainError: they do not lead to the anchor, or one has not the work.
        """
        if not headers or first < 0 or first + len(headers) != self.first:
            raise ChainError(f"headers from {first:,} on do not lead to that of {self.first:,}")
        for number, (header, above) in enumerate(zip(headers, (*headers[1:], self.headers[0]), strict=True), first):
            if above.previous != header.hash or not header.has_work:
                raise ChainError(f"the header at {number:,} is not the one before that of {number + 1:,}")
        return type(self)(first, (*headers, *self.headers), self.easiest)

    def shortened(self, most: int) -> Self:
        """Return the branch with its newest headers alone; the oldest of them is the anchor then.

        Args:
            most: headers that stay, one or more.
        """
        left_out = max(0, len(self.headers) - most)
        return type(self)(self.first + left_out, self.headers[left_out:], self.easiest)
