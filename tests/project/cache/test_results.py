"""The cache: the same result as without it."""

import json
from pathlib import Path

import pytest

import penstock
from penstock.project.cache import Cache
from penstock.project.compiling import compile_path
from penstockc.diagnostics import render_all
from penstockc.pipeline import check_source
from penstockc.reading import load_from
from tests.support.compiling.cached import MAIN, MORE, assert_same, entries


@pytest.mark.parametrize("name", penstock.bundled_names())
@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_every_bundled_contract_comes_back_as_it_was_compiled(
    cache: Cache, compilations: list[str], name: str, target: str
) -> None:
    path = penstock.bundled(name)
    try:
        fresh = compile_path(path, target)
    except penstock.CompileError:
        with pytest.raises(penstock.CompileError):
            compile_path(path, target, cache)
        assert not cache.folder.exists()
        return
    assert_same(compile_path(path, target, cache), fresh)
    assert_same(compile_path(path, target, cache), fresh)
    assert compilations == [path.name]


def test_warnings_are_shown_again_as_they_were(cache: Cache, main: Path, compilations: list[str]) -> None:
    """With the note about a second place, and with places in an imported file and after a byte order mark."""
    function = "static function f(int x) : int { int z = x; if (x > 1) { int z = 1; x = z; } return z; }"
    (main.parent / "more.scrypt").write_text(f"\ufeff{MORE[:-1]} {function} }}")
    fresh = compile_path(main)
    checked = check_source(main.read_text(), name=main.name, load=load_from(main.parent))
    text = render_all(checked.diagnostics, checked.sources)
    assert "= note: the hidden one at sale.scrypt:5:13" in text
    assert "--> more.scrypt:1:" in text
    for _ in range(2):
        found = compile_path(main, cache=cache)
        assert_same(found, fresh)
        assert render_all(found.warnings, found.sources) == text
    assert len(compilations) == 1


def test_errors_are_found_each_time(cache: Cache, main: Path) -> None:
    main.write_text(MAIN.replace("x > 3", "x > true"))
    for _ in range(2):
        with pytest.raises(penstock.CompileError):
            compile_path(main, cache=cache)
    assert not cache.folder.exists()


def test_loaded_imports_are_recorded_as_they_were_asked_for(cache: Cache, main: Path) -> None:
    compile_path(main, cache=cache)
    (entry,) = entries(cache)
    body = json.loads(entry.read_bytes()[65:])
    assert [each[:2] for each in body["loaded"]] == [
        ["sale.scrypt", "parts/fees.scrypt"],
        ["parts/fees.scrypt", "../more.scrypt"],
    ]
