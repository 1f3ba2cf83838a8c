"""What `Tx` signs with, for digests of every kind: against a signer of our own, and libsecp256k1 as the judge.

The compiled checks run on the machine without their HASH256 and CHECKSIG, so that any digest can be signed: those that
no preimage will ever have, too.
"""

import random
from functools import cache

import pytest

from penstock.tx.der import HALF_ORDER, ORDER, encode_der
from penstock.tx.keys import PrivateKey
from tests.support.spending.preimage_contracts import Signer, checking

coincurve = pytest.importorskip("coincurve", reason="coincurve is not installed")

ADVANCED = "Tx.checkPreimageAdvanced(p, Tx.privKey, Tx.pubKey, Tx.invK, Tx.r, Tx.rBigEndian, SigHashType(b'41'))"
SECRET = 0x26F00FE2340A84335EBDF30F57E9BB58487117B29355718F5E46BF5168D7DF97
INVERSE_NONCE = 0xC8FFDBAA05D93AA4EDE79EC58F06A72562048B775A3507C2BF44BDE4F007C40A
HIGHEST = (1 << 256) - 1


@cache
def signer(condition: str) -> Signer:
    return Signer(checking(condition))


@cache
def point_of(secret: int) -> bytes:
    return PrivateKey.from_bytes((secret % ORDER).to_bytes(32, "big")).public_key


def expected(digest: int, secret: int, inverse_nonce: int) -> tuple[bytes, bytes]:
    """Return the low signature of a digest, and the key, worked out by the book."""
    r = int.from_bytes(point_of(pow(inverse_nonce, -1, ORDER))[1:], "big") % ORDER
    s = inverse_nonce * (digest + r * secret) % ORDER
    return encode_der(r, min(s, ORDER - s)) + b"\x41", point_of(secret)


def is_good(digest: bytes, signature: bytes, key: bytes) -> bool:
    """Ask libsecp256k1, which takes low signatures only."""
    public = coincurve.PublicKey(key)
    return bool(public.verify(signature[:-1], digest, hasher=None))


# `checkPreimage` ------------------------------------------------------------------------------------------------------


def added(first: int) -> int:
    """What is added to the first byte of a digest that begins with this one."""
    return 54 if first <= 67 else -54 if first <= 175 else -162


def check_any(digest: int) -> None:
    data = digest.to_bytes(32, "big")
    r = int.from_bytes(point_of(1)[1:], "big")
    secret = (added(data[0]) << 248) * pow(r, -1, ORDER) % ORDER
    signature, key = signer("Tx.checkPreimage(p)").sign(data)
    assert (signature, key) == expected(digest, secret, 1)
    assert len(signature) == 71
    assert is_good(data, signature, key)


@pytest.mark.parametrize("first", range(256))
def test_every_first_byte_can_be_signed(first: int) -> None:
    low = first << 248
    for digest in (low, low + 1, low + (1 << 247) - 1, low + (1 << 247), low + (1 << 248) - 1):
        check_any(digest)


@pytest.mark.parametrize(
    "digest", [ORDER + near for near in (-1, 0, 1)] + [HALF_ORDER + near for near in (-1, 0, 1, 2)] + [0, HIGHEST]
)
def test_digests_at_the_edges_can_be_signed(digest: int) -> None:
    check_any(digest)


def test_random_digests_can_be_signed() -> None:
    chance = random.Random(2009)
    for _ in range(500):
        check_any(chance.getrandbits(256))


@pytest.mark.deep
def test_hundreds_of_thousands_of_random_digests_can_be_signed() -> None:
    chance = random.Random(2010)
    for _ in range(300_000):
        check_any(chance.getrandbits(256))


# `checkPreimageAdvanced` ----------------------------------------------------------------------------------------------


def check_advanced(digest: int) -> None:
    data = digest.to_bytes(32, "big")
    signature, key = signer(ADVANCED).sign(data)
    assert (signature, key) == expected(digest, SECRET, INVERSE_NONCE)
    assert is_good(data, signature, key)


def digest_for(s: int) -> int:
    """Return the digest that is signed with this s before it is made low."""
    r = int.from_bytes(point_of(pow(INVERSE_NONCE, -1, ORDER))[1:], "big")
    return (s * pow(INVERSE_NONCE, -1, ORDER) - r * SECRET) % ORDER


@pytest.mark.parametrize("size", range(1, 33))
def test_signatures_of_every_length_are_made(size: int) -> None:
    """The number of `size` bytes: the smallest, those around the sign of its first byte, the largest."""
    chance = random.Random(size)
    for s in (
        1 << 8 * size - 8,
        (1 << 8 * size - 1) - 1,
        1 << 8 * size - 1,
        (1 << 8 * size) - 1,
        chance.randrange(1 << 8 * size - 8, 1 << 8 * size),
    ):
        if s < ORDER:
            check_advanced(digest_for(s))
            check_advanced(digest_for(ORDER - s))


def test_the_middle_is_low() -> None:
    for near in range(-3, 5):
        check_advanced(digest_for(HALF_ORDER + near))


@pytest.mark.parametrize("digest", [0, 1, ORDER - 1, ORDER, ORDER + 1, HIGHEST])
def test_digests_of_every_size_are_read_right(digest: int) -> None:
    check_advanced(digest)


def test_a_digest_that_no_signature_fits_is_refused() -> None:
    """s would be zero."""
    data = digest_for(0).to_bytes(32, "big")
    signature, key = signer(ADVANCED).sign(data)
    with pytest.raises(ValueError, match="The DER-encoded signature could not be parsed"):
        is_good(data, signature, key)


def test_random_digests_can_be_signed_by_any_key() -> None:
    """Keys and nonces of the caller's, whose r may need a leading zero, or be short."""
    chance = random.Random(2011)
    for round_ in range(12):
        secret, nonce = chance.randrange(1, ORDER), chance.randrange(1, ORDER)
        if not round_:
            nonce = pow(2, -1, ORDER)  # r of 21 bytes
        inverse, r = pow(nonce, -1, ORDER), int.from_bytes(point_of(nonce)[1:], "big")
        wide = r.to_bytes(r.bit_length() // 8 + 1, "big")
        made = signer(
            f"Tx.checkPreimageAdvanced(p, PrivKey({secret}), PubKey(b'{point_of(secret).hex()}'), {inverse}, {r},"
            f" b'{wide.hex()}', SigHashType(b'41'))"
        )
        for _ in range(10):
            digest = chance.getrandbits(256)
            signature, key = made.sign(digest.to_bytes(32, "big"))
            assert (signature, key) == expected(digest, secret, inverse)
            assert is_good(digest.to_bytes(32, "big"), signature, key)


@pytest.mark.long
def test_ten_thousand_random_digests_can_be_signed_at_length() -> None:
    chance = random.Random(2012)
    for _ in range(10_000):
        check_advanced(chance.getrandbits(256))


# `checkPreimageOpt` ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["Tx.checkPreimageOpt(p)", "Tx.checkPreimageOptOCS(p)"])
@pytest.mark.parametrize("first", range(256))
def test_the_short_form_signs_what_begins_low_and_nothing_high(form: str, first: int) -> None:
    chance = random.Random(first)
    r = int.from_bytes(point_of(1)[1:], "big")
    secret = (1 << 248) * pow(r, -1, ORDER) % ORDER
    made = signer(form)
    for rest in (0, (1 << 247) - 1, (1 << 248) - 1, chance.getrandbits(248)):
        digest = (first << 248) + rest
        data = digest.to_bytes(32, "big")
        signature, key = made.sign(data)
        assert key == point_of(secret)
        if first < 0x7E:
            assert (signature, key) == expected(digest, secret, 1)
            assert is_good(data, signature, key)
        elif first > 0x7E:
            assert not is_canonical(signature) or not is_good(data, signature, key)


def is_canonical(signature: bytes) -> bool:
    """Whether the signature is in strict DER: lengths that fit, no negative numbers."""
    body = signature[:-1]
    return len(body) == 2 + body[1] and len(body) == 6 + body[3] + body[5 + body[3]] and body[6 + body[3]] < 0x80
