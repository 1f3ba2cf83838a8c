"""WhatsOnChain and ARC over real sockets: honest, lying, silent, undecided."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest

from penstock.channel.safe.agreement.chains import BSV_MAIN, BSV_REGTEST, BTC_MAIN
from penstock.ledger.ledger import Ledger
from penstock.script.hashes import hash160
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.local import LocalSource
from penstock.service.chain.miners.arc import ArcPublisher
from penstock.service.chain.miners.whats_on_chain import WhatsOnChainSource
from penstock.service.chain.sources import KINDS, servers_of, source_of
from penstock.service.errors import NotTakenError, SourceError
from penstock.testing import key
from penstock.tx.address import p2pkh_script
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.chain_servers.serving import Answer, Served, arc, serving, whats_on_chain

T = TypeVar("T")
ANYONE = TxOut(1_000_000, b"\x51")
RECENT = 100


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger("bsv-consensus")
    made.mine(4)
    return made


def payment(ledger: Ledger, value: int = 900_000) -> tuple[OutPoint, Transaction]:
    """A coin, and a transaction that spends it; the coin is mined, the transaction is not."""
    coin = ledger.fund(ANYONE.script, ANYONE.value)
    to = p2pkh_script(hash160(key("bob").public_key))
    return coin.outpoint, Transaction(1, (TxIn(coin.outpoint),), (TxOut(value, to),))


def run(what: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(what)


def asked(served: Served, what: Callable[[WhatsOnChainSource], Coroutine[Any, Any, T]], timeout: float = 5) -> T:
    """Ask a server by a source of its own."""

    async def ask() -> T:
        source = WhatsOnChainSource(served.url, timeout=timeout, per_second=1_000)
        try:
            return await what(source)
        finally:
            await source.close()

    return run(ask())


def published(served: Served, transaction: Transaction, timeout: float = 5) -> None:
    async def publish() -> None:
        publisher = ArcPublisher(served.url, timeout=timeout)
        try:
            await publisher.publish(transaction)
        finally:
            await publisher.close()

    run(publish())


@pytest.fixture
def woc(ledger: Ledger) -> Iterator[Served]:
    with serving(ledger, whats_on_chain) as server:
        yield server


@pytest.fixture
def arcs(ledger: Ledger) -> Iterator[Served]:
    with serving(ledger, arc) as server:
        yield server


def to_all(answer: Answer) -> Callable[[str, Answer], Answer]:
    return lambda _asked, _honest: answer


# WhatsOnChain ---------------------------------------------------------------------------------------------------------


def test_heights_and_headers_are_those_of_the_ledger(ledger: Ledger, woc: Served) -> None:
    assert asked(woc, lambda source: source.height()) == 4
    headers = asked(woc, lambda source: source.headers(0, 10))
    assert list(headers) == list(run(LocalSource(ledger).headers(0, 5)))


def test_transactions_are_found_where_they_are_mined(ledger: Ledger, woc: Served) -> None:
    outpoint, spend = payment(ledger)
    for _ in range(2):
        asked(woc, lambda source: source.publish(spend))
    assert ledger.transactions[-1] == spend
    assert asked(woc, lambda source: source.find(spend.txid, RECENT)) is None
    assert asked(woc, lambda source: source.spend(outpoint, RECENT)) is None, "it is not mined"
    ledger.mine()
    mined = run(LocalSource(ledger).find(spend.txid, 0))
    assert mined is not None
    assert asked(woc, lambda source: source.find(spend.txid, RECENT)) == mined
    assert asked(woc, lambda source: source.spend(outpoint, RECENT)) == mined
    assert asked(woc, lambda source: source.spend(OutPoint(spend.txid, 0), RECENT)) is None


def test_a_node_that_is_the_same_is_written_out(ledger: Ledger, woc: Served) -> None:
    """Three transactions: beside the last one stands itself."""
    spends = [payment(ledger)[1] for _ in range(2)]
    for each in spends:
        ledger.submit(each)
    ledger.mine()
    last = ledger.blocks[-1].transactions[2]

    def starred(path: str, honest: Answer) -> Answer:
        if "proof" not in path:
            return honest
        (proof,) = json.loads(honest[1])
        assert proof["nodes"][0] == last.txid_hex
        return 200, json.dumps([proof | {"nodes": ["*", *proof["nodes"][1:]]}]).encode()

    woc.change = starred
    found = asked(woc, lambda source: source.find(last.txid, 0))
    assert found == run(LocalSource(ledger).find(last.txid, 0))


def test_a_refused_transaction_is_told_with_its_reason(ledger: Ledger, woc: Served) -> None:
    _, spend = payment(ledger, value=1_100_000)
    with pytest.raises(NotTakenError, match="value out of nothing"):
        asked(woc, lambda source: source.publish(spend))


def test_an_acceptance_of_another_transaction_is_wrong(ledger: Ledger, woc: Served) -> None:
    _, spend = payment(ledger)
    woc.change = to_all((200, b'"00"'))
    with pytest.raises(SourceError, match="other than the id"):
        asked(woc, lambda source: source.publish(spend))


QUESTIONS: list[Callable[[WhatsOnChainSource, OutPoint, Transaction], Coroutine[Any, Any, object]]] = [
    lambda source, _, __: source.height(),
    lambda source, _, __: source.headers(0, 2),
    lambda source, _, spend: source.find(spend.txid, RECENT),
    lambda source, outpoint, _: source.spend(outpoint, RECENT),
    lambda source, _, spend: source.publish(spend),
]


@pytest.mark.parametrize(
    "answer",
    [
        (200, b""),
        (200, b"\xff\xfe"),
        (200, b"[" * 3_000),
        (200, b"7"),
        (200, b"[7]"),
        (200, b'[{"index": true}]'),
        (200, b'[{"index": 0, "nodes": 7}]'),
        (200, b'[{"index": 0, "nodes": ["zz"]}]'),
        (200, b'{"blocks": -1}'),
        (200, b'{"txid": "00"}'),
        (200, b"<html>login</html>"),
        (301, b""),
        (429, b"slow down"),
        (500, b"{}"),
    ],
    ids=lambda answer: f"{answer[0]} {answer[1][:12]!r}",
)
def test_any_rubbish_is_an_error_of_the_source(ledger: Ledger, woc: Served, answer: Answer) -> None:
    outpoint, spend = payment(ledger)
    woc.change = to_all(answer)
    for what in QUESTIONS:
        with pytest.raises(SourceError):
            asked(woc, lambda source, what=what: what(source, outpoint, spend))  # type: ignore[misc] # a default


def test_a_server_that_hangs_is_left(woc: Served, arcs: Served, ledger: Ledger) -> None:
    woc.hangs.set()
    arcs.hangs.set()
    with pytest.raises(SourceError, match=r"has not answered in 0\.2 seconds"):
        asked(woc, lambda source: source.height(), 0.2)
    with pytest.raises(SourceError, match=r"has not answered in 0\.2 seconds"):
        published(arcs, payment(ledger)[1], 0.2)


def test_a_chain_of_another_name_is_not_followed(woc: Served) -> None:
    async def ask() -> None:
        source = WhatsOnChainSource(woc.url, chain="main", per_second=1_000)
        with pytest.raises(SourceError, match="has the chain 'regtest', and not 'main'"):
            await source.height()
        await source.close()

    run(ask())


def test_requests_wait_for_their_turn(woc: Served) -> None:
    async def ask() -> float:
        source = WhatsOnChainSource(woc.url, per_second=20)
        begun = asyncio.get_running_loop().time()
        await asyncio.gather(*(source.height() for _ in range(9)))
        await source.close()
        return asyncio.get_running_loop().time() - begun

    assert run(ask()) >= 8 / 20


def test_it_is_followed_through_reorganisations_and_lies(ledger: Ledger, woc: Served) -> None:
    outpoint, spend = payment(ledger)

    async def story() -> None:
        source = WhatsOnChainSource(woc.url, per_second=1_000)
        chain = FollowedChain(BSV_REGTEST, [source])
        await chain.look()
        assert await chain.publish(spend) == ()
        ledger.mine()
        assert (await chain.look()).is_newer
        mined = await chain.spend(outpoint, RECENT)
        assert mined is not None
        assert mined.transaction == spend
        ledger.reorganize(2)
        assert (await chain.look()).faults == ()
        assert chain.still(mined) is None
        assert await chain.spend(outpoint, RECENT) is None
        ledger.mine()
        await chain.look()
        lies: list[dict[str, object]] = [{"index": 0}, {"nodes": []}, {"nodes": ["00" * 32]}, {"nodes": ["*"] * 33}]
        for lie in lies:
            woc.change = lambda path, honest, lie=lie: (  # type: ignore[misc] # a default
                (200, json.dumps([json.loads(honest[1])[0] | lie]).encode()) if "proof" in path else honest
            )
            with pytest.raises(SourceError, match="no source has answered rightly"):
                await chain.find(spend.txid, RECENT)
            await chain.look()
        await source.close()

    run(story())


# ARC ------------------------------------------------------------------------------------------------------------------


def test_arc_takes_a_transaction_and_takes_it_again(ledger: Ledger, arcs: Served) -> None:
    _, spend = payment(ledger)
    for _ in range(2):
        published(arcs, spend)
    assert ledger.transactions[-1] == spend


def test_arc_refuses_with_its_reason(ledger: Ledger, arcs: Served) -> None:
    _, spend = payment(ledger, value=1_100_000)
    with pytest.raises(NotTakenError, match=r"Malformed transaction; .*value out of nothing"):
        published(arcs, spend)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"txStatus": "REJECTED", "extraInfo": "Missing inputs"}, NotTakenError, "Missing inputs"),
        ({"txStatus": "REJECTED"}, NotTakenError, "refused, without a reason"),
        ({"txStatus": "DOUBLE_SPEND_ATTEMPTED"}, NotTakenError, "is not decided"),
        ({"txStatus": "SEEN_IN_ORPHAN_MEMPOOL"}, NotTakenError, "is not known there"),
        ({"status": 465, "title": "Fee too low", "txStatus": ""}, NotTakenError, "Fee too low"),
        ({"txStatus": "BURNT"}, SourceError, "an unknown status: 'BURNT'"),
        ({"txStatus": None}, SourceError, "an unknown status"),
        ({"txStatus": ["MINED"]}, SourceError, "an unknown status"),
        ({"txid": "00" * 32}, SourceError, "other than the status of the transaction"),
        ({"status": "200"}, SourceError, "other than the status of the transaction"),
        ({"status": [200]}, SourceError, "other than the status of the transaction"),
        ({"status": 500}, SourceError, "other than the status of the transaction"),
    ],
)
def test_arc_that_says_something_else(
    ledger: Ledger, arcs: Served, change: dict[str, object], error: type[Exception], message: str
) -> None:
    """An answer with status 200 is not an acceptance by itself."""
    _, spend = payment(ledger)
    arcs.change = lambda _, honest: (200, json.dumps(json.loads(honest[1]) | change).encode())
    with pytest.raises(error, match=message) as caught:
        published(arcs, spend)
    assert isinstance(caught.value, NotTakenError) == (error is NotTakenError)


@pytest.mark.parametrize(
    "answer",
    [
        (200, b""),
        (200, b"[]"),
        (200, b"{}"),
        (461, b"<html>"),
        (401, b"{}"),
        (403, b"{}"),
        (409, b"{}"),
        (503, b"busy"),
    ],
)
def test_rubbish_of_arc_is_no_refusal(ledger: Ledger, arcs: Served, answer: Answer) -> None:
    arcs.change = to_all(answer)
    with pytest.raises(SourceError) as caught:
        published(arcs, payment(ledger)[1])
    assert not isinstance(caught.value, NotTakenError)


def test_mined_says_arc_and_nothing_is_mined(ledger: Ledger, arcs: Served, woc: Served) -> None:
    """A spend is one by the headers of a source alone."""
    outpoint, spend = payment(ledger)
    arcs.swallows = woc.swallows = True
    arcs.change = lambda _, honest: (200, json.dumps(json.loads(honest[1]) | {"txStatus": "MINED"}).encode())

    async def story() -> None:
        servers = servers_of([f"arc+{arcs.url}", f"esplora+{woc.url}"], BSV_REGTEST)
        source = WhatsOnChainSource(woc.url, per_second=1_000)
        chain = FollowedChain(BSV_REGTEST, [source], publishers=servers.publishers)
        await chain.look()
        assert await chain.publish(spend) == ()
        assert chain.ways == 2
        ledger.mine()
        await chain.look()
        assert await chain.spend(outpoint, RECENT) is None
        await source.close()
        await servers.close()

    run(story())


# Addresses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_example(kind: str) -> None:
    async def story() -> None:
        servers = servers_of([KINDS[kind].example, "core+http://a:b@127.0.0.1"], BSV_MAIN)
        made = [*servers.sources, *servers.publishers]
        assert len(made) == 2
        assert not any("@" in each.name for each in made)
        assert servers.chain(BSV_MAIN).ways == 2
        await servers.close()

    run(story())


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:8332", "begins with its kind"),
        ("electrum+https://h", "begins with its kind"),
        ("woc", "begins with its kind"),
        ("woc+ftp://h", "begins with http:// or https://"),
        ("arc+https://arc.taal.com", "publishes and has no blocks to ask for"),
        ("woc+https://key:password@h", "no password"),
    ],
)
def test_an_address_that_is_wrong_is_told(url: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        source_of(url, BSV_MAIN)


def test_arc_alone_is_not_enough() -> None:
    with pytest.raises(SourceError, match="no source of blocks is named"):
        servers_of(["arc+https://arc.taal.com"], BSV_MAIN)
    with pytest.raises(SourceError, match="no source of blocks is named"):
        servers_of([], BSV_MAIN)


@pytest.mark.parametrize("kind", ["woc", "arc"])
def test_servers_of_bsv_are_not_asked_about_btc(kind: str) -> None:
    with pytest.raises(SourceError, match="is not one of bip122"):
        servers_of([KINDS[kind].example], BTC_MAIN)


def test_a_key_is_sent_and_not_shown() -> None:
    source = WhatsOnChainSource("https://mainnet_1%2F2@api.whatsonchain.com/v1/bsv/main")
    assert source.name == "https://api.whatsonchain.com/v1/bsv/main"
    assert source._server._client.headers["Authorization"] == "mainnet_1/2"
    publisher = ArcPublisher("https://secret@arc.taal.com")
    assert publisher.name == "https://arc.taal.com"
    assert publisher._server._client.headers["Authorization"] == "Bearer secret"
