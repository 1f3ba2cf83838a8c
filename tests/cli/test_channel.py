"""`penstock channel sizes`: the table of docs/channel.md, and the same for programs."""

import json
import re
from pathlib import Path

from tests.support.command_line import Run

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "channel.md").read_text("utf-8")


def test_the_table_of_the_page(invoke: Run) -> None:
    result = invoke("channel", "sizes")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"```text\n{result.stdout}```\n" in PAGE


def test_the_numbers_in_the_text_of_the_page(invoke: Run) -> None:
    """Earnings of 100 a key against a forced close, and the bytes of a refund in the script."""
    facts = json.loads(invoke("channel", "sizes", "--json").stdout)
    table = {chain: {row["name"]: row for row in facts[chain]["transactions"]} for chain in facts}
    _, at_5, at_20 = table["btc"]["forced close: payment, claim with the key"]["fees"]
    assert [-(-fee // 100) for fee in (at_5, at_20)] == [17, 66]
    assert "from the 17th key on, at 20 from the 66th" in PAGE
    bsv = {name: sum(row["sizes"]) for name, row in table["bsv"].items()}
    more = bsv["funding, with change"] - bsv["funding, if a refund were signed beforehand"]
    more += bsv["refund of the funding"] - bsv["refund of the funding, signed beforehand"]
    assert f"costs {more} bytes on bsv" in PAGE


def test_json(invoke: Run) -> None:
    facts = json.loads(invoke("channel", "sizes", "--json", "--chunk-size", "1M").stdout)
    assert list(facts) == ["btc", "bsv"]
    assert facts["btc"]["rates"] == [1000, 5000, 20000]
    for chain in facts.values():
        for row in chain["transactions"]:
            assert len(row["fees"]) == len(chain["rates"])
    (chunk,) = (row for row in facts["bsv"]["transactions"] if row["name"] == "claim with a chunk of 1,048,576 bytes")
    assert chunk["fees"] == [-(-chunk["sizes"][0] // 1000)]


def test_a_chunk_that_cannot_be_claimed(invoke: Run) -> None:
    for size, message in (
        ("0", "at least 1"),
        ("4g", "at most 4,294,967,168"),
        ("-1", "at least 1"),
        ("x", "number of"),
    ):
        result = invoke("channel", "sizes", "--chunk-size", size)
        assert (result.exit_code, result.stdout) == (2, "")
        assert message in result.stderr
        assert re.search("chunk-size", result.stderr)


def test_the_group_shows_its_help(invoke: Run) -> None:
    assert "penstock channel sizes" in invoke("channel", "--help").stdout
