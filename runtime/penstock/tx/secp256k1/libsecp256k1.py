"""Back end on libsecp256k1, called directly through coincurve's binding.

The functions are described by `penstock.tx.secp256k1.Backend`. Structures are allocated for each call, for concurrent
threads; only the last thousand parsed public keys are cached, since parsing one costs a sixth of a verification.
"""

from functools import lru_cache
from typing import Any, Final

from coincurve._libsecp256k1 import ffi, lib
from coincurve.context import GLOBAL_CONTEXT

from penstock.errors import hides_frames
from penstock.tx.der import is_strict_der, parse_lax
from penstock.tx.secp256k1.interface import demand

__tracebackhide__ = hides_frames

NAME: Final = "coincurve"

_CONTEXT: Final = GLOBAL_CONTEXT.ctx
_POINT: Final = ffi.typeof("secp256k1_pubkey *")
_SIGNATURE: Final = ffi.typeof("secp256k1_ecdsa_signature *")
_X_ONLY: Final = ffi.typeof("secp256k1_xonly_pubkey *")
_KEY_PAIR: Final = ffi.typeof("secp256k1_keypair *")
_BYTES: Final = ffi.typeof("unsigned char[]")
_SIZE: Final = ffi.typeof("size_t *")
_INT: Final = ffi.typeof("int *")
_SCHNORR_EXTRA: Final = ffi.typeof("secp256k1_schnorrsig_extraparams *")
_SCHNORR_MAGIC: Final = b"\xda\x6f\xb3\x8c"
_MAX_DER: Final = 72
_KEY_SIZES: Final = frozenset({33, 65})
_NULL: Final = ffi.NULL

# looked up in the library once, because every signature and verification needs them
_new: Final = ffi.new
_buffer: Final = ffi.buffer
_sign: Final = lib.secp256k1_ecdsa_sign
_serialize_der: Final = lib.secp256k1_ecdsa_signature_serialize_der
_parse_der: Final = lib.secp256k1_ecdsa_signature_parse_der
_normalize: Final = lib.secp256k1_ecdsa_signature_normalize
_verify_low: Final = lib.secp256k1_ecdsa_verify


def is_secret(secret: bytes) -> bool:
    """See `Backend.is_secret`."""
    return len(secret) == 32 and bool(lib.secp256k1_ec_seckey_verify(_CONTEXT, secret))


def is_public_key(public_key: bytes) -> bool:
    """See `Backend.is_public_key`."""
    return len(public_key) in _KEY_SIZES and _point(public_key) is not None


def public_key(secret: bytes, *, compressed: bool) -> bytes:
    """See `Backend.public_key`."""
    demand(is_secret(secret), "the secret must be 32 bytes, from 1 to order-1")
    point = ffi.new(_POINT)
    lib.secp256k1_ec_pubkey_create(_CONTEXT, point, secret)
    length = 33 if compressed else 65
    form = lib.SECP256K1_EC_COMPRESSED if compressed else lib.SECP256K1_EC_UNCOMPRESSED
    out = ffi.new(_BYTES, length)
    lib.secp256k1_ec_pubkey_serialize(_CONTEXT, out, ffi.new(_SIZE, length), point, form)
    return bytes(ffi.buffer(out))


def sign(secret: bytes, digest: bytes, extra_entropy: bytes | None) -> bytes:
    """See `Backend.sign`."""
    extra = _NULL if extra_entropy is None else extra_entropy
    fits = len(secret) == len(digest) == 32 and (extra is _NULL or len(extra) == 32)
    demand(fits, "secret, digest and extra entropy must be 32 bytes each")
    signature, out, size = _new(_SIGNATURE), _new(_BYTES, _MAX_DER), _new(_SIZE, _MAX_DER)
    demand(_sign(_CONTEXT, signature, digest, secret, _NULL, extra) == 1, "the secret must be from 1 to order-1")
    _serialize_der(_CONTEXT, out, size, signature)
    return bytes(_buffer(out, size[0]))


def verify(signature: bytes, public_key: bytes, digest: bytes) -> bool:
    """See `Backend.verify`."""
    point = _point(public_key) if len(public_key) in _KEY_SIZES else None
    if point is None or len(digest) != 32:
        return False
    parsed = _new(_SIGNATURE)
    # A signature that strict parsing accepts and verifies is the same in lax parsing. The reverse does not hold.
    if _parse_der(_CONTEXT, parsed, signature, len(signature)):
        if _verify_low(_CONTEXT, parsed, digest, point) or _verify_high(parsed, digest, point):
            return True
        if is_strict_der(signature):
            return False
    numbers = parse_lax(signature)
    if numbers is None:
        return False
    compact = b"".join(number.to_bytes(32, "big") for number in numbers)
    lib.secp256k1_ecdsa_signature_parse_compact(_CONTEXT, parsed, compact)
    return bool(_verify_low(_CONTEXT, parsed, digest, point)) or _verify_high(parsed, digest, point)


def schnorr_sign(secret: bytes, message: bytes, auxiliary: bytes) -> bytes:
    """See `Backend.schnorr_sign`."""
    demand(is_secret(secret), "the secret must be 32 bytes, from 1 to order-1")
    demand(len(auxiliary) == 32, "auxiliary randomness must be 32 bytes")
    pair, out = ffi.new(_KEY_PAIR), ffi.new(_BYTES, 64)
    lib.secp256k1_keypair_create(_CONTEXT, pair, secret)
    extra = ffi.new(_SCHNORR_EXTRA, {"magic": _SCHNORR_MAGIC, "noncefp": ffi.NULL, "ndata": ffi.from_buffer(auxiliary)})
    signed = lib.secp256k1_schnorrsig_sign_custom(_CONTEXT, out, message, len(message), pair, extra)
    demand(signed == 1, "libsecp256k1 found no nonce")
    return bytes(ffi.buffer(out))


def schnorr_verify(signature: bytes, public_key: bytes, message: bytes) -> bool:
    """See `Backend.schnorr_verify`."""
    if len(signature) != 64 or len(public_key) != 32:
        return False
    point = ffi.new(_X_ONLY)
    if not lib.secp256k1_xonly_pubkey_parse(_CONTEXT, point, public_key):
        return False
    return bool(lib.secp256k1_schnorrsig_verify(_CONTEXT, signature, message, len(message), point))


def tweak_add(public_key: bytes, tweak: bytes) -> tuple[bytes, int] | None:
    """See `Backend.tweak_add`."""
    demand(len(public_key) == len(tweak) == 32, "the x of a point and its tweak must be 32 bytes each")
    inner, summed, outer = ffi.new(_X_ONLY), ffi.new(_POINT), ffi.new(_X_ONLY)
    if not lib.secp256k1_xonly_pubkey_parse(_CONTEXT, inner, public_key):
        return None
    if not lib.secp256k1_xonly_pubkey_tweak_add(_CONTEXT, summed, inner, tweak):
        return None
    parity, out = ffi.new(_INT), ffi.new(_BYTES, 32)
    lib.secp256k1_xonly_pubkey_from_pubkey(_CONTEXT, outer, parity, summed)
    lib.secp256k1_xonly_pubkey_serialize(_CONTEXT, out, outer)
    return bytes(ffi.buffer(out)), parity[0]


@lru_cache(maxsize=1000)
def _point(public_key: bytes) -> Any:
    """Parse a public key of 33 or 65 bytes; None if it is not a point."""
    point = ffi.new(_POINT)
    parsed = lib.secp256k1_ec_pubkey_parse(_CONTEXT, point, public_key, len(public_key))
    return point if parsed == 1 else None


def _verify_high(signature: Any, digest: bytes, point: Any) -> bool:
    """Verify a signature with high S, which is rare: the library itself requires low S."""
    was_high = _normalize(_CONTEXT, signature, signature)
    return bool(was_high and _verify_low(_CONTEXT, signature, digest, point))
