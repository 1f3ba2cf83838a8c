"""From an error of ours to what the command line says: one message on the standard error, and an exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from penstock.script.errors import PenstockError

REFUSED = 1
"""Exit code: the answer is no."""
UNUSABLE = 2
"""Exit code: the question could not be asked."""
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


class Refusal(Failure):
    """The answer is no: the reasons, for the standard error."""

    exit_code = REFUSED


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn errors of ours, and files that cannot be read or written, into a `Failure`."""
    try:
        yield
    except PenstockError as error:
        raise _failure(error) from None
    except UnicodeDecodeError as error:
        raise Failure(f"error: the file is no UTF-8 text: {error.reason} at byte {error.start}") from None
    except BrokenPipeError:
        raise  # whoever reads our output has seen enough; click ends quietly
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""  # there is none for the standard output
        raise Failure(f"error: {where}{error.strerror or error}") from None
    except KeyboardInterrupt:
        raise Interruption("interrupted") from None


def _failure(error: PenstockError) -> Failure:
    diagnostics = sys.modules.get("penstockc.diagnostics")
    if diagnostics is not None and isinstance(error, diagnostics.CompileError):
        return Refusal(str(error).rstrip("\n"))  # rendered with source lines already
    return Failure(f"error: {error}")
