"""A file cut into chunks: nothing is lost, nothing is loaded whole, and a file that changes is noticed."""

import hashlib
import io
import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from penstock.channel.agreement.merkle import verify_proof
from penstock.channel.agreement.movie import Movie, MovieError
from penstock.channel.agreement.terms import TermsError
from tests.support.channels.channel_stage import file_of, movie_of


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root_by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + root_by_the_book(leaves[:half]) + root_by_the_book(leaves[half:]))


@given(st.binary(min_size=1, max_size=400), st.integers(1, 64))
@example(b"x", 64)
@example(bytes(64), 64)
@example(bytes(128), 64)
def test_chunks_put_end_to_end_are_the_file(data: bytes, chunk_size: int) -> None:
    movie = Movie.cut(io.BytesIO(data), chunk_size)
    chunks = [movie.chunk(index) for index in range(movie.title.chunks)]
    assert b"".join(chunks) == data
    assert [len(chunk) for chunk in chunks] == [movie.title.chunk_length(index) for index in range(len(chunks))]
    assert {len(chunk) for chunk in chunks[:-1]} <= {chunk_size}
    assert list(movie.leaves) == [sha256(chunk) for chunk in chunks]
    assert movie.title.root == root_by_the_book(list(movie.leaves))
    assert movie.title.payable == len(chunks) - 1


@given(st.integers(1, 40), st.data())
def test_every_leaf_has_its_proof(chunks: int, data: st.DataObject) -> None:
    movie = movie_of(chunks)
    index = data.draw(st.integers(0, chunks - 1))
    assert verify_proof(movie.title.root, movie.leaf(index), movie.proof(index))


class Tape(io.RawIOBase):
    """A long file of zeros that exists nowhere, and remembers the most that was read at once."""

    def __init__(self, length: int) -> None:
        self.length, self.position, self.most = length, 0, 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        assert whence == 0
        self.position = offset
        return offset

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.length - self.position)
        self.most = max(self.most, size)
        self.position += size
        return bytes(size)


def test_a_large_file_is_never_loaded() -> None:
    tape = Tape(96 << 20)
    seen: list[int] = []
    movie = Movie.cut(tape, 32 << 20, on_hashed=seen.append)  # type: ignore[arg-type]  # BinaryIO asks for more than is used
    assert tape.most <= 1 << 20
    assert sum(seen) == tape.length
    assert movie.leaves == (sha256(bytes(32 << 20)),) * 3


def test_a_pipe_is_refused() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, os.fdopen(writing, "wb"), pytest.raises(MovieError, match="only once"):
        Movie.cut(pipe, 10)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(MovieError, match="empty"):
        Movie.cut(io.BytesIO(), 10)


@pytest.mark.parametrize("chunk_size", [0, -5, 1 << 32])
def test_chunks_that_cannot_be_claimed_are_refused(chunk_size: int) -> None:
    with pytest.raises(TermsError, match="chunk size"):
        Movie.cut(io.BytesIO(b"x"), chunk_size)


@pytest.mark.parametrize("now", [b"", file_of(2), file_of(3)[:-1] + b"!"], ids=["gone", "shorter", "edited"])
def test_a_file_that_changes_is_noticed(now: bytes) -> None:
    source = io.BytesIO(file_of(3))
    movie = Movie.cut(source, 32)
    source.seek(0)
    source.truncate()
    source.write(now)
    with pytest.raises(MovieError, match=r"chunk 2 .* has changed"):
        movie.chunk(2)
