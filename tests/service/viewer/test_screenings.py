"""The committed film over real processes and sockets, closed in each way on both chains, judged by other engines."""

import sys
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from tests.support.served.closings import CLOSINGS
from tests.support.served.screening import screened

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signals"),
]
TRANSACTIONS = {"settled together": 2, "forced, claimed with the key": 3, "refunded to the viewer": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the film is prepared once."""
    return tmp_path_factory.mktemp("film")


@pytest.mark.parametrize("closing", CLOSINGS)
@pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.rules.chain.name)
def test_a_film_is_sold_and_closed(network: Network, closing: str, folder: Path) -> None:
    found = screened(network, closing, folder)
    assert found.segments == 12
    assert len(found.transactions) == TRANSACTIONS[closing]
    assert found.accepted[0] == found.accepted[1] > 0
