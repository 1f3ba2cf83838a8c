"""Spelling of messages for the shell: the library's messages name arguments of Python, a user of the shell has options.

In: the message of an error or warning. Out: the same with options. One row for each spelling of Python that the command
line can meet.
"""

import re
from typing import Final

from penstock.records import Record


class Spelling(Record, frozen=True):
    """A piece of a message, as a regular expression, and its replacement."""

    python: str
    shell: str


_ROWS: Final = (
    # contracts and spends
    Spelling(r"as asm=\{'([^']+)': …\}", r"as --asm \1=VALUE"),
    Spelling(r"^\w+ asm: ", "--asm: "),
    Spelling(r'compiled with target="(\w+)"', r"compiled with --target \1"),
    Spelling(r"^wrap: ", "--wrap: "),
    Spelling(r"^lock_time: ", "--lock-time: "),
    Spelling(r"^args: expected PREIMAGE among the arguments", "--grind: expected the argument `preimage`"),
    Spelling(r"\b(\d+) positional arguments", r"\1 arguments"),
    Spelling(
        r"^(\w+) state: expected an instance after its first transition.*",
        r"\1 state: only the script can compute the first one: give every property with --state or --next",
    ),
    # streams
    Spelling(r"^the price (is|of) ", r"--price: the price \1 "),
    Spelling(r"^payment_rate is ", "--fee-rate: the fee rate is "),
    Spelling(r"^a chunk has ", "--chunk-size: a chunk has "),
    Spelling(r"^the fee rate is ", "--fee-rate: the fee rate is "),
    Spelling(r"^the fee coin has ", "--fee-coin: the fee coin has "),
    Spelling(r"^the chunk size is ", "--chunk-size: the chunk size is "),
    Spelling(r"\bRaise the price to ", "Raise --price to "),
    Spelling(r"\blower the fee rate\b", "lower --fee-rate"),
    Spelling(r"\bclose 2-way, or add", "use --close 2-way, or add"),
    Spelling(r"\badd a (larger )?coin for the fee\b", r"add a \1--fee-coin"),
)


def in_shell(message: str) -> str:
    """Return a message with the options of the shell in place of Python's arguments."""
    for row in _ROWS:
        message = re.sub(row.python, row.shell, message)
    return message
