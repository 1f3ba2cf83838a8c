"""Operations on numbers (the reference's section 7).

Numbers are unbounded and signed. As bytes they are script numbers: little endian, sign in the top bit of the last
byte, shortest form, zero is empty. Bit operators work on that sign-and-magnitude form, not on two's complement.
"""

from collections.abc import Callable

from penstock.script.consensus import INT32_MAX
from penstock.script.numbers import decode_number, encode_number
from penstockc.language.abort import Abort

MAX_SIZE = INT32_MAX  # bytes; NUM2BIN refuses more on every target
MAX_SHIFT = 8 * 32_000_000  # bits; a wider shift leaves every target's number limit


def divide(dividend: int, divisor: int) -> int:
    """Return the quotient truncated toward zero; abort for a zero divisor."""
    if divisor == 0:
        raise Abort("division by zero")
    quotient = abs(dividend) // abs(divisor)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def remainder(dividend: int, divisor: int) -> int:
    """Return the remainder with the sign of the dividend; abort for a zero divisor."""
    if divisor == 0:
        raise Abort("modulo by zero")
    rest = abs(dividend) % abs(divisor)
    return -rest if dividend < 0 else rest


def shift_left(number: int, count: int) -> int:
    """Return number times 2^count; abort for a negative count."""
    _check_count(count)
    return number << count


def shift_right(number: int, count: int) -> int:
    """Return number divided by 2^count, toward zero; abort for a negative count."""
    _check_count(count)
    return -(-number >> count) if number < 0 else number >> count


def _check_count(count: int) -> None:
    if count < 0:
        raise Abort("negative shift")
    if count > MAX_SHIFT:
        raise Abort("the shifted number is too long")


def to_bytes(number: int, size: int) -> bytes:
    """Encode the number in exactly `size` bytes, sign in the last; abort when it does not fit."""
    if not 0 <= size <= MAX_SIZE:
        raise Abort(f"{size} is not a size")
    shortest = encode_number(number)
    if len(shortest) > size:
        raise Abort(f"{number} does not fit into {size} bytes")
    if not shortest:
        return bytes(size)
    body, last = shortest[:-1], shortest[-1]
    if len(shortest) == size:
        return shortest
    padding = bytes(size - len(shortest) - 1)
    return body + bytes([last & 0x7F]) + padding + bytes([last & 0x80])


def pack(number: int) -> bytes:
    """Encode the number in its shortest form."""
    return encode_number(number)


def unpack(data: bytes) -> int:
    """Decode bytes of any length as a script number; negative zero is zero."""
    return decode_number(data, max_size=None, minimal=False)


def bitwise_and(left: int, right: int) -> int:
    """Return the AND of the sign-and-magnitude forms, widened to the longer one's length."""
    return _bitwise(left, right, lambda a, b: a & b)


def bitwise_or(left: int, right: int) -> int:
    """Return the OR of the sign-and-magnitude forms, widened to the longer one's length."""
    return _bitwise(left, right, lambda a, b: a | b)


def bitwise_xor(left: int, right: int) -> int:
    """Return the XOR of the sign-and-magnitude forms, widened to the longer one's length."""
    return _bitwise(left, right, lambda a, b: a ^ b)


def invert(number: int) -> int:
    """Invert every bit of the shortest form."""
    return unpack(bytes(byte ^ 0xFF for byte in encode_number(number)))


def _bitwise(left: int, right: int, combine: Callable[[int, int], int]) -> int:
    size = max(len(encode_number(left)), len(encode_number(right)))
    return unpack(bytes(map(combine, to_bytes(left, size), to_bytes(right, size))))
