"""Operations on bytes (the reference's sections 6.5, 7.5 and 9)."""

from collections.abc import Callable

from penstockc.language.abort import Abort


def split(data: bytes, position: int) -> tuple[bytes, bytes]:
    """Return the bytes before and from `position`; abort outside 0..len."""
    if not 0 <= position <= len(data):
        raise Abort(f"position {position} is outside of {len(data)} bytes")
    return data[:position], data[position:]


def part(data: bytes, start: int, end: int) -> bytes:
    """Return `data[start:end]`; abort when `end` is out of range or `start` is not within 0..end."""
    return split(split(data, end)[0], start)[1]


def take(data: bytes, end: int) -> bytes:
    """Return `data[:end]`."""
    return split(data, end)[0]


def skip(data: bytes, start: int) -> bytes:
    """Return `data[start:]`."""
    return split(data, start)[1]


def bitwise_and(left: bytes, right: bytes) -> bytes:
    """Return the AND of the bytes one by one; abort when the lengths differ."""
    return _bitwise(left, right, lambda a, b: a & b)


def bitwise_or(left: bytes, right: bytes) -> bytes:
    """Return the OR of the bytes one by one; abort when the lengths differ."""
    return _bitwise(left, right, lambda a, b: a | b)


def bitwise_xor(left: bytes, right: bytes) -> bytes:
    """Return the XOR of the bytes one by one; abort when the lengths differ."""
    return _bitwise(left, right, lambda a, b: a ^ b)


def _bitwise(left: bytes, right: bytes, combine: Callable[[int, int], int]) -> bytes:
    if len(left) != len(right):
        raise Abort(f"{len(left)} and {len(right)} bytes: the lengths differ")
    return bytes(map(combine, left, right))


def invert(data: bytes) -> bytes:
    """Invert every bit."""
    return bytes(byte ^ 0xFF for byte in data)


def shift_left(data: bytes, count: int) -> bytes:
    """Move the bits, first byte first, `count` places toward the front; the length stays, zeros fill."""
    _check_count(count)
    if count >= 8 * len(data):
        return bytes(len(data))
    bits = int.from_bytes(data, "big") << count
    return (bits & ((1 << 8 * len(data)) - 1)).to_bytes(len(data), "big")


def shift_right(data: bytes, count: int) -> bytes:
    """Move the bits, first byte first, `count` places toward the end; the length stays, zeros fill."""
    _check_count(count)
    if count >= 8 * len(data):
        return bytes(len(data))
    return (int.from_bytes(data, "big") >> count).to_bytes(len(data), "big")


def _check_count(count: int) -> None:
    if count < 0:
        raise Abort("negative shift")


def reverse(data: bytes, size: int) -> bytes:
    """Reverse the bytes; abort unless there are exactly `size` of them."""
    if len(data) != size:
        raise Abort(f"{len(data)} bytes are not {size}")
    return data[::-1]
