"""Keys of chunks: 32 bytes each, by HKDF (RFC 5869) from a secret, the movie and the index of the chunk.

Static keys are the same for every viewer, so that the ciphertext can lie on any server; a forced close that publishes
one makes that chunk free for all. Session keys are made for one channel and open nothing else.
"""

from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from penstock.errors import PenstockError

KEY_SIZE: Final = 32
SECRET_SIZE: Final = 32


class SecretError(PenstockError, ValueError):
    """A secret of a wrong length."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of movies from one secret.

    Attributes:
        secret: 32 bytes, known to the publisher alone.
        session: empty for static keys, which are the same for every viewer; else the id of a channel.

    Raises:
        SecretError: the secret is not 32 bytes.
    """

    secret: bytes = field(repr=False)
    session: bytes = b""

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_SIZE:
            raise SecretError(f"the secret of a movie is {SECRET_SIZE} bytes, not {len(self.secret)}")

    def key(self, movie: bytes, index: int) -> bytes:
        """Return the key of a chunk, 32 bytes.

        Args:
            movie: the movie's id, which is another one for each session.
            index: the chunk's index.
        """
        info = b"penstock/chunk key/1" + index.to_bytes(8, "big")
        return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=movie, info=info).derive(self.secret)
