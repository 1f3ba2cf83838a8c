"""`penstock stream --form article`, through click and as a separate process: output, files and refusals."""

import hashlib
import io
import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from penstock.channel.simulation.stream import StreamResult
from penstock.cli.root import root
from penstock.cli.streaming import forms
from penstock.cli.streaming.files import bars
from tests.support.channels.channel_stage import file_of
from tests.support.fresh_python import run_fresh

MOVIE = file_of(20, 1000)


@pytest.fixture
def movie(tmp_path: Path) -> Path:
    path = tmp_path / "movie.bin"
    path.write_bytes(MOVIE)
    return path


def stream(*words: str | Path) -> Result:
    return CliRunner().invoke(root, ["stream", "--form", "article", *map(str, words)])


def facts(*words: str | Path) -> dict[str, object]:
    result = stream(*words, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("closing", ["1-way", "2-way"])
@pytest.mark.parametrize("mode", [[], ["--proofs"]], ids=["leaves", "proofs"])
def test_the_facts_add_up(movie: Path, closing: str, mode: list[str]) -> None:
    found = facts(movie, "--chunk-size", "1000", "--close", closing, *mode)
    assert found["received"] == {"chunks": 20, "sha256": hashlib.sha256(MOVIE).hexdigest()}
    assert (found["length"], found["chunks"], found["paidChunks"]) == (len(MOVIE), 20, 19)
    assert found["leaves"] == ("proofs" if mode else "leaves")
    assert found["closed"] == closing
    assert isinstance(found["onChain"], list)
    assert len(set(found["onChain"])) == 2
    assert (found["warnings"], found["faults"]) == ([], [])
    ends = found["closings"]
    assert isinstance(ends, dict)
    one, two = ends["1-way"], ends["2-way"]
    assert one["payment"]["fee"] == two["payment"]["fee"] == 1
    assert one["claim"]["shown"] == 999
    assert one["claim"]["bytes"] - two["claim"]["bytes"] >= 999 - 72
    assert (one["claim"]["fee"], two["claim"]["fee"]) == (2, 1)
    assert (one["payout"], two["payout"]) == (1900 - 2, 1900 - 1)
    assert found["ratio"] == pytest.approx(999 / two["claim"]["shown"])


def test_the_defaults_are_the_articles(movie: Path) -> None:
    found = facts(movie)
    assert (found["chunkSize"], found["price"], found["feeRate"]) == (65536, 100, 1)


@pytest.mark.parametrize(
    ("text", "size"), [("2k", 2048), ("2KiB", 2048), ("2048", 2048), ("1M", 1 << 20), ("1 mb", 1 << 20)]
)
def test_sizes_have_units(movie: Path, text: str, size: int) -> None:
    assert facts(movie, "--chunk-size", text)["chunkSize"] == size


def test_alice_can_keep_her_copy(movie: Path, tmp_path: Path) -> None:
    copy = tmp_path / "new" / "folder" / "copy.bin"
    facts(movie, "--chunk-size", "777", "--save", copy)
    assert copy.read_bytes() == MOVIE


def test_people_get_a_table(movie: Path) -> None:
    result = stream(movie, "--chunk-size", "1000")
    assert result.exit_code == 0
    assert "closed 2-way, 2 transactions on the chain" in result.stdout
    assert "Alice has 20 chunks: D_0 was free, 19 cost 100 satoshis each" in result.stdout
    assert "must not carry real money" in result.stdout
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.stdout.splitlines() if "│" in line]
    assert ["reaches Bob, satoshis", "1,898", "1,899"] in rows
    assert result.stderr == ""


def test_a_free_movie_leaves_nothing_on_the_chain(movie: Path) -> None:
    result = stream(movie)
    assert result.exit_code == 0
    assert "Alice has 1 chunk: D_0 was free\n" in result.stdout
    assert "there is no transaction on the chain" in result.stdout
    assert facts(movie)["onChain"] == []
    assert facts(movie)["closed"] is None


def test_terms_that_can_never_be_claimed_are_refused_before_anything_is_streamed(movie: Path, tmp_path: Path) -> None:
    """One message, which says which term is wrong, and how."""
    copy = tmp_path / "copy.bin"
    copy.write_text("an older copy")
    words = (movie, "--chunk-size", "10000", "--close", "1-way", "--price", "5")
    for more in ([], ["--json"], ["--fee-coin", "5"], ["--save", copy]):
        result = stream(*words, *more)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(
            "error: --price: the price of 5 satoshis is too small: Alice pays at most 5 for 1 chunk,"
        )
        assert "the 1-way claim costs a fee of 11" in result.stderr
        assert "--fee-rate" in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert copy.read_text() == "an older copy"
    assert "Raise --price to 12, lower --fee-rate, use --close 2-way, or add a --fee-coin" in stream(*words).stderr
    assert stream(*words[:-1], "12").exit_code == 0
    assert stream(*words[:-1], "11").exit_code == 2


def test_a_claim_that_a_coin_pays_is_warned_of(movie: Path) -> None:
    helped = stream(movie, "--chunk-size", "10000", "--close", "1-way", "--price", "5", "--fee-coin", "100")
    assert helped.exit_code == 0
    assert "the coin that Bob adds pays it" in helped.stderr
    assert "closed 1-way, 2 transactions on the chain" in helped.stdout
    # signatures differ in length by a byte or two, and so does the factor
    assert re.search(r"The 2-way claim would pass 1[34]\d times less", helped.stdout)


def test_a_channel_that_did_not_close_says_so_alone(movie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unclaimed ending of a stream, as if it had been chosen."""
    real = forms._screened

    def unclosed(*arguments: Any) -> StreamResult:
        closed = real(*arguments)
        return replace(closed, chosen=closed.other, other=closed.chosen)

    monkeypatch.setattr(forms, "_screened", unclosed)
    words = (movie, "--chunk-size", "10000", "--price", "5")
    result = stream(*words)
    assert result.exit_code == 1
    assert "not closed, 0 transactions on the chain" in result.stdout
    assert not re.search(r"(?<!not )\bclosed|times less", result.stdout, re.IGNORECASE)
    assert "warning: the 1-way claim costs a fee of 11 satoshis, the channel earned 5" in result.stderr
    told = stream(*words, "--json")
    assert (told.exit_code, json.loads(told.stdout)["closed"]) == (1, None)


def test_a_short_chunk_is_no_saving(movie: Path) -> None:
    saving, none = (stream(movie, "--chunk-size", size).stdout for size in ("1000", "7"))
    assert re.search(
        r"^The 2-way claim passed 1\d times less to the contract than the 1-way claim\.$", saving, re.MULTILINE
    )
    assert "Closing 2-way saves nothing here" in none


def test_the_report_is_written_where_it_is_wanted(movie: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "report.html"
    result = stream(movie, "--chunk-size", "1000", "--report", path)
    assert result.exit_code == 0
    assert result.stdout.rstrip().endswith(f"report: {path}")
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--chunk-size", "0"], "error: --chunk-size: the chunk size is 0 bytes; it must be at least 1"),
        (["--chunk-size", "-5"], "error: --chunk-size: the chunk size is -5 bytes"),
        (["--chunk-size", "5G"], "a claim has room for at most 4,294,967,168"),
        (["--chunk-size", "many"], "'many' is not a number of bytes"),
        (["--price", "0"], "error: --price: the price is 0 satoshis a chunk"),
        (["--price", "x"], "'x' is not a valid integer"),
        (["--fee-rate", "-1"], "error: --fee-rate: the fee rate is -1 satoshis"),
        (["--fee-coin", "-1"], "error: --fee-coin: the fee coin has -1 satoshis"),
        (["--fee-coin", "6000000000"], "error: no coin of 6,000,000,000 satoshis"),
        (["--close", "refund"], "error: --close refund: --form article closes 1-way or 2-way"),
        (["--chain", "btc"], "error: --form article is for --chain bsv: its payment locks a whole chunk"),
        (["--close", "3-way"], "'3-way' is not one of 'cooperative', '2-way', '1-way', 'refund'"),
        (["--chunk-size", "1000", "--price", "1000000000"], "error: no coin of 19,000,001,000 satoshis"),
        (["--save", "movie.bin"], "is the file that is streamed"),
        (["--report", "."], "is a directory"),
        (["--report", "movie.bin"], "movie.bin is the file that is streamed: write the report elsewhere"),
        (["--save", "link.bin"], "link.bin is the file that is streamed: save the copy elsewhere"),
        (["--report", "link.bin"], "link.bin is the file that is streamed"),
        (["--save", "new.bin", "--report", "./new.bin"], "new.bin is where the copy goes: write the report elsewhere"),
        (["--chunk-size", "1", "--price", "300000"], "needs it for 19,998 chunks at 300,000 satoshis each, and fees"),
    ],
)
def test_bad_words_get_an_answer(movie: Path, words: list[str], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(movie.parent)
    Path("link.bin").hardlink_to(movie)
    result = stream(movie, *words)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert message in result.stderr
    assert result.stdout == ""
    assert movie.read_bytes() == MOVIE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("option", ["--save", "--report"])
def test_a_full_disk_is_named(movie: Path, option: str) -> None:
    result = stream(movie, option, "/dev/full")
    assert (result.exit_code, result.stderr) == (2, "error: /dev/full: No space left on device\n")


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="this system has no null device")
def test_the_null_device_takes_everything(movie: Path) -> None:
    assert stream(movie, "--save", "/dev/null", "--report", "/dev/null").exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is that of Linux")
def test_chunks_too_large_for_the_memory(movie: Path) -> None:
    os.truncate(movie, 130 << 20)  # the rest has no bytes on the disk
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, (128 << 20, 128 << 20))
from penstock.cli.root import root
root(["stream", {str(movie)!r}, "--form", "article", "--chunk-size", "128M"])
"""
    done = run_fresh(program)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: there is not enough memory for 134,217,728 bytes at once: make chunks smaller\n"


def test_names_are_no_markup(movie: Path, tmp_path: Path) -> None:
    """Square brackets and colons mean nothing to the console."""
    path = movie.rename(tmp_path / "[red]a:smile:[ b.bin")
    report = tmp_path / "c[" / "d].html"
    result = stream(path, "--report", report)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("[red]a:smile:[ b.bin: 19,999 bytes in 1 chunk of 65,536 bytes\n")
    assert result.stdout.endswith(f"report: {report}\n")


def test_one_of_a_thing_is_no_plural(tmp_path: Path) -> None:
    path = tmp_path / "two.bin"
    path.write_bytes(b"ab")
    text = stream(path, "--chunk-size", "1", "--price", "1", "--fee-coin", "9").output
    assert "two.bin: 2 bytes in 2 chunks of 1 byte\n" in text
    assert "1 cost 1 satoshi each" in text
    assert "costs a fee of 1 satoshi, the channel earned 1" in text
    path.write_bytes(b"a")
    assert "smaller --chunk-size" not in stream(path).output


def test_bars_of_progress_keep_to_their_lines() -> None:
    shown = io.StringIO()
    console = Console(width=40, file=shown, force_terminal=True, color_system=None)
    shown_bars = bars(console, quiet=False)
    for name in ("hashing", "streaming"):
        shown_bars.add_task(name, total=123 << 30)
    console.print(shown_bars.make_tasks_table(shown_bars.tasks))
    assert len(shown.getvalue().splitlines()) == 2


def test_files_that_cannot_be_streamed(tmp_path: Path) -> None:
    empty = tmp_path / "empty.bin"
    empty.touch()
    for path, message in [
        (empty, "error: the file is empty: there is nothing to stream"),
        (tmp_path / "nowhere.bin", "No such file or directory"),
        (tmp_path, "is a directory"),
    ]:
        result = stream(path)
        assert result.exit_code == 2
        assert message in result.stderr


def test_a_process_of_its_own(movie: Path) -> None:
    """Clean JSON on the standard output, nothing on the other."""
    words = ["stream", str(movie), "--form", "article", "--chunk-size", "1000", "--json"]
    done = run_fresh(f"from penstock.cli.root import root; root({words})")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["chunks"] == 20
