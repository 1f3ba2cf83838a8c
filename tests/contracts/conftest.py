"""Every test of a bundled contract runs in each layout of its script."""

from collections.abc import Iterator

import pytest

from penstockc.layouts import LAYOUTS, ScriptLayout
from tests.support.spending.contract_bench import LAYOUT


@pytest.fixture(params=list(LAYOUTS.values()), ids=list(LAYOUTS), scope="module", autouse=True)
def layout(request: pytest.FixtureRequest) -> Iterator[ScriptLayout]:
    """The layout in which the contracts of the bench are compiled."""
    before = LAYOUT.set(request.param)
    yield request.param
    LAYOUT.reset(before)
