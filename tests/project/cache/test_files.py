"""The cache: folders and disks that take no files, and several processes."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import penstock
from penstock.project import cache as cache_module
from penstock.project.cache import Cache
from penstock.project.compiling import compile_path
from tests.support.compiling.cached import assert_same, entries


def test_a_folder_that_cannot_be_made(main: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert_same(compile_path(main, cache=Cache(tmp_path / "file" / "compiled")), compile_path(main))
    assert_same(compile_path(main, cache=Cache(tmp_path / "file")), compile_path(main))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that takes no files, also from root")
@pytest.mark.parametrize("folder", ["/proc/compiled", "/proc/self"])
def test_a_folder_that_cannot_be_written(main: Path, folder: str) -> None:
    assert_same(compile_path(main, cache=Cache(Path(folder))), compile_path(main))


@pytest.mark.parametrize("step", ["mkstemp", "fdopen", "replace"])
def test_a_full_disk_at_each_step(cache: Cache, main: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The operating system's refusal is made, since no disk here is full; no part of an entry is left."""

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    home = {"mkstemp": tempfile, "fdopen": os, "replace": Path}[step]
    monkeypatch.setattr(home, step, full)
    assert_same(compile_path(main, cache=cache), compile_path(main))
    assert not entries(cache)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_disk_that_is_full_while_an_entry_is_written(
    cache: Cache, main: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fdopen

    def full(handle: int, mode: str) -> object:
        os.dup2(os.open("/dev/full", os.O_WRONLY), handle)
        return real(handle, mode)

    monkeypatch.setattr(os, "fdopen", full)
    assert_same(compile_path(main, cache=cache), compile_path(main))
    assert not entries(cache)


def test_a_folder_in_the_place_of_an_entry(cache: Cache, main: Path) -> None:
    compile_path(main, cache=cache)
    (entry,) = entries(cache)
    entry.unlink()
    entry.mkdir()
    assert_same(compile_path(main, cache=cache), compile_path(main))
    assert entries(cache) == [entry]


def test_a_damaged_entry_that_cannot_be_read(cache: Cache, main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_path(main, cache=cache)

    def refused(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    fresh = compile_path(main)
    real = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: refused(path) if path.name.startswith("entry-") else real(path)
    )
    assert_same(compile_path(main, cache=cache), fresh)


def test_old_entries_are_deleted_and_other_files_are_not(
    cache: Cache, main: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_MOST", 5)
    monkeypatch.setattr(cache_module, "_LEFT", 3)
    cache.folder.mkdir(parents=True)
    (cache.folder / "letters.txt").touch()
    for number in range(5):
        (cache.folder / f"entry-{number}").touch()
        os.utime(cache.folder / f"entry-{number}", (number, number))
    os.utime(cache.folder / "letters.txt", (0, 0))
    compile_path(main, cache=cache)
    left = {entry.name for entry in entries(cache)}
    assert left > {"letters.txt", "entry-3", "entry-4"}
    assert len(left) == 4
    compile_path(penstock.bundled("p2pkh"), cache=cache)
    assert len(entries(cache)) == 5


MANY = """
import random, shutil, sys
from pathlib import Path
from penstock.project.cache import Cache
from penstock.project.compiling import compile_path
folder, chance, *names = sys.argv[1:]
for _ in range(30):
    if random.random() < float(chance):
        shutil.rmtree(folder, ignore_errors=True)
    for name in names:
        print(compile_path(Path(name), cache=Cache(Path(folder))).artifact.md5)
"""


def test_several_processes_at_once(cache: Cache) -> None:
    """One of them removes what all have written, at random times."""
    names = [str(penstock.bundled(name)) for name in ("p2pkh", "hash_lock")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    arguments = [sys.executable, "-c", MANY, str(cache.folder)]
    running = [
        subprocess.Popen([*arguments, chance, *names], env=environment, stdout=subprocess.PIPE, text=True)
        for chance in ("0", "0", "0.2")
    ]
    expected = [compile_path(Path(name)).artifact.md5 for name in names] * 30
    for process in running:
        out, _ = process.communicate(timeout=120)
        assert (process.returncode, out.split()) == (0, expected)
