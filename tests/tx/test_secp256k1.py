"""Both back ends pass the published vectors, and agree in all other cases."""

import csv
import io
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from penstock.script.hashes import sha256
from penstock.tx.der import ORDER, encode_der, is_low_s, is_strict_der
from penstock.tx.keys import PrivateKey
from penstock.tx.secp256k1.interface import Backend, KeyFormatError
from penstock.tx.secp256k1.pure import nonces
from penstock.tx.signatures import sign_digest
from tests.support.crypto_backends import BACKENDS, PURE, library
from tests.support.spending.signing import numbers_of
from tests.support.vectors.vector_files import vector_rows, vectors_folder

__all__ = ["library"]

PRIME = 2**256 - 2**32 - 977
BYTES32 = st.binary(min_size=32, max_size=32)
SECRETS = (st.integers(1, ORDER - 1) | st.sampled_from([1, 2, ORDER - 2, ORDER - 1])).map(
    lambda n: n.to_bytes(32, "big")
)
DIGESTS = BYTES32 | st.sampled_from([0, 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1]).map(
    lambda n: n.to_bytes(32, "big")
)
SLOW = settings(max_examples=25)
on_both = pytest.mark.parametrize("backend", BACKENDS)


def compact(der: bytes) -> str:
    return "".join(f"{number:064x}" for number in numbers_of(der))


# Published vectors ----------------------------------------------------------------------------------------------------


@on_both
@pytest.mark.parametrize("row", vector_rows("rfc6979/secp256k1_sha256.json"))
def test_rfc6979(row: dict[str, str], backend: Backend) -> None:
    secret, digest = bytes.fromhex(row["privkey"]), sha256(row["message"].encode())
    assert f"{next(nonces(secret, digest)):064x}" == row["k"]
    assert backend.sign(secret, digest, None).hex() == row["signature_der"]


def test_the_nonce_is_that_of_rfc6979() -> None:
    """The first number of a signature is the x of the nonce's point."""
    for number in range(1, 20):
        secret, digest = number.to_bytes(32, "big"), sha256(bytes([number]))
        nonce = next(nonces(secret, digest))
        assert numbers_of(sign_digest(secret, digest))[0] == int.from_bytes(
            PrivateKey(nonce.to_bytes(32, "big")).public_key[1:], "big"
        )


def valid_rows(data: dict[str, Any]) -> list[Any]:
    return list(data["valid"])


@on_both
@pytest.mark.parametrize("row", vector_rows("bitcoinjs/ecdsa.json", valid_rows))
def test_bitcoinjs_signatures(row: dict[str, str], backend: Backend) -> None:
    secret, digest = bytes.fromhex(row["d"]), bytes.fromhex(row["m"])
    signature = backend.sign(secret, digest, None)
    assert compact(signature) == row["signature"]
    assert is_strict_der(signature)
    assert is_low_s(signature)


def entropy_rows(data: dict[str, Any]) -> list[Any]:
    extra = {
        "extraEntropy0": 0,
        "extraEntropy1": 1,
        "extraEntropyRand": 0x6E723D3FD94ED5D2B6BDD4F123364B0F3CA52AF829988A63F8AFE91D29DB1C33,
        "extraEntropyN": ORDER,
        "extraEntropyMax": 2**256 - 1,
    }
    return [
        (row, number.to_bytes(32, "big"), row[name]) for row in data["extraEntropy"] for name, number in extra.items()
    ]


@on_both
@pytest.mark.parametrize("row", vector_rows("bitcoinjs/ecdsa.json", entropy_rows))
def test_bitcoinjs_extra_entropy(row: tuple[dict[str, str], bytes, str], backend: Backend) -> None:
    case, extra, expected = row
    secret, digest = bytes.fromhex(case["d"]), bytes.fromhex(case["m"])
    assert compact(backend.sign(secret, digest, extra)) == expected
    assert compact(backend.sign(secret, digest, None)) == case["signature"]


def wycheproof_rows(data: dict[str, Any]) -> list[Any]:
    return [(group["publicKey"]["uncompressed"], test) for group in data["testGroups"] for test in group["tests"]]


@on_both
@pytest.mark.parametrize("row", vector_rows("wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json", wycheproof_rows))
def test_wycheproof(row: tuple[str, dict[str, Any]], backend: Backend) -> None:
    public_key, test = row
    signature, digest = bytes.fromhex(test["sig"]), sha256(bytes.fromhex(test["msg"]))
    verified = backend.verify(signature, bytes.fromhex(public_key), digest)
    assert (is_strict_der(signature) and is_low_s(signature) and verified) == (test["result"] == "valid")


def read_csv(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((vectors_folder() / name).read_text("utf-8"))))


@on_both
@pytest.mark.parametrize("row", vector_rows("bips/bip340_test_vectors.csv", read=read_csv))
def test_bip340(row: dict[str, str], backend: Backend) -> None:
    fields = ("secret key", "public key", "aux_rand", "message", "signature")
    secret, public_key, auxiliary, message, signature = (bytes.fromhex(row[field]) for field in fields)
    assert backend.schnorr_verify(signature, public_key, message) == (row["verification result"] == "TRUE")
    if secret:
        assert backend.schnorr_sign(secret, message, auxiliary) == signature
        assert backend.public_key(secret, compressed=True)[1:] == public_key


# One answer from both -------------------------------------------------------------------------------------------------


@SLOW
@given(SECRETS, DIGESTS, st.none() | DIGESTS)
def test_both_sign_alike(library: Backend, secret: bytes, digest: bytes, extra: bytes | None) -> None:
    signature = library.sign(secret, digest, extra)
    assert PURE.sign(secret, digest, extra) == signature
    for compressed in (True, False):
        key = library.public_key(secret, compressed=compressed)
        assert PURE.public_key(secret, compressed=compressed) == key
        assert library.verify(signature, key, digest)
        assert PURE.verify(signature, key, digest)


@st.composite
def public_keys(draw: st.DrawFn) -> bytes:
    """Draw a key, good or spoiled: any mark, any x, a y that fits or not."""
    whole = PURE.public_key(draw(SECRETS), compressed=False)
    x, y = whole[1:33], whole[33:]
    x = draw(
        st.sampled_from([x] * 4 + [bytes(32), PRIME.to_bytes(32, "big"), (PRIME + 1).to_bytes(32, "big"), b"\xff" * 32])
    )
    other_y = (PRIME - int.from_bytes(y, "big")).to_bytes(32, "big")
    y = draw(st.sampled_from([y, other_y, y, other_y, bytes(32), b"\xff" * 32]))
    mark = draw(st.sampled_from([b"\x02", b"\x03", b"\x04", b"\x06", b"\x07", b"\x00", b"\x05", b""]))
    return mark + draw(st.sampled_from([x, x + y, x + y + b"\x00", x[:-1]]))


@SLOW
@given(public_keys())
@example(b"")
@example(b"\x02")
def test_both_know_the_same_points(library: Backend, public_key: bytes) -> None:
    assert PURE.is_public_key(public_key) == library.is_public_key(public_key)


@SLOW
@given(SECRETS, DIGESTS, st.data())
def test_both_verify_alike(library: Backend, secret: bytes, digest: bytes, data: st.DataObject) -> None:
    r, s = numbers_of(library.sign(secret, digest, None))
    numbers = st.sampled_from([r, s, ORDER - s, r + 1, 0, 1, ORDER, ORDER + r, 2**256 - 1])
    signature = encode_der(data.draw(st.just(r) | numbers), data.draw(st.just(s) | numbers))
    mark = data.draw(st.sampled_from([2, 3, 4, 6, 7]))
    key = library.public_key(secret, compressed=mark < 4)
    key = bytes([mark]) + key[1:]
    signed = data.draw(st.just(digest) | DIGESTS)
    assert PURE.verify(signature, key, signed) == library.verify(signature, key, signed)


@SLOW
@given(SECRETS, st.binary(max_size=70), BYTES32, st.data())
def test_both_do_schnorr_alike(
    library: Backend, secret: bytes, message: bytes, auxiliary: bytes, data: st.DataObject
) -> None:
    signature = library.schnorr_sign(secret, message, auxiliary)
    assert PURE.schnorr_sign(secret, message, auxiliary) == signature
    key = library.public_key(secret, compressed=True)[1:]
    spoiled = bytearray(signature)
    spoiled[data.draw(st.integers(0, 63))] ^= data.draw(st.integers(0, 1))
    for backend in (library, PURE):
        assert backend.schnorr_verify(signature, key, message)
        assert backend.schnorr_verify(bytes(spoiled), key, message) == (spoiled == signature)


@SLOW
@given(SECRETS, DIGESTS)
def test_both_tweak_alike(library: Backend, secret: bytes, tweak: bytes) -> None:
    key = library.public_key(secret, compressed=True)[1:]
    assert PURE.tweak_add(key, tweak) == library.tweak_add(key, tweak)
    even = int.from_bytes(secret, "big")
    if library.public_key(secret, compressed=True)[0] == 3:
        even = ORDER - even
    undone = (ORDER - even).to_bytes(32, "big")  # the sum is not a point
    assert PURE.tweak_add(key, undone) is library.tweak_add(key, undone) is None


# Invalid arguments ----------------------------------------------------------------------------------------------------

SECRET, DIGEST = b"\x01" * 32, b"\x02" * 32
BAD_SECRETS = [b"", bytes(32), SECRET[:-1], SECRET + b"\x01", ORDER.to_bytes(32, "big"), b"\xff" * 32]


@on_both
@pytest.mark.parametrize("secret", BAD_SECRETS, ids=lambda secret: f"{len(secret)}-{secret[:1].hex()}")
def test_no_secret(secret: bytes, backend: Backend) -> None:
    assert not backend.is_secret(secret)
    uses: list[Callable[[], bytes]] = [
        lambda: backend.public_key(secret, compressed=True),
        lambda: backend.sign(secret, DIGEST, None),
        lambda: backend.schnorr_sign(secret, DIGEST, bytes(32)),
    ]
    for use in uses:
        with pytest.raises(KeyFormatError, match=r"32 bytes|from 1 to order-1"):
            use()


@on_both
def test_lengths_are_demanded_before_signing(backend: Backend) -> None:
    assert backend.is_secret(SECRET)
    for use in (
        lambda: backend.sign(SECRET, DIGEST[:-1], None),
        lambda: backend.sign(SECRET, DIGEST, b"\x01"),
        lambda: backend.schnorr_sign(SECRET, DIGEST, b""),
        lambda: backend.tweak_add(DIGEST, b""),
        lambda: backend.tweak_add(b"", DIGEST),
    ):
        with pytest.raises(KeyFormatError, match="must be 32 bytes"):
            use()


@on_both
def test_verifying_never_raises(backend: Backend) -> None:
    key, signature = backend.public_key(SECRET, compressed=True), backend.sign(SECRET, DIGEST, None)
    assert backend.verify(signature, key, DIGEST)
    for bad_signature in (b"", b"\x30", signature[:-1], bytes(1000)):
        assert not backend.verify(bad_signature, key, DIGEST)
    for bad_key in (b"", key[1:], key + b"\x00", bytes(33), bytes(65)):
        assert not backend.verify(signature, bad_key, DIGEST)
    for bad_digest in (b"", DIGEST[1:], DIGEST + b"\x00", bytes(32)):
        assert not backend.verify(signature, key, bad_digest)
    schnorr = backend.schnorr_sign(SECRET, DIGEST, bytes(32))
    assert backend.schnorr_verify(schnorr, key[1:], DIGEST)
    for bad_signature in (b"", schnorr[1:], schnorr + b"\x01", b"\xff" * 64):
        assert not backend.schnorr_verify(bad_signature, key[1:], DIGEST)
    for bad_key in (b"", key, bytes(32), b"\xff" * 32):
        assert not backend.schnorr_verify(schnorr, bad_key, DIGEST)


@on_both
def test_no_point_to_tweak(backend: Backend) -> None:
    assert backend.tweak_add(b"\xff" * 32, DIGEST) is None
    assert backend.tweak_add((5).to_bytes(32, "big"), DIGEST) is None  # 5^3 + 7 is not a square
    assert backend.tweak_add(backend.public_key(SECRET, compressed=True)[1:], b"\xff" * 32) is None


def test_the_second_nonce_follows_the_first() -> None:
    """RFC 6979, section 3.2: each is drawn from the state that the one before has left."""
    first, second, third = islice(nonces(SECRET, DIGEST), 3)
    assert len({first, second, third}) == 3
    assert first != next(nonces(SECRET, DIGEST, bytes(32)))
