"""Names of the fields of the three preimages, in the order in which they are hashed.

In: the parts of a preimage. Out: fields for an explanation. A field that a hash type omits is present and empty, so
each kind has one list of names.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

LEGACY_FIELDS: Final = (
    "version",
    "input count",
    "inputs before, without scripts",
    "outpoint",
    "script code size",
    "script code",
    "sequence",
    "inputs after, without scripts",
    "output count",
    "outputs",
    "lock time",
    "hash type",
)
BIP143_FIELDS: Final = (
    "version",
    "hash of all outpoints",
    "hash of all sequences",
    "outpoint",
    "script code size",
    "script code",
    "value",
    "sequence",
    "hash of outputs",
    "lock time",
    "hash type",
)
TAPROOT_FIELDS: Final = (
    "epoch",
    "hash type",
    "version",
    "lock time",
    "hash of all outpoints",
    "hash of all values",
    "hash of all locking scripts",
    "hash of all sequences",
    "hash of all outputs",
    "spend type",
    "outpoint",
    "value",
    "locking script",
    "sequence",
    "input index",
    "hash of the annex",
    "hash of the output",
    "leaf hash",
    "key version",
    "codeseparator position",
)


class PreimageField(NamedTuple):
    """One field of a preimage; empty if the hash type omits it."""

    name: str
    data: bytes


def named(names: tuple[str, ...], parts: Sequence[bytes | memoryview]) -> tuple[PreimageField, ...]:
    """Return the parts of a preimage as named fields."""
    return tuple(PreimageField(name, bytes(part)) for name, part in zip(names, parts, strict=True))
