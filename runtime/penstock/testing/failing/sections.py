"""Sections that the report of a failing test gets: the last call of a contract, its trace, and where it was saved."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from penstock.testing.failing.cases import Case, case_text
from penstock.testing.judging import JudgedCall
from penstock.testing.observers import Sending
from penstock.testing.results import RefusedError
from penstock.testing.tracing.steps import trace_of
from penstock.vm.explaining.listing import trace_lines
from penstock.vm.explaining.trace import trace_case

Section = tuple[str, str]
"""A heading, and a text."""

_STEPS: Final = 2
_OPCODES: Final = 3
"""Verbosity from which source steps and opcodes are shown: `-vv`, `-vvv`."""
_LONGEST_NAME: Final = 120


def sections_of(
    sending: Sending, test: str, error: BaseException | None, folder: Path | None, verbosity: int
) -> Iterator[Section]:
    """Yield the sections for a test that has failed.

    Args:
        sending: the last transaction that it sent.
        test: its id.
        error: the exception that ended it.
        folder: where cases are saved; None to save none.
        verbosity: that of pytest.
    """
    if not sending.sent and not (isinstance(error, AssertionError) and _is_told(error)):
        yield "contract", str(sending.sent)
    for judged in sending.calls:
        if verbosity >= _STEPS:
            yield f"trace of {judged.name}", "\n".join(trace_of(judged))
        if verbosity >= _OPCODES:
            yield f"opcodes of {judged.name}", "\n".join(trace_lines(trace_case(judged.verdict.case)))
    shown = _shown(sending)
    if folder is not None and shown is not None:
        yield "contract case", f"penstock verify --case {_saved(sending, shown, test, folder)}"


def _is_told(error: BaseException) -> bool:
    """Return whether the error's own text shows the call."""
    return isinstance(error, RefusedError) or "is refused: " in str(error)


def _shown(sending: Sending) -> JudgedCall | None:
    """Return the first call that was refused; if none was, the first one; None for a transaction without contracts."""
    refused = (each for each in sending.calls if not each.verdict)
    return next(refused, next(iter(sending.calls), None))


def _saved(sending: Sending, judged: JudgedCall, test: str, folder: Path) -> Path:
    """Save a call, and return the file: shown from the working directory where it is below it."""
    case = Case(test, judged.spend, judged.call, sending.filled.tx, judged.verdict.case.rules)
    reason = "" if sending.sent.reason is None else str(sending.sent.reason)
    file = folder / f"{re.sub(r'[^A-Za-z0-9_.]+', '-', test).strip('-')[:_LONGEST_NAME]}.json"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(case_text(case, reason), encoding="utf-8")
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
