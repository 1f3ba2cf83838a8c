"""The trial chain: what was answered is there after any end of its process, with the same ids and headers."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_MAIN, BSV_REGTEST, BTC_REGTEST, Network
from penstock.ledger.ledger import FIRST_SUBSIDY
from penstock.script.hashes import hash160
from penstock.service.errors import NotTakenError, SourceError, TrialError
from penstock.service.trial import faucet
from penstock.service.trial.chain import MOST_BLOCKS, MOST_DEPTH, TrialChain
from penstock.service.trial.faucet import BLOCKS, LEAST_HEIGHT
from penstock.testing import key
from penstock.tx.address import p2pkh_script, witness_script
from tests.support.chain_servers.trial import Trial


def script_of(network: Network, name: str = "alice") -> bytes:
    digest = hash160(key(name).public_key)
    return witness_script(0, digest) if network.rules.chain.has_witness else p2pkh_script(digest)


@pytest.fixture(params=[BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)
def network(request: pytest.FixtureRequest) -> Network:
    found: Network = request.param
    return found


def headers_of(chain: TrialChain) -> list[bytes]:
    return [each.hash for each in chain.source.headers_now(0, chain.ledger.height + 1)]


def test_it_goes_on_where_it_was(network: Network, tmp_path: Path) -> None:
    file = tmp_path / "trial.jsonl"
    with TrialChain(network, file) as chain:
        coins = [chain.coin(script_of(network), 100_000 + each) for each in range(3)]
        chain.mine(5)
        assert chain.reorganize(7) == ()
        assert chain.is_waiting, "two of the coins are in the pool again"
        chain.mine()
        coins.append(chain.coin(script_of(network), 7_000))
        before, blocks = headers_of(chain), chain.ledger.blocks
    with TrialChain(network, file) as chain:
        assert (headers_of(chain), chain.ledger.blocks) == (before, blocks)
        assert [chain.ledger.coin(each).value for each in coins] == [100_000, 100_001, 100_002, 7_000]  # type: ignore[union-attr] # they are there
        chain.coin(script_of(network), 5_000)


def test_transactions_of_its_source_are_in_the_journal(network: Network, tmp_path: Path) -> None:
    """The source is how the provider of this process publishes."""
    file = tmp_path / "trial.jsonl"
    with TrialChain(network, file) as chain:
        coins = faucet.coins_of(chain.ledger, network)
        paid, other = (
            faucet.payment_to(coins, script_of(network), each, network, chain.ledger.fee_rate)
            for each in (50_000, 60_000)
        )
        for _ in range(2):
            asyncio.run(chain.source.publish(paid))
        chain.mine()
        with pytest.raises(NotTakenError):
            asyncio.run(chain.source.publish(other))
        before = headers_of(chain)
    with pytest.raises(SourceError, match="is closed"):
        asyncio.run(chain.source.publish(other))
    with TrialChain(network, file) as chain:
        assert headers_of(chain) == before
        assert chain.ledger.find(paid.txid) == paid


def test_it_begins_with_coins_and_today(network: Network) -> None:
    with TrialChain(network, None, lambda: 1_800_000_000.5) as chain:
        assert chain.ledger.height == LEAST_HEIGHT
        assert chain.ledger.blocks[-1].time == 1_800_000_000
        with pytest.raises(TrialError, match=f"has {BLOCKS * FIRST_SUBSIDY:,} satoshis"):
            chain.coin(script_of(network), BLOCKS * FIRST_SUBSIDY + 1)
        chain.coin(script_of(network), BLOCKS * FIRST_SUBSIDY - 100_000)
        with pytest.raises(TrialError, match="the faucet has"):
            chain.coin(script_of(network), 1_000_000)


def test_undone_transactions_may_be_lost(network: Network) -> None:
    with TrialChain(network, None) as chain:
        coin = chain.coin(script_of(network), 100_000)
        assert chain.ledger.coin(coin) is not None
        chain.reorganize(1, resubmit=False)
        assert chain.ledger.coin(coin) is None
        assert not chain.is_waiting
        chain.coin(script_of(network, "bob"), 100_000)  # the faucet has its coin again


def test_the_faucet_lives_through_the_deepest_reorganisation(network: Network) -> None:
    with TrialChain(network, None) as chain:
        chain.reorganize(MOST_DEPTH)
        chain.coin(script_of(network), BLOCKS * FIRST_SUBSIDY - 100_000)


@pytest.mark.parametrize("blocks", [0, -1, MOST_BLOCKS + 1])
def test_numbers_have_bounds(blocks: int) -> None:
    with TrialChain(BSV_REGTEST, None) as chain:
        with pytest.raises(TrialError, match="are mined at once"):
            chain.mine(blocks)
        with pytest.raises(TrialError, match="are replaced at once"):
            chain.reorganize(blocks)


def test_a_coin_that_nodes_do_not_relay_is_refused() -> None:
    with TrialChain(BTC_REGTEST, None) as chain, pytest.raises(TrialError, match="no such coin can be made"):
        chain.coin(script_of(BTC_REGTEST), 1)


def test_it_is_for_trying_out_alone() -> None:
    with pytest.raises(TrialError, match="a trial chain is on one of"):
        TrialChain(BSV_MAIN, None)


# The journal ----------------------------------------------------------------------------------------------------------


def journal_of(file: Path) -> list[bytes]:
    with TrialChain(BSV_REGTEST, file) as chain:
        chain.coin(script_of(BSV_REGTEST), 9_000)
        chain.mine(2)
    return file.read_bytes().splitlines(keepends=True)


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "trial.jsonl"
    lines = journal_of(file)
    for cut in (1, len(lines[-1]) // 2, len(lines[-1]) - 1):
        file.write_bytes(b"".join(lines)[:-cut])
        with TrialChain(BSV_REGTEST, file) as chain:
            assert chain.ledger.height == LEAST_HEIGHT + 1
        assert file.read_bytes() == b"".join(lines[:-1])


def test_the_first_line_may_be_torn(tmp_path: Path) -> None:
    file = tmp_path / "trial.jsonl"
    file.write_bytes(b'{"op":"beg')
    with TrialChain(BSV_REGTEST, file) as chain:
        assert chain.ledger.height == LEAST_HEIGHT


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: [lines[0], b"rubbish\n", *lines[1:]], "line 2 is damaged"),
        (lambda lines: [lines[0], b"\xff\xfe\n"], "line 2 is damaged"),
        (lambda lines: [lines[0], b"[" * 5_000 + b"\n"], "line 2 is damaged"),
        (lambda lines: [lines[0], b"[]\n"], "line 2 is damaged"),
        (lambda lines: [lines[0], b"{}\n"], "line 2 cannot be replayed: KeyError"),
        (lambda lines: [lines[0], b'{"op":"eat"}\n'], "line 2 cannot be replayed: an operation 'eat'"),
        (lambda lines: [lines[0], b'{"op":"take","tx":"00"}\n'], "line 2 cannot be replayed"),
        (lambda lines: [lines[0], b'{"op":"mine","blocks":"1","seconds":1}\n'], "line 2 cannot be replayed"),
        (lambda lines: [lines[0], *lines[2:]], "line 2 cannot be replayed: it gives another chain"),
        (lambda lines: [lines[0], lines[1], lines[1]], "line 3 cannot be replayed"),
        (lambda lines: [lines[0].replace(b'"version":1', b'"version":2')], "line 1 cannot be replayed: version 2"),
        (lambda lines: [lines[0].replace(b"bsv:", b"bch:")], "bch:regtest, and bsv:regtest is asked for"),
    ],
)
def test_a_damaged_journal_is_refused(tmp_path: Path, change: object, message: str) -> None:
    file = tmp_path / "trial.jsonl"
    lines = journal_of(file)
    file.write_bytes(b"".join(change(lines)))  # type: ignore[operator] # one of the rows
    with pytest.raises(TrialError, match=message):
        TrialChain(BSV_REGTEST, file)
    file.write_bytes(b"".join(lines))
    with TrialChain(BSV_REGTEST, file):
        pass  # the lock was given back


def test_two_processes_share_no_journal(tmp_path: Path) -> None:
    file = tmp_path / "trial.jsonl"
    with TrialChain(BSV_REGTEST, file), pytest.raises(TrialError, match="another process has this trial chain open"):
        TrialChain(BSV_REGTEST, file)


def test_nothing_is_taken_after_a_write_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger in memory has an operation then that the disk has not."""
    file = tmp_path / "trial.jsonl"
    with TrialChain(BSV_REGTEST, file) as chain:
        with monkeypatch.context() as patch:

            def full(_: int) -> None:
                raise OSError(28, "No space left on device")

            patch.setattr("os.fsync", full)
            with pytest.raises(OSError, match="No space"):
                chain.mine()
        for what in (chain.mine, lambda: chain.coin(b"\x51", 1_000), lambda: chain.reorganize(1)):
            with pytest.raises(TrialError, match="could not be written"):
                what()


# Real processes -------------------------------------------------------------------------------------------------------


def started(file: Path, *more: str) -> tuple[subprocess.Popen[bytes], Trial]:
    arguments = ["trial-chain", "--state", str(file), "--listen", "127.0.0.1:0", "--json", *more]
    process = subprocess.Popen([sys.executable, "-m", "penstock", *arguments], stdout=subprocess.PIPE)
    assert process.stdout is not None
    return process, Trial(json.loads(process.stdout.readline())["url"])


def ended(process: subprocess.Popen[bytes], number: signal.Signals) -> int:
    process.send_signal(number)
    with process:
        return process.wait(20)


def test_a_killed_process_goes_on_with_all_that_it_answered(tmp_path: Path) -> None:
    file, chance = tmp_path / "trial.jsonl", random.Random(7)
    coins: list[tuple[str, int]] = []
    for _ in range(3):
        process, trial = started(file, "--every", "0.05")
        for number in range(chance.randrange(2, 8)):
            made = trial.post("/coins", script=script_of(BSV_REGTEST).hex(), satoshis=50_000 + number)
            coins.append((made["txid"], 50_000 + number))
            if number == 3:
                trial.post("/reorganize", depth=2)
        tip = trial.asked(f"/blocks/{trial.height}")[1][0]["id"]
        ended(process, signal.SIGKILL)
        with TrialChain(BSV_REGTEST, file) as chain:
            assert tip in {each[::-1].hex() for each in headers_of(chain)}
            for txid, satoshis in coins:
                found = chain.ledger.find(bytes.fromhex(txid)[::-1])
                assert found is not None
                assert found.outputs[0].value == satoshis


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    process, trial = started(tmp_path / "trial.jsonl")
    assert trial.height == LEAST_HEIGHT
    assert ended(process, number) == 0


def test_blocks_come_while_transactions_wait(tmp_path: Path) -> None:
    process, trial = started(tmp_path / "trial.jsonl", "--every", "0.1", "--bury", "2")
    try:
        trial.post("/coins", script=script_of(BSV_REGTEST).hex(), satoshis=50_000)
        trial.post("/reorganize", depth=1)
        deadline = time.monotonic() + 10
        while trial.height < LEAST_HEIGHT + 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.4)
        assert trial.height == LEAST_HEIGHT + 5, "a block for the coin, and two that bury it"
    finally:
        assert ended(process, signal.SIGTERM) == 0


@pytest.mark.skipif(os.name == "nt", reason="ports are shared there")
def test_the_command_tells_mistakes_plainly(tmp_path: Path) -> None:
    process, trial = started(tmp_path / "trial.jsonl")
    port = trial.url.rpartition(":")[2]
    try:
        for arguments, message in (
            (["--state", str(tmp_path / "trial.jsonl"), "--listen", "127.0.0.1:0"], "another process has this trial"),
            (["--state", str(tmp_path / "other.jsonl"), "--listen", f"127.0.0.1:{port}"], "cannot be listened at"),
            (["--state", str(tmp_path / "other.jsonl"), "--listen", "here"], "is not an address and a port"),
            (["--state", str(tmp_path / "other.jsonl"), "--network", "bsv:mainnet"], "a trial chain is on one of"),
            (["--state", str(tmp_path / "other.jsonl"), "--network", "ltc"], "'ltc' is not a network"),
            (["--state", str(tmp_path / "no" / "other.jsonl")], "there is no such folder"),
        ):
            command = [sys.executable, "-m", "penstock", "trial-chain", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
            assert (done.returncode, message in done.stderr) == (2, True), done.stderr
            assert "Traceback" not in done.stderr
    finally:
        ended(process, signal.SIGTERM)
