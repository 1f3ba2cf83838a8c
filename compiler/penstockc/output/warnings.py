"""Warnings of a compilation: as values for the artifact, and as Python warnings, each shown once."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from penstock.artifact.artifact import CompileWarning, SourceWarning
from penstockc.diagnostics import Diagnostic
from penstockc.source import Sources

_SHOWN: Final[dict[str, dict[str | tuple[str, type[Warning], int], int]]] = {}
"""Registries of warnings that Python has shown, by file."""


def source_warnings(found: Iterable[Diagnostic], sources: Sources) -> tuple[SourceWarning, ...]:
    """Return diagnostics as warnings of the artifact."""
    return tuple(_source_warning(one, sources) for one in found)


def _source_warning(found: Diagnostic, sources: Sources) -> SourceWarning:
    source = sources.find(found.span.start)
    begin, end = source.position(found.span.start), source.position(found.span.end)
    return SourceWarning(found.code, found.message, found.hint or "", source.name, *begin, *end)


def show_warnings(found: Iterable[SourceWarning], folder: Path | None = None) -> None:
    """Show warnings by Python's `warnings`, at the contract's lines; by its usual filters each once.

    Args:
        found: the warnings.
        folder: the folder of the compiled file, to which the names of files are relative; None for a text.
    """
    for warning in found:
        file = warning.file if folder is None else str(folder / warning.file)
        warnings.warn_explicit(CompileWarning(warning), None, file, warning.line, registry=_SHOWN.setdefault(file, {}))
