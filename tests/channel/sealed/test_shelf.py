"""The shelf: chunks of several movies by id and index, and a KeyError for what is not there."""

import io
from collections.abc import Callable

import pytest

from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.sealed.opening import offered
from penstock.channel.sealed.shelf import MovieShelf
from penstock.testing import key

FILMS = (b"the first film" * 30, b"another one" * 40)
MOVIES = [SealedMovie.cut(io.BytesIO(film), 100, key("publisher").private, Keys(bytes(range(32)))) for film in FILMS]
SHELF = MovieShelf.of(*MOVIES)


@pytest.mark.parametrize("number", [0, 1])
def test_each_movie_opens_from_the_shelf(number: int) -> None:
    manifest = MOVIES[number].manifest
    opened = b""
    for chunk in range(manifest.chunks):
        of = manifest.movie, chunk
        opened += offered(manifest, SHELF.leaf(*of), SHELF.proof(*of), SHELF.ciphertext(*of)).opened(SHELF.key(*of))
    assert opened == FILMS[number]


@pytest.mark.parametrize("ask", [SHELF.leaf, SHELF.proof, SHELF.ciphertext, SHELF.key])
def test_another_movie_or_chunk_is_not_there(ask: Callable[[bytes, int], object]) -> None:
    movie = MOVIES[0].manifest.movie
    for wrong in ((bytes(32), 0), (movie, MOVIES[0].manifest.chunks), (movie, -1)):
        with pytest.raises(KeyError):
            ask(*wrong)
