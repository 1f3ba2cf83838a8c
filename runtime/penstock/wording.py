"""Numbers of things as messages say them: `1 byte`, `2 bytes`, `65,536 bytes`."""

from penstock.errors import hides_frames

__tracebackhide__ = hides_frames


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Write how many there are of something.

    Args:
        number: how many.
        noun: what one of them is called.
        plural: what several are called, where an `s` does not do.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
