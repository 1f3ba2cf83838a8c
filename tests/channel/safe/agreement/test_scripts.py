"""The scripts that are shipped are those of the bundled contracts."""

from pathlib import Path

import pytest

import penstock
from penstock.channel.safe.agreement import scripts
from penstock.channel.safe.agreement.chains import NETWORKS
from penstock.channel.safe.agreement.scripts import PROTOCOL, artifact_of

NAMES = {
    name: rules.chain
    for rules in {network.rules.chain.name: network.rules for network in NETWORKS.values()}.values()
    for name in (rules.funding, rules.paid_key, rules.paid_chunk, rules.delayed_change)
    if name is not None
}


@pytest.mark.parametrize("name", NAMES)
def test_they_are_what_the_compiler_makes(name: str) -> None:
    """If the compiler makes other scripts, they belong to a new version of the protocol: leave those of this one."""
    shipped, compiled = artifact_of(name), penstock.compile_file(penstock.bundled(name), target=NAMES[name].name)
    assert shipped.hex == compiled.hex
    assert (shipped.functions, shipped.constructor) == (compiled.functions, compiled.constructor)
    assert (shipped.locks, shipped.target, shipped.source_map) == (compiled.locks, compiled.target, compiled.source_map)


def test_no_script_is_left_over() -> None:
    folder = Path(scripts.__file__).parent / f"scripts_{PROTOCOL}"
    assert {path.stem for path in folder.iterdir()} == set(NAMES)
