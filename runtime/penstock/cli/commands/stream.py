"""`penstock stream`: sells a file chunk by chunk, with Alice, Bob and the ledger in one process."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column

import penstock
from penstock.channel.agreement.movie import Movie
from penstock.channel.agreement.terms import DEFAULT_PRICE, LeafDelivery, Terms, TermsError, check_chunk_size
from penstock.channel.simulation.stream import StreamResult, screen
from penstock.channel.transactions.closing import Closing
from penstock.cli.byte_sizes import read_size
from penstock.cli.failure import REFUSED, Failure, naming
from penstock.cli.loading import FILE_TYPE, JSON_OPTION
from penstock.cli.stream_facts import facts_as_json, show_facts
from penstock.ledger.fees import FeeRate
from penstock.wording import counted

if TYPE_CHECKING:
    from hashlib import _Hash


@dataclass(slots=True)
class Copy:
    """Alice's copy of the file: hashed, and written to the file of --save, which the first chunk replaces."""

    path: Path | None
    progress: Progress
    task: TaskID
    file: BinaryIO | None = None
    hasher: "_Hash" = field(default_factory=hashlib.sha256)

    def take(self, _index: int, data: bytes) -> None:
        """Take the next chunk."""
        self.hasher.update(data)
        if self.path:
            with naming(self.path):
                self.file = self.file or _opened(self.path)
                self.file.write(data)
        self.progress.advance(self.task, len(data))

    def close(self) -> None:
        """Write the rest from memory, and close the file."""
        if self.path and self.file:
            with naming(self.path):
                self.file.close()


@click.command(
    "stream",
    epilog="""\b
Examples:
  penstock stream movie.mp4
  penstock stream movie.mp4 --chunk-size 256k --price 50 --close 1-way
  penstock stream movie.mp4 --proofs --report out/stream.html
  penstock stream movie.mp4 --json --save copy.mp4

This form of the channel, the article's own, is not for real money: docs/article.md gives the reasons.""",
)
@click.argument("file", type=FILE_TYPE)
@click.option("--chunk-size", callback=read_size, default="64k", show_default=True, help="Bytes, as 65536, 64k or 4M.")
@click.option("--price", type=int, default=DEFAULT_PRICE, show_default=True, help="Satoshis for a chunk.")
@click.option("--fee-rate", type=int, default=1, show_default=True, help="Satoshis for 1,000 bytes.")
@click.option("--fee-coin", type=int, default=0, help="Satoshis that Bob may add to a claim that costs too much.")
@click.option(
    "--close",
    "closing",
    type=click.Choice([closing.value for closing in Closing]),
    default=Closing.TWO_WAY.value,
    show_default=True,
    help="How Bob closes: alone, or with Alice's help.",
)
@click.option("--proofs", is_flag=True, help="Send each leaf with its Merkle proof, not all leaves first.")
@click.option("--save", type=FILE_TYPE, help="Write Alice's copy to this file.")
@click.option("--report", type=FILE_TYPE, help="Write a report to this file, in HTML.")
@JSON_OPTION
def command(  # noqa: PLR0913 - one parameter per option
    *,
    file: Path,
    chunk_size: int,
    price: int,
    fee_rate: int,
    fee_coin: int,
    closing: str,
    proofs: bool,
    save: Path | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Stream FILE from Bob to Alice for satoshis, and close the channel.

    Alice, Bob and a ledger run in this process. The result shows the transactions on the chain, and the cost of
    closing the other way. The exit code is 1 if the channel did not close, 2 if it cannot be claimed on these terms:
    then nothing is streamed.
    """
    if fee_coin < 0:
        raise TermsError(f"the fee coin has {fee_coin} satoshis; it cannot be negative")
    _refuse_overwriting(file, save, report)
    terms = Terms(price, FeeRate(fee_rate), LeafDelivery.PROOFS if proofs else LeafDelivery.LEAVES)
    with _playing(file, chunk_size, save, quiet=as_json) as (movie, copy):
        try:
            screening = _screen(movie, terms, Closing(closing), fee_coin, copy)
        except MemoryError:
            message = (
                f"error: there is not enough memory for {counted(chunk_size, 'byte')} at once: make chunks smaller"
            )
            raise Failure(message) from None
    if report:
        _write_report(screening, file.name, report)
    if as_json:
        click.echo(facts_as_json(screening, file.name, copy.hasher.hexdigest(), report))
    else:
        show_facts(screening, file.name, report)
    if screening.last and not screening.chosen.claim:
        raise SystemExit(REFUSED)


@contextmanager
def _playing(file: Path, chunk_size: int, save: Path | None, *, quiet: bool) -> Iterator[tuple[Movie, Copy]]:
    """Open all files, show two progress bars, and close everything at the end."""
    check_chunk_size(chunk_size)
    console = Console(stderr=True)
    with ExitStack() as stack:
        source = stack.enter_context(file.open("rb"))
        progress = stack.enter_context(_bars(console, quiet=quiet))
        size = file.stat().st_size
        hashing = progress.add_task("hashing", total=size)
        movie = Movie.cut(source, chunk_size, on_hashed=lambda count: progress.advance(hashing, count))
        copy = Copy(save, progress, progress.add_task("streaming", total=size))
        stack.callback(copy.close)
        yield movie, copy


def _bars(console: Console, *, quiet: bool) -> Progress:
    """Return progress bars that fit on one line each, also on a narrow terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True, table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
    )
    return Progress(*columns, console=console, disable=quiet or not console.is_terminal)


def _opened(save: Path) -> BinaryIO:
    save.parent.mkdir(parents=True, exist_ok=True)
    return save.open("wb")


def _screen(movie: Movie, terms: Terms, closing: Closing, fee_coin: int, copy: Copy) -> StreamResult:
    artifact = penstock.compile_file(penstock.bundled("streaming"))
    alice, bob = penstock.PrivateKey.generate(), penstock.PrivateKey.generate()
    return screen(artifact, movie, terms, alice, bob, closing=closing, fee_coin=fee_coin, on_chunk=copy.take)


def _refuse_overwriting(file: Path, save: Path | None, report: Path | None) -> None:
    """Check that the streamed file, the copy and the report are different files.

    Raises:
        TermsError: two of them are the same file.
    """
    if save and _same(save, file):
        raise TermsError(f"{save} is the file that is streamed: save the copy elsewhere")
    if report and _same(report, file):
        raise TermsError(f"{report} is the file that is streamed: write the report elsewhere")
    if report and save and _same(report, save):
        raise TermsError(f"{report} is where the copy goes: write the report elsewhere")


def _same(one: Path, other: Path) -> bool:
    """Return whether both paths are the same file; devices such as /dev/null may be shared."""
    if not (one.exists() and other.exists()):
        return one.resolve() == other.resolve()
    return one.is_file() and one.samefile(other)


def _write_report(screening: StreamResult, name: str, path: Path) -> None:
    from penstock.report.page import render  # noqa: PLC0415 - jinja2 is loaded for reports only

    page = render(screening, name=name, version=penstock.__version__)
    path.parent.mkdir(parents=True, exist_ok=True)
    with naming(path):
        path.write_text(page, encoding="utf-8", errors="replace", newline="\n")  # a file's name may be undecodable
