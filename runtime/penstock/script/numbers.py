"""Script numbers: integers as byte strings, little endian, sign in the top bit of the last byte.

Zero is the empty string; negative zero (`80`) reads as zero. The shortest string of a number is its minimal encoding,
and the only one that `encode_number` returns. Sizes are unbounded here; callers pass their limits. Every function takes
time linear in the number of bytes.
"""

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames


class ScriptNumberError(PenstockError, ValueError):
    """Bytes that are not accepted as a number; the subclass gives the reason."""


class NumberTooLong(ScriptNumberError):  # noqa: N818  # the condition's name; the base class says Error
    """More bytes than the caller allows."""

    def __init__(self, size: int, max_size: int) -> None:
        super().__init__(f"a number of {size} bytes where at most {max_size} are allowed")
        self.size = size
        self.max_size = max_size


class NumberNotMinimal(ScriptNumberError):  # noqa: N818  # as above
    """An encoding that is longer than necessary."""

    def __init__(self, data: bytes) -> None:
        shown = data.hex() if len(data) <= 16 else f"{data[:16].hex()}… ({len(data)} bytes)"
        super().__init__(f"{shown} is not the shortest encoding of its number")
        self.data = data


class NumberDoesNotFit(ScriptNumberError):  # noqa: N818  # as above
    """A number that does not fit the requested size."""

    def __init__(self, needed: int, size: int) -> None:
        super().__init__(f"the number needs {needed} bytes, the requested size is {size}")
        self.needed = needed
        self.size = size


def encode_number(value: int) -> bytes:
    """Return the minimal encoding of `value`."""
    if value > 0:
        return value.to_bytes((value.bit_length() >> 3) + 1, "little")
    if value == 0:
        return b""
    size = (value.bit_length() >> 3) + 1
    return (-value | (0x80 << (8 * size - 8))).to_bytes(size, "little")


def decode_number(data: bytes, *, max_size: int | None = None, minimal: bool = False) -> int:
    """Decode `data` as a number.

    The length is checked before the form, as in the nodes.

    Raises:
        NumberTooLong: more than `max_size` bytes (None: any length).
        NumberNotMinimal: with `minimal`, not the shortest encoding.
    """
    size = len(data)
    if max_size is not None and size > max_size:
        raise NumberTooLong(size, max_size)
    if minimal and not is_minimal(data):
        raise NumberNotMinimal(data)
    value = int.from_bytes(data, "little")
    if size and data[-1] & 0x80:
        return (0x80 << (8 * size - 8)) - value
    return value


def as_bool(data: bytes) -> bool:
    """Return an item as a truth value: false if all its bytes are zero, the last one possibly `80`."""
    return not (data[:-1].count(0) == len(data) - 1 and data[-1] in (0x00, 0x80)) if data else False


def is_minimal(data: bytes) -> bool:
    """Return whether `data` is the shortest encoding of its number."""
    if not data or data[-1] & 0x7F:
        return True
    return len(data) > 1 and data[-2] >= 0x80


def minimal(data: bytes) -> bytes:
    """Return the shortest encoding of the number that `data` encodes."""
    return data if is_minimal(data) else encode_number(decode_number(data))


def resize_number(data: bytes, size: int) -> bytes:
    """Return the number of `data` in exactly `size` bytes, the sign moved to the last one (`OP_NUM2BIN`).

    Raises:
        NumberDoesNotFit: the minimal encoding is longer than `size`.
    """
    shortest = minimal(data)
    if len(shortest) > size:
        raise NumberDoesNotFit(len(shortest), size)
    if len(shortest) == size:
        return shortest
    if not shortest:
        return bytes(size)
    magnitude = shortest[:-1] + bytes((shortest[-1] & 0x7F,))
    sign = shortest[-1] & 0x80
    return magnitude + bytes(size - len(shortest) - 1) + bytes((sign,))
