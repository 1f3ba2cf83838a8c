"""`penstock serve` as a process: it sells, ends on a signal, goes on after a kill; several processes share a store."""

import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from penstock.channel.safe.messages.kinds import Key, Resume
from penstock.channel.safe.protocol.states import Phase
from penstock.service.connection.frames import Enquire, to_bytes
from penstock.service.media.preparing import Maker
from penstock.service.media.sources import Pieces
from penstock.service.seed.trial_seed import trial_entropy
from penstock.service.seed.wallet import Wallet
from penstock.service.store.store import Store
from tests.support.command_line import Run
from tests.support.engines.postgres import primary
from tests.support.films import prepared
from tests.support.provider.command import Command, running
from tests.support.provider.remote_ledger import RemoteLedger
from tests.support.provider.viewer import watching

CONTENT = bytes(each % 250 for each in range(50_000))


@pytest.fixture
def title(tmp_path: Path) -> Path:
    """A title of ten chunks, prepared with the seed for trying out in `data`."""
    wallet = Wallet(trial_entropy(tmp_path / "data" / "penstock"))
    (tmp_path / "file.bin").write_bytes(CONTENT)
    prepared(
        tmp_path / "title",
        Pieces(tmp_path / "file.bin", 5_000),
        maker=Maker(wallet.publisher_key, wallet.film_secret),
    )
    return tmp_path / "title"


def bought_all(url: str, ledger: RemoteLedger) -> bytes:
    with watching(url, ledger) as viewer:
        viewer.open()
        for chunk in range(10):
            viewer.buy(chunk)
        viewer.close()
        return b"".join(each.plaintext for each in viewer.delivered)


@pytest.mark.parametrize("network", ["bsv:regtest", "btc:regtest"])
def test_a_file_is_sold_on_a_chain_for_trying_out(title: Path, tmp_path: Path, network: str) -> None:
    with running("serve", title, "--listen", "127.0.0.1:0", "--network", network, data=tmp_path / "data") as serve:
        assert bought_all(serve.url, RemoteLedger(f"{serve.url}/chain")) == CONTENT
        assert serve.end() == 0
        assert "Traceback" not in serve.output


def broken_off(url: str) -> None:
    """Send thousands of frames in one piece, and break the connection off while they are answered."""
    parts = urlsplit(url)
    frame = to_bytes(Enquire("bsv:regtest", bytes(32)))
    with socket.create_connection((parts.hostname, parts.port or 0)) as line:
        line.sendall(
            f"GET /v1/channel HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: penstock.1\r\n\r\n".encode()
        )
        line.recv(1_000)
        line.sendall((bytes((0x82, 0x80 | len(frame))) + bytes(4) + frame) * 3_000)
        line.shutdown(socket.SHUT_WR)
        time.sleep(0.05)  # some are answered, and others are not


def test_viewers_who_break_off_do_not_end_the_process(title: Path, tmp_path: Path) -> None:
    """A write to a connection that is gone is an error of that connection; as a signal it would end all of them."""
    with running("serve", title, "--listen", "127.0.0.1:0", data=tmp_path / "data") as serve:
        url = serve.url
        for _ in range(5):
            broken_off(url)
        assert httpx.get(f"{url}/ready", timeout=30).status_code == httpx.codes.OK
        assert serve.end() == 0


LONG = pytest.mark.long


@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=LONG), pytest.param(signal.SIGKILL, marks=LONG)]
)
def test_channels_stay_open_over_a_restart(title: Path, tmp_path: Path, how: int) -> None:
    """A graceful stop closes no channel by surprise; after a kill the chain and the store are as they were."""
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    with running("serve", title, "--listen", place, data=data) as serve:
        ledger = RemoteLedger(f"{serve.url}/chain")
        with watching(serve.url, ledger) as viewer:
            viewer.open()
            viewer.buy(0)
        code = serve.end(how)
        assert code == {signal.SIGTERM: 0, signal.SIGINT: 0, signal.SIGKILL: -9}[signal.Signals(how)], serve.output
    with Store.open(data / "penstock" / "serve" / "channels.db") as store:
        assert store.restored is None
        assert store.load(viewer.state.channel, "payee").state.phase is Phase.OPEN
    with running("serve", title, "--listen", place, data=data) as serve, viewer.stack:
        assert serve.url
        viewer.reconnect()
        viewer.attach()
        viewer.until(Resume)
        viewer.buy(1)
        viewer.close()
    assert [each.plaintext for each in viewer.delivered] == [CONTENT[:5_000], CONTENT[5_000:10_000]]


@pytest.mark.long
def test_several_processes_share_one_store(title: Path, tmp_path: Path) -> None:
    """Each connection comes to one of them, by chance; any of them goes on where another has stopped."""
    data = tmp_path / "data"
    with (
        primary() as database,
        running("trial-chain", "--listen", "127.0.0.1:0", "--state", tmp_path / "chain.jsonl", data=data) as chain,
        running(
            *("serve", title, "--listen", "127.0.0.1:0", "--workers", "3", "--store", database.url),
            *("--source", f"esplora+{chain.url}"),
            data=data,
        ) as serve,
    ):
        serve.wait_for("serving.*epoch")
        ledger = RemoteLedger(chain.url)
        with watching(serve.url, ledger) as viewer:
            viewer.open()
            for chunk in range(10):
                viewer.ask(chunk)
                viewer.take(viewer.chunk(chunk))
                viewer.reconnect()  # the Update was on its way
                viewer.attach()
                viewer.until(Key)
            assert b"".join(each.plaintext for each in viewer.delivered) == CONTENT
            assert viewer.state.paid == viewer.facts["terms"]["base"] + 10 * 100
            viewer.close()
        assert serve.end() == 0
        assert "Traceback" not in serve.output


@pytest.mark.long
def test_the_end_of_one_process_is_the_end_of_all(title: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with (
        primary() as database,
        running("trial-chain", "--listen", "127.0.0.1:0", "--state", tmp_path / "chain.jsonl", data=data) as chain,
        running(
            *("serve", title, "--listen", "127.0.0.1:0", "--workers", "2", "--store", database.url),
            *("--source", f"esplora+{chain.url}"),
            data=data,
        ) as serve,
    ):
        serve.wait_for("serving.*epoch")
        with Store.open(database.url) as store:
            store.restrict("a test")  # another has taken over
        with watching(serve.url, RemoteLedger(chain.url)) as viewer, suppress(ConnectionClosed, OSError):
            for _ in range(10):  # each comes to one of both
                viewer.agree()
                viewer.reconnect()
        assert serve.process.wait(60) == 2
        assert "start it again" in serve.output


@pytest.fixture
def own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


# Faults of the user ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing"], "missing/title.cbor: No such file or directory"),
        (["TITLE", "--workers", "2"], "several processes need PostgreSQL"),
        (["TITLE", "--workers", "2", "--store", "postgresql://x/y"], "several processes need a --source"),
        (["TITLE", "--network", "bsv:mainnet"], "coins have a value"),
        (["TITLE", "--network", "doge"], "is not a network"),
        (["TITLE", "--listen", "8402"], "is not an address and a port"),
        (["TITLE", "--listen", "192.0.2.1:80"], "cannot be listened at"),
        (["TITLE", "--metrics", "here"], "--metrics: 'here' is not an address"),
        (["TITLE", "--source", "ftp://x"], "the address of a source begins with its kind"),
        (["TITLE", "--price", "0"], "--price"),
        ([], "TITLE"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
@pytest.mark.usefixtures("own_data")
def test_what_cannot_be_served_is_told(invoke: Run, title: Path, arguments: list[str], told: str) -> None:
    found = invoke("serve", "--listen", "127.0.0.1:0", *[str(title) if each == "TITLE" else each for each in arguments])
    assert found.exit_code == 2
    assert told in found.stderr
    assert "Traceback" not in found.stderr


def test_a_title_of_another_seed_is_not_served(
    invoke: Run, title: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "other"))
    found = invoke("serve", str(title))
    assert found.exit_code == 2
    assert "another seed" in found.stderr


def test_an_address_in_use_is_told(title: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        with running("serve", title, "--listen", place, data=tmp_path / "data") as serve:
            assert serve.process.wait(30) == 2
            assert "cannot be listened at" in serve.output


def test_metrics_are_for_the_operator_alone(title: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    options = ("--listen", "127.0.0.1:0", "--metrics", place, "--log", "json")
    with running("serve", title, *options, data=tmp_path / "data") as serve:
        with watching(serve.url, RemoteLedger(f"{serve.url}/chain")) as viewer:
            viewer.open()
            viewer.buy(0)
            told = httpx.get(f"http://{place}/metrics").text
            assert httpx.get(f"{serve.url}/metrics").status_code == 404
        name = viewer.state.channel.hex()[:16]
        owed = viewer.state.paid
        for line in (
            'penstock_channels{phase="open"} 1.0',
            f"penstock_at_risk_satoshis {float(owed)}",
            f'penstock_channel_at_risk_satoshis{{channel="{name}"}} {float(owed)}',
            "penstock_epoch 1.0",
            'penstock_frame_seconds_count{frame="Update"} 1.0',
        ):
            assert line in told, told


def _lines(serve: Command) -> list[str]:
    return [each for each in serve.lines if each.startswith("{")]


def test_no_secret_is_in_the_log(title: Path, tmp_path: Path) -> None:
    with running("serve", title, "--listen", "127.0.0.1:0", "--log", "json", data=tmp_path / "data") as serve:
        with watching(serve.url, RemoteLedger(f"{serve.url}/chain")) as viewer:
            viewer.open()
            key = viewer.buy(0).key
            viewer.close()
        serve.end()
        entropy = trial_entropy(tmp_path / "data" / "penstock")
        for secret in (entropy, key, viewer.token, Wallet(entropy).film_secret):
            assert secret.hex() not in serve.output
        assert _lines(serve)
