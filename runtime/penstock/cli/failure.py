"""From an error of ours to what the command line says: one message on the standard error, and an exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from penstock.errors import PenstockError

REFUSED = 1
"""Exit code: the answer is no."""
UNUSABLE = 2
"""Exit code: the question could not be asked."""
DIFFERENT = 3
"""Exit code: there are two answers."""
INTERRUPTED = 130
"""Exit code: somebody pressed Ctrl-C; what shells give it."""


class Failure(click.ClickException):
    """The question could not be asked: a message for the standard error."""

    exit_code = UNUSABLE

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message."""
        click.echo(self.format_message(), file=file, err=file is None)


class Interruption(Failure):
    """Somebody lost patience."""

    exit_code = INTERRUPTED


class Difference(Failure):
    """The script and the language's meaning come to different results."""

    exit_code = DIFFERENT


class Refusal(Failure):
    """The answer is no: the reasons, for the standard error."""

    exit_code = REFUSED


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn errors of ours, files that cannot be read or written, and want of memory into a `Failure`."""
    try:
        yield
    except PenstockError as error:
        raise Failure(f"error: {error}") from None
    except UnicodeDecodeError as error:
        raise Failure(f"error: the file is no UTF-8 text: {error.reason} at byte {error.start}") from None
    except BrokenPipeError:
        raise  # where there is no SIGPIPE: whoever reads our output has seen enough, and click ends quietly
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""  # there is none for the standard output
        raise Failure(f"error: {where}{error.strerror or error}") from None
    except MemoryError:
        raise Failure("error: there is not enough memory for that") from None
    except KeyboardInterrupt:
        raise Interruption("interrupted") from None


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Say which file an error is about: what goes wrong in the middle of writing has no name."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
