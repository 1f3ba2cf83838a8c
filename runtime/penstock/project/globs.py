"""Patterns of paths: `contracts/*.scrypt`, `**/vault.scrypt`.

In: a pattern, and a path with slashes. Out: whether the pattern matches the whole path. `*`, `?` and `[…]` match within
one part of a path, `**` as a part of its own matches any number of parts, none too.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Final

_ANY: Final = "**"


def matches(path: str, pattern: str) -> bool:
    """Return whether a pattern matches a whole path; upper and lower case differ."""
    # `**/**` is `**`, and slower
    parts = [part for part, same in groupby(pattern.split("/")) for _ in ([0] if part == _ANY else same)]
    return _match(path.split("/"), parts)


def fixed_part(pattern: str) -> str:
    """Return the start of a pattern, in whole parts, that has no wildcards: its folder. Empty without one."""
    parts = pattern.split("/")
    wild = next((index for index, part in enumerate(parts) if has_wildcards(part)), len(parts) - 1)
    return "/".join(parts[:wild]) or ("/" if pattern.startswith("/") else "")


def has_wildcards(text: str) -> bool:
    """Return whether a text is a pattern that matches more than itself."""
    return any(character in text for character in "*?[")


def _match(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    if not pattern:
        return not parts
    first, rest = pattern[0], pattern[1:]
    if first == _ANY:
        return any(_match(parts[skipped:], rest) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatchcase(parts[0], first) and _match(parts[1:], rest)
