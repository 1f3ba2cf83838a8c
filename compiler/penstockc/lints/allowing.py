"""Comments that allow warnings: `// allow(code): reason`.

A comment after code on its line allows warnings of that line; one alone on its line those of the next line with
code. A comment may have several codes, with commas. Errors cannot be allowed, nor warnings about such a
comment itself.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from penstock.records import Record
from penstockc.diagnostics import Diagnostic
from penstockc.errors.warnings.allowing import AllowUnknownCode, AllowWithoutReason, IdleAllow
from penstockc.source import Source, Span
from penstockc.support.suggestions import suggest

_COMMENT: Final = re.compile(r"""(?P<skip>/\*.*?\*/|"[^"\r\n]*"|\bb'[^'\r\n]*')|(?P<comment>//[^\n]*)""", re.DOTALL)
_ALLOW: Final = re.compile(r"//\s*allow\s*\((?P<codes>[^)]*)\)\s*:?(?P<reason>.*)")
_BLANK: Final = re.compile(r"\s*(?://.*)?$")


class Allowance(Record, frozen=True):
    """An allowed warning on a line; `span` is the code in the comment."""

    code: str
    line: int
    span: Span
    has_reason: bool


def filtered(
    sources: Iterable[Source], warnings: Iterable[Diagnostic], codes: frozenset[str]
) -> tuple[Diagnostic, ...]:
    """Return the warnings that are not allowed, and those about the comments, in source order.

    Args:
        sources: the files of the compilation, without those that the compiler adds.
        warnings: all warnings.
        codes: the codes that can be allowed.
    """
    files = list(sources)
    found = list(warnings)
    for source in files:
        if "allow" in source.text:
            found = list(_in_file(source, found, codes))
    return tuple(sorted(found, key=lambda one: (one.span, one.code)))


def _in_file(source: Source, warnings: list[Diagnostic], codes: frozenset[str]) -> Iterator[Diagnostic]:
    allowances = list(allowances_in(source))
    used = set[Span]()
    for warning in warnings:
        lines = {}
        if source.base <= warning.span.start < source.end:
            line, _ = source.position(warning.span.start)
            lines = {each.span: each for each in allowances if each.line == line and each.code == warning.code}
        used |= lines.keys()
        if not any(each.has_reason for each in lines.values()):
            yield warning
    for each in allowances:
        if each.code not in codes:
            yield AllowUnknownCode(each.span, each.code, suggest(each.code, sorted(codes)))
        elif not each.has_reason:
            yield AllowWithoutReason(each.span, each.code)
        elif each.span not in used:
            yield IdleAllow(each.span, each.code)


def allowances_in(source: Source) -> Iterator[Allowance]:
    """Yield the allowances in the comments of a file."""
    for comment in _COMMENT.finditer(source.text):
        found = _ALLOW.match(comment["comment"] or "")
        if found is None:
            continue
        line, column = source.position(source.base + comment.start())
        if not source.line(line)[: column - 1].strip():
            line = _next_line(source, line)
        start = source.base + comment.start() + found.start("codes")
        for code in re.finditer(r"[^\s,]+", found["codes"]):
            span = Span(start + code.start(), start + code.end())
            yield Allowance(code.group(), line, span, bool(found["reason"].strip()))


def _next_line(source: Source, line: int) -> int:
    """Return the next line that has more than comments."""
    last = len(source.line_starts)
    line += 1
    while line < last and _BLANK.match(source.line(line)):
        line += 1
    return line
