"""A contract with imports for tests of the cache, and the comparison of results."""

from pathlib import Path

from penstock.project.cache import Cache
from penstock.project.requests import Compiled
from penstockc.diagnostics import render_all

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


def entries(cache: Cache) -> list[Path]:
    return sorted(cache.folder.iterdir())


def assert_same(found: Compiled, expected: Compiled) -> None:
    assert found.artifact == expected.artifact
    assert found.artifact.to_json() == expected.artifact.to_json()
    assert found.artifact.warnings == expected.artifact.warnings
    assert found.warnings == expected.warnings
    if expected.warnings:
        assert render_all(found.warnings, found.sources) == render_all(expected.warnings, expected.sources)
