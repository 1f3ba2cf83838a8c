"""`penstock serve --reserve` and `penstock channel reserve`: coins for dear closes, no channel without them."""

import json
import re
import socket
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from penstock.channel.safe.agreement.chains import BTC_REGTEST
from penstock.service.media.preparing import Maker
from penstock.service.media.sources import Pieces
from penstock.service.provider.reserving import script_of
from penstock.service.seed.trial_seed import trial_entropy
from penstock.service.seed.wallet import Wallet
from tests.support.chain_servers.trial import trial_at
from tests.support.command_line import Run
from tests.support.films import prepared
from tests.support.provider.command import Command, running
from tests.support.provider.remote_ledger import RemoteLedger
from tests.support.provider.viewer import watching

OPTIONS = ("--network", "btc:regtest", "--reserve", "2", "--reserve-rate", "50000")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def metrics_until(place: str, wanted: str) -> str:
    text = ""
    for _ in range(300):
        with suppress(httpx.ConnectError):  # it starts
            text = httpx.get(f"http://{place}/metrics").text
        if wanted in text:
            return text
        time.sleep(0.1)
    raise AssertionError(f"{wanted!r} is not in\n{text}")


def refused(serve: Command, ledger: RemoteLedger) -> bool:
    """Whether a viewer gets no offer, with a reason that tells nothing of the provider's coins."""
    with watching(serve.url, ledger) as viewer, pytest.raises(AssertionError, match="opens no channel now"):
        viewer.agree()
    return True


def test_no_channel_is_opened_without_the_coins(tmp_path: Path) -> None:
    wallet = Wallet(trial_entropy(tmp_path / "data" / "penstock"))
    script = script_of(wallet.reserve_key(BTC_REGTEST.name), BTC_REGTEST)
    (tmp_path / "file.bin").write_bytes(bytes(20_000))
    maker = Maker(wallet.publisher_key, wallet.film_secret)
    prepared(tmp_path / "title", Pieces(tmp_path / "file.bin", 5_000), maker=maker)
    place = f"127.0.0.1:{free_port()}"
    with trial_at(BTC_REGTEST) as trial:
        ledger, source = RemoteLedger(trial.url), f"esplora+{trial.url}"
        words = (tmp_path / "title", "--listen", "127.0.0.1:0", "--source", source, "--metrics", place, *OPTIONS)
        with running("serve", *words, "--state", tmp_path / "state", data=tmp_path / "data") as serve:
            metrics_until(place, 'penstock_fee_reserve_coins{kind="missing"} 1.0')
            assert refused(serve, ledger)
            asked = serve.wait_for(r"lacks 1 of 1 coins: pay coins of ([\d,]+) satoshis to bcrt1")
            value = int(asked.replace(",", ""))
            ledger.fund(script, value)
            metrics_until(place, 'penstock_fee_reserve_coins{kind="missing"} 0.0')
            with watching(serve.url, ledger) as viewer:
                viewer.open()
                viewer.buy(0)
                text = metrics_until(place, 'penstock_fee_reserve_coins{kind="missing"} 1.0')
                assert 'penstock_fee_reserve_coins{kind="needed"} 2.0' in text
                assert f'penstock_fee_reserve_satoshis{{kind="held"}} {float(value)}' in text
                assert refused(serve, ledger), "no coin is held back for another one"
                viewer.buy(1)
                assert httpx.get(f"{serve.url}/ready").status_code == httpx.codes.OK, "it sells in the one that is open"
            assert serve.end() == 0
        asking = ("channel", "reserve", tmp_path / "state" / "channels.db", "btc:regtest", "--closes", "2")
        with running(*asking, "--json", "--rate", "50000", "--source", source, data=tmp_path / "data") as shown:
            assert shown.process.wait(60) == 0, shown.output
            time.sleep(0.2)
            facts = json.loads(shown.output)
        assert (len(facts["needed"]), facts["held"], facts["missing"]) == (1, [value], 0)
        with running(*asking, "--rate", "5000000", "--source", source, data=tmp_path / "data") as shown:
            assert shown.process.wait(60) == 1, shown.output
            shown.wait_for("the reserve lacks 1 coin")
            assert re.search(r"address  bcrt1\w+\nneeded   1 coin, [\d,]+ satoshis", shown.output)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--reserve", "2", "--reserve-rate", "5", "--source", "esplora+http://h"), "needs none"),
        (("--network", "btc:regtest", "--reserve", "2"), "name the fee rate of a close too"),
        (("--network", "btc:regtest", "--reserve-rate", "2"), "name the closes at once too"),
        (("--network", "btc:regtest", "--reserve", "2", "--reserve-rate", "5"), "name a --source"),
    ],
)
def test_options_that_do_not_go_together(
    invoke: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], reason: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    found = invoke("serve", str(tmp_path), *words)
    assert found.exit_code == 2
    assert reason in found.stderr
