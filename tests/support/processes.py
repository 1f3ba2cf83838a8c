"""Suites that tests run: in one process, and in two of xdist. The second takes seconds and is a long run."""

import pytest

PROCESSES = pytest.mark.parametrize(
    "processes",
    [pytest.param([], id="one process"), pytest.param(["-n", "2"], id="two processes", marks=pytest.mark.long)],
)
