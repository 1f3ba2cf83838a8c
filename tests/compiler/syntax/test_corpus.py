"""Other people's contracts, all of them, are of the language."""

from pathlib import Path

from penstockc.source import Source
from penstockc.syntax.parse import parse


def test_every_contract_parses(corpus: Path) -> None:
    found = sorted(corpus.rglob("*.scrypt"))
    assert found
    for path in found:
        tree = parse(Source(path.name, path.read_bytes().decode()))
        assert tree.declarations, path
