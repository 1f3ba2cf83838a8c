"""What the docs and the examples show is what happens."""

import contextlib
import importlib.util
import io
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from penstock.channel.safe.simulation.endings import SafeClosing
from penstock.channel.transactions.closing import Closing

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["article.md", "malleability.md"]
WITH_CODE = ["article.md"]


def example(name: str) -> ModuleType:
    """Load a script of examples/ without running it."""
    spec = importlib.util.spec_from_file_location(f"examples_{name}", ROOT / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", WITH_CODE)
def test_the_code_in_the_docs_runs(page: str) -> None:
    """The blocks of one page are one program; where a line says what it prints, it prints that."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    program, printed = "\n".join(blocks), io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, page, "exec"), {})
    for promise in re.findall(r"^print\(.*\)  # (.+)$", program, re.MULTILINE):
        assert promise in printed.getvalue()


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_link_that_the_docs_name_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / "docs" / target).is_file(), target
    for name in re.findall(r"`((?:tests|examples)/[\w/.]+)`", text):
        assert (ROOT / name).exists(), name
    for heading in re.findall(r"\]\(#([^)]+)\)", text):
        assert f"## {heading.replace('-', ' ')}" in text.lower()


def test_the_article_says_that_it_is_not_for_real_money() -> None:
    text = (ROOT / "docs" / "article.md").read_text(encoding="utf-8")
    assert "must not carry real money" in text
    assert "spends her coin elsewhere" in text
    assert "never claims" in text


def test_the_demo_streams_the_video_and_writes_a_report(tmp_path: Path) -> None:
    demo = example("demo")
    shown = io.StringIO()
    screening = demo.run(Console(file=shown, width=200), demo.MOVIE, tmp_path)
    assert (tmp_path / "alice_test_picture.mp4").read_bytes() == demo.MOVIE.read_bytes()
    page = (tmp_path / "stream.html").read_text(encoding="utf-8")
    for closing in Closing:
        for transaction in screening.ended(closing).ledger.transactions:
            assert transaction.txid_hex in shown.getvalue()
            assert transaction.txid_hex in page
    assert str((tmp_path / "stream.html").resolve()) in shown.getvalue()
    assert "OP_OVER OP_SHA256 <hash>" in shown.getvalue()
    assert demo.MOVIE.stat().st_size < 300_000
    assert re.search(r"^\S*streaming\.scrypt +2/2 +4/4 +2/2 +6/6 +100 %$", shown.getvalue(), re.MULTILINE)
    assert "missing" not in shown.getvalue()
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.getvalue().splitlines() if "│" in line]
    assert len(rows) == 2 + 3 * len(SafeClosing)
    assert {row[0] for row in rows} == {"article", "safe, bsv", "raw, bsv", "safe, btc"}
    risks = {(row[0], row[1]): row[5:] for row in rows}
    assert risks["article", "2-way"] == ["1,400", "1,400"]
    assert all(risk == ["0", "0"] for (form, way), risk in risks.items() if form != "article" and way != "refund")
    assert "test_streaming.py::test_only_bob_is_paid" in "".join(
        page.read_text("utf-8") for page in (tmp_path / "coverage").glob("*.html")
    )


def test_the_demo_shows_what_tests_do_not_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demo, shown, tests = example("demo"), io.StringIO(), tmp_path / "one.py"
    text = demo.TESTS.read_text("utf-8")
    tests.write_text(text[: text.index("def test_two_way")])
    monkeypatch.setattr(demo, "TESTS", tests)
    demo.show_coverage(Console(file=shown, width=200), tmp_path / "pages")
    assert "checkSig(Sig(dataOrSig), this.alice) never valid, wrong, empty" in shown.getvalue()


def test_the_demo_takes_a_movie_of_one_chunk(tmp_path: Path) -> None:
    demo, shown, movie = example("demo"), io.StringIO(), tmp_path / "short.bin"
    movie.write_bytes(b"!")
    demo.run(Console(file=shown, width=200), movie, tmp_path / "out")
    assert "1 chunk of 16,384 bytes reached Alice: D_0 was free, 0 paid for" in shown.getvalue()
    assert "nothing was paid, so there is nothing to close" in shown.getvalue()


@pytest.mark.parametrize(("name", "message"), [("nowhere.mp4", "No such file"), ("empty.mp4", "the file is empty")])
def test_the_demo_says_what_it_cannot_stream(
    tmp_path: Path, name: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.mp4").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["demo.py", "--file", name])
    with pytest.raises(SystemExit) as ended:
        example("demo").main()
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="the example measures memory as Unix does")
@pytest.mark.parametrize("form", ["article", "raw"])
def test_the_headline_example_with_a_chunk_of_a_megabyte(form: str) -> None:
    giant = example("four_gigabytes")
    shown = io.StringIO()
    ratio = giant.run(Console(file=shown, width=200), 1 << 20, form)
    assert 14_500 < ratio < 15_500
    assert "1,048,576 bytes 1-way" in shown.getvalue()
    assert "no block takes" not in shown.getvalue()


def test_the_headline_is_about_sixty_million() -> None:
    giant = example("four_gigabytes")
    assert giant.size("4294967168") == giant.MAX_CHUNK_SIZE == 4 * 2**30 - 128
    assert 59_000_000 < giant.MAX_CHUNK_SIZE / 72 < giant.MAX_CHUNK_SIZE / 70 < 62_000_000
