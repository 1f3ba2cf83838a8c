"""docs/channel.md: its code runs, its ranges are those of the code."""

import re
from pathlib import Path

import pytest

import penstock
from penstock.channel.safe.agreement.chains import ON_BSV, ON_BTC, ChannelChain
from penstock.channel.safe.agreement.ranges import RANGES, NumberRange
from tests.support.compiling.filled_contracts import filled_size

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "channel.md").read_text("utf-8")


def test_the_code_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert blocks
    exec(compile("\n".join(blocks), "channel.md", "exec"), {})


def shown(row: NumberRange, rules: ChannelChain) -> str:
    least, most = row.on(rules)
    return f"{least:,} {row.unit}".rstrip() if least == most else f"{least:,} to {most:,} {row.unit}".rstrip()


def test_the_table_of_ranges() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", TEXT.partition("## Terms")[2], re.MULTILINE)
    expected = []
    for row in RANGES:
        bsv, btc = shown(row, ON_BSV), shown(row, ON_BTC)
        expected.append((row.field, bsv, "the same" if bsv == btc and row.unit else btc, row.reason))
    assert rows == expected


SIZES = [
    (name, target, int(size))
    for row in re.findall(r"^\| `\w+` \| [^|]+ \|([^|]*)\|([^|]*)\|$", TEXT, re.MULTILINE)
    for target, cell in zip(("btc", "bsv"), row, strict=True)
    for name, size in re.findall(r"`contracts/(\w+)\.scrypt`, (\d+)", cell)
]
"""The contracts of the table, each with the chain of its column."""


@pytest.mark.parametrize(("name", "target", "size"), SIZES)
def test_the_sizes_of_the_contracts(name: str, target: str, size: int) -> None:
    artifact = penstock.compile_file(penstock.bundled(name), target=target)
    assert filled_size(artifact) == size


def test_every_contract_has_its_size() -> None:
    assert len(SIZES) == 7
