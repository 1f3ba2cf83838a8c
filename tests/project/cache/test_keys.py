"""The cache: what decides the result is in the key, or looked at again."""

import inspect
import shutil
from pathlib import Path

import pytest

import penstock
from penstock.project.cache import Cache
from penstock.project.compiling import compile_path
from penstock.project.entries import entry_key
from penstock.project.requests import Request
from penstock.records import fields, replace
from penstock.script.chains import CHAINS
from penstockc.pipeline import UnknownTarget, compile_text
from penstockc.remappings import Remapping
from tests.support.compiling.cached import FEES, MAIN, MORE, assert_same, entries


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
