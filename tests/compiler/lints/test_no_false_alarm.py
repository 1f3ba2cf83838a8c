"""No warning where nothing is wrong: the bundled contracts, the standard library, other people's contracts."""

import re
import warnings
from pathlib import Path

import pytest

import penstock
from penstockc import lints
from penstockc.diagnostics import CompileError
from penstockc.pipeline import check_source
from penstockc.reading import load_from
from penstockc.semantics import check
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax.imports import read_modules
from penstockc.syntax.standard import FILES, NAMES, standard_source
from tests.support.compiling.targets import TARGETS

LARGE = 20_000  # characters; larger contracts of the collection unroll to millions of operations

USES = """
contract Sample {
    PubKey owner;

    public function unlock(Sig sig, OwnHashedMap<int, bytes> map, OwnHashedSet<int> set, OwnSortedItem<int> item) {
        require(checkSig(sig, this.owner));
        require(map.set(item, b'00') && map.canGet(item, b'00') && map.has(item) && map.delete(item) && map.clear());
        require(set.add(item) && set.has(item) && set.delete(item) && set.clear());
        require(map.size() + set.size() > len(map.data() + set.data()));
    }
}
"""


@pytest.mark.parametrize("name", penstock.bundled_names())
def test_bundled_contracts_have_none(name: str) -> None:
    path = penstock.bundled(name)
    target = "btc" if "(btc)" in path.read_text("utf-8") else "bsv"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert penstock.compile_file(path, target).warnings == ()


def test_the_standard_library_has_none_as_a_file_of_the_contract() -> None:
    library = re.sub(rf"\b({'|'.join(sorted(NAMES))})\b", r"Own\1", standard_source(frozenset(FILES)).text)
    found = check_source(library + USES)
    assert [(one.code, found.sources.find(0).text[one.span.start : one.span.end]) for one in found.diagnostics] == []


def test_the_lints_go_through_every_contract_of_other_people(corpus: Path) -> None:
    looked_at = 0
    for path in sorted(corpus.rglob("*.scrypt")):
        text = path.read_bytes().decode()
        if len(text) > LARGE:
            continue
        try:
            modules = read_modules(text, path.name, load_from(path.parent))
            program = check(modules)
        except CompileError:
            continue
        looked_at += 1
        with raised_recursion_limit():
            assert lints.warnings(modules, program, TARGETS["bsv"]) is not None, path
    assert looked_at
