"""The article in one run: compile the contract, stream a video for satoshis, close both ways, test, write a report.

The same video goes over the safe channel too, on both chains, and all forms stand side by side: bytes, fees, and what
each side could lose. In the end a film is sold by one process to another, over sockets.

python examples/demo.py                       # writes out/stream.html
python examples/demo.py --file movie.mp4 --out elsewhere
"""

import argparse
import os
import runpy
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

import penstock
from penstock.artifact.artifact import Artifact
from penstock.channel.agreement.movie import Movie
from penstock.channel.agreement.terms import DEFAULT_PRICE, Terms
from penstock.channel.safe.simulation.endings import SafeClosing
from penstock.channel.safe.simulation.opening import Deal
from penstock.channel.safe.simulation.stream import SafeStreamResult
from penstock.channel.safe.simulation.stream import stream as safe_stream
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.simulation.costs import ClosingCosts, Figures, compare
from penstock.channel.simulation.stream import StreamResult, screen
from penstock.channel.transactions.closing import Closing
from penstock.errors import PenstockError
from penstock.report.page import render
from penstock.script.chains import CHAINS
from penstock.testing import Chain
from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.reports.page import write_pages
from penstock.testing.coverage.reports.text import text_report
from penstock.testing.coverage.summary import summaries
from penstock.testing.observers import OBSERVERS
from penstock.wording import counted

TESTS = Path(__file__).with_name("test_streaming.py")
FILM = Path(__file__).with_name("served_film.py")
MOVIE = Path(__file__).parent / "media" / "test_picture.mp4"
CHUNK_SIZE = 16 * 1024
SECRET = os.urandom(32)
FORMS = (("safe, bsv", "bsv", Keys(SECRET)), ("raw, bsv", "bsv", None), ("safe, btc", "btc", Keys(SECRET)))


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, default=MOVIE, help="what to stream")
    parser.add_argument("--out", type=Path, default=Path("out"), help="the folder for what Alice gets, and the report")
    arguments = parser.parse_args()
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    try:
        run(console, arguments.file, arguments.out)
    except (PenstockError, OSError) as error:  # a file that cannot be streamed, a folder that cannot be written
        parser.error(str(error))
    console.rule("6. A film between two processes")
    subprocess.run([sys.executable, FILM, "--out", arguments.out], check=True)  # noqa: S603 - a file of this folder


def run(console: Console, file: Path, out: Path) -> StreamResult:
    """Stream `file`; write what Alice gets and the report into the folder `out`."""
    console.rule("1. The contract")
    artifact = penstock.compile_file(penstock.bundled("streaming"))
    show_contract(console, artifact)

    console.rule("2. The stream")
    out.mkdir(parents=True, exist_ok=True)
    copy = out / f"alice_{file.name}"
    screening = stream(console, artifact, file, copy)
    if copy.read_bytes() != file.read_bytes():
        raise SystemExit(f"{copy} is not {file}: this should never happen")
    title = screening.agreement.title
    console.print(
        f"{counted(title.chunks, 'chunk')} of {title.chunk_size:,} bytes reached Alice: D_0 was free, {screening.last}"
        " paid for"
    )
    console.print(f"what she got is the same to the byte: {copy}")

    console.rule("3. Closing, both ways")
    comparison = compare(screening)
    if comparison:
        for figures in (comparison.one_way, comparison.two_way):
            show_ending(console, screening, figures)
        if comparison.saves:
            console.print(f"closed 2-way, {comparison.ratio:,.0f} times less is passed to the contract")
    else:
        console.print("nothing was paid, so there is nothing to close")

    console.rule("4. The forms side by side")
    show_forms(console, file, comparison)

    console.rule("5. Tests of the contract")
    pages = out / "coverage"
    show_coverage(console, pages)

    report = out / "stream.html"
    page = render(screening, name=file.name, version=penstock.__version__)
    report.write_text(page, encoding="utf-8", errors="replace")  # a file's name need not be text
    console.rule()
    console.print(f"the report, for any browser: {report.resolve()}")
    console.print(f"the coverage, line by line: {(pages / 'index.html').resolve()}")
    console.print("The article's form of the channel must not carry real money: docs/article.md says why.")
    console.print("Of the safe form docs/threats.md lists what is proved, by which tests, and what is not.")
    return screening


def show_contract(console: Console, artifact: Artifact) -> None:
    """Print the source as it is, and what it compiles to."""
    console.print(penstock.bundled("streaming").read_text(encoding="utf-8").partition("*/")[2].strip(), markup=False)
    console.print()
    console.print(artifact.asm, markup=False)


def stream(console: Console, artifact: Artifact, file: Path, copy: Path) -> StreamResult:
    """Let Bob stream `file` to Alice, who writes `copy`."""
    alice, bob = penstock.PrivateKey.generate(), penstock.PrivateKey.generate()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with file.open("rb") as source, copy.open("wb") as target, Progress(*columns, console=console) as progress:
        movie = Movie.cut(source, CHUNK_SIZE)
        task = progress.add_task("Bob → Alice", total=movie.title.length)

        def keep(_index: int, data: bytes) -> None:
            target.write(data)
            progress.advance(task, len(data))

        return screen(artifact, movie, Terms(), alice, bob, closing=Closing.TWO_WAY, on_chunk=keep)


def show_ending(console: Console, screening: StreamResult, figures: Figures) -> None:
    """Print what one of the two endings put on the chain."""
    settlement = screening.ended(figures.closing)
    console.print(f"{figures.closing}: {figures.payout:,} satoshis reach Bob")
    for name, transaction, fee in (
        (f"TX_{screening.last}", settlement.payment, figures.payment_fee),
        ("TX_p", settlement.claim, figures.claim_fee),
    ):
        if transaction:
            console.print(f"  {name:6}{transaction.size():>7,} bytes, fee {fee:>3}  {transaction.txid_hex}")
    for text in (*map(str, settlement.warnings), *settlement.faults):
        console.print(f"  {text}")


def show_forms(console: Console, file: Path, comparison: ClosingCosts | None) -> None:
    """Stream `file` over the safe channel in each form, and print what each way to close costs and risks."""
    table = Table()
    for head in ("form", "closed"):
        table.add_column(head, no_wrap=True)
    for head in ("bytes", "fee", "to payee", "her risk", "his risk"):
        table.add_column(head, justify="right", no_wrap=True)
    article = (comparison.two_way, comparison.one_way) if comparison else ()
    for figures in article:
        paid = figures.payout + figures.claim_fee
        cells = [f"{number:,}" for number in (figures.size, figures.fee, figures.payout, paid, paid)]
        table.add_row("article", str(figures.closing), *cells, style="yellow")
    for name, chain, keys in FORMS:
        result = stream_safely(file, chain, keys)
        risk = result.exposure
        for ending in result.endings:
            lost = ending.closing is SafeClosing.REFUND
            risks = (risk.payer, risk.payee_if_away if lost else risk.payee)
            cells = [f"{number:,}" for number in (ending.size, ending.fee, ending.to_payee, *risks)]
            table.add_row(name, str(ending.closing), *cells, end_section=lost)
    console.print(table)
    console.print(
        "Bytes and fees of the closing; on btc virtual bytes, at 5,000 satoshis per 1,000. Risks in satoshis when"
    )
    console.print(
        "it begins: in the article's form each side could lose all, else the payee if he is away until the refund."
    )


def stream_safely(file: Path, chain: str, keys: Keys | None) -> SafeStreamResult:
    """Stream `file` over the safe channel: its keys, or with None its chunks by themselves."""
    with file.open("rb") as source:
        movie = SealedMovie.cut(source, CHUNK_SIZE, penstock.PrivateKey.generate(), keys)
        return safe_stream(
            movie, Deal(CHAINS[chain], DEFAULT_PRICE), SafeClosing.COOPERATIVE, lambda _index, _data: None
        )


def show_coverage(console: Console, pages: Path) -> None:
    """Run the tests of the contract, and print what they reach of it; pages are written into the folder `pages`."""
    collector = Collector()
    OBSERVERS.append(collector)
    try:
        for name, test in runpy.run_path(str(TESTS)).items():
            if name.startswith("test_"):
                collector.test = f"{TESTS.name}::{name}"
                test(Chain())
                console.print(f"passed: {name.removeprefix('test_').replace('_', ' ')}")
    finally:
        OBSERVERS.remove(collector)
    for line in text_report(files := summaries(collector)):
        console.print(line)
    write_pages(pages, collector, files)


if __name__ == "__main__":
    main()
