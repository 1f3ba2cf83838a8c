"""Signatures as a caller, honest or not, would make them."""

from dataclasses import replace

from penstock import PrivateKey, Spend
from penstock.tx.der import ORDER, encode_der, parse_lax


def numbers_of(der: bytes) -> tuple[int, int]:
    """Read the two numbers of a signature without its hash type."""
    numbers = parse_lax(der)
    assert numbers is not None
    return numbers


def high_s(signature: bytes) -> bytes:
    """Return the signature's twin, whose S is in the upper half: as valid, but not relayed."""
    r, s = numbers_of(signature[:-1])
    return encode_der(r, ORDER - s) + signature[-1:]


def for_other_outputs(spend: Spend, key: PrivateKey, hash_type: str | int = "ALL") -> bytes:
    """Return a valid signature of the same input, in a transaction that pays another party."""
    other = replace(spend, outputs=[(spend.value - 1, b"\x52")])
    return other.sign(key, hash_type)


def with_hash_type(signature: bytes, hash_type: int) -> bytes:
    """Return the signature with another hash type as the last byte, which it does not sign."""
    return signature[:-1] + bytes([hash_type])
