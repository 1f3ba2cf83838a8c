"""Lexical errors: comments, strings and bytes literals that are never closed.

They swallow the text after them, so they are searched first, and the parser does not run when there are any. Neither
does it for halves of surrogate pairs, which Python allows in a `str` and no encoding has. The same scan finds the brace
that a file leaves open.
"""

import re
from collections.abc import Iterator

from penstockc.diagnostics import Diagnostic
from penstockc.errors.syntax import UnexpectedCharacter, UnterminatedComment, UnterminatedString
from penstockc.source import Source, Span

# Whole comments and literals first, so that their contents are skipped; then unclosed ones; then braces.
_SCAN = re.compile(
    r"""
      (?P<skip> //[^\n]* | /\*.*?\*/ | "[^"\r\n]*" | \bb'[^'\r\n]*' | '[^'\r\n]*' )
    | (?P<comment> /\*.* )
    | (?P<string> "[^\r\n]* )
    | (?P<bytes> \bb'[^\r\n]* )
    | (?P<brace> [{}] )
    """,
    re.VERBOSE | re.DOTALL,
)

_SCAN_STATEMENTS = re.compile(_SCAN.pattern + "| (?P<semicolon> ; )", _SCAN.flags)
_BLANK = re.compile(r"\s+|//[^\n]*|/\*.*?\*/", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def unterminated(source: Source) -> Iterator[Diagnostic]:
    """Yield the unclosed comments and literals of the text."""
    for match in _SCAN.finditer(source.text):
        start = source.base + match.start()
        match match.lastgroup:
            case "comment":
                yield UnterminatedComment(Span(start, start + 2))
            case "string":
                yield UnterminatedString(Span(start, start + 1), '"')
            case "bytes":
                yield UnterminatedString(Span(start, start + 2), "'")
            case _:
                pass


def surrogates(source: Source) -> Iterator[Diagnostic]:
    """Yield surrogates, which are not characters."""
    for match in _SURROGATE.finditer(source.text):
        start = source.base + match.start()
        yield UnexpectedCharacter(Span(start, start + 1), match.group())


def open_brace(source: Source) -> Span | None:
    """Return the `{` that is most likely the one without its `}`.

    That is the innermost one open at the end of the file, unless the indentation shows another: the first `{` whose
    line is indented deeper than the `}` that would close it was meant to be closed before.
    """
    opened = list[int]()
    suspect: int | None = None
    for match in _SCAN.finditer(source.text):
        if match.lastgroup != "brace":
            continue
        if match.group() == "{":
            opened.append(match.start())
        elif opened:
            last = opened.pop()
            if suspect is None and _indentation(source.text, match.start()) < _indentation(source.text, last):
                suspect = last
    if not opened:
        return None
    place = source.base + (opened[-1] if suspect is None else suspect)
    return Span(place, place + 1)


def _indentation(text: str, offset: int) -> int:
    """Return the number of blanks at the start of the line of `offset`."""
    start = text.rfind("\n", 0, offset) + 1
    line = text[start : offset + 1]
    return len(line) - len(line.lstrip())


def statement_start(text: str, position: int) -> int:
    """Return the start of the statement at `position`: after the last `;`, `{` or `}` before it."""
    start = 0
    for match in _SCAN_STATEMENTS.finditer(text, 0, position):
        if match.lastgroup in ("brace", "semicolon"):
            start = match.end()
    while blank := _BLANK.match(text, start):
        start = blank.end()
    return start


def skip_statement(text: str, start: int) -> int:
    """Return the place to continue after a mistake at `start`: after the next `;` or block, or before a closing `}`."""
    depth = 0
    for match in _SCAN_STATEMENTS.finditer(text, start):
        match match.group():
            case "{":
                depth += 1
            case "}" if depth == 0:
                return match.start()
            case "}":
                depth -= 1
                if depth == 0:
                    return match.end()
            case ";" if depth == 0:
                return match.end()
            case _:
                pass
    return len(text)
