"""Providers for the tests, one for each network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from tests.support.provider.shop import Running, selling


@pytest.fixture(params=[BSV_REGTEST, BTC_REGTEST], ids=["bsv", "btc"])
def network(request: pytest.FixtureRequest) -> Network:
    found: Network = request.param
    return found


@pytest.fixture
def shop(network: Network, tmp_path: Path) -> Iterator[Running]:
    with selling(tmp_path, network) as running:
        yield running
