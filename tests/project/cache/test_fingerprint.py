"""The cache: each compiler has a fingerprint of its own."""

import shutil
from pathlib import Path

import pytest

from penstock.project import fingerprint as fingerprint_module
from penstock.project.cache import Cache
from penstock.project.compiling import compile_path
from penstock.project.fingerprint import compiler_fingerprint
from tests.support.compiling.cached import assert_same
from tests.support.fresh_python import run_fresh


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of all sources, for another interpreter."""
    for package in (*fingerprint_module._WHOLE[:1], "penstock"):
        source = fingerprint_module._folder(package)
        shutil.copytree(source, tmp_path / "copy" / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "copy"


def fingerprint_in(folder: Path) -> str:
    code = "from penstock.project.fingerprint import compiler_fingerprint; print(compiler_fingerprint())"
    loaded = "print('lark' in sys.modules)"
    done = run_fresh(f"import sys; sys.path.insert(0, {str(folder)!r}); {code}; {loaded}")
    assert done.returncode == 0, done.stderr
    found, lark = done.stdout.split()
    assert lark == "False"
    return found


@pytest.mark.parametrize(
    "changed",
    [
        *("penstockc/ir/passes/algebra.py", "penstockc/syntax/grammar.lark", "penstockc/standard/tx.scrypt"),
        *("penstock/script/chains.py", "penstock/wording.py", "penstock/project/entries.py", "penstockc/new.py"),
    ],
)
def test_a_changed_compiler_has_another_fingerprint(copied: Path, changed: str) -> None:
    before = fingerprint_in(copied)
    assert before == compiler_fingerprint()
    (copied / "penstock" / "cli" / "root.py").write_text("# not of the compiler\n")
    (copied / "penstockc" / "notes.txt").write_text("not a source")
    assert fingerprint_in(copied) == before
    with (copied / changed).open("a") as file:
        file.write("\n")
    assert fingerprint_in(copied) != before


def test_a_compiler_that_cannot_be_read_has_none(copied: Path) -> None:
    (copied / "penstockc" / "gone.py").symlink_to("nowhere")
    assert fingerprint_in(copied) == "None"


def test_without_sources_nothing_is_stored(
    cache: Cache, main: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fingerprint_module, "_folder", lambda _package: tmp_path / "nowhere")
    compiler_fingerprint.cache_clear()
    try:
        assert_same(compile_path(main, cache=cache), compile_path(main))
        assert not cache.folder.exists()
    finally:
        compiler_fingerprint.cache_clear()
