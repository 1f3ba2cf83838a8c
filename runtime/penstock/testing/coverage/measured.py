"""Measurements of coverage.py in the running process that take data of contracts.

This module is loaded in every run of pytest: it imports little.
"""

import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest

_CARRIER: Final = "penstock.testing.coverage.carrier"


def measured_by(config: pytest.Config) -> Iterator[tuple[Any, bool]]:
    """Yield the running measurement of coverage.py if it takes data of contracts, and whether it keeps them by test."""
    plugin = config.pluginmanager.getplugin("_cov")  # of pytest-cov
    controller = getattr(plugin, "cov_controller", None)
    if controller is not None:
        _ask_for_carrier(getattr(controller, "combining_cov", None))
        if not hasattr(config, "workerinput") and type(controller).__name__ == "DistMaster":
            return  # the data are those of the processes
        yield controller.cov, bool(getattr(plugin.options, "cov_context", None))
    elif "coverage" in sys.modules:
        running = sys.modules["coverage"].Coverage.current()
        if running is not None and _CARRIER in running.get_option("run:plugins"):
            yield running, False


def _ask_for_carrier(reporting: Any) -> None:
    """Let the measurement that pytest-cov reports from take data of contracts."""
    if reporting is not None:
        plugins = reporting.get_option("run:plugins")
        if _CARRIER not in plugins:
            reporting.set_option("run:plugins", [*plugins, _CARRIER])
