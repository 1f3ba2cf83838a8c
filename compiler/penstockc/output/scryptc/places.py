"""Places in sources in the SDKs' format: `line:column:end line:end column`, from 1, the end exclusive."""

from typing import Final

from penstockc.source import Source, Span
from penstockc.syntax.standard import BASE

BUILT_IN: Final = "std"
"""The file name of declarations outside of the user's files: the standard library, and members for state."""


def is_built_in(source: Source) -> bool:
    """Return whether this source is not one of the user's files."""
    return source.base >= BASE


def file_name(source: Source) -> str:
    """Return the SDKs' name for the file of a source."""
    return BUILT_IN if is_built_in(source) else source.name


def numbers(source: Source, span: Span) -> str:
    """Return the place without its file."""
    line, column = source.position(span.start)
    end_line, end_column = source.position(span.end)
    return f"{line}:{column}:{end_line}:{end_column}"


def place(source: Source, span: Span) -> str:
    """Return the place of a span of `source`, after the file's name."""
    return f"{file_name(source)}:{numbers(source, span)}"
