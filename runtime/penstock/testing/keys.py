"""Keys by name, the same in every run: `key("carol")`; and signatures that are made when the transaction is known."""

from dataclasses import dataclass
from functools import lru_cache

from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.errors import hides_frames
from penstock.script.hashes import hash160, tagged_hash
from penstock.tx.keys import PrivateKey

__tracebackhide__ = hides_frames


@dataclass(frozen=True, slots=True)
class Key:
    """A key with a name. As an argument it is what the parameter's type asks for.

    A `PubKey` is filled with the public key, a `PubKeyHash` or `Ripemd160` with its hash160, a `Sig` with a signature
    of type ALL for the transaction.

    Attributes:
        name: its name.
        private: the private key.
    """

    name: str
    private: PrivateKey

    @property
    def public_key(self) -> bytes:
        """The public key, 33 bytes."""
        return self.private.public_key

    @property
    def public_key_hash(self) -> bytes:
        """The hash160 of the public key, 20 bytes."""
        return hash160(self.public_key)

    @property
    def x_only(self) -> bytes:
        """The x of the public key, 32 bytes."""
        return self.private.x_only

    def sig(self, hash_type: str | int = "ALL", *, separator: int | None = None) -> "Signature":
        """Return a signature that is made when the transaction is known.

        Args:
            hash_type: as for `Spend.sign`.
            separator: as for `Spend.sign`.
        """
        return Signature(self, hash_type, separator)

    def __repr__(self) -> str:
        return f"key({self.name!r})"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that a transaction gives when it is complete."""

    key: Key
    hash_type: str | int = "ALL"
    separator: int | None = None

    def made_for(self, spend: Spend) -> bytes:
        """Return the signature for the contract's input of a spend."""
        return spend.sign(self.key.private, self.hash_type, separator=self.separator)

    def __repr__(self) -> str:
        return f"{self.key!r}.sig({self.hash_type!r})"


@dataclass(frozen=True, slots=True)
class Preimage:
    """A preimage of a given hash type, that a transaction gives when it is complete."""

    hash_type: str | int = "ALL"
    separator: int | None = None

    def made_for(self, spend: Spend) -> bytes:
        """Return the preimage for the contract's input of a spend."""
        return spend.preimage(self.hash_type, separator=self.separator)


@lru_cache(maxsize=1024)
def key(name: str) -> Key:
    """Return the key of a name: the same in every run and on every machine. For tests only: its secret is public.

    Raises:
        ArgumentError: the name is not text.
    """
    if not isinstance(name, str):
        raise ArgumentError("name", 'text, as in key("alice")', type(name).__name__)
    made = Key(name, PrivateKey.from_bytes(tagged_hash("penstock/test key", name.encode())))
    _NAMES.update({made.public_key: f"{made!r}.public_key", made.public_key_hash: f"{made!r}.public_key_hash"})
    return made


_NAMES: dict[bytes, str] = {}
"""The parts of the keys that a test has asked for, for messages."""


def name_of(value: object) -> str | None:
    """Return how a test would write a public key or its hash; None if it is of no named key."""
    return _NAMES.get(value) if isinstance(value, bytes) else None
