"""Bad lines between real sockets: the file comes whole and each piece is paid once, or a clear error, and no loss."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.service.viewer import buyer, viewing
from tests.support.links.messages import Shuffle, messages_to
from tests.support.links.trade import Trade, trading
from tests.support.links.wire import Faults, wire


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and prices have to come in a second, settlements in two."""
    monkeypatch.setattr(buyer, "KEY_PATIENCE", 1.0)
    monkeypatch.setattr(viewing, "SETTLING_PATIENCE", 2.0)
    monkeypatch.setattr(buyer, "PRICE_PATIENCE", 3.0)


def bought(network: Network, folder: Path, seed: int, *, late: bool = False, **faults: float) -> tuple[Trade, Faults]:
    """Buy over a line with faults: from the start, or from the first piece on."""

    async def main() -> tuple[Trade, Faults]:
        spoiled = Faults(random.Random(seed), **faults, is_on=not late)  # type: ignore[arg-type] # probabilities

        async def begin(trade: Trade) -> None:
            await trade.began.wait()
            spoiled.is_on = True

        async with trading(network, folder) as trade, wire(trade.port, spoiled) as line:
            waiting = asyncio.create_task(begin(trade))
            await trade.bought(line.url)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        return trade, spoiled

    trade, spoiled = asyncio.run(asyncio.wait_for(main(), 240))
    trade.check()
    return trade, spoiled


def shuffled(network: Network, folder: Path, seed: int, **faults: Any) -> tuple[Trade, Shuffle]:
    """Buy over a line that repeats and reorders messages."""

    async def main() -> tuple[Trade, Shuffle]:
        shuffle = Shuffle(random.Random(seed), **faults)
        calm = Faults(random.Random(0))
        async with (
            trading(network, folder) as trade,
            messages_to(trade.port, shuffle) as port,
            wire(trade.port, calm, port) as line,
        ):
            await trade.bought(line.url)
        return trade, shuffle

    trade, shuffle = asyncio.run(asyncio.wait_for(main(), 240))
    trade.check()
    return trade, shuffle


def test_a_line_that_is_cut_in_the_middle(tmp_path: Path) -> None:
    _, faults = bought(BSV_REGTEST, tmp_path, 7, late=True, cut=0.1)
    assert faults.done["cut"]


def test_each_message_comes_twice(tmp_path: Path) -> None:
    _, shuffle = shuffled(BTC_REGTEST, tmp_path, 1, twice=1.0, spares=1)
    assert shuffle.done["twice"] > 20


def test_a_slow_line(tmp_path: Path) -> None:
    trade, _ = bought(BTC_REGTEST, tmp_path, 3, delay=0.05)
    assert trade.errors == []


def test_a_line_that_stalls_when_the_channel_is_settled(tmp_path: Path) -> None:
    """Her signature does not arrive, and nothing tells so: it is sent again on another connection."""

    async def main() -> tuple[Trade, Faults]:
        faults = Faults(random.Random(0), stall=1.0, is_on=False)
        faults.done["stall"] = 1  # one is left
        async with trading(BSV_REGTEST, tmp_path) as trade, wire(trade.port, faults) as line:
            trade.when_whole = lambda: setattr(faults, "is_on", True)
            await trade.bought(line.url, tries=1)
        return trade, faults

    trade, faults = asyncio.run(asyncio.wait_for(main(), 60))
    trade.check()
    assert faults.done["stall"] == 2


NETWORKS = pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=["bsv", "btc"])
SEEDS = pytest.mark.parametrize("seed", range(3))


@pytest.mark.long
@NETWORKS
@SEEDS
@pytest.mark.parametrize("late", [False, True], ids=["from the start", "from the first piece"])
@pytest.mark.parametrize(
    "faults",
    [
        pytest.param({"cut": 0.05}, id="cut"),
        pytest.param({"stall": 0.02}, id="stalled"),
        pytest.param({"delay": 0.1, "cut": 0.03}, id="slow and cut"),
    ],
)
def test_a_bad_line(network: Network, tmp_path: Path, seed: int, late: bool, faults: dict[str, float]) -> None:
    bought(network, tmp_path, seed, late=late, **faults)


@pytest.mark.long
@NETWORKS
@SEEDS
def test_bytes_that_are_altered(network: Network, tmp_path: Path, seed: int) -> None:
    """From the first piece on: before it, a coin of the chain for trying out could go elsewhere."""
    bought(network, tmp_path, seed, late=True, flip=0.03)


@pytest.mark.long
@NETWORKS
@SEEDS
@pytest.mark.parametrize(
    "faults",
    [
        pytest.param({"twice": 0.5, "spares": 1}, id="some twice"),
        pytest.param({"late": 0.3, "spares": 1}, id="some late"),
        pytest.param({"twice": 0.3, "late": 0.3, "spares": 1}, id="both"),
    ],
)
def test_messages_that_come_twice_or_late(network: Network, tmp_path: Path, seed: int, faults: dict[str, Any]) -> None:
    shuffled(network, tmp_path, seed, **faults)
