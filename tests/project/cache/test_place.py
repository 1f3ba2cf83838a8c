"""The cache: where it is, and that a stored contract needs no compiler."""

import os
from pathlib import Path

import platformdirs
import pytest

import penstock
from penstock.project.cache import Cache, default_cache
from penstock.project.compiling import compile_path
from tests.support.fresh_python import run_fresh


def test_the_folder_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    found = default_cache({})
    assert found is not None
    assert found.folder.name == "compiled"
    assert "penstock" in str(found.folder)
    assert default_cache({"PENSTOCK_NO_CACHE": "1"}) is None
    assert default_cache({"PENSTOCK_NO_CACHE": "", "PENSTOCK_CACHE_DIR": "/srv/x"}) == Cache(
        Path("/srv/x").absolute() / "compiled"
    )


def test_a_user_without_a_home_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python leaves `~` as it is then; a folder of this name is not wanted."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    with monkeypatch.context() as without:
        without.setattr(os.path, "expanduser", lambda path: path)
        assert default_cache({}) is None
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache/penstock"))
    assert default_cache({}) is None


def test_compile_in_project_uses_it_and_warns_each_time(
    main: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, compilations: list[str]
) -> None:
    monkeypatch.setenv("PENSTOCK_CACHE_DIR", str(tmp_path / "cache"))
    for cached in (True, True, False):
        with pytest.warns(penstock.CompileWarning, match="hides another variable"):
            artifact = penstock.compile_in_project(main, cached=cached)
        assert artifact == penstock.compile_file(main)
        assert [warning.code for warning in artifact.warnings] == ["shadowed-name"]
    assert compilations == ["sale.scrypt"]


def test_a_stored_contract_needs_no_compiler(main: Path, cache: Cache) -> None:
    compile_path(main, cache=cache)
    program = f"""
import sys
from pathlib import Path
from penstock.project.cache import Cache
from penstock.project.compiling import compile_path
print(compile_path(Path({str(main)!r}), cache=Cache(Path({str(cache.folder)!r}))).artifact.contract)
print([name for name in ("lark", "penstockc.pipeline", "penstockc.syntax.parse") if name in sys.modules])
"""
    done = run_fresh(program)
    assert done.stdout.splitlines() == ["Sale", "[]"], done.stderr
