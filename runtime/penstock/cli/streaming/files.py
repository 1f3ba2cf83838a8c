"""Files of `penstock stream`: the one that is streamed, the copy of the receiver, the report; and progress bars."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column

from penstock.channel.agreement.terms import TermsError
from penstock.cli.failure import naming

if TYPE_CHECKING:
    from hashlib import _Hash

Cut = TypeVar("Cut")


@dataclass(slots=True)
class Copy:
    """The receiver's copy of the file: hashed, and written to the file of --save, which the first chunk replaces."""

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


@contextmanager
def playing(
    file: Path, save: Path | None, cut: Callable[[BinaryIO, Callable[[int], object]], Cut], cutting: str, *, quiet: bool
) -> Iterator[tuple[Cut, Copy]]:
    """Open all files, cut the streamed one, show two progress bars, and close everything at the end.

    Args:
        file: the file that is streamed.
        save: the file for the copy.
        cut: cuts the opened file into chunks, and calls its second argument with the bytes of each.
        cutting: the name of its bar.
        quiet: whether no bars are shown.
    """
    console = Console(stderr=True)
    with ExitStack() as stack:
        source = stack.enter_context(file.open("rb"))
        progress = stack.enter_context(bars(console, quiet=quiet))
        size = file.stat().st_size
        done = progress.add_task(cutting, total=size)
        movie = cut(source, lambda count: progress.advance(done, count))
        copy = Copy(save, progress, progress.add_task("streaming", total=size))
        stack.callback(copy.close)
        yield movie, copy


def bars(console: Console, *, quiet: bool) -> Progress:
    """Return progress bars that fit on one line each, also on a narrow terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(binary_units=True, table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
    )
    return Progress(*columns, console=console, disable=quiet or not console.is_terminal)


def refuse_overwriting(file: Path, save: Path | None, report: Path | None) -> None:
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


def write_report(page: str, path: Path) -> None:
    """Write a report, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with naming(path):
        path.write_text(page, encoding="utf-8", errors="replace", newline="\n")  # a file's name may be undecodable


def _opened(save: Path) -> BinaryIO:
    save.parent.mkdir(parents=True, exist_ok=True)
    return save.open("wb")


def _same(one: Path, other: Path) -> bool:
    """Return whether both paths are the same file; devices such as /dev/null may be shared."""
    if not (one.exists() and other.exists()):
        return one.resolve() == other.resolve()
    return one.is_file() and one.samefile(other)
