"""Values of literals, and errors in their spelling.

Each function takes the token's text and span, and returns the value; mistakes go to `report`, and a harmless
value is returned so that the rest of the file can still be checked.
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
    """Return the value of `42` or `0x2a` (a big-endian magnitude)."""
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    if _DECIMAL.fullmatch(text):
        return _decimal(text)
    report(BadNumber(span, text))
    return 0


def hex_bytes(text: str, span: Span, report: Report) -> bytes:
    """Return the value of `b'00ff'`."""
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
    """Report `b"00ff"`."""
    report(OldBytesLiteral(span, text[2:-1]))
    return b""


def string(text: str) -> str:
    """Return the text between the quotes, as written."""
    return text[1:-1]


def unescaped(text: str) -> str:
    r"""Return the text that a string means: `\n`, `\r`, `\t` and `\\` are escapes."""
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text)


def has_stray_backslash(text: str) -> bool:
    """Return whether a string has a backslash that does not start an escape."""
    return "\\" in _ESCAPE.sub("", text)


def _decimal(text: str) -> int:
    """Return `int(text)` for any number of digits: half and half, so that the time stays below quadratic."""
    if len(text) <= _DIGITS_AT_ONCE:
        return int(text)
    low = len(text) // 2
    power: int = 10**low
    return _decimal(text[:-low]) * power + _decimal(text[-low:])
