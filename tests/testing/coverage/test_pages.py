"""Pages of the coverage: every line with its marks, the tests and arguments of each way, and safe text."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import penstock
from penstock.testing import Chain, key
from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.coloring import colored_lines
from penstock.testing.coverage.reports.page import pages, write_pages
from penstock.testing.coverage.summary import summaries
from penstock.testing.observers import OBSERVERS

ALICE = key("alice")
SOURCE = """// <script>alert("&")</script>
contract Pages {
    int[2] parts;
    public function pick(int i, Sig sig, PubKey owner) {
        require(i < 3 && this.parts[i] > 0);
        require(checkSig(sig, owner));
    }
    public function other(int x) { require(x == 1); } // infeasible: only for the page
}
"""


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector that has seen two calls, in two tests."""
    used = Collector()
    OBSERVERS.append(used)
    chain = Chain()
    contract = chain.contract(penstock.compile_source(SOURCE, name="shop/<pages>.scrypt"), [5, 0])
    for test, index in (("test_one", 0), ("test_two", 2)):
        used.test = test
        chain.spend(chain.fund(contract, 1000), "pick", index, ALICE, ALICE).to(ALICE, 900).try_send()
    yield used
    OBSERVERS.remove(used)


def texts(collector: Collector) -> dict[str, str]:
    return dict(pages(collector, summaries(collector)))


def line(page: str, number: int) -> str:
    """The part of a page for one line of source."""
    found: list[str] = re.findall(rf'id="L{number}">(.*?)(?=<(?:div|details) class="line|\Z)', page, re.DOTALL)
    assert len(found) == 1
    return found[0]


def test_the_source_is_there_and_is_only_text(collector: Collector) -> None:
    (_, index), (_, page) = texts(collector).items()
    assert "<script>alert" not in page
    assert "<pages>" not in index + page
    shown = [
        html.unescape(re.sub(r"<[^>]*>", "", code))
        for code in re.findall(r'<code class="text">(.*?)</code>', page, re.DOTALL)
    ]
    assert shown == SOURCE.splitlines()


def test_each_way_has_its_tests_and_arguments(collector: Collector) -> None:
    _, (_, page) = texts(collector).items()
    five = line(page, 5)
    assert "i = 0, sig = " in html.unescape(five)
    assert "owner = key('alice').public_key" in html.unescape(five)
    assert five.count("test_two") > 0
    assert re.search(r"out of range</b>\s*1 time in 1 test", five)
    six = line(page, 6)
    assert "test_two" not in six
    assert re.search(r"empty</b>\s*no test", six)
    assert "only for the page" in line(page, 8)


def test_marks_and_states(collector: Collector) -> None:
    (_, index), (_, page) = texts(collector).items()
    states = {number: state for state, number in re.findall(r'<details class="line (\w+)" id="L(\d+)"', page)}
    assert states == {"4": "all", "5": "part", "6": "part", "8": "excused"}
    assert "never accepted" not in index.lower()


def test_functions_without_an_accepting_test_come_first(collector: Collector) -> None:
    collector.reached = {way: reach for way, reach in collector.reached.items() if way[1] != "accepted"}
    (_, index), (name, _) = texts(collector).items()
    assert f'<a href="{name}#L4">Pages.pick</a>' in index


def test_files_of_one_name_have_pages_of_their_own(tmp_path: Path) -> None:
    collector = Collector()
    OBSERVERS.append(collector)
    try:
        for text in ("require(x == 1);", "require(x == 2);"):
            chain = Chain()
            source = f"contract Same {{ public function f(int x) {{ {text} }} }}"
            coin = chain.fund(chain.contract(penstock.compile_source(source, name="same.scrypt")), 1000)
            chain.spend(coin, "f", 1).to(ALICE, 900).try_send()
    finally:
        OBSERVERS.remove(collector)
    write_pages(tmp_path / "a" / "b", collector, summaries(collector))
    assert {page.name for page in (tmp_path / "a" / "b").iterdir()} == {"index.html", "same.html", "same-2.html"}
    assert [file.file for file in summaries(collector)] == ["same.scrypt", "same.scrypt (2)"]
    assert all(file.percent < 100 for file in summaries(collector))


@pytest.mark.parametrize(
    "text",
    ["", "\n", "a\r\nb", "/* two\nlines */ x", "b'00' \"text\" $v @state 0x1f é", "\ufeffcontract", "/* open\n\n"],
)
def test_colors_keep_the_text(text: str) -> None:
    lines = ["".join(word for _, word in words) for words in colored_lines(text)]
    assert lines == (text.removeprefix("\ufeff").splitlines() or [""])
