"""Imports: each file once, relative to the file that names it, and every way to fail is a diagnostic."""

from collections.abc import Sequence

import pytest

from penstockc.diagnostics import CompileError
from penstockc.errors.imports import ImportCycle, ImportNotFound
from penstockc.remappings import Remapping, remapped
from penstockc.syntax.imports import Modules, read_modules
from tests.support.compiling.sources import codes

MAIN = "contract Main { public function f() { require(true); } }"


def library(name: str) -> str:
    return f"library {name} {{ }}"


def read(text: str, files: dict[str, str], name: str = "main.scrypt", remappings: Sequence[Remapping] = ()) -> Modules:
    """Read with `files` by their path from the compiled file's folder; each may be loaded once."""
    loaded = list[tuple[str, str]]()

    def load(importing: str, path: str) -> str:
        loaded.append((importing, path))
        folder = importing.rpartition("/")[0]
        parts = list[str]()
        for part in [*folder.split("/"), *path.split("/")]:
            if part == ".." and parts and parts[-1] != "..":
                parts.pop()
            elif part not in {"", "."}:
                parts.append(part)
        return files["/".join(parts)]

    modules = read_modules(text, name, load, remappings)
    assert len(loaded) == len(modules.trees) - 1
    return modules


def names(modules: Modules) -> list[str]:
    return [source.name for source in modules.sources.files]


def test_a_diamond_is_read_once() -> None:
    modules = read(
        f'import "a.scrypt"; import "./b.scrypt"; {MAIN}',
        {
            "a.scrypt": f'import "c.scrypt"; {library("A")}',
            "b.scrypt": f'import "./c.scrypt"; import "a.scrypt"; {library("B")}',
            "c.scrypt": library("C"),
        },
    )
    assert names(modules) == ["main.scrypt", "a.scrypt", "b.scrypt", "c.scrypt"]


def test_paths_are_relative_to_the_importing_file() -> None:
    modules = read(
        f'import "parts/a.scrypt"; {MAIN}',
        {
            "parts/a.scrypt": 'import "b.scrypt"; import "../c.scrypt"; import "deep/d.scrypt";',
            "parts/b.scrypt": library("B"),
            "c.scrypt": library("C"),
            "parts/deep/d.scrypt": 'import "../../c.scrypt";',
        },
    )
    assert names(modules)[1:] == ["parts/a.scrypt", "parts/b.scrypt", "c.scrypt", "parts/deep/d.scrypt"]


def test_spans_point_into_their_own_file() -> None:
    modules = read(f'import "a.scrypt";\n{MAIN}', {"a.scrypt": f"\n\n{library('A')}"})
    for source, tree in zip(modules.sources.files, modules.trees, strict=True):
        last = tree.declarations[-1].span
        assert modules.sources.find(last.start) is source
        assert source.text[last.start - source.base : last.end - source.base] == source.text.splitlines()[-1]


@pytest.mark.parametrize("path", ["missing.scrypt", " a.scrypt", "A.scrypt", ""])
def test_a_file_that_is_not_there(path: str) -> None:
    def load(importing: str, imported: str) -> str:
        assert (importing, imported) == ("main.scrypt", path)
        raise FileNotFoundError(imported)

    with pytest.raises(CompileError) as raised:
        read_modules(f'import "{path}"; {MAIN}', "main.scrypt", load)
    (found,) = raised.value.diagnostics
    assert isinstance(found, ImportNotFound)
    assert found.path == path


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "it is not UTF-8 text"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (ValueError("embedded null byte"), "no file can have this name"),
    ],
)
def test_a_file_that_cannot_be_read(error: Exception, reason: str) -> None:
    def load(_importing: str, _path: str) -> str:
        raise error

    with pytest.raises(CompileError, match=reason):
        read_modules(f'import "a"; {MAIN}', "main.scrypt", load)


def test_nothing_can_be_imported_into_a_text_that_stands_alone() -> None:
    with pytest.raises(CompileError, match="file not found"):
        read_modules(f'import "a.scrypt"; {MAIN}', "main.scrypt")


def rings(text: str, files: dict[str, str]) -> list[tuple[str, ...]]:
    with pytest.raises(CompileError) as raised:
        read(text, files)
    return [found.files for found in raised.value.diagnostics if isinstance(found, ImportCycle)]


def test_rings_of_imports() -> None:
    assert rings(f'import "main.scrypt"; {MAIN}', {}) == [("main.scrypt", "main.scrypt")]
    assert rings(f'import "a"; {MAIN}', {"a": 'import "b";', "b": 'import "a";'}) == [("a", "b", "a")]
    assert rings(
        f'import "a"; import "b"; {MAIN}',
        {"a": 'import "c";', "b": 'import "c";', "c": 'import "b"; import "main.scrypt";'},
    ) == [("c", "b", "c"), ("main.scrypt", "a", "c", "main.scrypt")]


def test_mistakes_of_all_files_come_together() -> None:
    files = {"a": "library A { int; }", "b": "library B { function }"}
    with pytest.raises(CompileError) as raised:
        read_modules(f'import "a"; import "b"; import "c"; {MAIN}', "main", lambda _, path: _text(files, path))
    error = raised.value
    assert [(error.sources.find(found.span.start).name, found.code) for found in error.diagnostics] == [
        ("main", "import-not-found"),
        ("a", "unexpected-text"),
        ("b", "unexpected-text"),
    ]


def _text(files: dict[str, str], path: str) -> str:
    if path not in files:
        raise FileNotFoundError(path)
    return files[path]


def test_what_an_import_imports_is_visible() -> None:
    files = {"a": 'import "b"; library A { static const int N = B.N; }', "b": "library B { static const int N = 3; }"}
    text = 'import "a"; contract C { public function f(int x) { require(x == A.N + B.N); } }'
    assert codes(text, files) == []


# Remappings -----------------------------------------------------------------------------------------------------------

SCOPE = (Remapping("@scope", "../lib"), Remapping("@scope/name", "../lib/other/name"), Remapping("up", "sub"))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("@scope/a.scrypt", "../lib/a.scrypt"),
        ("@scope/name/deep/a.scrypt", "../lib/other/name/deep/a.scrypt"),
        ("@scope/names/a.scrypt", "../lib/names/a.scrypt"),
        ("up/a.scrypt", "sub/a.scrypt"),
        *((path, None) for path in ("a.scrypt", "@scoped/a.scrypt", "@scope", "./up/a.scrypt", "x/@scope/a.scrypt")),
    ],
)
def test_the_longest_prefix_of_whole_parts_counts(path: str, expected: str | None) -> None:
    assert remapped(path, SCOPE) == remapped(path, SCOPE[::-1]) == expected


def test_a_remapped_file_is_one_file_from_wherever_it_is_imported() -> None:
    modules = read(
        f'import "@scope/a.scrypt"; import "sub/b.scrypt"; {MAIN}',
        {
            "../lib/a.scrypt": f'import "./c.scrypt"; import "up/b.scrypt"; {library("A")}',
            "../lib/c.scrypt": library("C"),
            "sub/b.scrypt": f'import "@scope/c.scrypt"; import "../../lib/d.scrypt"; {library("B")}',
            "../lib/d.scrypt": f'import "./c.scrypt"; {library("D")}',
        },
        remappings=SCOPE,
    )
    assert names(modules) == ["main.scrypt", "../lib/a.scrypt", "sub/b.scrypt", "../lib/c.scrypt", "../lib/d.scrypt"]


def test_a_ring_through_a_remapping_is_found() -> None:
    with pytest.raises(CompileError) as caught:
        read(
            f'import "up/b.scrypt"; {MAIN}',
            {"sub/b.scrypt": 'import "up/c.scrypt";', "sub/c.scrypt": 'import "b.scrypt";'},
            remappings=SCOPE,
        )
    assert [found.code for found in caught.value.diagnostics] == ["import-cycle"]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("@scope/a.scrypt", 'a remapping makes it "../lib/a.scrypt", relative to the folder of the compiled file'),
        ("@other/a.scrypt", "name the folder of such imports in pyproject.toml, under [tool.penstock.remappings]"),
    ],
)
def test_a_missing_file_tells_where_it_was_looked_for(path: str, hint: str) -> None:
    def load(importing: str, path: str) -> str:
        raise FileNotFoundError

    with pytest.raises(CompileError) as caught:
        read_modules(f'import "{path}"; {MAIN}', "main.scrypt", load, SCOPE)
    (found,) = caught.value.diagnostics
    assert (found.code, found.message, found.hint) == ("import-not-found", f'file not found: "{path}"', hint)
