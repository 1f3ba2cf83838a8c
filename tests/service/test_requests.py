"""Requests by hand against a provider: their heads are bounded in size and time, and two readings are not possible."""

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.service import requests
from penstock.service.media.sources import Pieces
from penstock.service.provider import app
from tests.support.films import prepared
from tests.support.provider.shop import Running, selling
from tests.support.provider.viewer import watching
from tests.support.shops.pages import shown
from tests.support.shops.serving import served
from tests.support.shops.shop import Shop

HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /v1/channel HTTP/1.1\r\nHost: x\r\n"
BAD, OK = b"400", b"200"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Running]:
    with selling(tmp_path, BSV_REGTEST) as found:
        yield found


@pytest.fixture
def title(tmp_path: Path) -> Path:
    (tmp_path / "file.bin").write_bytes(bytes(range(256)) * 20)
    prepared(tmp_path / "title", Pieces(tmp_path / "file.bin", 1_000))
    return tmp_path / "title"


def connected(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def answers(url: str, *parts: bytes) -> bytes:
    """All that a server answers to bytes, until it ends the connection, or is silent for half a second."""
    found = b""
    with connected(url) as raw:
        try:
            for each in parts:
                raw.sendall(each)
            raw.settimeout(0.5)
            while data := raw.recv(65_536):
                found += data
        except OSError:
            pass
    return found


def status(url: str, *parts: bytes) -> bytes:
    found = answers(url, *parts)
    return found.split()[1] if found else BAD  # it has cut the connection before its answer was read


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"X: " + b"a" * 200_000 + b"\r\n", id="a long one"),
        pytest.param(b"".join(b"X%d: a\r\n" % each for each in range(20_000)), id="many"),
        pytest.param(b"Cookie: " + b"a" * requests.MOST_HEAD + b"\r\n", id="one byte too many"),
    ],
)
def test_a_head_that_is_too_large_is_refused(shop: Running, head: bytes) -> None:
    assert status(shop.url, HEALTH + head + b"\r\n") == BAD
    assert status(shop.url, HEALTH + b"X: " + b"a" * 8_000 + b"\r\n\r\n") == OK


def test_a_head_without_an_end_takes_no_memory(shop: Running) -> None:
    """The value of one header does not end: the parser would gather all of it."""
    sent = 0
    with connected(shop.url) as raw, suppress(OSError):
        raw.sendall(HEALTH + b"X: ")
        for _ in range(2_000):
            raw.sendall(b"a" * 10_000)
            sent += 10_000
    assert sent < 15_000_000, "the connection was cut"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + HEALTH, id="both"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + HEALTH, id="turned"),
        pytest.param(POST + b"Content-Length: 5\r\nContent-Length: 0\r\n\r\n" + HEALTH, id="two lengths"),
        pytest.param(POST + b"Content-Length: +5\r\n\r\nabcde" + HEALTH, id="a sign"),
        pytest.param(POST + b"Transfer-Encoding: xchunked\r\n\r\n" + HEALTH, id="another coding"),
        pytest.param(POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + HEALTH, id="a blank"),
        pytest.param(POST + b"X: a\r\n Content-Length: 5\r\n\r\n" + HEALTH, id="folded"),
        pytest.param(b"GET /health HTTP/1.1\nHost: x\n\n", id="bare line feeds"),
        pytest.param(b"GET /health HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(HEALTH + b"Host: x\r\n\r\n", id="two hosts"),
        pytest.param(HEALTH + b"host: evil.example\r\n\r\n", id="another host"),
    ],
)
def test_a_request_of_two_readings_is_refused(shop: Running, data: bytes) -> None:
    """A proxy may read it otherwise: what one takes for a body would be a request for the other."""
    found = answers(shop.url, data + b"\r\n")
    assert found.split()[1] == BAD
    assert found.count(b"HTTP/1.1 ") == 1


def test_an_absolute_address_is_a_path(shop: Running) -> None:
    found = answers(shop.url, b"GET http://evil.example/health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert found.split()[1] == OK
    assert b"evil" not in found
    assert status(shop.url, b"GET http://evil.example/health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n") == BAD


def test_a_slow_head_ends_its_connection_and_blocks_no_one(shop: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty connections send a byte now and then, or nothing; a viewer buys meanwhile."""
    monkeypatch.setattr(requests, "HEAD_SECONDS", 1.0)
    slow = [connected(shop.url) for _ in range(30)]
    try:
        with watching(shop.url, shop.ledger) as viewer:
            viewer.open()
            end = time.monotonic() + 2.5
            for chunk, byte in enumerate(HEALTH):
                for each in slow[:15]:
                    _dribble(each, bytes([byte]))
                if chunk < 5:
                    viewer.buy(chunk)
                time.sleep(0.1)
                if time.monotonic() > end:
                    break
        assert all(_is_closed(each) for each in slow)
    finally:
        for each in slow:
            each.close()


def test_blank_lines_do_not_keep_a_connection(shop: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "HEAD_SECONDS", 0.5)
    with connected(shop.url) as raw:
        raw.sendall(HEALTH + b"\r\n")
        assert raw.recv(1_000).split()[1] == OK
        for _ in range(15):
            _dribble(raw, b"\r\n")
            time.sleep(0.1)
        assert _is_closed(raw)


def test_an_idle_connection_stays_for_the_next_request(shop: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "HEAD_SECONDS", 0.3)
    with httpx.Client() as client:
        for _ in range(3):
            assert client.get(f"{shop.url}/health").status_code == 200
            time.sleep(0.6)
        (pool,) = client._transport._pool.connections  # type: ignore[attr-defined] # one connection for all
        assert pool.info().endswith("Request Count: 3")


def test_a_slow_body_is_left(shop: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "BODY_SECONDS", 0.5)
    with connected(shop.url) as raw:
        raw.sendall(POST + b"Content-Length: 100\r\n\r\nabc")
        assert raw.recv(1_000).split()[1] == b"408"


def test_a_body_that_breaks_off_is_not_an_error_of_the_provider(
    shop: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    for _ in range(3):
        with connected(shop.url) as raw:
            raw.sendall(POST + b"Content-Length: 100\r\n\r\nabc")
    time.sleep(0.3)
    assert httpx.get(f"{shop.url}/health").status_code == 200
    assert caplog.records == []


def test_the_page_of_a_viewer_has_the_same_bounds(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with served(Shop(title)) as serving, shown(serving, tmp_path) as view:
            url = f"http://127.0.0.1:{view.place.port}"
            head = f"GET /{view.place.token}/state HTTP/1.1\r\nHost: 127.0.0.1:{view.place.port}\r\n".encode()
            long = head + b"X: " + b"a" * 200_000 + b"\r\n\r\n"
            assert await asyncio.to_thread(status, url, long) == BAD
            assert await asyncio.to_thread(status, url, head + b"Host: x\r\n\r\n") == BAD
            assert await asyncio.to_thread(status, url, head + b"Connection: close\r\n\r\n") == OK

    asyncio.run(asyncio.wait_for(main(), 60))


def _dribble(raw: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        raw.sendall(data)


def _is_closed(raw: socket.socket) -> bool:
    raw.settimeout(1)
    try:
        while raw.recv(1_000):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True
