"""Kills of provider, viewer and watcher at random moments: no chunk and no satoshi is lost beyond the agreed fees."""

from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from tests.support.kills.schedule import run

pytestmark = pytest.mark.long


@pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=["bsv", "btc"])
@pytest.mark.parametrize("seed", range(3))
def test_kills_lose_nothing(network: Network, tmp_path: Path, seed: int) -> None:
    found = run(seed, network, tmp_path / "run", tmp_path)
    assert found.kills
    assert (found.chunks, found.payee, found.payer, found.channels) == (0, 0, 0, 1)
