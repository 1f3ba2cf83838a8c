"""Private keys, and signatures for the inputs of transactions.

In: 32 bytes, a text in wallet import format, or randomness. Out: public keys, addresses and signatures. ECDSA
signatures are low-S DER with the nonce of RFC 6979, so the same key signs the same digest with the same bytes on each
back end. The functions of `penstock.tx.signatures` on bytes are exported here too.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from penstock.errors import hides_frames
from penstock.script.chains import DEFAULT_RULES
from penstock.script.consensus import NO_SEPARATOR
from penstock.script.hashes import hash160
from penstock.script.witness_program import witness_program
from penstock.tx.address import PREFIXES, Network, p2pkh_address, prefixes_of
from penstock.tx.base58 import Base58Error, decode_checked, encode_checked
from penstock.tx.bitcoinlib import PlainSecret, plain_secret
from penstock.tx.hash_type import DEFAULT, OUTPUT_BITS, HashTypeError, Rules, SignedOutputs, chain_of
from penstock.tx.script_code import ScriptCode
from penstock.tx.secp256k1 import backend
from penstock.tx.secp256k1.interface import KeyFormatError, demand
from penstock.tx.sighash import SighashError, SignatureVersion, SpentOutputs, digest_kind, sighash
from penstock.tx.signatures import (
    is_public_key,
    schnorr_sign,
    schnorr_verify,
    sign_digest,
    tweak_public_key,
    tweak_secret,
    verify_digest,
)
from penstock.tx.transaction import Transaction, coerce

if TYPE_CHECKING:
    from bitcoin.core import CTransaction

__tracebackhide__ = hides_frames

_LONGEST_PROGRAM: Final = 42
"""Bytes of a locking script with a witness program, at most (BIP141)."""
_KEY_HASH: Final = 20

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
        """Return the key of a secret of 32 bytes, or of a `CBitcoinSecret` of python-bitcoinlib.

        Raises:
            KeyFormatError: for another length or type, zero, and a number that is not below the order of the curve.
        """
        plain = plain_secret(secret)
        if isinstance(plain, PlainSecret):
            return cls(*plain)
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
        """Return the key in wallet import format.

        Raises:
            AddressError: no network has this name.
        """
        return encode_checked(prefixes_of(network).secret + self.secret + b"\x01" * self.compressed)

    def address(self, network: Network = "main") -> str:
        """Return the P2PKH address of the public key.

        Raises:
            AddressError: no network has this name.
        """
        return p2pkh_address(hash160(self.public_key), network)

    @property
    def x_only(self) -> bytes:
        """The x coordinate of the public key, 32 bytes, the form of keys in taproot (BIP340)."""
        return self.public_key[1:33]

    def sign_schnorr(self, message: bytes, auxiliary: bytes = bytes(32)) -> bytes:
        """Sign a message with BIP340, 64 bytes; see `penstock.tx.signatures.schnorr_sign`."""
        return schnorr_sign(self.secret, message, auxiliary)

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
    codeseparator_position: int = NO_SEPARATOR,
) -> bytes:
    """Sign one input of a transaction; return the signature with its hash type as the last byte.

    `key` is 32 bytes, a `PrivateKey` or a `CBitcoinSecret` of python-bitcoinlib, for taproot's key path the tweaked
    secret; `hash_type` must fit one byte. All other arguments are those of `sighash`.

    Returns:
        Low-S DER and one byte. For `version="taproot"` on btc 64 bytes of BIP340, and one more unless the hash
        type is DEFAULT.

    Raises:
        KeyFormatError: when the key is out of range.
        TransactionError, HashTypeError, SighashError: as `sighash`, and for a hash type above 255.
        SighashError: the signature would not mean what the signer expects: SINGLE without an output at the input's
            index, which commits to no output, and a witness program as the script code of segwit v0.
    """
    chain = chain_of(rules)
    kind, number = digest_kind(hash_type, chain, version)
    if number > 0xFF:
        raise HashTypeError(f"hash type {number:#x} does not fit the one byte after a signature")
    tx = coerce(tx, segwit=chain.has_witness)
    digest = sighash(
        tx, input_index, script_code, value, hash_type, rules, version, spent_outputs, codeseparator_position
    )
    _check_meaning(tx, input_index, number)
    if kind is SignatureVersion.SEGWIT_V0 and chain.has_witness:
        _check_script_code(bytes(script_code[: _LONGEST_PROGRAM + 1]))
    secret = _secret_of(key)
    if kind is SignatureVersion.TAPROOT:
        return schnorr_sign(secret, digest) + (b"" if number == DEFAULT else bytes((number,)))
    return backend().sign(secret, digest, None) + bytes((number,))


def _secret_of(key: object) -> bytes:
    """Return the 32 bytes of a key.

    Raises:
        KeyFormatError: it has another type.
    """
    if isinstance(key, PrivateKey):
        return key.secret
    plain = plain_secret(key)
    if isinstance(plain, PlainSecret):
        return plain.secret
    demand(isinstance(key, bytes | bytearray), f"key is 32 bytes or a PrivateKey, not {type(key).__name__}")
    return bytes(plain)


def _check_meaning(tx: Transaction, input_index: int, hash_type: int) -> None:
    """Raise SighashError for SINGLE without an output at the input's index: it would sign no output at all."""
    if hash_type & OUTPUT_BITS == SignedOutputs.SINGLE and input_index >= len(tx.outputs):
        raise SighashError(
            f"SINGLE signs output {input_index}, the transaction has {len(tx.outputs)}: such a signature would hold for"
            " any outputs; add the output, or sign with NONE if that is meant"
        )


def _check_script_code(script_code: bytes) -> None:
    """Raise SighashError for a witness program in the place of the script that it stands for (BIP143)."""
    found = witness_program(script_code)
    if found is None:
        return
    instead = "p2pkh_script(program)" if len(found.program) == _KEY_HASH else "the witness script"
    raise SighashError(
        f"script_code is a witness program, {script_code.hex()}: no CHECKSIG runs in it; sign for {instead} (BIP143)"
    )
