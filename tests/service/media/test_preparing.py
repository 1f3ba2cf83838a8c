"""Films and files become titles: reproducible by any executor, and all of it or nothing."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from penstock.channel.sealed.opening import offered
from penstock.service.catalogue.prepared import PreparedShelf, PreparedTitle
from penstock.service.errors import CatalogueError, MediaError
from penstock.service.media.cutting import FilmSource
from penstock.service.media.preparing import prepare, processes
from penstock.service.media.sealing import Workers
from penstock.service.media.sources import Pieces
from tests.support.films import MAKER, files_of, film, packets, prepared, segments


class ByHand(Executor):
    """An executor of another kind: it only has `submit`, and works when a result is asked for."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **named))
        return future


def opened_chunks(folder: Path) -> list[list[bytes]]:
    """The initialization segment and the chunks of each quality, decrypted after all checks of a viewer."""
    title = PreparedTitle.open(folder, MAKER.key.x_only)
    shelf = PreparedShelf.of(MAKER.secret, title)
    found = []
    for quality in title.qualities:
        manifest = quality.manifest
        chunks = []
        for leaf in shelf.leaves(manifest.movie):
            at = manifest.movie, leaf.index
            assert shelf.leaf(*at) == leaf
            chunks.append(offered(manifest, leaf, shelf.proof(*at), shelf.ciphertext(*at)).opened(shelf.key(*at)))
        found.append([quality.init(), *chunks])
    return found


def test_what_a_viewer_opens_is_what_was_cut(tmp_path: Path) -> None:
    high, low = film(tmp_path / "high.mp4"), film(tmp_path / "low.mkv", size="32x24", bits=8_000)
    done = prepared(tmp_path / "title", FilmSource(high, 1), FilmSource(low, 1))
    assert done.warnings == ()
    assert opened_chunks(tmp_path / "title") == [segments(high), segments(low)]
    joined = tmp_path / "joined.mp4"
    joined.write_bytes(b"".join(opened_chunks(tmp_path / "title")[1]))
    assert sorted(packets(joined)) == sorted(packets(low))
    facts = done.title.qualities[1]
    assert (facts.width, facts.height, facts.codecs[:5], len(facts.durations)) == (32, 24, "avc1.", 5)
    largest = max(8 * len(chunk) for chunk in segments(low)[1:])
    assert 0.9 * largest < facts.bandwidth < 1.3 * largest


def test_a_file_is_cut_by_size(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 10)
    done = prepared(tmp_path / "title", Pieces(file, 1_000))
    assert opened_chunks(tmp_path / "title") == [
        [b"", *(file.read_bytes()[at : at + 1_000] for at in (0, 1_000, 2_000))]
    ]
    (quality,) = done.title.qualities
    assert (quality.is_film, quality.codecs, quality.durations) == (False, "", ())
    assert set(files_of(tmp_path / "title")) == {
        *("title.cbor", "0/manifest.cbor", "0/leaves.cbor", "0/00000.bin", "0/00001.bin", "0/00002.bin"),
    }


def test_another_cut_of_the_same_file_has_other_keys(tmp_path: Path) -> None:
    """One key for two chunks would show the difference of both."""
    file = tmp_path / "file"
    file.write_bytes(bytes(4_000))
    one, other = prepared(tmp_path / "one", Pieces(file, 1_000)), prepared(tmp_path / "other", Pieces(file, 2_000))
    assert one.title.qualities[0].manifest.movie != other.title.qualities[0].manifest.movie


# Executors ------------------------------------------------------------------------------------------------------------


def test_every_executor_gives_the_same_bytes(tmp_path: Path) -> None:
    source = FilmSource(film(tmp_path / "film.mp4"), 1)
    prepared(tmp_path / "serial", source)
    expected = files_of(tmp_path / "serial")
    with ThreadPoolExecutor(3) as threads:
        for name, executor, most in (("threads", threads, 9), ("by hand", ByHand(), 1)):
            counts: list[int] = []
            prepare([source], tmp_path / name, MAKER, Workers(executor, most), counts.append)
            assert files_of(tmp_path / name) == expected
            assert sum(counts) == 2 * sum(map(len, segments(source.path)[1:]))


def test_processes_give_the_same_bytes(tmp_path: Path) -> None:
    source = FilmSource(film(tmp_path / "film.mp4"), 1)
    prepared(tmp_path / "serial", source)
    with processes(2, 0) as workers:
        assert isinstance(workers.executor, ProcessPoolExecutor)
        prepare([source], tmp_path / "parallel", MAKER, workers)
    assert files_of(tmp_path / "parallel") == files_of(tmp_path / "serial")


def test_small_films_need_no_processes() -> None:
    with processes(None, 1_000_000) as workers:
        assert isinstance(workers.executor, ThreadPoolExecutor)


def test_few_chunks_wait_at_once(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(100_000))
    waiting: list[int] = []

    class Counting(ByHand):
        def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
            waiting.append(1)
            return super().submit(function, *arguments, **named)

    def taken(_: int) -> None:
        waiting.pop()
        assert len(waiting) < 4

    prepare([Pieces(file, 1_000)], tmp_path / "title", MAKER, Workers(Counting(), 4), taken)


def test_a_worker_that_ends_is_told(tmp_path: Path) -> None:
    class Broken(ByHand):
        def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor())
            return future

    source = FilmSource(film(tmp_path / "film.mp4"), 1)
    with pytest.raises(MediaError, match="a process ended before its work was done"):
        prepare([source], tmp_path / "title", MAKER, Workers(Broken(), 2))
    assert not (tmp_path / "title").exists()


# What is refused or warned of -----------------------------------------------------------------------------------------


def test_key_frames_that_do_not_agree(tmp_path: Path) -> None:
    one, other = film(tmp_path / "one.mp4"), film(tmp_path / "other.mp4", key_frames=16, audio="")
    (warning,) = prepared(tmp_path / "title", FilmSource(one, 1), FilmSource(other, 1)).warnings
    assert warning == (
        f"{other}: its key frames do not agree with those of {one}, first at 1.00 s: "
        "a player that changes the quality may stutter"
    )


def test_the_same_film_twice(tmp_path: Path) -> None:
    one, other = film(tmp_path / "one.mp4"), film(tmp_path / "other.mp4")
    with pytest.raises(MediaError, match=r"other\.mp4: the same film as .*one\.mp4"):
        prepared(tmp_path / "title", FilmSource(one, 1), FilmSource(other, 1))
    assert not (tmp_path / "title").exists()


def test_the_number_of_qualities(tmp_path: Path) -> None:
    for count in (0, 17):
        with pytest.raises(MediaError, match=f"a title has 1 to 16 qualities, not {count}"):
            prepared(tmp_path / "title", *[Pieces(tmp_path, 1)] * count)


@pytest.mark.parametrize("size", [0, (1 << 30) + 1])
def test_sizes_of_chunks(tmp_path: Path, size: int) -> None:
    with pytest.raises(MediaError, match="a chunk has 1 to 1,073,741,824 bytes"):
        prepared(tmp_path / "title", Pieces(tmp_path / "file", size))


def test_empty_files_and_pipes(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(MediaError, match="empty: the file is empty"):
        prepared(tmp_path / "title", Pieces(tmp_path / "empty", 10))
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        writer = os.open(tmp_path / "pipe", os.O_RDWR)
        with pytest.raises(MediaError, match="a pipe can be read only once"):
            prepared(tmp_path / "title", Pieces(tmp_path / "pipe", 10))
        os.close(writer)


@pytest.mark.parametrize("content", [bytes(30), bytes(15), bytes(10) + b"x" * 10, bytes(20) + b"x"])
def test_a_file_that_changes_meanwhile(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(20))

    def change(_: int) -> None:
        file.write_bytes(content)

    with pytest.raises(MediaError, match="the file has changed while it was read"):
        prepare([Pieces(file, 10)], tmp_path / "title", MAKER, Workers(ByHand(), 3), change)
    assert not (tmp_path / "title").exists()


# All or nothing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["title.cbor", "notes.txt"])
def test_other_files_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"mine")
    source = FilmSource(film(tmp_path.with_suffix(".mp4")), 1)
    with pytest.raises(MediaError, match="a title is there already" if name == "title.cbor" else "has other files"):
        prepared(tmp_path, source)
    assert files_of(tmp_path) == {name: b"mine"}


def test_an_empty_folder_stays_if_the_film_is_refused(tmp_path: Path) -> None:
    output, empty = tmp_path / "title", tmp_path / "empty.mp4"
    output.mkdir()
    empty.touch()
    with pytest.raises(MediaError):
        prepared(output, FilmSource(empty, 1))
    assert list(output.iterdir()) == []


SETUP = """
import os, resource, signal, sys
from pathlib import Path
from penstock.service.media.cutting import FilmSource
from penstock.service.media.preparing import prepare
from penstock.service.media.sealing import Workers
from concurrent.futures import ThreadPoolExecutor
from tests.support.films import MAKER
film, output = map(Path, sys.argv[1:3])
"""


def run(program: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", SETUP + textwrap.dedent(program), *map(str, arguments)]
    path = os.pathsep.join(path for path in sys.path if path)
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": path})


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("point", [1, 5, 7, 10])
def test_a_run_that_is_killed_leaves_no_title_and_can_be_repeated(tmp_path: Path, point: int) -> None:
    """The first five chunks are hashed, the others encrypted and written."""
    source, output = film(tmp_path / "film.mp4"), tmp_path / "title"
    killed = run(
        """
        seen = []
        def count(_):
            seen.append(1)
            if len(seen) == int(sys.argv[3]):
                os.kill(os.getpid(), signal.SIGKILL)
        with ThreadPoolExecutor(1) as executor:
            prepare([FilmSource(film, 1)], output, MAKER, Workers(executor, 1), count)
        """,
        *(source, output, point),
    )
    assert killed.returncode == -signal.SIGKILL
    assert (output / "unfinished").exists()
    assert (output / "0" / "00000.bin").exists() == (point > 5)
    with pytest.raises(CatalogueError, match=r"title\.cbor: No such file"):
        PreparedTitle.open(output)
    (output / "7").mkdir(exist_ok=True)  # of a run with more qualities
    (output / ".title.cbor.0123").touch()
    prepared(output, FilmSource(source, 1))
    prepared(tmp_path / "fresh", FilmSource(source, 1))
    assert files_of(output) == files_of(tmp_path / "fresh")


@pytest.mark.skipif(os.name != "posix", reason="limits of files are those of POSIX")
@pytest.mark.parametrize("largest", [400, 1_500])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, largest: int) -> None:
    source, output = film(tmp_path / "film.mp4"), tmp_path / "title"
    full = run(
        """
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
        try:
            with ThreadPoolExecutor(1) as executor:
                prepare([FilmSource(film, 1)], output, MAKER, Workers(executor, 1))
        except OSError as error:
            print(f"{error.filename}: {error.strerror}")
        """,
        *(source, output, largest),
    )
    assert full.stdout == f"{output}/0/00000.bin: File too large\n", full.stderr
    assert not output.exists()
