"""The cache: the same result as without it, however its files and the sources are changed."""

import hashlib
import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import penstock
from penstock.project import cache as cache_module
from penstock.project import fingerprint as fingerprint_module
from penstock.project.cache import Cache, default_cache
from penstock.project.compiling import compile_path
from penstock.project.entries import decode_entry, encode_entry, entry_key
from penstock.project.fingerprint import compiler_fingerprint
from penstock.project.requests import Compiled, Request, compile_request
from penstock.records import fields, replace
from penstock.script.chains import CHAINS
from penstockc.diagnostics import render_all
from penstockc.pipeline import UnknownTarget, check_source, compile_text
from penstockc.reading import load_from
from penstockc.remappings import Remapping
from penstockc.syntax.imports import no_imports
from tests.support.fresh_python import run_fresh

MAIN = """import "parts/fees.scrypt";
contract Sale {
    PubKey owner;
    public function buy(int x, Sig sig) {
        int y = x;
        if (x > 3) {
            int y = 2;
            require(y < Fees.LEAST);
        }
        require(y == Fees.LEAST);
        require(checkSig(sig, this.owner));
    }
}
"""
FEES = 'import "../more.scrypt"; library Fees { static const int LEAST = More.LEAST + 1; }'
MORE = "library More { static const int LEAST = 4; }"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache" / "compiled")


@pytest.fixture
def main(tmp_path: Path) -> Path:
    folder = tmp_path / "contracts"
    (folder / "parts").mkdir(parents=True)
    (folder / "sale.scrypt").write_text(MAIN)
    (folder / "parts" / "fees.scrypt").write_text(FEES)
    (folder / "more.scrypt").write_text(MORE)
    return folder / "sale.scrypt"


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were compiled, and not taken from the cache."""
    compiled: list[str] = []

    def counted(request: Request, load: object) -> Compiled:
        compiled.append(request.name)
        return compile_request(request, load)  # type: ignore[arg-type]  # handed on as it is

    monkeypatch.setattr(cache_module, "compile_request", counted)
    return compiled


def entries(cache: Cache) -> list[Path]:
    return sorted(cache.folder.iterdir())


def assert_same(found: Compiled, expected: Compiled) -> None:
    assert found.artifact == expected.artifact
    assert found.artifact.to_json() == expected.artifact.to_json()
    assert found.artifact.warnings == expected.artifact.warnings
    assert found.warnings == expected.warnings
    if expected.warnings:
        assert render_all(found.warnings, found.sources) == render_all(expected.warnings, expected.sources)


# The same as without it -----------------------------------------------------------------------------------------------


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


# What decides the result ----------------------------------------------------------------------------------------------


def test_the_key_has_all_that_the_compiler_is_given() -> None:
    """A new argument of the compiler has to be a field of `Request`, or the cache would not know it."""
    given = set(inspect.signature(compile_text).parameters)
    assert given - {"load"} == {field.name for field in fields(Request)}


def test_each_field_and_the_compiler_change_the_key() -> None:
    request = Request("contract C { }", "c.scrypt", "bsv", (Remapping("a", "b"),))
    others = [
        replace(request, text="contract D { }"),
        replace(request, name="d.scrypt"),
        replace(request, target="btc"),
        replace(request, remappings=()),
        replace(request, remappings=(Remapping("a", "c"),)),
        replace(request, remappings=(Remapping("a/b", ""),)),
        replace(request, text="contract C { }c", name=".scrypt"),
    ]
    keys = {entry_key(each, "1") for each in [request, *others]} | {entry_key(request, "2")}
    assert len(keys) == len(others) + 2


Change = dict[str, str]


@pytest.mark.parametrize(
    "change",
    [
        {"sale.scrypt": MAIN.replace("x > 3", "x > 4")},
        {"parts/fees.scrypt": FEES.replace("+ 1", "+ 2")},
        {"more.scrypt": MORE.replace("4", "5")},
        {"more.scrypt": f"{MORE} // only a comment, which is in the artifact's source map"},
    ],
    ids=["the file", "an import", "an import of an import", "a comment"],
)
def test_a_changed_file_is_compiled_anew(cache: Cache, main: Path, compilations: list[str], change: Change) -> None:
    before = compile_path(main, cache=cache)
    for name, text in change.items():
        (main.parent / name).write_text(text)
    after = compile_path(main, cache=cache)
    assert_same(after, compile_path(main))
    assert after.artifact != before.artifact or "comment" in "".join(change.values())
    assert len(compilations) == 2
    assert_same(compile_path(main, cache=cache), after)
    assert len(compilations) == 2


def test_an_import_that_is_gone_or_unreadable_is_an_error_again(cache: Cache, main: Path) -> None:
    compile_path(main, cache=cache)
    imported = main.parent / "more.scrypt"
    for damage in (lambda: imported.write_bytes(b"\xff"), imported.unlink, imported.mkdir):
        damage()
        with pytest.raises(penstock.CompileError):
            compile_path(main, cache=cache)
    imported.rmdir()
    (main.parent / "More.scrypt").write_text(MORE)
    with pytest.raises(penstock.CompileError, match="upper and lower case differ"):
        compile_path(main, cache=cache)


def test_an_import_that_becomes_another_file_through_a_link(cache: Cache, main: Path, tmp_path: Path) -> None:
    compile_path(main, cache=cache)
    shutil.copytree(main.parent / "parts", tmp_path / "other" / "parts")
    (tmp_path / "other" / "more.scrypt").write_text(MORE.replace("4", "7"))
    shutil.rmtree(main.parent / "parts")
    (main.parent / "parts").symlink_to(tmp_path / "other" / "parts")
    assert_same(compile_path(main, cache=cache), compile_path(main))


def test_a_remapping_that_hides_a_folder(cache: Cache, main: Path, tmp_path: Path, compilations: list[str]) -> None:
    before = compile_path(main, cache=cache)
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "fees.scrypt").write_text("library Fees { static const int LEAST = 9; }")
    (tmp_path / "pyproject.toml").write_text('[tool.penstock.remappings]\nparts = "hidden"\n')
    after = compile_path(main, cache=cache)
    assert after.artifact.hex != before.artifact.hex
    assert_same(after, compile_path(main))
    (tmp_path / "pyproject.toml").unlink()
    assert_same(compile_path(main, cache=cache), before)
    assert len(compilations) == 2


def test_a_target_that_changes_in_the_settings(cache: Cache, main: Path, tmp_path: Path) -> None:
    for target in ("btc", "bsv", "btc"):
        (tmp_path / "pyproject.toml").write_text(f'[tool.penstock]\ntarget = "{target}"\n')
        assert compile_path(main, cache=cache).artifact.target == target
    assert compile_path(main, "bsv", cache).artifact.target == "bsv"
    assert len(entries(cache)) == 2


def test_a_chain_by_its_record(cache: Cache, main: Path, compilations: list[str]) -> None:
    """One of ours is the same as its name; that of a user has no name that the key could tell it by."""
    by_name = compile_path(main, "btc", cache)
    assert_same(compile_path(main, CHAINS["btc"], cache), by_name)
    assert len(compilations) == 1
    own = CHAINS["btc"]._replace(name="own")
    disguised = CHAINS["bsv"]._replace(name="btc")
    for chain in (own, disguised):
        assert compile_path(main, chain, cache).artifact.chain == chain
    assert len(entries(cache)) == 1
    with pytest.raises(UnknownTarget):
        compile_path(main, "bch", cache)


def test_files_with_one_text_in_two_folders_have_their_own_imports(cache: Cache, main: Path, tmp_path: Path) -> None:
    shutil.copytree(main.parent, tmp_path / "copy")
    (tmp_path / "copy" / "more.scrypt").write_text(MORE.replace("4", "8"))
    for _ in range(2):
        for path in (main, tmp_path / "copy" / "sale.scrypt"):
            assert_same(compile_path(path, cache=cache), compile_path(path))


# Entries that are not right -------------------------------------------------------------------------------------------


def test_an_entry_cut_anywhere_is_ignored_and_written_anew(cache: Cache, main: Path, compilations: list[str]) -> None:
    fresh = compile_path(main, cache=cache)
    (entry,) = entries(cache)
    whole = entry.read_bytes()
    for length in [*range(80), *range(80, len(whole), 97), *range(len(whole) - 3, len(whole))]:
        entry.write_bytes(whole[:length])
        assert decode_entry(whole[:length], entry.name.removeprefix("entry-"), load_from(main.parent)) is None
    compilations.clear()
    assert_same(compile_path(main, cache=cache), fresh)
    assert compilations == ["sale.scrypt"]
    assert entry.read_bytes() == whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(data=st.data())
def test_an_entry_with_a_changed_byte_is_ignored(data: st.DataObject) -> None:
    request = Request("contract C { public function f(int x) { require(x == 5); } }", "c.scrypt", "bsv")
    raw = bytearray(encode_entry("k", [], compile_request(request, no_imports)))
    assert decode_entry(bytes(raw), "k", no_imports)
    place = data.draw(st.integers(0, len(raw) - 1).filter(lambda place: place != 64))  # the line's end means nothing
    raw[place] ^= data.draw(st.integers(1, 255))
    assert decode_entry(bytes(raw), "k", no_imports) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"\n", b"0" * 64, b"\x00" * 5000, b"0" * 64 + b"\n{}"])
def test_foreign_contents_are_ignored(cache: Cache, main: Path, compilations: list[str], content: bytes) -> None:
    fresh = compile_path(main, cache=cache)
    (entry,) = entries(cache)
    entry.write_bytes(content)
    assert_same(compile_path(main, cache=cache), fresh)
    assert_same(compile_path(main, cache=cache), fresh)
    assert len(compilations) == 2


def signed(value: object) -> bytes:
    """JSON with a checksum that fits."""
    body = json.dumps(value)
    return f"{hashlib.sha256(body.encode()).hexdigest()}\n{body}".encode()


@pytest.mark.parametrize(
    "change",
    [
        *({name: None} for name in ("key", "loaded", "artifact", "source_warnings", "warnings", "sources")),
        {"artifact": "{}"},
        {"artifact": "[" * 20_000},
        {"artifact": 5},
        {"loaded": [["a", "b"]]},
        {"loaded": [["sale.scrypt", "more.scrypt", "0"]]},
        {"loaded": [["sale.scrypt", "a\0b", "0"]]},
        {"source_warnings": [{"code": "x"}]},
        {"warnings": [[1]]},
        {"sources": [["a", 0]]},
    ],
    ids=str,
)
def test_entries_of_other_programs_with_a_checksum_are_ignored(
    cache: Cache, main: Path, change: dict[str, object]
) -> None:
    compile_path(main, cache=cache)
    (entry,) = entries(cache)
    key, load = entry.name.removeprefix("entry-"), load_from(main.parent)
    body = json.loads(entry.read_bytes()[65:])
    assert decode_entry(signed(body), key, load)
    assert decode_entry(signed(body | change), key, load) is None
    assert decode_entry(signed([body]), key, load) is None


def test_swapped_entries_are_ignored(cache: Cache, tmp_path: Path, compilations: list[str]) -> None:
    paths = [penstock.bundled("p2pkh"), penstock.bundled("hash_lock")]
    fresh = [compile_path(path, cache=cache) for path in paths]
    one, other = entries(cache)
    one.rename(tmp_path / "held")
    other.rename(one)
    (tmp_path / "held").rename(other)
    for path, expected in zip(paths, fresh, strict=True):
        assert_same(compile_path(path, cache=cache), expected)
    assert len(compilations) == 4


def test_an_entry_of_another_version_is_not_used(
    cache: Cache, main: Path, compilations: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_path(main, cache=cache)
    (old,) = entries(cache)
    monkeypatch.setattr(cache_module, "compiler_fingerprint", lambda: "another")
    compile_path(main, cache=cache)
    assert len(compilations) == 2
    new = next(entry for entry in entries(cache) if entry != old)
    shutil.copy(old, new)  # under the name of the new one
    compile_path(main, cache=cache)
    assert len(compilations) == 3


# The fingerprint ------------------------------------------------------------------------------------------------------


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


# Files ----------------------------------------------------------------------------------------------------------------


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


# Where it is ----------------------------------------------------------------------------------------------------------


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


def test_loaded_imports_are_recorded_as_they_were_asked_for(cache: Cache, main: Path) -> None:
    compile_path(main, cache=cache)
    (entry,) = entries(cache)
    body = json.loads(entry.read_bytes()[65:])
    assert [each[:2] for each in body["loaded"]] == [
        ["sale.scrypt", "parts/fees.scrypt"],
        ["parts/fees.scrypt", "../more.scrypt"],
    ]
