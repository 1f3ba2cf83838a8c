"""Colours of source text: its words with their classes, line by line, for pages.

The classes are those of coverage.py: `com`, `str`, `num`, `key`, `nam`, `op`, and `ws` for white space.
"""

import re
from collections.abc import Iterator
from typing import Final

from penstockc.syntax.grammar import keywords

_WORDS: Final = re.compile(
    r"""
      (?P<com> //[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?P<str> "[^"\n]*"? | \bb'[^'\n]*'? )
    | (?P<num> \b[0-9][0-9A-Za-z_]* )
    | (?P<nam> [A-Za-z_@$][A-Za-z0-9_]* )
    | (?P<ws> \s+ )
    | (?P<op> . )
    """,
    re.VERBOSE | re.DOTALL,
)

Word = tuple[str, str]
"""A class, and a piece of text."""


def colored_lines(text: str) -> list[list[Word]]:
    """Return the words of each line; joined, they are the text without its line endings."""
    lines: list[list[Word]] = [[]]
    for kind, word in _words(text.removeprefix("\ufeff").replace("\r\n", "\n")):
        first, *others = word.split("\n")
        for index, part in enumerate((first, *others)):
            if index:
                lines.append([])
            if part:
                lines[-1].append((kind, part))
    if len(lines) > 1 and not lines[-1]:
        lines.pop()  # after the last line's end
    return lines


def _words(text: str) -> Iterator[Word]:
    for found in _WORDS.finditer(text):
        kind, word = found.lastgroup or "op", found.group()
        yield ("key" if kind == "nam" and word in keywords() else kind), word
