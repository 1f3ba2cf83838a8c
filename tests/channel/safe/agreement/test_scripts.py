"""The scripts that are shipped do what the bundled contracts say."""

from dataclasses import replace
from pathlib import Path

import pytest

import penstock
from penstock.channel.safe.agreement import scripts
from penstock.channel.safe.agreement.chains import NETWORKS
from penstock.channel.safe.agreement.scripts import PROTOCOL, artifact_of
from penstock.prove.proof import prove

NAMES = {
    name: rules.chain
    for rules in {network.rules.chain.name: network.rules for network in NETWORKS.values()}.values()
    for name in (rules.funding, rules.paid_key, rules.paid_chunk, rules.delayed_change)
    if name is not None
}


@pytest.mark.parametrize("name", NAMES)
def test_they_do_what_the_sources_say(name: str) -> None:
    """Proved for all spends. Both parties have the same bytes: a shorter script is for another protocol version."""
    shipped, compiled = artifact_of(name), penstock.compile_file(penstock.bundled(name), target=NAMES[name].name)
    assert (shipped.functions, shipped.constructor) == (compiled.functions, compiled.constructor)
    assert (shipped.locks, shipped.target) == (compiled.locks, compiled.target)
    proof = prove(replace(compiled, hex=shipped.hex, md5=""))
    assert proof is not None
    assert [each for each in proof.findings if not each.is_proved] == []


def test_no_script_is_left_over() -> None:
    folder = Path(scripts.__file__).parent / f"scripts_{PROTOCOL}"
    assert {path.stem for path in folder.iterdir()} == set(NAMES)
