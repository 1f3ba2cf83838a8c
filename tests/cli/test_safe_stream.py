"""`penstock stream` over the safe channel: facts, table, report, and refusals, through click and as a process."""

import hashlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from penstock.channel.safe.simulation.endings import SafeClosing
from penstock.channel.safe.simulation.stream import SafeStreamResult
from penstock.channel.safe.simulation.stream import stream as whole_stream
from penstock.cli.root import root
from penstock.cli.streaming import forms
from tests.support.fresh_python import run_fresh

FILM = bytes(range(256)) * 20
both_chains = pytest.mark.parametrize("chain", ["bsv", "btc"])


@pytest.fixture
def movie(tmp_path: Path) -> Path:
    path = tmp_path / "movie.bin"
    path.write_bytes(FILM)
    return path


def stream(*words: str | Path) -> Result:
    return CliRunner().invoke(root, ["stream", *map(str, words)])


def facts(*words: str | Path) -> dict[str, Any]:
    result = stream(*words, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


@both_chains
@pytest.mark.parametrize("closing", [str(each) for each in SafeClosing])
def test_the_facts_add_up(movie: Path, chain: str, closing: str) -> None:
    found = facts(movie, "--chunk-size", "1000", "--chain", chain, "--close", closing)
    assert found["form"] == "safe"
    assert found["received"] == {"chunks": 6, "sha256": hashlib.sha256(FILM).hexdigest()}
    assert (found["length"], found["chunks"], found["closed"], found["faults"]) == (len(FILM), 6, closing, [])
    assert set(found["closings"]) == {str(each) for each in SafeClosing}
    for ending in found["closings"].values():
        assert ending["fee"] == sum(each["fee"] for each in ending["transactions"])
        assert ending["bytes"] == sum(each["bytes"] for each in ending["transactions"])
        assert ending["toPayee"] + ending["toPayer"] + ending["fee"] == found["capacity"]
    together = found["closings"]["cooperative"]
    assert (together["toPayee"], len(together["transactions"])) == (found["base"] + 600, 1)
    (refund,) = found["closings"]["refund"]["transactions"]
    assert refund["block"] == found["refund"]["fundingFrom"]
    assert found["couldLose"]["payer"] == found["couldLose"]["payee"] == 0
    assert found["couldLose"]["article"] == 600


@pytest.mark.parametrize("closing", [str(each) for each in SafeClosing])
def test_the_raw_form(movie: Path, closing: str) -> None:
    """The chunk is shown by a 1-way claim alone; her signature takes its place by a 2-way claim."""
    found = facts(movie, "--chunk-size", "2000", "--form", "raw", "--close", closing)
    assert (found["form"], found["closed"], found["faults"]) == ("raw", closing, [])
    assert found["received"] == {"chunks": 3, "sha256": hashlib.sha256(FILM).hexdigest()}
    claims = {way: found["closings"][way]["transactions"][-1] for way in ("1-way", "2-way")}
    assert claims["1-way"]["bytes"] - claims["2-way"]["bytes"] in range(1_120 - 73, 1_120 - 65), (
        "the last chunk is short"
    )
    assert (claims["1-way"]["fee"], claims["2-way"]["fee"]) == (2, 1)
    assert found["base"] == 4, "the fee of the largest chunk, and a satoshi"


def test_the_raw_form_in_words(movie: Path) -> None:
    text = stream(movie, "--form", "raw", "--close", "2-way").stdout
    assert "each sold by itself" in text
    assert "1 chunk sold at 100 satoshis each" in text
    assert "she holds every chunk that she has signed for" in text
    assert "TX_p, the claim" in text


def test_the_safe_form_on_bsv_closed_together_is_the_default(movie: Path) -> None:
    found = facts(movie)
    wanted = ("safe", "bsv:regtest", "cooperative", 65_536, 100, 1)
    assert tuple(found[name] for name in ("form", "network", "closed", "chunkSize", "price", "feeRate")) == wanted


def test_a_fee_rate_of_ones_own(movie: Path) -> None:
    found = facts(movie, "--chain", "btc", "--fee-rate", "150000")
    assert found["feeRate"] == 150_000
    assert found["closings"]["cooperative"]["fee"] == 172 * 150


@both_chains
def test_people_get_a_table_and_what_could_be_lost(movie: Path, chain: str) -> None:
    result = stream(movie, "--chunk-size", "1000", "--chain", chain, "--close", "1-way")
    assert (result.exit_code, result.stderr) == (0, "")
    text = result.stdout
    assert "closed 1-way, 3 transactions on the chain" in text
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if "│" in line]
    assert [row[0] for row in rows if row[0]] == ["1-way", "cooperative", *_others()]
    assert any(row[1] == "TX_6, the payment" for row in rows)
    assert "Refunds: the funding from block 1,109 on" in text
    assert "The payer could lose 0 satoshis: she holds every key" in text
    assert "The payee could lose 0 satoshis if he closes by block" in text
    assert "docs/threats.md" in text
    assert "no audit from outside" in text
    assert "must not carry real money" not in text


def _others() -> list[str]:
    return [str(each) for each in SafeClosing if each not in (SafeClosing.ONE_WAY, SafeClosing.COOPERATIVE)]


def test_the_copy_and_the_report_are_written(movie: Path, tmp_path: Path) -> None:
    copy, report = tmp_path / "new" / "copy.bin", tmp_path / "other" / "report.html"
    result = stream(movie, "--save", copy, "--report", report)
    assert (result.exit_code, copy.read_bytes()) == (0, FILM)
    assert result.stdout.rstrip().endswith(f"report: {report}")
    assert "Possible losses" in report.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--chunk-size", "0"], "error: --chunk-size: a chunk has 1 to 1,073,741,824 bytes, not 0"),
        (["--chunk-size", "2G"], "error: --chunk-size: a chunk has 1 to 1,073,741,824 bytes"),
        (["--price", "0"], "error: --price: the price is 0 satoshis a chunk"),
        (["--fee-rate", "-1"], "error: --fee-rate: the fee rate is -1 satoshis"),
        (
            ["--fee-rate", "0"],
            "error: --fee-rate: the fee rate is 0; it must be 1 to 10,000,000 satoshis per 1,000 bytes",
        ),
        (["--fee-rate", "500", "--chain", "btc"], "error: --fee-rate: the fee rate is 500; it must be 1,000 to"),
        (["--proofs"], "error: --proofs is for --form article, not for --form safe"),
        (["--fee-coin", "5"], "error: --fee-coin is for --form article, not for --form safe"),
        (["--fee-coin", "-1"], "error: --fee-coin: the fee coin has -1 satoshis"),
        (["--form", "raw", "--chain", "btc"], "error: --form raw is for --chain bsv: its payment locks a whole chunk"),
        (["--form", "raw", "--proofs"], "error: --proofs is for --form article, not for --form raw"),
        (["--chain", "ltc"], "'ltc' is not one of 'bsv', 'btc'"),
        (["--form", "free"], "'free' is not one of"),
        (
            ["--price", "6000000000"],
            "can be made: the reward of a block is 5,000,000,000; the payer needs it for 1 chunk",
        ),
        (["--save", "movie.bin"], "is the file that is streamed"),
    ],
)
def test_bad_words_get_an_answer(movie: Path, words: list[str], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(movie.parent)
    result = stream(movie, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert isinstance(result.exception, SystemExit)
    assert message in result.stderr
    assert movie.read_bytes() == FILM


def test_an_empty_file_and_a_pipe(tmp_path: Path) -> None:
    empty = tmp_path / "empty.bin"
    empty.touch()
    result = stream(empty)
    assert (result.exit_code, result.stderr) == (2, "error: the file is empty: there is nothing to seal\n")


def test_a_process_of_its_own(movie: Path) -> None:
    done = run_fresh(f"from penstock.cli.root import root; root({['stream', str(movie), '--json']})")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["closed"] == "cooperative"


def test_a_fault_is_a_warning_and_an_exit_code(movie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = whole_stream

    def faulty(*arguments: Any) -> SafeStreamResult:
        return replace(real(*arguments), faults=("the payer refused: the key of state 3 is not awaited",))

    monkeypatch.setattr(forms, "stream", faulty)
    result = stream(movie)
    assert (result.exit_code, result.stderr) == (1, "warning: the payer refused: the key of state 3 is not awaited\n")
    told = stream(movie, "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["faults"] == ["the payer refused: the key of state 3 is not awaited"]


def test_a_channel_that_did_not_close_says_so(movie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = whole_stream

    def unclosed(*arguments: Any) -> SafeStreamResult:
        result = real(*arguments)
        return replace(result, endings=tuple(replace(each, is_closed=False) for each in result.endings))

    monkeypatch.setattr(forms, "stream", unclosed)
    result = stream(movie)
    assert result.exit_code == 1
    assert "not closed, 2 transactions on the chain" in result.stdout
    assert json.loads(stream(movie, "--json").stdout)["closed"] is None


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is that of Linux")
def test_chunks_too_large_for_the_memory(movie: Path) -> None:
    os.truncate(movie, 200 << 20)  # the rest has no bytes on the disk
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
from penstock.cli.root import root
root(["stream", {str(movie)!r}, "--chunk-size", "200M"])
"""
    done = run_fresh(program)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: there is not enough memory for 209,715,200 bytes at once: make chunks smaller\n"
