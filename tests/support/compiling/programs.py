"""Typed programs from source text, for tests that start after the front end."""

from collections.abc import Callable

from penstockc.semantics import check
from penstockc.semantics.typed import Program
from penstockc.syntax.imports import no_imports, read_modules


def program_of(text: str, load: Callable[[str, str], str] = no_imports) -> Program:
    """Return the typed tree of a contract in a file of its own (and its imports)."""
    return check(read_modules(text, "contract.scrypt", load))


def line_of(program: Program, offset: int) -> str:
    """Return the source line around `offset`, stripped."""
    source = program.sources.find(offset)
    return source.line(source.position(offset)[0]).strip()
