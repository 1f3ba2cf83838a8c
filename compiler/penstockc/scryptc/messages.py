"""Diagnostics -> the text on the standard output in which the SDKs look for errors and warnings.

In: diagnostics and sources. Out: blocks as the official compiler prints them, found by regular expressions: for what
it finds too, in its words, spelling mistakes included (SDKs and their tests compare them); for the rest in ours.

Warnings are those of the official compiler alone: py-scryptlib fails on any, and scryptlib takes them for the output.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from penstockc.diagnostics import Diagnostic
from penstockc.errors import syntax
from penstockc.errors.constants import NotConstant
from penstockc.errors.functions import NoEntryPoint
from penstockc.errors.names import DuplicateName, PredeclaredName, ShadowedName
from penstockc.errors.types import TypeMismatch
from penstockc.scryptc.places import BUILT_IN, place, place_in
from penstockc.scryptc.tree import STANDARD
from penstockc.source import Sources, Span

_WARNINGS: Final = (ShadowedName,)
_ABOUT_IMPORTS: Final = (syntax.ImportNotFound, syntax.ImportUnreadable, syntax.ImportCycle)


def messages(diagnostics: Iterable[Diagnostic], sources: Sources) -> str:
    """Return all errors, then the warnings that the SDKs expect."""
    found = list(diagnostics)
    errors = [_error(one, sources) for one in found if one.severity == "error"]
    warnings = [_block("Warning", one, sources) for one in found if isinstance(one, _WARNINGS)]
    return "\n".join(errors + warnings)


def internal(error: Exception) -> str:
    """Return the text about a mistake of the compiler itself."""
    return f"Error:\n  Internal error: {' '.join(str(error).split()) or type(error).__name__}\n"


def _error(found: Diagnostic, sources: Sources) -> str:
    is_syntax = type(found).__module__ == syntax.__name__ and not isinstance(found, _ABOUT_IMPORTS)
    return _syntax_error(found, sources) if is_syntax else _block("Error", found, sources)


def _block(heading: str, found: Diagnostic, sources: Sources) -> str:
    """A place with its end, and one line about it."""
    return f"{heading}:\n  {place_in(sources, _span(found, sources))}:\n{_wording(found, sources)}\n"


def _syntax_error(found: Diagnostic, sources: Sources) -> str:
    """A place, three lines that show it, and what stands there and what should."""
    source = sources.find(found.span.start)
    line, column = source.position(found.span.start)
    margin = " " * len(str(line))
    text = source.line(line)
    marked = "^" * max(1, min(found.span.end - found.span.start, len(text) - column + 1))
    rows = [
        "Error:",
        "  Syntax error:",
        f"  {source.name}:{line}:{column}:",
        f"{margin} |",
        f"{line} | {text}",
        f"{margin} | {' ' * (column - 1)}{marked}",
        *_syntax_wording(found),
    ]
    return "\n".join(rows) + "\n"


def _syntax_wording(found: Diagnostic) -> Iterator[str]:
    match found:
        case syntax.UnexpectedText(found=stands, expected=(*others, last)):
            yield f"unexpected {_quoted(stands)}"
            yield f"expecting {', '.join(map(_quoted, others))}{' or ' if others else ''}{_quoted(last)}"
        case syntax.KeywordAsName(keyword=keyword):
            yield f'keyword "{keyword}" cannot be an identifier'
        case _:
            yield found.message


def _quoted(text: str) -> str:
    return text.replace("`", '"')


def _wording(found: Diagnostic, sources: Sources) -> str:
    """The official compiler's words for what it finds too, ours for the rest."""
    match found:
        case syntax.ImportNotFound(path=path):
            return f'File not found: "{path}"'
        case syntax.ImportCycle(files=files):
            ring = ", ".join(f'"{importing}" -> "{imported}"' for importing, imported in pairwise(files))
            return f"Cycle detected in import dependency: ({ring})"
        case NotConstant():
            return "Expecting a compile time constant"
        case DuplicateName(name=name, previous=previous):
            return f"Symbol `{name}` already defined at {_known_place(sources, previous)}"
        case PredeclaredName(name=name):
            return f"Symbol `{name}` already defined at {BUILT_IN}"
        case ShadowedName(name=name, previous=previous):
            return f"Variable `{name}` shadows existing binding at {_known_place(sources, previous)}"
        case TypeMismatch(expected=expected, found=actual):
            return f"Couldn't match expected type '{expected}' with actual type '{actual}'"
        case NoEntryPoint(name=name):
            return f"Contact `{name}` must have at least one public function"
        case _:
            return found.message


def _known_place(sources: Sources, span: Span) -> str:
    source = sources.find(span.start)
    return BUILT_IN if source.name == STANDARD else place(source, span)


def _span(found: Diagnostic, sources: Sources) -> Span:
    """Where the official compiler points: at the path of an import, and at the import that begins a ring."""
    match found:
        case syntax.ImportCycle(first=first):
            return _literal(first, sources)
        case syntax.ImportNotFound(span=span) | syntax.ImportUnreadable(span=span):
            return _literal(span, sources)
        case _:
            return found.span


def _literal(span: Span, sources: Sources) -> Span:
    """The string literal in an import, quotes included."""
    source = sources.find(span.start)
    text = source.text[span.start - source.base : span.end - source.base]
    return Span(span.start + text.index('"'), span.start + text.rindex('"') + 1)
