"""Seed as words (BIP39, English): 12 or 24 of them, with a checksum.

In: randomness, or words that a user has written down. Out: the entropy, from which words and keys follow.
"""

import secrets
from typing import Final

from mnemonic import Mnemonic

from penstock.errors import hides_frames
from penstock.service.errors import SeedError

__tracebackhide__ = hides_frames

SIZES: Final = {12: 16, 24: 32}
"""Bytes of entropy by the number of words."""
_BOOK: Final = Mnemonic("english")


def new_entropy(words: int = 24) -> bytes:
    """Return the entropy of a new seed of 12 or 24 words, from the system's source of randomness."""
    return secrets.token_bytes(SIZES[words])


def words_of(entropy: bytes) -> str:
    """Return the words of a seed, with spaces between them."""
    return _BOOK.to_mnemonic(entropy)


def entropy_of(words: str) -> bytes:
    """Return the entropy of words.

    Raises:
        SeedError: another number of words, one that is not in the list, or a wrong checksum. The message repeats
            none of them.
    """
    given = words.lower().split()
    if len(given) not in SIZES:
        raise SeedError(f"a seed has 12 or 24 words, not {len(given)}")
    if strange := [number for number, word in enumerate(given, 1) if word not in _BOOK.wordlist]:
        which = ", ".join(map(str, strange))
        raise SeedError(f"not in the list of words (BIP39, English): number {which}")
    try:
        return bytes(_BOOK.to_entropy(given))
    except ValueError:
        raise SeedError(
            "the checksum of these words is wrong: one of them is another, or two have changed places"
        ) from None


def seed_of(entropy: bytes) -> bytes:
    """Return the seed of the keys, 64 bytes (BIP39, without a passphrase)."""
    return bytes(_BOOK.to_seed(words_of(entropy)))
