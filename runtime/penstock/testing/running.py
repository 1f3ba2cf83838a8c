"""The test that runs, as pytest tells it."""

import os
from typing import NamedTuple


class Running(NamedTuple):
    """A test and its phase: `setup`, `call` or `teardown`; both empty outside of a test."""

    test: str
    phase: str


def running() -> Running:
    """Return the test that runs."""
    test, _, phase = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")
    return Running(test, phase.rstrip(")"))
