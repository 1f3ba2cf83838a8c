"""The values of literals, and what can be wrong with their spelling.

Each function takes the token's text and the span it has, and returns the value; mistakes go to `report`, and a harmless
value comes back so that the rest of the file can still be looked at.
"""

import re
from collections.abc import Callable

from penstockc.diagnostics import Diagnostic
from penstockc.errors.syntax import BadHexDigit, BadNumber, OddHexDigits, OldBytesLiteral
from penstockc.source import Span

Report = Callable[[Diagnostic], None]

_DECIMAL = re.compile(r"[0-9]+")
_HEXADECIMAL = re.compile(r"0[xX][0-9A-Fa-f]+")
_NO_HEX_DIGIT = re.compile(r"[^0-9A-Fa-f]")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
_ESCAPE = re.compile(r"\\([nrt\\])")
_DIGITS_AT_ONCE = 4_000  # below the limit that Python puts on int(text)


def number(text: str, span: Span, report: Report) -> int:
    """The value of `42` or `0x2a` (a big-endian magnitude)."""
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _DECIMAL.fullmatch(text):
        return _decimal(text)
    report(BadNumber(span, text))
    return 0


def hex_bytes(text: str, span: Span, report: Report) -> bytes:
    """The value of `b'00ff'`."""
    digits = text[2:-1]
    bad = _NO_HEX_DIGIT.search(digits)
    if bad:
        place = span.start + 2 + bad.start()
        report(BadHexDigit(Span(place, place + 1), bad.group()))
    elif len(digits) % 2:
        report(OddHexDigits(span, len(digits)))
    else:
        return bytes.fromhex(digits)
    return b""


def old_bytes(text: str, span: Span, report: Report) -> bytes:
    """Refuse `b"00ff"`."""
    report(OldBytesLiteral(span, text[2:-1]))
    return b""


def string(text: str) -> str:
    """The text between the quotes, as it is written."""
    return text[1:-1]


def unescaped(text: str) -> str:
    r"""What a string stands for: `\n`, `\r`, `\t` and `\\` are escapes."""
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text)


def has_stray_backslash(text: str) -> bool:
    """Whether a backslash of a string begins no escape, so that it stands for itself."""
    return "\\" in _ESCAPE.sub("", text)


def _decimal(text: str) -> int:
    """`int(text)` for any number of digits: half and half, so that the time stays below quadratic."""
    if len(text) <= _DIGITS_AT_ONCE:
        return int(text)
    low = len(text) // 2
    power: int = 10**low
    return _decimal(text[:-low]) * power + _decimal(text[-low:])
