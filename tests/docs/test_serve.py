"""docs/serve.md: its commands run as they stand, and tell what the page shows."""

import re
import shlex
from pathlib import Path

import pytest

from penstock.service.connection.frames import LARGEST_REQUEST, ROWS
from penstock.service.provider.app import MOST_BODY
from penstock.service.provider.limits import Limits
from penstock.service.provider.session import PAUSE
from penstock.service.sockets import MOST_WAITING
from tests.support.provider.command import running
from tests.support.provider.remote_ledger import RemoteLedger
from tests.support.provider.viewer import watching

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "serve.md").read_text("utf-8")
COMMANDS = re.findall(r"^    penstock (.*)$", PAGE, re.MULTILINE)


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare, serve = map(shlex.split, COMMANDS)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    with running(*prepare, data=tmp_path / "data") as prepared:
        assert prepared.process.wait(60) == 0, prepared.output
    with running(*serve, "--listen", "127.0.0.1:0", data=tmp_path / "data") as found:
        shown = re.search(r"```text\n(selling.*?)```", PAGE, re.DOTALL)
        assert shown is not None
        found.wait_for("paid on a chain")
        told = "".join(found.lines[:3]).replace(found.url, "http://127.0.0.1:8402")
        assert told == shown[1]
        with watching(found.url, RemoteLedger(f"{found.url}/chain")) as viewer:
            viewer.open()
            viewer.buy(0)
        assert found.end() == 0


def test_the_numbers_of_the_page() -> None:
    limits = Limits()
    assert "20 offers at once and one every two\nseconds" in PAGE
    assert (limits.offers.burst, limits.offers.per_second) == (20, 0.5)
    assert "400 frames at once and 100 a second" in PAGE
    assert (limits.frames.burst, limits.frames.per_second) == (400, 100)
    assert "1 GiB of ciphertexts at once and 64 MiB a second, 64 connections" in PAGE
    assert (limits.bytes_at_once, limits.bytes_per_second, limits.connections) == (1 << 30, 64 << 20, 64)
    assert "64 that begin\nat once and 4 a second, 40 terms or fundings at once and 2 a second" in PAGE
    assert (limits.arrivals.burst, limits.arrivals.per_second) == (64, 4)
    assert (limits.opens.burst, limits.opens.per_second) == (40, 2)
    assert f"answered after a second, in which no other frame of the connection is read; {MOST_WAITING} frames" in PAGE
    assert PAUSE == 1
    assert f"A frame has {LARGEST_REQUEST:,} bytes at most, a body {MOST_BODY >> 10} KiB" in PAGE


def test_each_frame_is_drawn_with_its_number_and_fields() -> None:
    drawn = re.search(r"```text\n viewer.*?```", PAGE, re.DOTALL)
    assert drawn is not None
    for row in ROWS:
        (line,) = [
            each for each in drawn[0].splitlines() if f" {row.kind.__name__} " in each and str(row.number) in each
        ][:1]
        assert re.search(rf"\b{row.number}\b", line)
    for number, fields in ((17, "channel, nonce, ciphertexts, signature"), (20, "token, open, txid, output")):
        assert re.search(rf"{number}  {fields}", drawn[0])
