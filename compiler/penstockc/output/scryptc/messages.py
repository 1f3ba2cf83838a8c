"""Diagnostics -> the text on the standard output that the SDKs search for errors and warnings.

In: diagnostics and sources. Out: blocks as the official compiler prints them, found by regular expressions: for errors
that it has too, in its words, spelling mistakes included (SDKs and their tests compare them); for the rest in ours.

Warnings are only those of the official compiler: py-scryptlib fails on any, and scryptlib takes them for the output.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from penstock.records import Record
from penstockc.diagnostics import Diagnostic
from penstockc.errors import imports, syntax
from penstockc.errors.constants import NotConstant
from penstockc.errors.declarations import NoEntryPoint
from penstockc.errors.names import DuplicateName, PredeclaredName
from penstockc.errors.types import TypeMismatch
from penstockc.errors.warnings.assembly import VaryingAssembly
from penstockc.errors.warnings.hiding import ShadowedName
from penstockc.output.scryptc.places import is_built_in, place
from penstockc.output.scryptc.spans import official_spans
from penstockc.source import Sources, Span
from penstockc.syntax import ast

_NOWHERE: Final = "null:1:1:1:1"
_WARNINGS: Final = (ShadowedName, VaryingAssembly)


def messages(diagnostics: Iterable[Diagnostic], sources: Sources, trees: Iterable[ast.Module] = ()) -> str:
    """Return all errors, then the warnings that the SDKs expect.

    Args:
        diagnostics: the errors and warnings.
        sources: the files.
        trees: their trees, if they have any.
    """
    found = list(diagnostics)
    if not found:
        return ""
    writer = _MessageWriter(sources, official_spans(trees))
    errors = [writer.error(one) for one in found if one.severity == "error"]
    warnings = [writer.block("Warning", one) for one in found if isinstance(one, _WARNINGS)]
    return "\n".join(errors + warnings)


def internal(error: Exception) -> str:
    """Return the text for an error in the compiler itself."""
    return f"Error:\n  Internal error: {' '.join(str(error).split()) or type(error).__name__}\n"


class _MessageWriter(Record, frozen=True):
    """Writes messages about the files of one compilation; `instead` maps our spans to the official compiler's."""

    sources: Sources
    instead: Mapping[Span, Span]

    def error(self, found: Diagnostic) -> str:
        """Return the text of an error of either kind."""
        is_syntax = type(found).__module__ == syntax.__name__
        return self.syntax_error(found) if is_syntax else self.block("Error", found)

    def block(self, heading: str, found: Diagnostic) -> str:
        """Return the text of a place with its end, and one line about it."""
        return f"{heading}:\n  {self.place(self.span(found))}:\n{self.wording(found)}\n"

    def syntax_error(self, found: Diagnostic) -> str:
        """Return the text of a place, three lines that show it, and the found and expected tokens."""
        source = self.sources.find(found.span.start)
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

    def wording(self, found: Diagnostic) -> str:
        """Return the official compiler's words for errors that it has too, ours for the rest."""
        match found:
            case imports.ImportNotFound(path=path):
                return f'File not found: "{path}"'
            case imports.ImportCycle(files=files):
                ring = ", ".join(f'"{importing}" -> "{imported}"' for importing, imported in pairwise(files))
                return f"Cycle detected in import dependency: ({ring})"
            case NotConstant():
                return "Expecting a compile time constant"
            case DuplicateName(name=name, previous=previous):
                return f"Symbol `{name}` already defined at {self.place(previous)}"
            case PredeclaredName(name=name):
                return f"Symbol `{name}` already defined at {_NOWHERE}"
            case ShadowedName(name=name, previous=previous):
                return f"Variable `{name}` shadows existing binding at {self.place(previous)}"
            case TypeMismatch(expected=expected, found=actual):
                return f"Couldn't match expected type '{expected}' with actual type '{actual}'"
            case NoEntryPoint(name=name):
                return f"Contact `{name}` must have at least one public function"
            case _:
                return found.message

    def place(self, span: Span) -> str:
        """Return the text of a place; declarations outside of the user's files have none."""
        source = self.sources.find(span.start)
        return _NOWHERE if is_built_in(source) else place(source, self.instead.get(span, span))

    def span(self, found: Diagnostic) -> Span:
        """Return the span to show: for imports the path, for a ring of them the import that begins it."""
        match found:
            case imports.ImportCycle(first=first):
                return self.literal(first)
            case imports.ImportNotFound(span=span) | imports.ImportUnreadable(span=span):
                return self.literal(span)
            case _:
                return found.span

    def literal(self, span: Span) -> Span:
        """Return the string literal in an import, quotes included."""
        source = self.sources.find(span.start)
        text = source.text[span.start - source.base : span.end - source.base]
        return Span(span.start + text.index('"'), span.start + text.rindex('"') + 1)


def _syntax_wording(found: Diagnostic) -> Iterator[str]:
    match found:
        case syntax.UnexpectedText(found=text, expected=(*others, last)):
            yield f"unexpected {_quoted(text)}"
            yield f"expecting {', '.join(map(_quoted, others))}{' or ' if others else ''}{_quoted(last)}"
        case syntax.KeywordAsName(keyword=keyword):
            yield f'keyword "{keyword}" cannot be an identifier'
        case _:
            yield found.message


def _quoted(text: str) -> str:
    return text.replace("`", '"')
