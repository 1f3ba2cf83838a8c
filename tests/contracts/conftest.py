"""Tests of bundled contracts run in each layout of their scripts, and engines of others judge what they send."""

from collections.abc import Iterator

import pytest

from penstock.testing.observers import OBSERVERS
from penstockc.layouts import LAYOUTS, ScriptLayout
from tests.support.spending.judged_chain import LAYOUT, LaidOutChain, OutsideJudges


@pytest.fixture(params=list(LAYOUTS.values()), ids=list(LAYOUTS), scope="module", autouse=True)
def layout(request: pytest.FixtureRequest) -> Iterator[ScriptLayout]:
    """The layout in which contracts are compiled."""
    before = LAYOUT.set(request.param)
    yield request.param
    LAYOUT.reset(before)


@pytest.fixture
def chain(request: pytest.FixtureRequest) -> Iterator[LaidOutChain]:
    """A chain of its own for each test, by default bsv, without fees, and the judges of what is sent to it."""
    target, _, wrap = getattr(request, "param", "bsv").partition(" ")
    judges = OutsideJudges()
    OBSERVERS.append(judges)
    yield LaidOutChain(target, wrap=wrap or None, fee_rate=0)
    OBSERVERS.remove(judges)
