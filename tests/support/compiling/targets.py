"""All targets by their names."""

from typing import Final

from penstock.script.chains import CHAINS
from penstockc.targets import target_of

TARGETS: Final = {name: target_of(chain) for name, chain in CHAINS.items()}
