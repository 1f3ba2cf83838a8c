"""A hostile provider: whatever he answers, nothing is paid for it but the one price that a channel risks."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from penstock.channel.safe.messages.kinds import Accept, Key, Offer, Quote
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.service.connection.frames import SUBPROTOCOL, Code, Fault, Frame, Hello, Offered, to_bytes
from penstock.service.media.sources import Pieces
from penstock.service.viewer import opening
from penstock.service.viewer.errors import AwayError, PriceError, ProviderError, RefusedError, ViewerError
from penstock.service.viewer.remote import connection
from penstock.service.viewer.remote.connection import Connection
from penstock.service.viewer.remote.shop import shop_of
from penstock.service.viewer.remote.web import Web
from tests.support.films import prepared
from tests.support.shops.serving import served
from tests.support.shops.shop import Shop
from tests.support.shops.viewers import Events, watched

CONTENT = bytes(range(256)) * 20


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


def flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


# Files ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("title.cbor", flipped),
        ("title.cbor", lambda _: b""),
        ("title.cbor", lambda data: data + bytes(40 << 20)),
        ("0/manifest.cbor", flipped),
        ("0/leaves.cbor", flipped),
        ("0/leaves.cbor", lambda data: data * 3),
    ],
)
def test_a_title_that_is_forged_opens_no_channel(
    title: Path, tmp_path: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    async def main() -> None:
        shop = Shop(title)
        shop.altered[name] = change((title / name).read_bytes())
        async with served(shop) as serving:
            with pytest.raises(ProviderError):
                async with watched(serving, tmp_path):
                    pass
        assert shop.offers == {}

    run(main())


def test_the_title_of_another_publisher_is_refused(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        (tmp_path / "other").write_bytes(b"other" * 600)
        prepared(tmp_path / "second", Pieces(tmp_path / "other", 1_000))
        shop = Shop(title)
        shop.altered["title.cbor"] = (tmp_path / "second" / "title.cbor").read_bytes()
        async with served(shop) as serving:
            with pytest.raises(ProviderError, match="signed"):
                async with watched(serving, tmp_path):
                    pass

    run(main())


@pytest.mark.parametrize("change", [flipped, lambda data: data[:-1], lambda data: data + b"x", lambda _: b""])
def test_a_ciphertext_that_is_forged_is_not_paid(title: Path, tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    async def main() -> None:
        shop = Shop(title)
        shop.altered["0/00001.bin"] = change((title / "0/00001.bin").read_bytes())
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            await buyer.segment(0, 0)
            with pytest.raises(ProviderError):
                await buyer.segment(0, 1)
            await buyer.segment(0, 2)
            state = buyer.session.state
            assert state is not None
            assert state.paid == 202
            del shop.altered["0/00001.bin"]
            assert await buyer.segment(0, 1) == CONTENT[1_000:2_000]

    run(main())


# The catalogue --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"network": "bsv:moon"},
        {"network": ["bsv:regtest"]},
        {"titles": None},
        {"titles": [{}]},
        {"titles": "abc"},
        {"terms": {}},
        {"trial_chain": "http://elsewhere.example"},
        {"trial_chain": 5},
    ],
    ids=str,
)
def test_another_catalogue_is_an_error(title: Path, change: dict[str, object]) -> None:
    async def main() -> None:
        shop = Shop(title)
        whole = shop.catalogue()
        shop.catalogue = lambda: whole | change  # type: ignore[method-assign] # the fault
        async with served(shop) as serving:
            web = Web(serving.url)
            with pytest.raises(ProviderError, match="catalogue"):
                await shop_of(web)
            await web.close()

    run(main())


@pytest.mark.parametrize("field", ["base", "delay", "payment_rate", "depth", "least_life", "longest_life", "most"])
@pytest.mark.parametrize("value", [-1, 1 << 70, 1.5, "5", None, True])
def test_numbers_of_terms_are_numbers(title: Path, field: str, value: object) -> None:
    whole = Shop(title).catalogue()
    terms = whole["terms"]
    assert isinstance(terms, dict)

    async def main() -> None:
        web = Web("http://127.0.0.1:1")
        text = json.dumps(whole | {"terms": terms | {field: value}}).encode()

        async def get(_path: str, _most: int) -> bytes:
            return text

        web.get = get  # type: ignore[method-assign, assignment] # the answer
        with pytest.raises(ProviderError, match=field):
            await shop_of(web)
        await web.close()

    run(main())


ODD = ["http://h:99999", "http://h:x", "http://user:secret@h", "http://user@h", "http://[::1"]


@pytest.mark.parametrize("url", ["", "ftp://x", "http://", "//x", "http://h/?a=1", "file:///etc/passwd", *ODD])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ViewerError, match="address of a provider") as caught:
        Web(url)
    assert "secret" not in str(caught.value)


# Frames ---------------------------------------------------------------------------------------------------------------


def forged(frame: Frame, kind: type, **changes: object) -> Frame:
    return replace(frame, **changes) if isinstance(frame, kind) else frame  # type: ignore[arg-type] # a dataclass


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("alter", "error"),
    [
        pytest.param(lambda frame: forged(frame, Quote, signature=bytes(64)), PriceError, id="a quote of another"),
        pytest.param(lambda frame: forged(frame, Quote, price=1), PriceError, id="a cheaper quote"),
        pytest.param(lambda frame: forged(frame, Key, key=bytes(32)), RefusedError, id="a wrong key"),
        pytest.param(lambda frame: forged(frame, Key, state=7), RefusedError, id="a key of another state"),
        pytest.param(lambda frame: None if isinstance(frame, Key) else frame, RefusedError, id="no key"),
    ],
)
def test_a_forged_message_costs_one_price_at_most(
    title: Path, tmp_path: Path, alter: Callable[[Frame], Frame | None], error: type[Exception]
) -> None:
    async def main() -> None:
        shop = Shop(title, alter=alter)
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            for index in (0, 1):
                with pytest.raises(error):
                    await buyer.segment(0, index)
            state = buyer.session.state
            assert state is not None
            signed = 0 if state.signed is None else state.signed.state.amount - state.terms.base
            assert signed in {0, 100}
            assert state.held == 0

    run(main())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "change",
    [
        {"base": 5_000},
        {"delay": 3},
        {"delay": 60_000},
        {"payment_rate": 900_000},
        {"largest_chunk": 1_000},
        {"network": "bsv:mainnet"},
        {"keys": (b"\x02" + bytes(32),) * 4},
        {"until": 1},
        {"base": 0},
    ],
    ids=str,
)
def test_an_offer_that_she_must_not_take_funds_nothing(title: Path, tmp_path: Path, change: dict[str, object]) -> None:
    async def main() -> None:
        shop = Shop(title)
        honest = shop.taken

        def taken(*arguments: Any) -> list[Frame]:
            frames: list[Frame] = []
            for frame in honest(*arguments):
                if isinstance(frame, Offered):
                    offer = from_wire(frame.offer)
                    assert isinstance(offer, Offer)
                    frames.append(Offered(frame.token, to_wire(replace(offer, **change))))  # type: ignore[arg-type] # by name
                else:
                    frames.append(frame)
            return frames

        shop.taken = taken  # type: ignore[method-assign, assignment] # the fault
        before = len(shop.ledger.transactions)
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            with pytest.raises(ViewerError):
                await asyncio.wait_for(buyer.segment(0, 0), 20)
        assert len(shop.ledger.transactions) == before

    run(main())


def test_an_accept_of_another_funds_nothing(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop, events = Shop(title), Events()
        honest = shop.taken
        shop.taken = lambda *given: [  # type: ignore[method-assign] # the fault
            forged(frame, Accept, signature=bytes(64)) for frame in honest(*given)
        ]
        async with served(shop) as serving, watched(serving, tmp_path, events) as buyer:
            with pytest.raises(ProviderError, match="Accept"):
                await buyer.segment(0, 0)
        assert not events.named("funding")

    run(main())


def test_a_refusal_is_told_with_its_words(title: Path, tmp_path: Path) -> None:
    async def main() -> None:
        shop = Shop(title)
        shop._offered = lambda: Fault.of(Code.UNKNOWN_TITLE, "sold out\x1b[2J\n" * 30)  # type: ignore[method-assign] # the fault
        async with served(shop) as serving, watched(serving, tmp_path) as buyer:
            with pytest.raises(RefusedError, match="sold out") as caught:
                await buyer.segment(0, 0)
            assert "\x1b" not in str(caught.value)
            assert len(str(caught.value)) < 400

    run(main())


HELLO = to_bytes(Hello(bytes(32)))


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param([], id="nothing"),
        pytest.param([b""], id="an empty message"),
        pytest.param([b"\xff" * 100], id="noise"),
        pytest.param(["Hello"], id="text"),
        pytest.param([HELLO, b"\x83\x01"], id="noise after the Hello"),
        pytest.param([HELLO, bytes(5_000)], id="too much"),
        pytest.param([HELLO, "text"], id="text after the Hello"),
    ],
)
def test_noise_is_an_error_of_the_viewer(sent: list[bytes | str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "TIMEOUT", 1.0)
    monkeypatch.setattr(opening, "TIMEOUT", 1.0)

    async def noisy(socket: ServerConnection) -> None:
        for each in sent:
            await socket.send(each)
        await socket.wait_closed()

    async def main() -> None:
        async with serve(noisy, "127.0.0.1", 0, subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            with pytest.raises((AwayError, ProviderError)):
                async with await Connection.open(f"http://127.0.0.1:{port}") as made:
                    await opening.answer(made, Accept, 1.0)

    run(main())


def test_a_server_of_something_else_is_an_error() -> None:
    async def main() -> None:
        async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-x\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(AwayError):
            await Connection.open(f"http://127.0.0.1:{port}")
        server.close()
        await server.wait_closed()

    run(main())
