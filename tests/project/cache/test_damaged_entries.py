"""The cache: entries that are not right are ignored."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import penstock
from penstock.project import cache as cache_module
from penstock.project.cache import Cache
from penstock.project.compiling import compile_path
from penstock.project.entries import decode_entry, encode_entry
from penstock.project.requests import Request, compile_request
from penstockc.reading import load_from
from penstockc.syntax.imports import no_imports
from tests.support.compiling.cached import assert_same, entries


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
