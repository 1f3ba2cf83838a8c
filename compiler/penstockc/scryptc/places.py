"""Places in sources as the SDKs read them: `line:column:end line:end column`, from 1, the end exclusive."""

from penstockc.source import Source, Span

BUILT_IN = "null:1:1:1:1"
"""The place of what no file of the user's declares."""


def numbers(source: Source, span: Span) -> str:
    """Return the place without its file."""
    line, column = source.position(span.start)
    end_line, end_column = source.position(span.end)
    return f"{line}:{column}:{end_line}:{end_column}"


def place(source: Source, span: Span) -> str:
    """Return the place of a span of `source`, behind the file's name."""
    return f"{source.name}:{numbers(source, span)}"
