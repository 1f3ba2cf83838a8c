"""Comments as docstrings: a summary on one line, the rest below it, and a list of arguments.

Prose is broken into lines anew; indented lines, such as tables, stay as they are.
"""

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from penstock.bindings.rows import Parameter

WIDTH: Final = 120
_QUOTES: Final = '"""'
_SENTENCE: Final = re.compile(r"(.*?[.!?])(?:\s+|$)(.*)", re.DOTALL)


def docstring(
    comment: str, otherwise: str, listed: Sequence[Parameter] = (), heading: str = "Args", *, indent: int = 4
) -> str:
    """Return a docstring with its quotes, ready to be put after an indent.

    Args:
        comment: the comment; empty without one.
        otherwise: the summary, if the comment has none that fits on one line.
        listed: arguments or attributes to list.
        heading: the heading of the list.
        indent: columns before it.
    """
    margin = " " * indent
    summary, *lines = list(_lines(comment, otherwise, WIDTH - indent))
    rest = textwrap.dedent("\n".join(lines)).split("\n") if lines else []
    if listed:
        rest += ["", f"{heading}:", *(line for each in listed for line in _argument(each, WIDTH - indent))]
    whole = "\n".join([summary, *(f"{margin}{line}" if line else "" for line in rest)])
    whole = whole.replace(_QUOTES, "'''")
    start = ("r" if "\\" in whole else "") + _QUOTES + ("'" + whole[1:] if whole.startswith('"') else whole)
    return f"{start}\n{margin}{_QUOTES}" if rest else f"{start}{_QUOTES}"


def _lines(comment: str, otherwise: str, width: int) -> Iterator[str]:
    """Yield the lines of the summary and the description."""
    first, *others = list(_paragraphs(comment)) or [[otherwise]]
    if _is_set(first[0]):
        first, others = [otherwise], [first, *others]
    one = " ".join(" ".join(first).split())
    found = _SENTENCE.fullmatch(one)
    summary, rest = (found[1], found[2]) if found else (f"{one}.", "")
    if len(summary) + 2 * len(_QUOTES) > width:
        summary, rest = otherwise, one
    yield summary
    for paragraph in [[rest] if rest else [], *others]:
        if paragraph:
            yield ""
            yield from _broken(paragraph, width)


def _paragraphs(comment: str) -> Iterator[list[str]]:
    """Yield the paragraphs of a comment: prose, or lines that are set one by one, such as lists and tables."""
    for block in re.split(r"\n\s*\n", comment):
        lines = [line for line in block.split("\n") if line.strip()]
        start = next((index for index, line in enumerate(lines) if _is_set(line)), len(lines))
        yield from (part for part in (lines[:start], lines[start:]) if part)


def _is_set(line: str) -> bool:
    return re.match(r"\s|[-*•]\s|\d+[.)]\s", line) is not None


def _broken(paragraph: Sequence[str], width: int) -> Iterator[str]:
    """Yield the lines of a paragraph, none longer than the width."""
    for line in paragraph if _is_set(paragraph[0]) else [" ".join(" ".join(paragraph).split())]:
        inner = " " * (len(line) - len(line.lstrip()))
        yield from [line] if len(line) <= width else _wrapped(line.strip(), width, inner, inner)


def _wrapped(text: str, width: int, first: str, following: str) -> list[str]:
    """Return a text in lines with these margins; words are never broken."""
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=following, break_long_words=False, break_on_hyphens=False
    )


def _argument(parameter: Parameter, width: int) -> Iterator[str]:
    """Yield the lines about one argument: its type in the contract, and its comment."""
    dimensions = re.search(r"(?:\[\d+\])+$", parameter.type)
    sizes = re.findall(r"\d+", dimensions[0]) if dimensions else []
    exactly = f", exactly {' times '.join(sizes)} values" if sizes else ""
    note = f": {' '.join(parameter.note.split())}" if parameter.note else ""
    text = f"{parameter.name}: `{parameter.type}`{exactly}{note}"
    whole = text if text.endswith((".", "!", "?")) else f"{text}."
    yield from _wrapped(whole, width, " " * 4, " " * 8)
