"""A spend that shows a difference is judged by engines of other authors, too."""

from dataclasses import replace

import pytest

import penstock
from penstock.cli.proving import json_of, text_of
from penstock.prove.proof import Budget, prove
from penstock.prove.trials import engines

MEANT = "contract C { public function f(int x, int y) { require(x > y); } }"
COMPILED = "contract C { public function f(int x, int y) { require(%s); } }"


@pytest.mark.parametrize("engine", engines.ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("wrong", ["x >= y", "x > y + 1"], ids=["accepts more", "accepts less"])
def test_other_engines_agree_with_the_machine(engine: engines.Engine, wrong: str) -> None:
    if engine not in engines.installed(engine.chain):
        pytest.skip(f"{engine.name} is not installed")
    meant, compiled = (penstock.compile_source(text, target=engine.chain.name) for text in (MEANT, COMPILED % wrong))
    proof = prove(replace(meant, hex=compiled.hex, md5=""), Budget(seconds=1, steps=0))
    assert proof is not None
    witness = proof.differences[0].witness
    assert witness is not None
    assert witness.engines == {engine.name: witness.accepted}
    said = "accepted" if witness.accepted else "refused"
    assert f"asked as well: {engine.name}: {said}" in text_of("c.scrypt", proof)
    assert f"'engines': {witness.engines}" in str(json_of("c.scrypt", proof))


def test_engines_that_are_not_installed_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda _: None)
    meant, compiled = (penstock.compile_source(text) for text in (MEANT, COMPILED % "x >= y"))
    proof = prove(replace(meant, hex=compiled.hex, md5=""), Budget(seconds=1, steps=0))
    assert proof is not None
    witness = proof.differences[0].witness
    assert witness is not None
    assert witness.engines == {}
