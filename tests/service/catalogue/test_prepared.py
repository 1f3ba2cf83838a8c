"""Prepared titles are read from folders and other places; damage is found, by the name of the file."""

import shutil
from pathlib import Path

import fsspec
import pytest

from penstock.channel.safe.protocol.items import Shelf
from penstock.service.catalogue.places import place_of
from penstock.service.catalogue.prepared import PreparedShelf, PreparedTitle
from penstock.service.errors import CatalogueError
from penstock.service.media.cutting import FilmSource
from penstock.service.media.sources import Pieces
from penstock.testing import key
from tests.support.films import MAKER, files_of, film, prepared


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("titles")
    prepared(folder / "title", FilmSource(film(folder / "film.mp4"), 1))
    return folder / "title"


@pytest.fixture
def title(made: Path, tmp_path: Path) -> Path:
    """A copy of a title, to be damaged."""
    shutil.copytree(made, tmp_path / "title")
    return tmp_path / "title"


def test_a_shelf_has_the_chunks_of_all_titles(made: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(1_000))
    prepared(tmp_path / "other", Pieces(tmp_path / "file", 400))
    titles = [PreparedTitle.open(folder) for folder in (made, tmp_path / "other")]
    shelf: Shelf = PreparedShelf.of(MAKER.secret, *titles)
    one, other = (title.qualities[0].manifest.movie for title in titles)
    assert [len(list(shelf.leaves(movie))) for movie in (one, other, bytes(32))] == [5, 3, 0]
    assert len(shelf.key(one, 4)) == 32
    for movie, chunk in ((bytes(32), 0), (one, 5), (one, -1), (other, 3)):
        for ask in (shelf.leaf, shelf.proof, shelf.ciphertext, shelf.key):
            with pytest.raises(KeyError):
                ask(movie, chunk)


def test_the_secret_and_the_publisher_are_asked_for(made: Path) -> None:
    title = PreparedTitle.open(made, MAKER.key.x_only)
    with pytest.raises(CatalogueError, match=r"movie .*: its keys come from another seed"):
        PreparedShelf.of(bytes(32), title)
    with pytest.raises(CatalogueError, match=f"signed by {MAKER.key.x_only.hex()}, not by"):
        PreparedTitle.open(made, key("other").private.x_only)


def test_every_small_file_is_checked_when_a_title_is_opened(title: Path) -> None:
    for name in ("title.cbor", "0/manifest.cbor", "0/leaves.cbor", "0/init.mp4"):
        whole = (title / name).read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            (title / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with pytest.raises(CatalogueError, match=name):
                PreparedTitle.open(title)
        for other in (whole[:-1], whole + b"\0", b""):
            (title / name).write_bytes(other)
            with pytest.raises(CatalogueError, match=name):
                PreparedTitle.open(title)
        (title / name).unlink()
        with pytest.raises(CatalogueError, match=f"{name}: No such file or directory"):
            PreparedTitle.open(title)
        (title / name).write_bytes(whole)
    PreparedTitle.open(title)


def test_leaves_of_another_movie(title: Path, tmp_path: Path) -> None:
    prepared(tmp_path / "other", FilmSource(film(tmp_path / "film.mp4", bits=20_000), 1))
    shutil.copy(tmp_path / "other" / "0" / "leaves.cbor", title / "0" / "leaves.cbor")
    with pytest.raises(CatalogueError, match=r"0/leaves\.cbor: not the leaves of the manifest"):
        PreparedTitle.open(title)


def test_ciphertexts_are_read_when_they_are_asked_for(title: Path) -> None:
    path = title / "0" / "00002.bin"
    whole = path.read_bytes()
    opened = PreparedTitle.open(title)
    path.write_bytes(whole[:-1] + b"x")
    shelf = PreparedShelf.of(MAKER.secret, opened)
    movie = opened.qualities[0].manifest.movie
    shelf.ciphertext(movie, 1)
    for damage in (whole[:-1] + b"x", whole[:-1], whole + b"x"):
        path.write_bytes(damage)
        with pytest.raises(CatalogueError, match=r"0/00002\.bin: (not the one|larger)"):
            shelf.ciphertext(movie, 2)
    path.unlink()
    with pytest.raises(CatalogueError, match=r"0/00002\.bin: No such file"):
        shelf.ciphertext(movie, 2)


def test_a_title_in_another_place(made: Path) -> None:
    system = fsspec.filesystem("memory")
    for name, content in files_of(made).items():
        system.pipe_file(f"/shop/title/{name}", content)
    try:
        here, there = PreparedTitle.open(made), PreparedTitle.open("memory://shop/title")
        assert there.title == here.title
        assert there.qualities[0].init() == here.qualities[0].init()
        assert there.qualities[0].ciphertext(3) == here.qualities[0].ciphertext(3)
        with pytest.raises(CatalogueError, match=r"shop/nothing/title\.cbor: "):
            PreparedTitle.open("memory://shop/nothing/")
    finally:
        system.rm("/shop", recursive=True)


def test_places_that_are_not_known() -> None:
    with pytest.raises(CatalogueError, match=r"nowhere://x: Protocol not known: nowhere"):
        place_of("nowhere://x")
