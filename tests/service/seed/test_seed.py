"""Words, keys and files of seeds, held against the vectors of BIP39 and a second derivation of BIP32."""

import hashlib
import hmac
import json
import os
import stat
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.safe.agreement.chains import NETWORKS
from penstock.script.hashes import tagged_hash
from penstock.service.errors import SeedError
from penstock.service.seed.seed_file import read_seed, write_seed, write_whole
from penstock.service.seed.wallet import Wallet
from penstock.service.seed.words import SIZES, entropy_of, new_entropy, seed_of, words_of
from penstock.service.store.held import KeyPath
from penstock.tx.der import ORDER

# Trezor's vectors for BIP39 have the passphrase TREZOR; those without one are in BIP85 and in many wallets' tests.
VECTORS = [
    ("00" * 16, "abandon " * 11 + "about"),
    ("7f" * 16, "legal winner thank year wave sausage worth useful legal winner thank yellow"),
    ("ff" * 32, "zoo " * 23 + "vote"),
]
ABANDON_SEED = (
    "5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1"
    "9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4"
)
LOW = 4
"""A cost of scrypt for tests."""


@pytest.mark.parametrize(("entropy", "words"), VECTORS)
def test_words_of_the_vectors(entropy: str, words: str) -> None:
    assert words_of(bytes.fromhex(entropy)) == words
    assert entropy_of(words.upper().replace(" ", "\n  ")) == bytes.fromhex(entropy)


def test_the_seed_of_the_vector() -> None:
    assert seed_of(bytes(16)).hex() == ABANDON_SEED


@given(st.sampled_from(sorted(SIZES.values())).flatmap(lambda size: st.binary(min_size=size, max_size=size)))
def test_words_come_back(entropy: bytes) -> None:
    assert entropy_of(words_of(entropy)) == entropy


def test_new_seeds_differ() -> None:
    assert len({new_entropy(12) for _ in range(20)} | {new_entropy() for _ in range(20)}) == 40


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", "not 0"),
        ("abandon " * 13, "not 13"),
        ("abandon " * 12, "the checksum of these words is wrong"),
        ("abandon " * 10 + "about abandon", "two have changed places"),
        ("secret " * 11 + "Hunter2", "number 12$"),
        ("abando " * 2 + "abandon " * 10, "number 1, 2$"),
    ],
)
def test_words_that_are_not_a_seed(words: str, reason: str) -> None:
    with pytest.raises(SeedError, match=reason) as raised:
        entropy_of(words)
    assert "abando " not in str(raised.value).lower()
    assert "hunter2" not in str(raised.value).lower()


# Keys -----------------------------------------------------------------------------------------------------------------


def derived(seed: bytes, *path: int) -> bytes:
    """The secret of a path of hardened steps, by BIP32's formulas alone."""
    whole = hmac.digest(b"Bitcoin seed", seed, hashlib.sha512)
    for number in path:
        secret, chain = whole[:32], whole[32:]
        step = hmac.digest(chain, b"\0" + secret + (0x80000000 + number).to_bytes(4, "big"), hashlib.sha512)
        key = (int.from_bytes(step[:32], "big") + int.from_bytes(secret, "big")) % ORDER
        whole = key.to_bytes(32, "big") + step[32:]
    return whole[:32]


@pytest.mark.parametrize(("number", "network"), list(enumerate(NETWORKS)))
@pytest.mark.parametrize(("side", "role"), [(0, "payer"), (1, "payee")])
def test_the_path_of_each_key(number: int, network: str, side: int, role: str) -> None:
    keys = Wallet(bytes(16)).keys(network, role, KeyPath(77, 5))
    purposes = (keys.authentication, keys.funding, keys.claim, keys.payout)
    for purpose, key in enumerate(purposes):
        assert key.secret == derived(bytes.fromhex(ABANDON_SEED), 1885695603, number, side, 77, 5, purpose)


def test_no_two_paths_have_a_key_in_common() -> None:
    wallet = Wallet(bytes(16))
    secrets = [
        secret
        for network, role, device, counter in product(NETWORKS, ("payer", "payee"), (0, 1), (0, 1))
        for keys in [wallet.keys(network, role, KeyPath(device, counter))]
        for secret in (keys.authentication.secret, keys.funding.secret, keys.claim.secret, keys.payout.secret)
    ]
    assert len(set(secrets)) == len(secrets) == 6 * 2 * 2 * 2 * 4
    assert wallet.recovery_key not in secrets
    assert wallet.recovery_key != Wallet(bytes([1]) * 16).recovery_key
    assert wallet.publisher_key.secret not in secrets


def test_the_keys_of_a_publisher() -> None:
    wallet, seed = Wallet(bytes(16)), bytes.fromhex(ABANDON_SEED)
    assert wallet.publisher_key.secret == derived(seed, 1885695603, 2147483646, 0)
    assert wallet.film_secret == tagged_hash("penstock/film secret/1", derived(seed, 1885695603, 2147483646, 1))
    assert len({wallet.publisher_key.secret, wallet.film_secret, wallet.recovery_key}) == 3


# Files ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "seed.json"


def test_a_seed_file(path: Path) -> None:
    write_seed(path, bytes(range(32)), "pässword", LOW)
    assert read_seed(path, "pa\u0308ssword") == bytes(range(32)), "the same letter in another form"
    assert bytes(range(32)).hex() not in path.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["seed.json"]
    with pytest.raises(SeedError, match=r"seed\.json: wrong passphrase, or the file has changed"):
        read_seed(path, "password")


def test_the_usual_cost_is_the_one_that_takes_memory(path: Path) -> None:
    write_seed(path, bytes(16), "x")
    assert json.loads(path.read_text())["cost"] == 17
    assert read_seed(path, "x") == bytes(16)


def test_no_file_is_written_over(path: Path) -> None:
    write_seed(path, bytes(16), "one", LOW)
    before = path.read_bytes()
    with pytest.raises(SeedError, match="is there already"):
        write_seed(path, bytes(16), "two", LOW)
    with pytest.raises(SeedError, match="the passphrase is empty"):
        write_seed(path.with_name("other"), bytes(16), "", LOW)
    assert path.read_bytes() == before
    assert not path.with_name("other").exists()


def test_a_file_that_cannot_be_written_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"content")
    assert not list(path.parent.iterdir())


@pytest.mark.parametrize(
    "change",
    [
        {"cost": 21},
        {"cost": 0},
        {"cost": "4"},
        {"cost": True},
        {"salt": "00"},
        {"nonce": 7},
        {"nonce": "xx"},
        {"sealed": ""},
        {"format": "penstock seed 2"},
        {"more": 1},
    ],
    ids=str,
)
def test_a_file_of_another_form(path: Path, change: dict[str, object]) -> None:
    write_seed(path, bytes(16), "x", LOW)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(SeedError, match=r"seed\.json: not the file of a seed"):
        read_seed(path, "x")


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"null", b"{}", b"[" * 5_000, b" " * 5_000], ids=len)
def test_any_other_file(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(SeedError, match="not the file of a seed"):
        read_seed(path, "x")


@pytest.mark.parametrize("field", ["cost", "salt", "nonce", "sealed"])
def test_a_changed_field_is_found(path: Path, field: str) -> None:
    write_seed(path, bytes(16), "x", LOW)
    values = json.loads(path.read_text())
    values[field] = 5 if field == "cost" else values[field][:-1] + ("0" if values[field][-1] != "0" else "1")
    path.write_text(json.dumps(values))
    with pytest.raises(SeedError, match="wrong passphrase, or the file has changed"):
        read_seed(path, "x")


def test_something_else_that_was_encrypted_the_same_way(path: Path) -> None:
    write_seed(path, b"no seed", "x", LOW)
    with pytest.raises(SeedError, match="not a seed of 12 or 24 words"):
        read_seed(path, "x")
