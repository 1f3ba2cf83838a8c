"""Places in sources as the SDKs read them: `line:column:end line:end column`, from 1, the end exclusive."""

from typing import Final

from penstockc.source import Source, Span
from penstockc.syntax.standard import BASE

BUILT_IN: Final = "std"
"""The file of all that no file of the user's declares: the standard library, and what state needs."""


def is_built_in(source: Source) -> bool:
    """Whether no file of the user's holds this source."""
    return source.base >= BASE


def file_name(source: Source) -> str:
    """Return the name by which the SDKs know the file of a source."""
    return BUILT_IN if is_built_in(source) else source.name


def numbers(source: Source, span: Span) -> str:
    """Return the place without its file."""
    line, column = source.position(span.start)
    end_line, end_column = source.position(span.end)
    return f"{line}:{column}:{end_line}:{end_column}"


def place(source: Source, span: Span) -> str:
    """Return the place of a span of `source`, behind the file's name."""
    return f"{file_name(source)}:{numbers(source, span)}"
