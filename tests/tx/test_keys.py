"""Private keys: where they come from, how they are written, and that they do not leak."""

from typing import Any, cast

import pytest
from bitcoin.core.key import CECKey
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.hashes import hash160
from penstock.tx.address import p2pkh_script, script_for_address
from penstock.tx.base58 import encode_checked
from penstock.tx.der import ORDER
from penstock.tx.keys import (
    KeyFormatError,
    PrivateKey,
    is_public_key,
    schnorr_sign,
    schnorr_verify,
    sign_digest,
    tweak_public_key,
    tweak_secret,
    verify_digest,
)

SECRETS = st.integers(1, ORDER - 1).map(lambda number: number.to_bytes(32, "big"))
KEY = PrivateKey.from_bytes(b"\x01" * 32)
DIGEST = b"\x02" * 32

# The key of the Bitcoin wiki's page on the wallet import format.
WIKI_SECRET = bytes.fromhex("0c28fca386c7a227600b2fe50b7cae11ec86d3bf1fbe471be89827e19d72aa1d")
WIKI_WIF = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"


def test_the_key_one_is_the_generator() -> None:
    one = PrivateKey((1).to_bytes(32, "big"))
    assert one.public_key.hex() == "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
    assert one.x_only == one.public_key[1:]
    assert one.address() == "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"
    assert one.address("test") == "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r"
    assert one.wif() == "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn"


def test_a_wif_without_the_mark_of_compression_keeps_the_long_public_key() -> None:
    key = PrivateKey.from_wif(WIKI_WIF)
    assert key.secret == key.to_bytes() == WIKI_SECRET
    assert (key.compressed, len(key.public_key), key.public_key[0]) == (False, 65, 4)
    assert key.wif() == WIKI_WIF
    assert key != PrivateKey(WIKI_SECRET)


@given(SECRETS, st.booleans(), st.sampled_from(["main", "test", "regtest"]))
def test_wif_is_read_back(secret: bytes, compressed: bool, network: str) -> None:
    key = PrivateKey(secret, compressed)
    assert PrivateKey.from_wif(key.wif(network)) == key  # type: ignore[arg-type]  # sampled from the networks
    assert script_for_address(key.address()) == p2pkh_script(hash160(key.public_key))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "letters or checksum are wrong"),
        (WIKI_WIF[:-1] + "j", "letters or checksum are wrong"),
        (WIKI_WIF[:-1], "letters or checksum are wrong"),
        ("0" * 51, "letters or checksum are wrong"),
        ("1" * 10_000, "letters or checksum are wrong"),
        ("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", "not a key in wallet import format"),
        (encode_checked(b"\x80" + bytes(31)), "has 32 bytes"),
        (encode_checked(b"\x80" + b"\x01" * 32 + b"\x02"), "has 32 bytes"),
        (encode_checked(b"\x80" + b"\x01" * 33 + b"\x01"), "has 32 bytes"),
        (encode_checked(b"\x80" + bytes(32)), "from 1 to order-1"),
    ],
)
def test_what_is_no_wif(text: str, message: str) -> None:
    with pytest.raises(KeyFormatError, match=message) as caught:
        PrivateKey.from_wif(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("secret", [None, 32, "01" * 32, [1] * 32])
def test_a_secret_is_bytes_and_its_text_a_str(secret: Any) -> None:
    with pytest.raises(KeyFormatError, match=f"not {type(secret).__name__}"):
        PrivateKey.from_bytes(secret)
    with pytest.raises(KeyFormatError, match="not bytes"):
        PrivateKey.from_wif(cast("str", WIKI_WIF.encode()))


def test_a_secret_is_not_shown() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)
    assert repr(KEY.public_key) in repr(KEY)


def test_generated_keys_come_from_the_source_that_is_given() -> None:
    draws = iter([bytes(32), b"\xff" * 32, b"\x07" * 32])
    assert PrivateKey.generate(lambda size: next(draws)[:size]) == PrivateKey(b"\x07" * 32)
    assert PrivateKey.generate() != PrivateKey.generate()


@given(SECRETS, st.binary(min_size=32, max_size=32))
def test_openssl_verifies_what_we_sign(secret: bytes, digest: bytes) -> None:
    key = PrivateKey(secret)
    theirs = CECKey()
    theirs.set_pubkey(key.public_key)
    assert theirs.verify(digest, key.sign_digest(digest))


def test_signing_is_deterministic_unless_asked_otherwise() -> None:
    assert KEY.sign_digest(DIGEST) == sign_digest(KEY.secret, DIGEST)
    other = KEY.sign_digest(DIGEST, extra_entropy=bytes(32))
    assert other != KEY.sign_digest(DIGEST)
    assert verify_digest(other, KEY.public_key, DIGEST)
    assert not verify_digest(other, KEY.public_key, DIGEST[1:] + b"\x01")


def test_which_public_keys_relay_takes() -> None:
    uncompressed = PrivateKey(KEY.secret, compressed=False).public_key
    hybrid = bytes([6 | uncompressed[-1] & 1]) + uncompressed[1:]
    signature = KEY.sign_digest(DIGEST)
    assert is_public_key(KEY.public_key)
    assert is_public_key(uncompressed)
    assert not is_public_key(hybrid)
    assert verify_digest(signature, hybrid, DIGEST)
    assert not is_public_key(b"\x02" + b"\xff" * 32)
    assert not is_public_key(b"")


@given(SECRETS, st.binary(max_size=32))
def test_a_tweaked_secret_signs_for_the_tweaked_key(secret: bytes, root: bytes) -> None:
    key = PrivateKey(secret)
    output_key, parity = tweak_public_key(key.x_only, root)
    tweaked = PrivateKey(tweak_secret(secret, root))
    assert tweaked.x_only == output_key
    assert tweaked.public_key[0] == 2 + parity
    assert schnorr_verify(schnorr_sign(tweaked.secret, DIGEST), output_key, DIGEST)
    assert not schnorr_verify(schnorr_sign(secret, DIGEST), output_key, DIGEST)


@pytest.mark.parametrize("internal", [b"", b"\xff" * 32, (5).to_bytes(32, "big")])
def test_no_internal_key(internal: bytes) -> None:
    with pytest.raises(KeyFormatError, match=r"is 32 bytes|is not the x of a point"):
        tweak_public_key(internal)
