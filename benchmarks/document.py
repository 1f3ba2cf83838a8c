"""The last table in a document: it stands between two marks, and is replaced as a whole."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from benchmarks.harness import BenchmarkError
from benchmarks.result import Result
from benchmarks.table import markdown

_BEGIN: Final = "<!-- measured: begin -->\n"
_END: Final = "<!-- measured: end -->\n"


def write_into(document: Path, results: Iterable[Result]) -> None:
    """Put the table of `results` between the marks of a Markdown file.

    Raises:
        BenchmarkError: the file has no marks.
    """
    before, begin, rest = document.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise BenchmarkError(f"{document} has no place for the table: {_BEGIN.strip()} … {_END.strip()}")
    document.write_text(f"{before}{begin}\n{markdown(results)}\n{end}{after}", encoding="utf-8")
