"""Funding: locking and unlocking of the coins that pay for a channel."""

from dataclasses import dataclass
from typing import Final, Protocol

from penstock.ledger.coins import Coin, pay_to_key
from penstock.script.chains import Chain
from penstock.script.pushes import push
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import Transaction

SIGNATURE_SIZE: Final = 72
"""Bytes of the longest signature of a channel: DER with a low S, and the byte of the hash type."""
_PUBLIC_KEY_SIZE: Final = 33
_PUBLIC_KEY_PUSH: Final = bytes((_PUBLIC_KEY_SIZE,))


class Funding(Protocol):
    """A way to lock coins: the script, the size of the unlocking script, and the unlocking itself."""

    @property
    def locking_script(self) -> bytes:
        """The script that locks every coin of this kind."""

    @property
    def unlocking_size(self) -> int:
        """Bytes of the unlocking script with signatures of full length."""

    def unlock(
        self, unsigned: Transaction, index: int, coin: Coin, key: PrivateKey, signing: "ChannelSigning"
    ) -> bytes:
        """Return the unlocking script of input `index`, which spends `coin`."""

    def unlocked_by(self, signature: bytes) -> bytes:
        """Return the unlocking script with a signature, its hash type included."""

    def signature_in(self, unlocking: bytes) -> bytes | None:
        """Return the signature with which `unlocked_by` gives a script; None if there is none."""


@dataclass(frozen=True, slots=True)
class ChannelSigning:
    """Parameters of a channel's signatures.

    Attributes:
        hash_type: the name of the hash type.
        chain: the chain.
    """

    hash_type: str
    chain: Chain


@dataclass(frozen=True, slots=True)
class PayToKey:
    """P2PKH: the coins pay to the hash of one public key (33 bytes)."""

    public_key: bytes

    @property
    def locking_script(self) -> bytes:
        """`OP_DUP OP_HASH160 <hash> OP_EQUALVERIFY OP_CHECKSIG`, 25 bytes."""
        return pay_to_key(self.public_key)

    @property
    def unlocking_size(self) -> int:
        """Bytes of the pushes of signature and public key."""
        return 1 + SIGNATURE_SIZE + 1 + _PUBLIC_KEY_SIZE

    def unlock(self, unsigned: Transaction, index: int, coin: Coin, key: PrivateKey, signing: ChannelSigning) -> bytes:
        """Return the pushes of a signature by `key` and of its public key."""
        signature = sign(unsigned, index, coin.script, coin.value, key, signing.hash_type, signing.chain)
        return push(signature) + push(key.public_key)

    def unlocked_by(self, signature: bytes) -> bytes:
        """Return the pushes of a signature, its hash type included, and of the public key."""
        return push(signature) + push(self.public_key)

    def signature_in(self, unlocking: bytes) -> bytes | None:
        """Return the signature if a script is such pushes, each in one byte of length."""
        size = unlocking[0] if unlocking else 0
        is_usual = 2 <= size <= SIGNATURE_SIZE and unlocking[1 + size :] == _PUBLIC_KEY_PUSH + self.public_key
        return unlocking[1 : 1 + size] if is_usual else None
