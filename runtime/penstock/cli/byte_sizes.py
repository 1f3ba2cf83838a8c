"""Numbers of bytes as options have them: `65536`, `64k`, `64KiB`, `4M`; units are powers of 1,024."""

import re
from typing import Final

import click

_UNITS: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SIZE: Final = re.compile(r"(-?\d+)\s*(?:([kmg])(?:i?b)?)?", re.IGNORECASE)


def read_size(_ctx: click.Context, _param: click.Parameter, text: str) -> int:
    """Parse a number of bytes, as a callback of click."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise click.BadParameter(f"{text!r} is not a number of bytes such as 65536, 64k or 4M")
    return int(found[1]) * _UNITS[(found[2] or "").lower()]
