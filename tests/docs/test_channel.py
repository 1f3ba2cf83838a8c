"""docs/channel.md: its code runs, its ranges are those of the code."""

import re
from pathlib import Path

import pytest

import penstock
from penstock.channel.canonical import Data, Number, Several, Text
from penstock.channel.safe.agreement.chains import ON_BSV, ON_BTC, ChannelChain
from penstock.channel.safe.agreement.ranges import RANGES, NumberRange
from penstock.channel.safe.agreement.scripts import PROTOCOL, artifact_of
from penstock.channel.safe.messages.kinds import Close
from penstock.channel.safe.messages.wire import ROWS, to_wire
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
    """Those that channels use are kept with the protocol; today's compiler may make no longer ones."""
    compiled = penstock.compile_file(penstock.bundled(name), target=target)
    kept = compiled if name == "paid_key_open" else artifact_of(name, PROTOCOL)
    assert filled_size(kept) == size
    assert filled_size(compiled) <= size


def test_every_contract_has_its_size() -> None:
    assert len(SIZES) == 7


def described(kind: object) -> str:
    """What the page says of a field's kind."""
    match kind:
        case Data(length=length, is_most=is_most):
            return f"{'up to ' if is_most else ''}{length:,} bytes"
        case Text(most=most):
            return f"text of up to {most} bytes"
        case Number(least=least, most=most):
            return f"{least:,} to {most:,}"
        case Several(kind=each, most=most, least=least):
            return f"{most if most == least else f'up to {most}'} times {described(each)}"
        case _:
            return "a signature, 9 to 73 bytes"


def test_the_table_of_messages() -> None:
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| (.*?) \|$", TEXT.partition("### Bytes")[2], re.MULTILINE)
    expected = [
        (
            str(row.number),
            row.kind.__name__,
            ", ".join(f"`{name}` {described(kind)}" for name, kind in row.fields.items()),
        )
        for row in ROWS
    ]
    assert rows == expected


def test_the_bytes_of_a_message() -> None:
    (shown,) = re.findall(r"^    ((?:[0-9a-f]{2} ?)+)$", TEXT.partition("### Bytes")[2], re.MULTILINE)
    raw = bytes.fromhex(shown)
    assert raw == to_wire(Close(bytes(range(32)), 300))
