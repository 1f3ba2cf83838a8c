"""Names of the files of a prepared title, relative to its folder, with slashes."""

from typing import Final

TITLE: Final = "title.cbor"
"""The signed title. It is written last: a folder without it is not a title."""
_DIGITS: Final = 5


def manifest_name(quality: int) -> str:
    """Return the name of a quality's signed manifest."""
    return f"{quality}/manifest.cbor"


def leaves_name(quality: int) -> str:
    """Return the name of the promises of a quality's chunks."""
    return f"{quality}/leaves.cbor"


def init_name(quality: int) -> str:
    """Return the name of a quality's initialization segment."""
    return f"{quality}/init.mp4"


def ciphertext_name(quality: int, chunk: int) -> str:
    """Return the name of the ciphertext of a chunk."""
    return f"{quality}/{chunk:0{_DIGITS}}.bin"
