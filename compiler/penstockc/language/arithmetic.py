"""What the language's operations on numbers mean (the reference's section 7).

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
    """Quotient truncated toward zero; aborts for a zero divisor."""
    if divisor == 0:
        raise Abort("division by zero")
    quotient = abs(dividend) // abs(divisor)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def remainder(dividend: int, divisor: int) -> int:
    """Remainder with the sign of the dividend; aborts for a zero divisor."""
    if divisor == 0:
        raise Abort("modulo by zero")
    rest = abs(dividend) % abs(divisor)
    return -rest if dividend < 0 else rest


def shift_left(number: int, count: int) -> int:
    """Number times 2^count; aborts for a negative count."""
    _check_count(count)
    return number << count


def shift_right(number: int, count: int) -> int:
    """Number divided by 2^count, toward zero; aborts for a negative count."""
    _check_count(count)
    return -(-number >> count) if number < 0 else number >> count


def _check_count(count: int) -> None:
    if count < 0:
        raise Abort("negative shift")
    if count > MAX_SHIFT:
        raise Abort("the shifted number is too long")


def to_bytes(number: int, size: int) -> bytes:
    """The number in exactly `size` bytes, sign in the last; aborts when it does not fit."""
    if not 0 <= size <= MAX_SIZE:
        raise Abort(f"{size} is no size")
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
    """The number's shortest form."""
    return encode_number(number)


def unpack(data: bytes) -> int:
    """Bytes of any length read as a script number; negative zero is zero."""
    return decode_number(data, max_size=None, minimal=False)


def bitwise_and(left: int, right: int) -> int:
    """AND of the sign-and-magnitude forms, widened to the longer one's length."""
    return _bitwise(left, right, lambda a, b: a & b)


def bitwise_or(left: int, right: int) -> int:
    """OR of the sign-and-magnitude forms, widened to the longer one's length."""
    return _bitwise(left, right, lambda a, b: a | b)


def bitwise_xor(left: int, right: int) -> int:
    """XOR of the sign-and-magnitude forms, widened to the longer one's length."""
    return _bitwise(left, right, lambda a, b: a ^ b)


def invert(number: int) -> int:
    """Every bit of the shortest form turned over."""
    return unpack(bytes(byte ^ 0xFF for byte in encode_number(number)))


def _bitwise(left: int, right: int, combine: Callable[[int, int], int]) -> int:
    size = max(len(encode_number(left)), len(encode_number(right)))
    return unpack(bytes(map(combine, to_bytes(left, size), to_bytes(right, size))))
