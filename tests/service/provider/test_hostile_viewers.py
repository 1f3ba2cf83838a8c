"""Hostile viewers: strangers on a channel, old signatures, other kinds of frames, floods; honest ones go on."""

import socket
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import cbor2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.messages.kinds import Accept, Close, Error, Get, Key, Resume, Update
from penstock.channel.safe.protocol.resuming import resume
from penstock.service.connection.frames import (
    LARGEST_REQUEST,
    Attach,
    Code,
    Fault,
    Hello,
    OpenWith,
    Pricing,
    attach_digest,
    from_bytes,
    to_bytes,
)
from penstock.service.provider import session
from penstock.service.provider.limits import Rate
from penstock.service.provider.session import PAUSE
from penstock.service.sockets import MOST_CONTROL
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_sign
from tests.support.provider.shop import UNLIMITED, Running, selling
from tests.support.provider.viewer import TIMEOUT, Viewer, connected, watching


def code_of(frame: object) -> Code:
    assert isinstance(frame, Fault), frame
    return Code(frame.code)


def attach_of(viewer: Viewer, key: PrivateKey, hello: bytes) -> Attach:
    own = bytes(range(32))
    signature = schnorr_sign(key.secret, attach_digest(viewer.state.channel, own, hello))
    return Attach(viewer.state.channel, own, 0, signature)


def test_a_stranger_who_knows_the_id_cannot_take_a_channel(shop: Running) -> None:
    """Neither with a key of his own, nor with a signature that he has seen; and she goes on undisturbed."""
    with watching(shop.url, shop.ledger) as viewer, watching(shop.url, shop.ledger) as stranger:
        viewer.open()
        viewer.buy(0)
        authentication = viewer.payer.keys.authentication
        seen = attach_of(viewer, authentication, viewer.hello)
        for forged in (
            attach_of(viewer, PrivateKey.generate(), stranger.hello),
            attach_of(viewer, viewer.payer.keys.funding, stranger.hello),
            seen,
        ):
            assert code_of(stranger.asked(forged)) is Code.NOT_HERS
        viewer.buy(1)
        assert not viewer.faults


@pytest.mark.parametrize("kind", ["get", "close", "update", "pricing", "resume"])
def test_messages_of_a_channel_that_is_not_attached_are_refused(shop: Running, kind: str) -> None:
    with watching(shop.url, shop.ledger) as viewer, watching(shop.url, shop.ledger) as stranger:
        viewer.open()
        viewer.buy(0)
        channel, signed = viewer.state.channel, viewer.state.signed
        assert signed is not None
        frame = {
            "get": Get(channel, viewer.movie, 1),
            "close": Close(channel, 1),
            "update": Update(channel, 1, viewer.movie, 0, signed.signature),
            "pricing": Pricing(channel, viewer.title.root),
            "resume": resume(channel, signed, stranger.hello, viewer.payer.keys.authentication),
        }[kind]
        assert code_of(stranger.asked(frame)) is Code.NOT_ATTACHED  # type: ignore[arg-type] # a frame


def test_the_newest_connection_has_the_channel(shop: Running) -> None:
    """An old connection that is not closed yet gets nothing more."""
    with watching(shop.url, shop.ledger) as viewer, ExitStack() as stack:
        viewer.open()
        viewer.buy(0)
        old = viewer.socket
        viewer.socket, viewer.hello = connected(shop.url, stack)
        viewer.attach()
        viewer.until(Resume)
        old.send(to_bytes(Get(viewer.state.channel, viewer.movie, 1)))
        assert code_of(from_bytes(old.recv(TIMEOUT))) is Code.NOT_ATTACHED  # type: ignore[arg-type] # bytes
        viewer.buy(1)


def test_a_resume_of_another_connection_changes_nothing(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        for chunk in range(3):
            viewer.buy(chunk)
        replayed = resume(viewer.state.channel, viewer.state.signed, bytes(32), viewer.payer.keys.authentication)
        assert isinstance(viewer.asked(replayed), Fault)
        assert shop.provider.store.load(viewer.state.channel, "payee").state.newest == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\xff" * 100,
        cbor2.dumps([99, b"x"]),
        cbor2.dumps([16, bytes(31)]),
        to_bytes(Hello(bytes(32))),
        to_bytes(Fault.of(Code.TERMS, "you are wrong")),
        to_bytes(Accept(bytes(32), bytes(64)))[:-1],
        b"\x9b" + b"\xff" * 8,
        b"\x81" * 3_000,
    ],
    ids=lambda data: data[:6].hex() or "empty",
)
def test_bytes_that_are_not_a_frame_are_refused_and_the_connection_goes_on(shop: Running, data: bytes) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.socket.send(data)
        assert code_of(viewer.read()) is Code.MALFORMED
        viewer.open()
        viewer.buy(0)


def test_messages_of_the_provider_are_refused_if_a_viewer_sends_them(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        for frame in (Key(viewer.state.channel, 1, bytes(32)), Accept(viewer.state.channel, bytes(64))):
            assert isinstance(viewer.asked(frame), Error)
        viewer.buy(0)


def test_a_frame_that_is_too_large_ends_its_connection_alone(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer, watching(shop.url, shop.ledger) as other:
        viewer.open()
        other.socket.send(bytes(LARGEST_REQUEST + 1))
        with pytest.raises(ConnectionClosed):
            other.read()
        viewer.buy(0)


def test_text_ends_the_connection(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.socket.send("hello")
        with pytest.raises(ConnectionClosed):
            viewer.read()


def test_another_subprotocol_is_refused(shop: Running) -> None:
    place = shop.url.replace("http", "ws") + "/v1/channel"
    for names in (None, [Subprotocol("penstock.2")]):
        with pytest.raises(InvalidHandshake), connect(place, subprotocols=names, proxy=None):
            pass


def test_a_peer_who_is_wrong_too_often_is_cut_off(tmp_path: Path) -> None:
    limits = replace(UNLIMITED, wrong=Rate(5, 0))
    with selling(tmp_path, BSV_REGTEST, limits) as shop, watching(shop.url, shop.ledger) as viewer:
        for _ in range(5):
            viewer.socket.send(b"\x00")
            assert code_of(viewer.read()) is Code.MALFORMED
        viewer.socket.send(b"\x00")
        assert code_of(viewer.read()) is Code.MALFORMED
        with pytest.raises(ConnectionClosed):
            viewer.read()


def test_a_flood_of_frames_is_told_to_wait(tmp_path: Path) -> None:
    limits = replace(UNLIMITED, frames=Rate(30, 4))
    with selling(tmp_path, BSV_REGTEST, limits) as shop, watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        frame, began = Get(viewer.state.channel, viewer.movie, 99), time.monotonic()
        viewer.send(*[frame] * 31)
        answers = [viewer.read() for _ in range(31)]
        waits = sum(isinstance(each, Fault) and each.code == Code.TOO_MANY for each in answers)
        assert waits >= 1
        assert time.monotonic() - began > 0.9 * waits * PAUSE, "so long nothing else of this connection is read"
        time.sleep(1.5)
        viewer.buy(0)


@pytest.mark.parametrize("kind", ["frames", "pings", "parts"])
def test_more_than_a_few_frames_that_wait_end_their_connection_alone(shop: Running, kind: str) -> None:
    """Thousands in one piece would be read in one go."""
    host, port = shop.url.removeprefix("http://").split(":")
    head = {"frames": b"\x82\x80", "pings": b"\x89\x80", "parts": b"\x00\x80"}[kind] + bytes(4)
    with watching(shop.url, shop.ledger) as viewer, socket.create_connection((host, int(port))) as raw:
        viewer.open()
        raw.settimeout(TIMEOUT)
        raw.sendall(
            f"GET /v1/channel HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: penstock.1\r\n\r\n".encode()
        )
        assert b"101" in raw.recv(1_000)
        raw.sendall((b"\x02\x80\0\0\0\0" if kind == "parts" else b"") + head * 20_000)
        viewer.buy(0)
        with suppress(ConnectionError):
            while raw.recv(65_536):
                pass
        viewer.buy(1)


def test_a_few_pings_are_answered(shop: Running) -> None:
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        for _ in range(MOST_CONTROL - 2):
            assert viewer.socket.ping().wait(TIMEOUT)
        viewer.buy(0)


def test_terms_and_connections_of_one_peer_are_bounded(tmp_path: Path) -> None:
    limits = replace(UNLIMITED, opens=Rate(3, 0.001), arrivals=Rate(2, 0.001))
    with selling(tmp_path, BSV_REGTEST, limits) as shop, watching(shop.url, shop.ledger) as viewer:
        viewer.agree()
        opened = OpenWith(viewer.token, to_bytes(viewer.opened))
        assert [isinstance(viewer.asked(opened), Accept) for _ in range(3)] == [True, True, False]
        with ExitStack() as stack:
            connected(shop.url, stack)
            began = time.monotonic()
            with pytest.raises(InvalidHandshake):
                connected(shop.url, stack)
            assert time.monotonic() - began >= PAUSE


def test_connections_of_one_peer_are_bounded(tmp_path: Path) -> None:
    limits = replace(UNLIMITED, connections=3)
    with (
        selling(tmp_path, BSV_REGTEST, limits) as shop,
        watching(shop.url, shop.ledger) as viewer,
        ExitStack() as stack,
    ):
        for _ in range(2):
            connected(shop.url, stack)
        with pytest.raises(InvalidHandshake):
            connected(shop.url, stack)
        viewer.open()
        viewer.buy(0)
        stack.close()
        time.sleep(0.2)
        with ExitStack() as later:
            connected(shop.url, later)


def test_channels_of_one_connection_are_bounded(shop: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_MOST_CHANNELS", 1)
    with watching(shop.url, shop.ledger) as viewer, watching(shop.url, shop.ledger) as other:
        viewer.open()
        other.open()
        theirs = attach_of(other, other.payer.keys.authentication, viewer.hello)
        assert code_of(viewer.asked(theirs)) is Code.TOO_MANY
        viewer.buy(0)
        other.buy(0)


def test_a_connection_that_is_dropped_in_the_middle_leaves_the_others_alone(shop: Running) -> None:
    host, port = shop.url.removeprefix("http://").split(":")
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        for data in (
            b"",
            b"GET",
            b"POST /v1/channel HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
            b"\x16\x03\x01",
        ):
            with socket.create_connection((host, int(port))) as raw:
                raw.sendall(data)
        viewer.buy(0)


def test_a_loss_of_a_whole_chunk_is_not_possible_by_sending_everything_twice(shop: Running) -> None:
    """Each frame twice, as a network that duplicates: one state for each chunk, one key each."""
    with watching(shop.url, shop.ledger) as viewer:
        viewer.open()
        original = viewer.socket.send

        def twice(data: bytes) -> None:
            original(data)
            original(data)

        viewer.socket.send = twice  # type: ignore[method-assign, assignment] # a network
        for chunk in range(3):
            viewer.ask(chunk)
            viewer.take(viewer.chunk(chunk))
            while len(viewer.delivered) <= chunk:
                viewer.take(viewer.read())
        state = shop.provider.store.load(viewer.state.channel, "payee").state
        assert (state.newest, viewer.state.held, len(viewer.delivered)) == (3, 3, 3)
