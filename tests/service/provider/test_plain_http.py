"""Plain HTTP: the same frames without a WebSocket, files for caches, health, and what is refused."""

import asyncio
import hashlib
import secrets
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.messages.kinds import Error, Get, Key, Resume, Update
from penstock.channel.safe.protocol.events import Connected, Received, Send
from penstock.service.connection.frames import (
    LARGEST_REQUEST,
    MEDIA_TYPE,
    Attach,
    Code,
    Enquire,
    Fault,
    Frame,
    Hello,
    Offered,
    attach_digest,
    from_bytes,
    joined,
    split,
    to_bytes,
)
from penstock.service.provider.app import MOST_BODY, app_of, peer_of
from penstock.tx.signatures import schnorr_sign
from tests.support.provider.shop import CHUNK, UNLIMITED, Running, selling
from tests.support.provider.viewer import Viewer, watching

OK, BAD, NOT_FOUND, NOT_MODIFIED, PARTIAL, UNSATISFIABLE, TOO_MANY = 200, 400, 404, 304, 206, 416, 429


def hello(url: str) -> Hello:
    (data,) = split(httpx.get(f"{url}/v1/hello").content, LARGEST_REQUEST)
    found = from_bytes(data)
    assert isinstance(found, Hello)
    return found


def posted(url: str, *frames: Frame) -> list[Frame]:
    answer = httpx.post(f"{url}/v1/channel", content=joined(map(to_bytes, frames)), timeout=20)
    assert answer.status_code == OK, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    return [from_bytes(each) for each in split(answer.content, 1 << 30)]


def attach(viewer: Viewer, nonce: bytes, ciphertexts: int = 0) -> Attach:
    own = secrets.token_bytes(32)
    viewer.state, _ = viewer.payer.step(viewer.state, Connected(own, nonce))
    digest = attach_digest(viewer.state.channel, own, nonce)
    return Attach(viewer.state.channel, own, ciphertexts, schnorr_sign(viewer.payer.keys.authentication.secret, digest))


def buy(viewer: Viewer, chunk: int) -> bytes:
    """Buy a chunk with two requests and the ciphertext's, without a WebSocket."""
    state, actions = viewer.payer.ask(viewer.state, viewer.title.qualities[0].manifest, chunk)
    viewer.state = state
    first = hello(viewer.url)
    get = [each.message for each in actions if isinstance(each, Send)]
    answers = posted(viewer.url, first, attach(viewer, first.nonce), *get)
    assert any(isinstance(each, Resume) for each in answers)
    viewer.state, actions = viewer.payer.step(viewer.state, Received(viewer.chunk(chunk)))
    (update,) = (each.message for each in actions if isinstance(each, Send))
    assert isinstance(update, Update)
    second = hello(viewer.url)
    answers = posted(viewer.url, second, attach(viewer, second.nonce), update)
    (key,) = (each for each in answers if isinstance(each, Key))
    viewer.tell(Received(key))
    return viewer.delivered[-1].plaintext


def test_chunks_are_bought_without_a_websocket(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        viewer.socket.close()
        for chunk in range(3):
            assert buy(viewer, chunk) == shop.content[chunk * CHUNK : (chunk + 1) * CHUNK]


def test_an_offer_comes_without_a_websocket(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        (answer,) = posted(shop.url, hello(shop.url), Enquire(viewer.facts["network"], viewer.title.root))
        assert isinstance(answer, Offered)


def test_messages_need_an_attach_in_the_same_body(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        (answer,) = posted(shop.url, hello(shop.url), Get(viewer.state.channel, viewer.movie, 0))
        assert isinstance(answer, Fault)
        assert answer.code == Code.NOT_ATTACHED


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\x00\x00\x01\x00", b"\xff\xff\xff\xff", joined([b"\x00"]), joined([to_bytes(Hello(bytes(32)))])],
    ids=["empty", "not a frame", "cut off", "malformed", "a number of another provider"],
)
def test_a_body_that_is_not_right_is_refused(shop: Running, body: bytes) -> None:
    answer = httpx.post(f"{shop.url}/v1/channel", content=body)
    assert answer.status_code == BAD
    assert "Traceback" not in answer.text


def test_a_body_that_is_too_large_is_refused(shop: Running) -> None:
    answer = httpx.post(f"{shop.url}/v1/channel", content=bytes(MOST_BODY + 1))
    assert answer.status_code == BAD
    assert f"{MOST_BODY:,}" in answer.text


def test_wrong_frames_get_answers_each(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        viewer.socket.close()
        first = hello(shop.url)
        movie = viewer.movie
        answers = posted(
            shop.url, first, attach(viewer, first.nonce), Update(viewer.state.channel, 1, movie, 0, b"\x30" * 70)
        )
        assert isinstance(answers[-1], Error)


# Files ----------------------------------------------------------------------------------------------------------------


def file_url(shop: Running, name: str) -> str:
    (root,) = shop.provider.library.titles
    return f"{shop.url}/v1/titles/{root.hex()}/{name}"


@pytest.mark.parametrize("name", ["title.cbor", "0/manifest.cbor", "0/leaves.cbor", "0/00003.bin"])
def test_a_file_is_named_by_its_hash_and_stays(shop: Running, name: str) -> None:
    answer = httpx.get(file_url(shop, name))
    tag = answer.headers["etag"]
    assert answer.status_code == OK
    assert tag == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert "immutable" in answer.headers["cache-control"]
    again = httpx.get(file_url(shop, name), headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (NOT_MODIFIED, b"", tag)
    assert "content-length" not in again.headers, "a cache would take it for that of the file"
    head = httpx.head(file_url(shop, name))
    assert (head.content, head.headers["content-length"]) == (b"", str(len(answer.content)))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-9", 0, 9), ("10-", 10, None), ("-5", -5, None), ("0-999999", 0, None), ("4015-4015", 4_015, 4_015)],
)
def test_a_part_of_a_file(shop: Running, asked: str, first: int, last: int | None) -> None:
    whole = httpx.get(file_url(shop, "0/00003.bin")).content
    answer = httpx.get(file_url(shop, "0/00003.bin"), headers={"Range": f"bytes={asked}"})
    assert answer.status_code == PARTIAL
    assert answer.content == whole[first : None if last is None else last + 1]
    start = first % len(whole)
    assert answer.headers["content-range"] == f"bytes {start}-{start + len(answer.content) - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=4016-", "bytes=99999-100000", "bytes=-0"])
def test_a_part_that_there_is_not(shop: Running, asked: str) -> None:
    answer = httpx.get(file_url(shop, "0/00003.bin"), headers={"Range": asked})
    assert (answer.status_code, answer.headers["content-range"]) == (UNSATISFIABLE, "bytes */4016")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-4", "bytes=-", "lines=0-1", "bytes=5-2", "bytes=a-b", "bytes=" + "9" * 400]
)
def test_a_range_in_another_form_is_not_looked_at(shop: Running, asked: str) -> None:
    answer = httpx.get(file_url(shop, "0/00003.bin"), headers={"Range": asked})
    assert (answer.status_code, len(answer.content)) == (OK, 4_016)


def test_a_range_of_an_older_file_gets_the_whole(shop: Running) -> None:
    answer = httpx.get(file_url(shop, "0/00003.bin"), headers={"Range": "bytes=0-9", "If-Range": '"old"'})
    assert answer.status_code == OK


@pytest.mark.parametrize(
    "name",
    [
        "0/00099.bin", "1/00000.bin", "0/3.bin", "0/000003.bin", "0/00003.bin/", "00/00003.bin", "../seed.json",
        "..%2f..%2fpayee.db", "0/..%2fmanifest.cbor", "0/init.mp4", "%00", "0/00003.BIN", "0/٠٠٠٠٣.bin", "",
        "0/99999999.bin", "C:/title.cbor",
    ],
)  # fmt: skip
def test_a_name_that_a_title_has_not_is_not_found(shop: Running, name: str) -> None:
    assert httpx.get(file_url(shop, name)).status_code == NOT_FOUND


@pytest.mark.parametrize("root", ["00" * 32, "zz", "", "00", "..", "%2e%2e"])
def test_a_title_that_is_not_sold_is_not_found(shop: Running, root: str) -> None:
    assert httpx.get(f"{shop.url}/v1/titles/{root}/title.cbor").status_code == NOT_FOUND


def test_a_file_that_has_changed_on_disk_is_not_served(tmp_path: Path) -> None:
    with selling(tmp_path, BSV_REGTEST) as shop:
        place = tmp_path / "title" / "0" / "00003.bin"
        place.write_bytes(bytes(4_016))
        answer = httpx.get(file_url(shop, "0/00003.bin"))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        place.unlink()
        assert httpx.get(file_url(shop, "0/00003.bin")).status_code == 503


def test_ciphertexts_are_bounded_for_each_peer(tmp_path: Path) -> None:
    limits = replace(UNLIMITED, bytes_at_once=10_000, bytes_per_second=2_008)
    with selling(tmp_path, BSV_REGTEST, limits) as shop:
        codes = [httpx.get(file_url(shop, "0/00003.bin")).status_code for _ in range(12)]
        assert codes[:2] == [OK, OK]
        assert TOO_MANY in codes
        time.sleep(2.2)
        assert httpx.get(file_url(shop, "0/00003.bin")).status_code == OK


# Health ---------------------------------------------------------------------------------------------------------------


def test_health_and_readiness(shop: Running) -> None:
    assert httpx.get(f"{shop.url}/health").json() == {"status": "running"}
    assert httpx.get(f"{shop.url}/ready").json() == {"status": "ready", "height": shop.ledger.height}


def test_a_provider_whose_worker_has_stopped_is_not_healthy(shop: Running) -> None:
    """The process ends then; until it has, nothing leaves."""

    async def asked(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app_of(shop.shop))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    shop.provider.store._transactions.stop("a test")
    assert asyncio.run(asked("/health")).status_code == 500
    answer = asyncio.run(asked("/ready"))
    assert (answer.status_code, answer.json()["reason"]) == (503, "a test")
    for _ in range(100):
        try:
            httpx.get(f"{shop.url}/health")
        except httpx.ConnectError:
            return
        time.sleep(0.05)
    raise AssertionError("it runs on")


def test_a_provider_that_stops_takes_nothing_new(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        shop.provider.stop_selling()
        answer = viewer.asked(Enquire(viewer.facts["network"], viewer.title.root))
        assert isinstance(answer, Fault)
        assert answer.code == Code.CLOSED_SHOP
        assert httpx.get(f"{shop.url}/ready").status_code == 503


def test_every_answer_has_the_headers_that_keep_browsers_out(shop: Running) -> None:
    for path in ("/", "/v1/catalogue", "/health", "/nothing", "/v1/titles/00/x"):
        headers = httpx.get(shop.url + path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "server" not in headers


def test_a_preflight_gets_no_leave(shop: Running) -> None:
    """A page elsewhere may read, and send what a form may send; neither credentials nor headers of its own."""
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    asked |= {"Access-Control-Request-Headers": "payment-signature"}
    for path in ("/v1/channel", "/v1/catalogue"):
        headers = httpx.options(shop.url + path, headers=asked).headers
        for name in ("credentials", "headers", "methods"):
            assert f"access-control-allow-{name}" not in headers


def test_the_home_page_tells_how_to_watch(shop: Running) -> None:
    answer = httpx.get(shop.url)
    assert f"penstock watch {shop.url}" in answer.text


@pytest.mark.parametrize(
    ("host", "peer"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("unix", "unix"),
    ],
)
def test_a_peer_of_ipv6_is_a_network(host: str, peer: str) -> None:
    assert peer_of({"client": (host, 1)}) == peer
