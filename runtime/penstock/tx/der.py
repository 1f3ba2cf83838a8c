"""DER: the encoding of ECDSA signatures.

There is the strict form that the nodes require, and the lax one of old blocks. In: bytes or the two numbers of a
signature. Out: the check's result, bytes or numbers; no function raises. A signature has **no** hash type here, except
where the text mentions it.
"""

import re
from typing import Final

ORDER: Final = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
HALF_ORDER: Final = ORDER // 2

_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02
_LONG_FORM: Final = 0x80
_SIZE_BYTES: Final = 8
_HALF_ORDER_FIRST_BYTE: Final = 0x7F

is_usual_signature: Final = re.compile(
    rb"\x30(?:\x44\x02\x20[\x01-\x7f].{31}|\x45\x02\x21\x00[\x80-\xff].{31})\x02\x20[\x01-\x7e].{31}.", re.DOTALL
).fullmatch
"""Matches a signature, with its hash type as the last byte, that is strict DER with low S: the usual form.

R and S have 32 bytes, and S starts with a smaller byte than half the order. Others may be valid, too.
"""


def is_strict_der(der: bytes) -> bool:
    """Return whether `der` is a signature in the strict form of BIP66 (8 to 72 bytes, no hash type)."""
    size = len(der)
    if not 8 <= size <= 72 or der[0] != _SEQUENCE or der[1] != size - 2 or der[2] != _INTEGER:
        return False
    r_size = der[3]
    s_at = 6 + r_size
    if not r_size or s_at >= size or der[s_at - 2] != _INTEGER or der[s_at - 1] != size - s_at:
        return False
    r_first, s_first = der[4], der[s_at]
    if r_first & 0x80 or s_first & 0x80:  # negative
        return False
    if not r_first and r_size > 1 and not der[5] & 0x80:  # padded
        return False
    return s_first > 0 or s_at + 1 == size or der[s_at + 1] & 0x80 > 0


def is_low_s(der: bytes) -> bool:
    """Return whether S is at most half the order, by the nodes' check (LOW_S, BIP62).

    The nodes parse the signature laxly, and read one whose R or S is not below the order as zero, thus as low.
    """
    if is_strict_der(der):
        s_at = 6 + der[3]
        if len(der) - s_at <= 32 and der[s_at] < _HALF_ORDER_FIRST_BYTE:
            return True  # the usual case: R is not needed
    numbers = parse_lax(der)
    return numbers is not None and numbers[1] <= HALF_ORDER


def encode_der(r: int, s: int) -> bytes:
    """Encode the two numbers of a signature (1 to order-1 each) as strict DER, at most 72 bytes."""
    body = b"".join(bytes((_INTEGER, len(number))) + number for number in (_signed(r), _signed(s)))
    return bytes((_SEQUENCE, len(body))) + body


def parse_lax(der: bytes) -> tuple[int, int] | None:
    """Parse a signature as the nodes do since they no longer use OpenSSL (`ecdsa_signature_parse_der_lax`).

    Lengths may be of any form; the length of the whole, padding and trailing bytes are ignored; a number with its
    highest bit set counts as positive. If a number is not below the order, both are returned as zero, which is valid
    for no key. None if the signature cannot be parsed.
    """
    if der[:1] != b"\x30" or len(der) < 2:
        return None
    at = 2 + (der[1] - _LONG_FORM if der[1] & _LONG_FORM else 0)
    numbers: list[int] = []
    for _ in range(2):
        start, size = _lax_integer(der, at)
        if start is None:
            return None
        at = start + size
        numbers.append(int.from_bytes(der[start:at], "big"))
    r, s = numbers
    return (r, s) if r < ORDER and s < ORDER else (0, 0)


def _lax_integer(der: bytes, at: int) -> tuple[int, int] | tuple[None, int]:
    """Return the offset and the number of the digits of the integer at `at`."""
    if der[at : at + 1] != b"\x02" or at + 1 >= len(der):
        return None, 0
    size, start = der[at + 1], at + 2
    if size & _LONG_FORM:
        width = size - _LONG_FORM
        if start + width > len(der):
            return None, 0
        digits = der[start : start + width].lstrip(b"\x00")
        if len(digits) >= _SIZE_BYTES:
            return None, 0
        size, start = int.from_bytes(digits, "big"), start + width
    return (start, size) if start + size <= len(der) else (None, 0)


def _signed(number: int) -> bytes:
    """Return a number in big endian with room for a sign bit, which is zero."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")
