"""Private keys, and signatures for the inputs of transactions.

In: 32 bytes, a text in wallet import format, or randomness. Out: public keys, addresses and signatures. ECDSA
signatures are low-S DER with the nonce of RFC 6979, so the same key signs the same digest with the same bytes on each
back end. The functions of `penstock.tx.signatures` on bytes are exported here too.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from penstock.errors import hides_frames
from penstock.script.chains import DEFAULT_RULES
from penstock.script.hashes import hash160
from penstock.tx.address import PREFIXES, Network, p2pkh_address
from penstock.tx.base58 import Base58Error, decode_checked, encode_checked
from penstock.tx.hash_type import DEFAULT, HashTypeError, Rules, chain_of
from penstock.tx.script_code import ScriptCode
from penstock.tx.secp256k1 import backend
from penstock.tx.secp256k1.interface import KeyFormatError, demand
from penstock.tx.sighash import SignatureVersion, SpentOutputs, digest_kind, sighash
from penstock.tx.signatures import (
    is_public_key,
    schnorr_sign,
    schnorr_verify,
    sign_digest,
    tweak_public_key,
    tweak_secret,
    verify_digest,
)
from penstock.tx.transaction import Transaction

if TYPE_CHECKING:
    from bitcoin.core import CTransaction

__tracebackhide__ = hides_frames

__all__ = [
    "KeyFormatError",
    "PrivateKey",
    "is_public_key",
    "schnorr_sign",
    "schnorr_verify",
    "sign",
    "sign_digest",
    "tweak_public_key",
    "tweak_secret",
    "verify_digest",
]


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key and its public key. The secret is not printed.

    Attributes:
        secret: 32 bytes, as a number from 1 to order-1.
        compressed: whether `public_key` has 33 bytes; False only for an old WIF text.
        public_key: the public key of the secret.

    Raises:
        KeyFormatError: for any other secret.
    """

    secret: bytes = field(repr=False)
    compressed: bool = True
    public_key: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        public_key = backend().public_key(self.secret, compressed=self.compressed)
        object.__setattr__(self, "public_key", public_key)

    @classmethod
    def generate(cls, random_bytes: Callable[[int], bytes] = os.urandom) -> Self:
        """Generate a key from the system's source of randomness, or from another one."""
        while not backend().is_secret(secret := random_bytes(32)):
            pass
        return cls(secret)

    @classmethod
    def from_bytes(cls, secret: bytes) -> Self:
        """Return the key of a secret of 32 bytes.

        Raises:
            KeyFormatError: for another length or type, zero, and a number that is not below the order of the curve.
        """
        demand(isinstance(secret, bytes | bytearray), f"a secret is 32 bytes, not {type(secret).__name__}")
        return cls(bytes(secret))

    @classmethod
    def from_wif(cls, text: str) -> Self:
        """Return the key of a text in wallet import format, of either network.

        Raises:
            KeyFormatError: for anything else; the message does not repeat the text.
        """
        demand(isinstance(text, str), f"a key in wallet import format is a str, not {type(text).__name__}")
        try:
            payload = decode_checked(text)
        except Base58Error:
            raise KeyFormatError("this is not a key in wallet import format: letters or checksum are wrong") from None
        demand(
            payload[:1] in {row.secret for row in PREFIXES.values()},
            "this is Base58, but not a key in wallet import format",
        )
        compressed = len(payload) == 34 and payload[-1] == 1
        demand(compressed or len(payload) == 33, "a key in wallet import format has 32 bytes")
        return cls(payload[1:33], compressed)

    def to_bytes(self) -> bytes:
        """Return the secret, 32 bytes."""
        return self.secret

    def wif(self, network: Network = "main") -> str:
        """Return the key in wallet import format."""
        return encode_checked(PREFIXES[network].secret + self.secret + b"\x01" * self.compressed)

    def address(self, network: Network = "main") -> str:
        """Return the P2PKH address of the public key."""
        return p2pkh_address(hash160(self.public_key), network)

    @property
    def x_only(self) -> bytes:
        """The x coordinate of the public key, 32 bytes, the form of keys in taproot (BIP340)."""
        return self.public_key[1:33]

    def sign_digest(self, digest: bytes, *, extra_entropy: bytes | None = None) -> bytes:
        """Sign 32 bytes with ECDSA; see `penstock.tx.signatures.sign_digest`."""
        return sign_digest(self.secret, digest, extra_entropy=extra_entropy)


def sign(  # noqa: PLR0913, PLR0917 - the arguments of `sighash`, and the key
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    script_code: ScriptCode,
    value: int,
    key: bytes | PrivateKey,
    hash_type: int | str,
    rules: Rules = DEFAULT_RULES,
    version: SignatureVersion | str = SignatureVersion.LEGACY,
    spent_outputs: SpentOutputs | None = None,
) -> bytes:
    """Sign one input of a transaction; return the signature with its hash type as the last byte.

    `key` is 32 bytes or a `PrivateKey`, for taproot's key path the tweaked secret; `hash_type` must fit one byte.
    All other arguments are those of `sighash`.

    Returns:
        Low-S DER and one byte. For `version="taproot"` on btc 64 bytes of BIP340, and one more unless the hash
        type is DEFAULT.

    Raises:
        KeyFormatError: when the key is out of range.
        TransactionError, HashTypeError, SighashError: as `sighash`, and for a hash type above 255.
    """
    kind, number = digest_kind(hash_type, chain_of(rules), version)
    if number > 0xFF:
        raise HashTypeError(f"hash type {number:#x} does not fit the one byte after a signature")
    digest = sighash(tx, input_index, script_code, value, hash_type, rules, version, spent_outputs)
    secret = key.secret if isinstance(key, PrivateKey) else key
    demand(isinstance(secret, bytes | bytearray), f"key is 32 bytes or a PrivateKey, not {type(key).__name__}")
    if kind is SignatureVersion.TAPROOT:
        return schnorr_sign(secret, digest) + (b"" if number == DEFAULT else bytes((number,)))
    return backend().sign(secret, digest, None) + bytes((number,))
