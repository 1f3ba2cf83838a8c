"""The HTTP interface of a trial chain: a source of Esplora asks it, and requests that are wrong are told."""

import asyncio
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.script.hashes import hash160
from penstock.script.pushes import push
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.followed import FollowedChain
from penstock.service.errors import NotTakenError
from penstock.service.trial.faucet import LEAST_HEIGHT
from penstock.testing import key
from penstock.tx.address import p2pkh_script, witness_script
from penstock.tx.keys import sign
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.chain_servers.trial import Trial, trial_at


@pytest.fixture(params=[BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)
def network(request: pytest.FixtureRequest) -> Network:
    found: Network = request.param
    return found


@pytest.fixture
def trial(network: Network) -> Iterator[Trial]:
    with trial_at(network) as found:
        yield found


def script_of(network: Network) -> bytes:
    digest = hash160(key("alice").public_key)
    return witness_script(0, digest) if network.rules.chain.has_witness else p2pkh_script(digest)


def spend_of(network: Network, txid: str, value: int) -> Transaction:
    """A transaction of alice's coin of 100,000 satoshis."""
    outpoint, code = OutPoint(bytes.fromhex(txid)[::-1], 0), p2pkh_script(hash160(key("alice").public_key))
    chain = network.rules.chain
    bare = Transaction(network.rules.refund_version, (TxIn(outpoint),), (TxOut(value, script_of(network)),))
    version = SignatureVersion.SEGWIT_V0 if chain.has_witness else SignatureVersion.LEGACY
    items = (sign(bare, 0, code, 100_000, key("alice").private, "ALL", chain, version), key("alice").public_key)
    if chain.has_witness:
        return bare.with_witness(0, items)
    return bare.with_input_script(0, b"".join(push(each) for each in items))


def test_a_source_of_esplora_follows_it(network: Network, trial: Trial) -> None:
    asyncio.run(followed(network, trial))


async def followed(network: Network, trial: Trial) -> None:
    source = EsploraSource(trial.url, has_witness=network.rules.chain.has_witness)
    chain = FollowedChain(network, [source], since=0)
    assert (await chain.look()).height == LEAST_HEIGHT
    coin = trial.post("/coins", script=script_of(network).hex(), satoshis=100_000)
    look = await chain.look()
    assert (look.height, look.faults) == (LEAST_HEIGHT + 1, ())
    funding = await chain.find(bytes.fromhex(coin["txid"])[::-1], 0)
    assert funding is not None
    assert funding.transaction.outputs[coin["output"]] == TxOut(100_000, script_of(network))
    spend = spend_of(network, coin["txid"], 99_000)
    outpoint = OutPoint(funding.transaction.txid, coin["output"])
    with pytest.raises(NotTakenError, match="value out of nothing"):
        await source.publish(spend_of(network, coin["txid"], 100_001))
    for _ in range(2):
        await source.publish(spend)
    assert await chain.spend(outpoint, 0) is None, "it is not mined"
    assert trial.asked(f"/tx/{coin['txid']}/outspend/0")[1]["status"] == {"confirmed": False}
    trial.mine()
    await chain.look()
    mined = await chain.spend(outpoint, 0)
    assert mined is not None
    assert mined.transaction == spend
    trial.post("/reorganize", depth=2)
    look = await chain.look()
    assert (look.is_newer, look.faults) == (True, ())
    assert chain.still(mined) is None
    assert await chain.spend(outpoint, 0) is None
    trial.mine()
    await chain.look()
    assert await chain.spend(outpoint, 0) is not None
    await source.close()


def test_a_source_of_esplora_finds_coins(network: Network, trial: Trial) -> None:
    """Mined coins that are not spent, of this script alone: from them a viewer funds a channel."""

    async def coins() -> list[tuple[str, int]]:
        source = EsploraSource(trial.url, has_witness=network.rules.chain.has_witness)
        found = await source.coins(script_of(network))
        await source.close()
        return [(each.outpoint.txid[::-1].hex(), each.value) for each in found]

    assert asyncio.run(coins()) == []
    txid = trial.post("/coins", script=script_of(network).hex(), satoshis=100_000)["txid"]
    trial.post("/coins", script=p2pkh_script(bytes(20)).hex(), satoshis=5_000)
    assert asyncio.run(coins()) == [(txid, 100_000)]
    spend = spend_of(network, txid, 99_000)
    trial.asked("/tx", spend.serialize().hex().encode())
    assert asyncio.run(coins()) == [], "it is spent, and the change is not mined"
    trial.mine()
    assert asyncio.run(coins()) == [(spend.txid_hex, 99_000)]


@pytest.mark.parametrize(
    ("path", "values", "message"),
    [
        ("/coins", {}, "script: str is expected"),
        ("/coins", {"script": "zz", "satoshis": 1}, "script: a locking script in hexadecimal"),
        ("/coins", {"script": "", "satoshis": 1}, "script: 1 to 20,000 bytes"),
        ("/coins", {"script": "51" * 20_001, "satoshis": 1}, "got 20,001"),
        ("/coins", {"script": "51", "satoshis": 0}, "satoshis: 1 to"),
        ("/coins", {"script": "51", "satoshis": -5}, "satoshis: 1 to"),
        ("/coins", {"script": "51", "satoshis": 21 * 10**14 + 1}, "satoshis: 1 to"),
        ("/coins", {"script": "51", "satoshis": True}, "satoshis: a whole number is expected"),
        ("/coins", {"script": "51", "satoshis": 1.5}, "satoshis: a whole number is expected"),
        ("/coins", {"script": 51, "satoshis": 1}, "script: str is expected"),
        ("/coins", {"script": "51", "satoshis": 1, "more": 1}, "'more' is not known here: script, satoshis"),
        ("/blocks", {"count": 0}, "are mined at once"),
        ("/blocks", {"count": 10**9}, "are mined at once"),
        ("/blocks", {"count": "1"}, "count: a whole number is expected"),
        ("/blocks", b"[" * 100_000, "a JSON object with count is expected"),
        ("/blocks", b"\xff\xfe", "a JSON object with count is expected"),
        ("/blocks", [1], "a JSON object with count is expected"),
        ("/reorganize", {"depth": 101}, "are replaced at once"),
        ("/reorganize", {}, "depth: a whole number is expected"),
        ("/reorganize", {"depth": 1, "resubmit": 1}, "resubmit: bool is expected"),
    ],
)
def test_a_request_that_is_wrong_is_told(trial: Trial, path: str, values: object, message: str) -> None:
    status, found = trial.asked(path, values)
    assert status == 400
    assert message in found["error"]
    assert trial.height == LEAST_HEIGHT


@pytest.mark.parametrize("body", [b"", b"zz", b"00", b"\xff\xff", b"ab" * 500])
def test_rubbish_is_no_transaction(trial: Trial, body: bytes) -> None:
    status, _ = trial.asked("/tx", body)
    assert status == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/blocks/99999999999999", 404),
        ("/blocks/-1", 404),
        ("/tx/00/hex", 400),
        ("/tx/" + "0" * 64 + "/hex", 404),
        ("/tx/" + "0" * 64 + "/merkle-proof", 404),
        ("/tx/" + "0" * 64 + "/outspend/0", 200),
        ("/tx/" + "z" * 64 + "/outspend/0", 400),
        ("/scripthash/" + "0" * 64 + "/utxo", 200),
        ("/scripthash/00/utxo", 400),
        ("/scripthash/" + "z" * 64 + "/utxo", 400),
        ("/nothing", 404),
    ],
)
def test_unknown_paths(trial: Trial, path: str, status: int) -> None:
    assert trial.asked(path)[0] == status


def test_a_request_that_is_too_long_is_left(trial: Trial) -> None:
    """Its size is not believed: the bytes are counted."""
    parts = urlsplit(trial.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(b"POST /tx HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        block = b"100000\r\n" + b"0" * 0x100000 + b"\r\n"
        try:
            for _ in range(80):
                connection.sendall(block)
        except OSError:
            return  # it has closed the connection
        assert b" 400 " in connection.recv(100)


def test_a_proof_of_many_transactions(network: Network, trial: Trial) -> None:
    """Blocks with several transactions: each has its path, and an index that is made anew after a reorganisation."""
    coins = [trial.post("/coins", script=script_of(network).hex(), satoshis=100_000)["txid"] for _ in range(9)]
    trial.post("/reorganize", depth=9)
    for number, txid in enumerate(coins):
        raw = spend_of(network, txid, 90_000 + number).serialize().hex()
        assert trial.asked("/tx", raw.encode())[0] == 200
    trial.mine()

    async def check() -> None:
        source = EsploraSource(trial.url, has_witness=network.rules.chain.has_witness)
        chain = FollowedChain(network, [source])
        await chain.look()
        for txid in coins:
            found = await chain.spend(OutPoint(bytes.fromhex(txid)[::-1], 0), 0)
            assert found is not None
            assert found.height == trial.height
        await source.close()

    asyncio.run(check())
