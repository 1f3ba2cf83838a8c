"""Counted nouns for messages: `1 byte`, `2 bytes`, `65,536 bytes`."""

from penstock.errors import hides_frames

__tracebackhide__ = hides_frames


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun.

    Args:
        number: the number.
        noun: the singular.
        plural: the plural, if it is not the singular with an `s`.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
