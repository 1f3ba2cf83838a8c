"""Sealed movies: no forged leaf, proof, ciphertext or key is paid for; a publisher who cheats is shown to be one."""

import io
from dataclasses import replace

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.channel.agreement.merkle import Proof
from penstock.channel.canonical import CanonicalError
from penstock.channel.sealed.cipher import TAG_SIZE, seal, unseal
from penstock.channel.sealed.fraud import FraudProof
from penstock.channel.sealed.keys import Keys, SecretError
from penstock.channel.sealed.leaf import Leaf, promise
from penstock.channel.sealed.manifest import Manifest, signed_manifest
from penstock.channel.sealed.movie import SealedMovie, SealedMovieError
from penstock.channel.sealed.opening import FraudError, Offered, OpeningError, offered
from penstock.script.hashes import sha256
from penstock.testing import key

PUBLISHER, MALLORY = key("publisher").private, key("mallory").private
SECRET = bytes(range(32))
FILM = bytes(range(256)) * 5 + b"the end"


def movie(film: bytes = FILM, size: int = 100, session: bytes = b"") -> SealedMovie:
    return SealedMovie.cut(io.BytesIO(film), size, PUBLISHER, Keys(SECRET, session))


def chunk(sealed: SealedMovie, index: int) -> Offered:
    return offered(sealed.manifest, sealed.leaves[index], sealed.proof(index), sealed.ciphertext(index))


@given(st.binary(min_size=1, max_size=600), st.integers(1, 700))
def test_every_chunk_opens_with_its_key_and_all_make_the_film(film: bytes, size: int) -> None:
    sealed = movie(film, size)
    count = sealed.manifest.chunks
    assert sealed.manifest.is_signed
    assert sealed.manifest.has_all(sealed.leaves)
    assert b"".join(chunk(sealed, index).opened(sealed.key(index)) for index in range(count)) == film
    keys = {sealed.key(index) for index in range(count)}
    assert len(keys) == count
    assert Manifest.from_bytes(sealed.manifest.to_bytes()) == sealed.manifest
    assert [Leaf.from_bytes(leaf.to_bytes()) for leaf in sealed.leaves] == list(sealed.leaves)


def test_nothing_is_readable_without_the_key() -> None:
    sealed = movie(b"A" * 300)
    assert all(b"AA" not in sealed.ciphertext(index) for index in range(3))
    assert len({sealed.ciphertext(index) for index in range(3)}) == 3
    with pytest.raises(OpeningError, match="the key of chunk 0 is not the one of the manifest"):
        chunk(sealed, 0).opened(sealed.key(1))


def test_sessions_have_keys_and_ciphertexts_of_their_own() -> None:
    common, one, other = movie(), movie(session=b"channel one"), movie(session=b"channel two")
    assert len({common.key(0), one.key(0), other.key(0)}) == 3
    assert len({common.ciphertext(0), one.ciphertext(0), other.ciphertext(0)}) == 3
    assert len({common.manifest.movie, one.manifest.movie, other.manifest.movie}) == 3
    assert movie().manifest == common.manifest, "static keys are the same each time"
    assert not one.manifest.has(other.leaves[0], other.proof(0))


def test_no_key_is_used_for_chunks_of_two_sizes() -> None:
    """Two plaintexts under one key would show what differs between them: the nonce is always the same."""
    small, large = movie(size=100), movie(size=200)
    assert small.manifest.movie != large.manifest.movie
    keys = [{sealed.key(index) for index in range(sealed.manifest.chunks)} for sealed in (small, large)]
    assert not keys[0] & keys[1]


def test_forged_parts_are_refused_before_anything_is_paid() -> None:
    sealed = movie()
    manifest, leaf, proof, data = sealed.manifest, sealed.leaves[3], sealed.proof(3), sealed.ciphertext(3)
    other = movie(FILM[:-1])
    assert offered(manifest, leaf, proof, data).opened(sealed.key(3)) == FILM[300:400]
    for forged, told in (
        ((replace(manifest, root=bytes(32)), leaf, proof, data), "not signed"),
        ((replace(manifest, length=1), leaf, proof, data), "not signed"),
        ((replace(manifest, publisher=MALLORY.x_only), leaf, proof, data), "not signed"),
        ((replace(manifest, signature=bytes(64)), leaf, proof, data), "not signed"),
        ((other.manifest, leaf, proof, data), "leaf 3 is not in the manifest"),
        ((manifest, replace(leaf, key=bytes(32)), proof, data), "leaf 3 is not in"),
        ((manifest, replace(leaf, plaintext=bytes(32)), proof, data), "leaf 3 is not in"),
        ((manifest, replace(leaf, ciphertext=sha256(b"x")), proof, data), "leaf 3 is not in"),
        ((manifest, replace(leaf, length=99), proof, data), "leaf 3 is not in"),
        ((manifest, replace(leaf, index=4), proof, data), "leaf 4 is not in"),
        ((manifest, replace(leaf, index=-1), proof, data), "leaf -1 is not in"),
        ((manifest, sealed.leaves[4], proof, data), "leaf 4 is not in"),
        ((manifest, leaf, sealed.proof(4), data), "leaf 3 is not in"),
        ((manifest, leaf, replace(proof, size=proof.size + 1), data), "leaf 3 is not in"),
        ((manifest, leaf, replace(proof, path=proof.path[1:]), data), "leaf 3 is not in"),
        ((manifest, leaf, replace(proof, path=(*proof.path, bytes(32))), data), "leaf 3 is not in"),
        ((manifest, leaf, proof, data[:-1]), "has 115 bytes, not 116"),
        ((manifest, leaf, proof, data[:-1] + bytes([data[-1] ^ 1])), "the ciphertext of chunk 3 is not the one"),
        ((manifest, leaf, proof, sealed.ciphertext(4)), "the ciphertext of chunk 3 is not the one"),
    ):
        with pytest.raises(OpeningError, match=told) as caught:
            offered(*forged)
        assert not isinstance(caught.value, FraudError)


def test_all_leaves_at_once_are_held_against_the_manifest() -> None:
    sealed = movie()
    leaves = list(sealed.leaves)
    for wrong in (
        leaves[:-1],
        leaves + leaves[-1:],
        leaves[1:] + leaves[:1],
        [replace(leaves[0], key=bytes(32)), *leaves[1:]],
        [replace(leaves[0], length=99), replace(leaves[1], length=101), *leaves[2:]],
        [replace(leaves[0], index=1 << 40), *leaves[1:]],
        [replace(leaf, movie=bytes(32)) for leaf in leaves],
        [],
    ):
        assert not sealed.manifest.has_all(wrong)


def cheating(plaintext: bytes = b"rubbish", promised: bytes = b"the film", secret: bytes = bytes(32)) -> FraudProof:
    """A publisher who promises one text, and seals another one."""
    movie_id = sha256(b"a movie")
    data = seal(plaintext, secret, movie_id, 0)
    leaf = replace(promise(movie_id, 0, plaintext, data, secret), plaintext=sha256(promised))
    manifest, tree = signed_manifest(PUBLISHER, movie_id, [leaf])
    return FraudProof(manifest, leaf, tree.proof(0), data, secret)


def test_a_publisher_who_cheats_is_shown_to_be_one() -> None:
    wrong_text = cheating()
    assert wrong_text.judge() == "chunk 0 opens to other bytes than those that its publisher has signed for"
    undecipherable = replace(wrong_text, ciphertext=bytes(7 + TAG_SIZE))
    leaf = replace(wrong_text.leaf, ciphertext=sha256(undecipherable.ciphertext))
    manifest, tree = signed_manifest(PUBLISHER, leaf.movie, [leaf])
    proof = replace(undecipherable, leaf=leaf, manifest=manifest, proof=tree.proof(0))
    assert proof.judge() == "chunk 0 does not open with the key that its publisher has signed for"
    long_key = replace(leaf, key=sha256(bytes(33)))
    manifest, tree = signed_manifest(PUBLISHER, leaf.movie, [long_key])
    assert replace(proof, leaf=long_key, manifest=manifest, proof=tree.proof(0), key=bytes(33)).judge()
    assert FraudProof.from_bytes(wrong_text.to_bytes()) == wrong_text


def test_an_honest_publisher_cannot_be_accused() -> None:
    sealed = movie()
    proof = FraudProof(sealed.manifest, sealed.leaves[0], sealed.proof(0), sealed.ciphertext(0), sealed.key(0))
    assert proof.judge() is None
    for forged in (
        replace(proof, key=sealed.key(1)),
        replace(proof, ciphertext=sealed.ciphertext(1)),
        replace(proof, leaf=sealed.leaves[1]),
        replace(proof, leaf=replace(proof.leaf, plaintext=bytes(32))),
        replace(proof, manifest=replace(proof.manifest, publisher=MALLORY.x_only)),
        replace(proof, proof=Proof(0, 1, ())),
    ):
        with pytest.raises(OpeningError) as caught:
            forged.judge()
        assert not isinstance(caught.value, FraudError)


@given(st.data())
def test_damaged_files_are_refused_by_one_error(data: st.DataObject) -> None:
    sealed = movie(b"a film", 3)
    proof = FraudProof(sealed.manifest, sealed.leaves[0], sealed.proof(0), sealed.ciphertext(0), sealed.key(0))
    for read, raw in (
        (Manifest.from_bytes, sealed.manifest.to_bytes()),
        (Leaf.from_bytes, sealed.leaves[0].to_bytes()),
        (FraudProof.from_bytes, proof.to_bytes()),
    ):
        place = data.draw(st.integers(0, len(raw) - 1))
        damaged = data.draw(
            st.sampled_from([raw[:place], raw + b"\x00", raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :], b""])
        )
        try:
            again = read(damaged)
        except CanonicalError:
            continue
        assert again.to_bytes() == damaged, "one way only to write it"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"movie": bytes(31)}, "movie: expected 32 bytes, got 31"),
        ({"index": -1}, "index: expected 0 to"),
        ({"length": 0}, "length: expected 1 to"),
        ({"length": True}, "length: expected a whole number"),
        ({"key": "text"}, "key: expected bytes"),
    ],
)
def test_values_out_of_their_ranges_are_named(change: dict[str, object], told: str) -> None:
    leaf = movie().leaves[0]
    with pytest.raises(CanonicalError, match=told):
        replace(leaf, **change).to_bytes()  # type: ignore[arg-type]
    values = [
        change.get(name, getattr(leaf, name)) for name in ("movie", "index", "length", "ciphertext", "key", "plaintext")
    ]
    with pytest.raises(CanonicalError, match=told):
        Leaf.from_bytes(cbor2.dumps(values, canonical=True))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for read in (Manifest.from_bytes, Leaf.from_bytes, FraudProof.from_bytes):
        with pytest.raises(CanonicalError):
            read(raw)


@pytest.mark.parametrize(
    "raw", [b"\x9f" * 5000, b"\x81" * 200_000, b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff", b"\xc2\x5b" + b"\xff" * 8]
)
def test_hostile_bytes_are_refused(raw: bytes) -> None:
    for read in (Manifest.from_bytes, Leaf.from_bytes, FraudProof.from_bytes):
        with pytest.raises(CanonicalError):
            read(raw)


def test_another_form_of_the_same_values_is_refused() -> None:
    leaf = movie().leaves[1]
    values = cbor2.loads(leaf.to_bytes())
    indefinite = b"\x9f" + b"".join(cbor2.dumps(value) for value in values) + b"\xff"
    assert cbor2.loads(indefinite) == values
    with pytest.raises(CanonicalError, match="not the shortest form"):
        Leaf.from_bytes(indefinite)


def test_a_file_that_cannot_be_sealed_is_refused() -> None:
    with pytest.raises(SealedMovieError, match="empty"):
        movie(b"")
    for size in (0, 1 << 32):
        with pytest.raises(SealedMovieError, match="a chunk has 1 to"):
            movie(size=size)
    with pytest.raises(SecretError, match="32 bytes, not 5"):
        Keys(b"short")

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(SealedMovieError, match="a pipe"):
        SealedMovie.cut(Pipe(FILM), 100, PUBLISHER, Keys(SECRET))


def test_a_file_that_changes_is_noticed() -> None:
    source = io.BytesIO(FILM)
    sealed = SealedMovie.cut(source, 100, PUBLISHER, Keys(SECRET))
    source.seek(105)
    source.write(b"\xff\xff")
    assert chunk(sealed, 0).opened(sealed.key(0)) == FILM[:100]
    with pytest.raises(SealedMovieError, match="chunk 1 is not the same"):
        sealed.ciphertext(1)


def test_the_cipher_binds_movie_and_index() -> None:
    data = seal(b"text", SECRET, bytes(32), 5)
    assert unseal(data, SECRET, bytes(32), 5) == b"text"
    assert unseal(data, SECRET, bytes(32), 6) is None
    assert unseal(data, SECRET, bytes([1] * 32), 5) is None
    assert unseal(data[:10], SECRET, bytes(32), 5) is None


def test_progress_is_told_in_bytes() -> None:
    told: list[int] = []
    SealedMovie.cut(io.BytesIO(FILM), 500, PUBLISHER, Keys(SECRET), on_sealed=told.append)
    assert told == [500, 500, 287]


# Chunks that are sold by themselves ---------------------------------------------------------------------------------


def plain(film: bytes = FILM) -> SealedMovie:
    return SealedMovie.cut(io.BytesIO(film), 100, PUBLISHER, None)


def test_a_plain_chunk_stands_in_the_place_of_its_key() -> None:
    sealed = plain()
    assert sealed.manifest.movie != movie().manifest.movie
    assert (sealed.largest_plain, movie().largest_plain) == (100, 0)
    assert {sealed.ciphertext(index) for index in range(sealed.manifest.chunks)} == {b""}
    assert b"".join(chunk(sealed, index).opened(sealed.key(index)) for index in range(sealed.manifest.chunks)) == FILM
    with pytest.raises(OpeningError, match="the content of chunk 0 is not the one of the manifest"):
        chunk(sealed, 0).opened(sealed.key(1))
    with pytest.raises(OpeningError, match="the ciphertext of chunk 0 has 1 bytes, not 0"):
        offered(sealed.manifest, sealed.leaves[0], sealed.proof(0), b"x")


def test_a_leaf_without_ciphertext_has_the_chunk_for_a_key() -> None:
    """A publisher who signs for a key without a ciphertext sells nothing."""
    leaf = promise(bytes(32), 0, b"plaintext", b"", b"another key")
    manifest, tree = signed_manifest(PUBLISHER, bytes(32), [leaf])
    with pytest.raises(OpeningError, match="leaf 0 has no ciphertext, and its key is not the chunk itself"):
        offered(manifest, leaf, tree.proof(0), b"")


def test_no_fraud_is_shown_of_a_plain_chunk() -> None:
    sealed = SealedMovie.cut(io.BytesIO(FILM), 64, PUBLISHER, None)
    shown = FraudProof(sealed.manifest, sealed.leaves[0], sealed.proof(0), b"", sealed.key(0))
    assert FraudProof.from_bytes(shown.to_bytes()).judge() is None
