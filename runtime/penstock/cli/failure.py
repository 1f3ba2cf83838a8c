"""Failures: an error of Penstock as one message on the standard error, and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from penstock.cli.spelling import in_shell
from penstock.errors import PenstockError

REFUSED = 1
"""Exit code: negative result."""
UNUSABLE = 2
"""Exit code: the command could not run."""
DIFFERENT = 3
"""Exit code: two different results."""
INTERRUPTED = 130
"""Exit code: interrupted by Ctrl-C, as in shells."""


class Failure(click.ClickException):
    """The command could not run: a message for the standard error."""

    exit_code = UNUSABLE

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message."""
        click.echo(self.format_message(), file=file, err=file is None)


class Interruption(Failure):
    """The command was interrupted."""

    exit_code = INTERRUPTED


class Difference(Failure):
    """The script and the language's meaning have different results."""

    exit_code = DIFFERENT


class Refusal(Failure):
    """Negative result: the reasons, for the standard error."""

    exit_code = REFUSED


class NothingFound(Refusal):
    """A source file has no contract or library."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn errors of Penstock, of files, and of insufficient memory into a `Failure`."""
    try:
        yield
    except PenstockError as error:
        raise Failure(f"error: {in_shell(str(error))}") from None
    except UnicodeDecodeError as error:
        raise Failure(f"error: the file is not UTF-8 text: {error.reason} at byte {error.start}") from None
    except BrokenPipeError:
        raise  # on systems without SIGPIPE: the reader has closed the pipe, and click ends quietly
    except FileExistsError as error:  # from making a folder
        raise Failure(f"error: {error.filename} is a file, not a folder") from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""  # the standard output has none
        raise Failure(f"error: {where}{error.strerror or error}") from None
    except MemoryError:
        raise Failure("error: there is not enough memory for that") from None
    except KeyboardInterrupt:
        raise Interruption("interrupted") from None


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Add the file name to an error: errors in the middle of writing have none."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
