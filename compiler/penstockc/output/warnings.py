"""Warnings for those who call the compiler: values for the artifact, and Python's own warnings, each once."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from penstock.artifact.artifact import CompileWarning, SourceWarning
from penstockc.diagnostics import Diagnostic
from penstockc.source import Sources

_SHOWN: Final[dict[str, dict[str | tuple[str, type[Warning], int], int]]] = {}
"""What Python has shown already, by file: it keeps account of that itself."""


def told(found: Iterable[Diagnostic], sources: Sources) -> tuple[SourceWarning, ...]:
    """Return diagnostics as the artifact carries them."""
    return tuple(_told(one, sources) for one in found)


def _told(found: Diagnostic, sources: Sources) -> SourceWarning:
    source = sources.find(found.span.start)
    begin, end = source.position(found.span.start), source.position(found.span.end)
    return SourceWarning(found.code, found.message, found.hint or "", source.name, *begin, *end)


def tell(found: Iterable[SourceWarning], folder: Path | None = None) -> None:
    """Show warnings by Python's `warnings`, as of the contract's own lines; by its usual filters each once.

    Args:
        found: the warnings.
        folder: the folder of the compiled file, to which the names of files are relative; None for a text.
    """
    for warning in found:
        file = warning.file if folder is None else str(folder / warning.file)
        warnings.warn_explicit(CompileWarning(warning), None, file, warning.line, registry=_SHOWN.setdefault(file, {}))
