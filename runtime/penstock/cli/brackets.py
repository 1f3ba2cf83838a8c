"""Brackets in the text of an argument: `[1, 2]`, `{x=1, y=2}`, `{key=value}`, and the same as JSON.

In: text. Out: its parts, without a split inside inner brackets.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Final

from penstock.contract.errors import ArgumentError
from penstock.contract.values.shape import Shape

_CLOSING: Final = {"[": "]", "{": "}"}
_LONGEST_SHOWN: Final = 40


def json_value(name: str, text: str) -> object:
    """Parse JSON with strings in it, such as the names of fields; None for any other text.

    Raises:
        ArgumentError: an object has a name twice.
    """
    twice: list[str] = []

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        twice.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return dict(pairs)

    try:
        found: object = json.loads(text, object_pairs_hook=unique) if '"' in text else None
    except (ValueError, RecursionError):
        return None
    if twice:
        raise given_twice(name, twice[0])
    return found


def inside(name: str, shape: Shape, text: str, opening: str) -> list[str]:
    """Split the text inside the brackets at its commas.

    Raises:
        ArgumentError: there are no such brackets around it.
    """
    closing = _CLOSING[opening]
    text = text.strip()
    if not (text.startswith(opening) and text.endswith(closing)):
        raise ArgumentError(name, f"{opening}…, …{closing} ({shape})", shown(text))
    return [part.strip() for part in _split(text[1:-1], ",")] if text[1:-1].strip() else []


def pair(text: str) -> tuple[str, str | None]:
    """Split `key=value` at its first equals sign; None for the value without one."""
    key, *rest = _split(text, "=")
    return key.strip(), text[len(key) + 1 :].strip() if rest else None


def given_twice(name: str, key: str) -> ArgumentError:
    """Return the error about a field, key or element that is given twice."""
    return ArgumentError(name, "each field, key or element once", f"{shown(key)} twice")


def shown(text: str) -> str:
    """Return a text in quotes, cut if it is long."""
    return repr(text) if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]!r}…"


def _split(text: str, separator: str) -> Iterator[str]:
    depth, start = 0, 0
    for index, character in enumerate(text):
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == separator and depth == 0:
            yield text[start:index]
            start = index + 1
    yield text[start:]
