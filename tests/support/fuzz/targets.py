"""All targets by their names."""

from collections.abc import Mapping
from typing import Final

from tests.support.fuzz import machines, readers
from tests.support.fuzz.target import Target

TARGETS: Final[Mapping[str, Target]] = {each.name: each for each in (*readers.TARGETS, *machines.TARGETS)}
"""The targets, readers first."""
