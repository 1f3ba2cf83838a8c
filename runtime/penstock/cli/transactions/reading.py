"""Scripts and transactions from an argument: hex, or a file with hex or raw bytes.

In: the text of an argument. Out: bytes, or a transaction.
"""

import string
import sys
from pathlib import Path
from typing import Final

from penstock.cli.failure import Failure
from penstock.script.chains import CHAINS, Chain
from penstock.tx.transaction import Transaction
from penstock.tx.wire import TransactionError
from penstock.wording import counted

STANDARD_INPUT: Final = "-"
_DIGITS: Final = frozenset(string.hexdigits)
_TEXT: Final = frozenset(string.printable.encode("ascii"))
_LONGEST_SHOWN: Final = 60


def read_bytes(text: str, name: str) -> bytes:
    """Return the bytes of an argument: hex, a file with hex or raw bytes, or `-` for the standard input.

    Args:
        text: the argument.
        name: its name for messages: `TX`, `--script`.

    Raises:
        Failure: it is neither, or its hex is damaged.
        OSError: the file cannot be read.
    """
    if text == STANDARD_INPUT:
        return _content(sys.stdin.buffer.read(), name, "the standard input")
    if is_file(Path(text)):
        return _content(Path(text).read_bytes(), name, text)
    if not set(text.removeprefix("0x")) <= _DIGITS:
        raise Failure(f"error: {name}: {shortened(text)} is neither a file nor hex")
    return bytes_of_hex(text, name)


def is_file(path: Path) -> bool:
    """Return whether there is a file or folder at a path; hex may be longer than the name of a file."""
    try:
        return path.exists() and str(path) != "."
    except (OSError, ValueError):
        return False


def bytes_of_hex(text: str, name: str) -> bytes:
    """Return the bytes of hexadecimal digits, which `0x` may precede, with white space anywhere.

    Raises:
        Failure: another character, or an odd number of digits; the message gives its place.
    """
    digits = "".join(text.split()).removeprefix("0x")
    for place, character in enumerate(digits):
        if character not in _DIGITS:
            raise Failure(f"error: {name}: {character!r}, character {place + 1}, is not a hexadecimal digit")
    if len(digits) % 2:
        count = counted(len(digits), "digit")
        raise Failure(f"error: {name}: hex of {count} is half a byte short: a digit is missing or too many")
    return bytes.fromhex(digits)


def is_text(content: bytes) -> bool:
    """Return whether the content of a file is hex or other text in ASCII, not raw bytes."""
    return set(content) <= _TEXT


def read_transaction(raw: bytes, name: str, chain: Chain) -> Transaction:
    """Parse a raw transaction of a chain.

    Raises:
        Failure: it is damaged, truncated or of another chain.
    """
    if not raw:
        raise Failure(f"error: {name} is empty: a raw transaction is expected")
    try:
        return Transaction.parse(raw, segwit=chain.has_witness)
    except TransactionError as error:
        raise Failure(f"error: {name} is not a transaction of {chain}: {error}{_advice(raw, chain)}") from None


def parse_transaction(raw: bytes, *, segwit: bool) -> Transaction | None:
    """Return the transaction in raw bytes; None if they are not one with inputs and outputs."""
    try:
        tx = Transaction.parse(raw, segwit=segwit)
    except TransactionError:
        return None
    return tx if tx.inputs and tx.outputs else None


def shortened(text: str) -> str:
    """Return a text in quotes, cut if it is long."""
    return repr(text) if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]!r}…"


def _content(content: bytes, name: str, place: str) -> bytes:
    """Return the bytes in a file."""
    if not content.strip():
        raise Failure(f"error: {name}: {place} is empty")
    return bytes_of_hex(content.decode("ascii"), f"{name}: {place}") if is_text(content) else content


def _advice(raw: bytes, chain: Chain) -> str:
    """Return the advice for a transaction with witnesses that is read for a chain without them."""
    if chain.has_witness or parse_transaction(raw, segwit=True) is None:
        return ""
    targets = " or ".join(f"--target {each}" for each in CHAINS.values() if each.has_witness)
    return f"\nIt has witnesses: give {targets}"
