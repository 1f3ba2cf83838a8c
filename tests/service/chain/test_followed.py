"""A chain that is followed through real sockets: Esplora and a node's calls, honest, lying, silent and slow."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest

from penstock.channel.safe.agreement.chains import BTC_MAIN, BTC_REGTEST, Network
from penstock.ledger.ledger import Ledger
from penstock.script.hashes import hash160
from penstock.service.chain.bitcoin_core import BitcoinCoreSource
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.followed import FollowedChain, Look
from penstock.service.chain.headers import Header
from penstock.service.chain.inclusion import MinedTransaction
from penstock.service.chain.local import LEAST_WORK, LocalSource
from penstock.service.chain.source import ChainSource
from penstock.service.errors import NotTakenError, SourceError
from penstock.testing import key
from penstock.tx.address import p2pkh_script
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.chain_servers.serving import Answer, Served, core, esplora, honest, row, serving

T = TypeVar("T")
Source = EsploraSource | BitcoinCoreSource
KINDS: dict[str, tuple[Callable[..., Source], Callable[[Served, str, str], Any]]] = {
    "esplora": (EsploraSource, esplora),
    "core": (BitcoinCoreSource, core),
}
RECENT = 100
"""The height from which on the tests look for transactions."""
ANYONE = TxOut(1_000_000, b"\x51")


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger("btc-consensus")
    made.mine(4)
    return made


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def served(ledger: Ledger, kind: str) -> Iterator[Served]:
    with serving(ledger, KINDS[kind][1]) as server:
        yield server


class Loop:
    """One event loop for a test, and the sources that it asks."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._opened: list[Source] = []

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(what)

    def source(self, kind: str, url: str, timeout: float = 5) -> Source:
        self._opened.append(KINDS[kind][0](url, timeout=timeout))
        return self._opened[-1]

    def asked(self, served: Served, kind: str, what: Callable[[Source], Coroutine[Any, Any, T]]) -> T:
        """Ask a server by a source of its own."""
        return self.run(what(self.source(kind, served.url)))

    def look(self, *sources: ChainSource, network: Network = BTC_REGTEST) -> tuple[FollowedChain, Look]:
        chain = FollowedChain(network, sources)
        return chain, self.run(chain.look())

    def found(self, chain: FollowedChain, txid: bytes) -> MinedTransaction | None:
        self.run(chain.look())
        return self.run(chain.find(txid, RECENT))

    def close(self) -> None:
        for each in self._opened:
            self.run(each.close())


@pytest.fixture
def loop() -> Iterator[Loop]:
    with asyncio.Runner() as runner:
        made = Loop(runner)
        yield made
        made.close()


def payment(ledger: Ledger, value: int = 900_000) -> tuple[OutPoint, Transaction]:
    """A coin, and a transaction that spends it; the coin is mined, the transaction is not."""
    coin = ledger.fund(ANYONE.script, ANYONE.value)
    to = p2pkh_script(hash160(key("bob").public_key))
    return coin.outpoint, Transaction(2, (TxIn(coin.outpoint),), (TxOut(value, to),))


# Honest servers -------------------------------------------------------------------------------------------------------


def test_heights_and_headers_are_those_of_the_ledger(loop: Loop, ledger: Ledger, served: Served, kind: str) -> None:
    assert loop.asked(served, kind, lambda source: source.height()) == 4
    headers = loop.asked(served, kind, lambda source: source.headers(0, 10))
    assert list(headers) == list(loop.run(LocalSource(ledger).headers(0, 5)))


def test_transactions_are_found_where_they_are_mined(loop: Loop, ledger: Ledger, served: Served, kind: str) -> None:
    outpoint, spend = payment(ledger)
    assert loop.asked(served, kind, lambda source: source.find(spend.txid, RECENT)) is None
    loop.asked(served, kind, lambda source: source.publish(spend))
    assert ledger.transactions[-1] == spend
    loop.asked(served, kind, lambda source: source.publish(spend))  # once more is taken as well
    assert loop.asked(served, kind, lambda source: source.find(spend.txid, RECENT)) is None
    assert loop.asked(served, kind, lambda source: source.spend(outpoint, RECENT)) is None
    ledger.mine()
    mined = loop.run(LocalSource(ledger).find(spend.txid, 0))
    assert mined is not None
    assert loop.asked(served, kind, lambda source: source.find(spend.txid, RECENT)) == mined
    assert loop.asked(served, kind, lambda source: source.spend(outpoint, RECENT)) == mined
    assert loop.asked(served, kind, lambda source: source.spend(OutPoint(spend.txid, 0), RECENT)) is None


def test_a_refused_transaction_is_told_with_its_reason(loop: Loop, ledger: Ledger, served: Served, kind: str) -> None:
    _, spend = payment(ledger, value=1_100_000)
    with pytest.raises(NotTakenError, match="value out of nothing"):
        loop.asked(served, kind, lambda source: source.publish(spend))


# Servers that are wrong -----------------------------------------------------------------------------------------------


def to_all(answer: Answer) -> Callable[[str, Answer], Answer]:
    return lambda _asked, _honest: answer


@pytest.mark.parametrize(
    "answer",
    [
        (200, b""),
        (200, b"\xff\xfe"),
        (200, b"[" * 3_000),
        (200, b"null"),
        (200, b'{"result": {}}'),
        (200, b'{"result": -1}'),
        (200, b'{"result": true}'),
        (200, b'{"result": "00"}'),
        (200, b'{"error": 7}'),
        (200, b'{"error": {"code": "x", "message": []}}'),
        (200, b"<html>login</html>"),
        (301, b""),
        (401, b""),
        (500, b"{}"),
        (503, b"busy"),
    ],
    ids=lambda answer: f"{answer[0]} {answer[1][:12]!r}",
)
def test_any_rubbish_is_an_error_of_the_source(
    loop: Loop, ledger: Ledger, served: Served, kind: str, answer: Answer
) -> None:
    outpoint, spend = payment(ledger)
    served.change = to_all(answer)
    for what in (
        lambda source: source.height(),
        lambda source: source.headers(0, 2),
        lambda source: source.find(spend.txid, RECENT),
        lambda source: source.spend(outpoint, RECENT),
    ):
        with pytest.raises(SourceError):
            loop.asked(served, kind, what)


def test_a_server_that_hangs_is_left(loop: Loop, served: Served, kind: str) -> None:
    served.hangs.set()
    with pytest.raises(SourceError, match=r"has not answered in 0\.2 seconds"):
        loop.run(loop.source(kind, served.url, timeout=0.2).height())


def test_a_server_that_is_not_there(loop: Loop, kind: str) -> None:
    with pytest.raises(SourceError, match="cannot be asked"):
        loop.run(loop.source(kind, "http://127.0.0.1:9").height())


@pytest.mark.parametrize("url", ["ftp://h/", "", "127.0.0.1:8332", "file:///etc/passwd", "http://"])
def test_an_address_is_one_of_http(url: str, kind: str) -> None:
    with pytest.raises(SourceError, match="http://"):
        KINDS[kind][0](url)


def test_the_name_has_no_password(kind: str) -> None:
    assert KINDS[kind][0]("http://user:secret@127.0.0.1:8332").name == "http://127.0.0.1:8332"


def test_esplora_may_not_answer_another_transaction(loop: Loop, ledger: Ledger) -> None:
    outpoint, spend = payment(ledger)
    ledger.submit(spend)
    ledger.mine()
    other = ledger.blocks[RECENT].transactions[0]
    with serving(ledger, esplora) as served:
        served.change = lambda path, honest: (200, other.serialize().hex().encode()) if "/hex" in path else honest
        chain, _ = loop.look(loop.source("esplora", served.url))
        with pytest.raises(SourceError, match="has answered rightly"):
            loop.run(chain.find(spend.txid, RECENT))
        liar = json.dumps({"spent": True, "txid": other.txid_hex, "status": {"confirmed": True}}).encode()
        served.change = lambda path, honest: (200, liar) if "outspend" in path else honest
        with pytest.raises(SourceError, match="is another one than was asked for"):
            loop.run(chain.spend(outpoint, RECENT))


# The chain that is followed -------------------------------------------------------------------------------------------


def test_it_follows_new_blocks_and_reorganisations(loop: Loop, ledger: Ledger) -> None:
    chain = FollowedChain(BTC_REGTEST, [LocalSource(ledger)], since=0)
    look = loop.run(chain.look())
    assert (look.height, look.is_newer, look.faults, look.answered) == (4, True, (), 1)
    assert not loop.run(chain.look()).is_newer
    ledger.mine(700)
    assert loop.run(chain.look()).height == 704
    for depth in (1, 3, 40, 200):
        ledger.reorganize(depth)
        look = loop.run(chain.look())
        assert (look.height, look.is_newer, look.faults) == (ledger.height, True, ())
    headers = loop.run(LocalSource(ledger).headers(0, 10_000))
    assert chain.branch is not None
    assert chain.branch.headers == tuple(headers)


def test_blocks_below_the_oldest_channel_are_not_asked_for(loop: Loop, ledger: Ledger) -> None:
    ledger.mine(200)
    chain, look = loop.look(LocalSource(ledger))
    assert (chain.branch.first if chain.branch else None, look.height) == (184, 204)
    chain = FollowedChain(BTC_REGTEST, [LocalSource(ledger)], since=100)
    assert loop.run(chain.look()).height == 204
    assert chain.branch is not None
    assert chain.branch.first == 80
    ledger.reorganize(150)
    look = loop.run(chain.look())
    assert look.height == 204
    assert "do not follow" in look.faults[0] or "does not follow" in look.faults[0]


def test_the_branch_with_the_most_work_counts(loop: Loop, ledger: Ledger) -> None:
    slow = LocalSource(ledger.fork(), "the slow one")
    ledger.reorganize(2)
    ledger.mine(3)
    chain, look = loop.look(slow, LocalSource(ledger))
    assert look.height == ledger.height
    look = loop.run(chain.look())
    assert look.height == ledger.height
    assert len(look.faults) == 1
    assert "the slow one: the headers from" in look.faults[0]


def test_one_source_that_fails_is_told_and_the_other_goes_on(loop: Loop, ledger: Ledger) -> None:
    with serving(ledger, esplora) as served:
        served.change = to_all((503, b"busy"))
        _, look = loop.look(loop.source("esplora", served.url), LocalSource(ledger))
    assert (look.height, look.answered) == (4, 1)
    assert look.faults == (f"{served.url} answers /blocks/tip/height with status 503",)


def test_headers_without_work_are_not_believed(loop: Loop, ledger: Ledger) -> None:
    """A server that promises a thousand blocks: each would have to be mined."""
    with serving(ledger, esplora) as served:
        honest = list(loop.run(LocalSource(ledger).headers(0, 5)))
        forged = (Header(1, honest[-1].hash, bytes(32), 1, LEAST_WORK, nonce) for nonce in range(100))
        weak = next(each for each in forged if not each.has_work)
        lies = {
            "/blocks/tip/height": b"5",
            "/blocks/5": json.dumps([row(each) for each in (weak, *reversed(honest))]).encode(),
        }
        served.change = lambda path, answer: (200, lies[path]) if path in lies else answer
        chain, _ = loop.look(loop.source("esplora", served.url), LocalSource(ledger))
        look = loop.run(chain.look())
    assert look.height == 4
    assert any("has not the work of a block" in fault for fault in look.faults)


def test_blocks_may_not_become_much_easier_where_work_is_real(loop: Loop, ledger: Ledger) -> None:
    """A forged chain of least work is not taken for the main network."""
    chain, look = loop.look(LocalSource(ledger), network=BTC_MAIN)
    assert look.height == 0, "the anchor is believed, and no block that follows with so little work"
    assert "has not the work of a block" in look.faults[0]
    assert chain.branch is not None


@pytest.mark.parametrize(
    "lie",
    [
        lambda proof: proof | {"block_height": proof["block_height"] - 1},
        lambda proof: proof | {"block_height": 400_000_000},
        lambda proof: proof | {"pos": proof["pos"] ^ 1},
        lambda proof: proof | {"pos": -1},
        lambda proof: proof | {"pos": 1 << 40},
        lambda proof: proof | {"merkle": ["00" * 32]},
        lambda proof: proof | {"merkle": []},
        lambda proof: proof | {"merkle": ["00"]},
        lambda proof: proof | {"merkle": 7},
        lambda _: [],
    ],
)
def test_a_forged_inclusion_is_not_believed(loop: Loop, ledger: Ledger, lie: Callable[[object], object]) -> None:
    """That a transaction is mined is believed with its path alone; the honest source beside it is heard."""
    _, spend = payment(ledger)
    ledger.submit(spend)
    ledger.mine()
    with serving(ledger, esplora) as served:
        chain = FollowedChain(BTC_REGTEST, [loop.source("esplora", served.url)])
        assert loop.found(chain, spend.txid) is not None
        served.change = lambda path, honest: (
            (200, json.dumps(lie(json.loads(honest[1]))).encode()) if "merkle-proof" in path else honest
        )
        assert loop.found(chain, spend.txid) is not None, "what was proved once is not asked for again"
        chain = FollowedChain(BTC_REGTEST, [loop.source("esplora", served.url)])
        with pytest.raises(SourceError, match="no source has answered rightly"):
            loop.found(chain, spend.txid)
        chain.sources = [loop.source("esplora", served.url), LocalSource(ledger)]
        mined = loop.found(chain, spend.txid)
    assert mined is not None
    assert mined.transaction == spend


def test_what_was_proved_holds_as_long_as_its_block(loop: Loop, ledger: Ledger) -> None:
    _, spend = payment(ledger)
    ledger.submit(spend)
    ledger.mine()
    chain = FollowedChain(BTC_REGTEST, [LocalSource(ledger)])
    assert loop.found(chain, spend.txid) is not None
    ledger.reorganize(1, resubmit=False)
    assert loop.found(chain, spend.txid) is None


def test_a_spend_that_one_source_hides_is_told_by_the_other(loop: Loop, ledger: Ledger) -> None:
    outpoint, spend = payment(ledger)
    ledger.submit(spend)
    ledger.mine()
    with serving(ledger, esplora) as served:
        served.change = lambda path, honest: (200, b'{"spent": false}') if "outspend" in path else honest
        chain = FollowedChain(BTC_REGTEST, [loop.source("esplora", served.url), LocalSource(ledger)])
        loop.run(chain.look())
        mined = loop.run(chain.spend(outpoint, RECENT))
    assert mined is not None
    assert mined.transaction == spend


def test_an_acceptance_that_is_a_lie_buries_nothing(loop: Loop, ledger: Ledger, served: Served, kind: str) -> None:
    outpoint, spend = payment(ledger)
    served.swallows = True
    chain = FollowedChain(BTC_REGTEST, [loop.source(kind, served.url)])
    loop.run(chain.look())
    assert loop.run(chain.publish(spend)) == (), "it says that it has taken it"
    ledger.mine()
    chain.sources = [loop.source(kind, served.url)]
    loop.run(chain.look())
    chain.sources = [loop.source(kind, served.url)]
    assert loop.run(chain.spend(outpoint, RECENT)) is None


def test_a_transaction_of_an_undone_block_is_mined_no_more(loop: Loop, ledger: Ledger) -> None:
    outpoint, spend = payment(ledger)
    ledger.submit(spend)
    ledger.mine()
    chain, _ = loop.look(LocalSource(ledger))
    assert loop.run(chain.spend(outpoint, RECENT)) is not None
    ledger.reorganize(1, instead=[Transaction(2, spend.inputs, (TxOut(800_000, spend.outputs[0].script),))])
    loop.run(chain.look())
    mined = loop.run(chain.spend(outpoint, RECENT))
    assert mined is not None
    assert mined.transaction.outputs[0].value == 800_000
    assert loop.run(chain.find(spend.txid, RECENT)) is None


def test_publishing_tells_who_has_not_taken_it(loop: Loop, ledger: Ledger) -> None:
    _, spend = payment(ledger, value=1_100_000)
    with serving(ledger, esplora) as served:
        chain = FollowedChain(BTC_REGTEST, [loop.source("esplora", served.url), LocalSource(ledger)])
        reasons = loop.run(chain.publish(spend))
    assert len(reasons) == 2
    assert all("value out of nothing" in reason for reason in reasons)


def test_a_transaction_far_below_is_proved_and_a_lie_about_one_is_not(loop: Loop, ledger: Ledger) -> None:
    """The chain begins at the newest blocks; headers are taken down to a transaction, and once for a lie."""
    outpoint, spend = payment(ledger)
    ledger.submit(spend)
    ledger.mine(300)
    with serving(ledger, esplora) as served:
        chain, _ = loop.look(loop.source("esplora", served.url))
        assert chain.branch is not None
        assert chain.branch.first == ledger.height - 20
        served.change = lambda path, honest: (
            (200, json.dumps(json.loads(honest[1]) | {"block_height": 30}).encode()) if "proof" in path else honest
        )
        for _ in range(2):
            with pytest.raises(SourceError, match="is not in block 30"):
                loop.run(chain.find(spend.txid, 0))
            count = len(served.asked)
            loop.run(chain.look())
        assert len(served.asked) < count + 5, "nothing is asked for twice"
        served.change = honest
        mined = loop.run(chain.spend(outpoint, 0))
    assert mined is not None
    assert mined.height == ledger.height - 299
