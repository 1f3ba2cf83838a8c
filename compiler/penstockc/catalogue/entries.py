"""The whole catalogue: an entry for each code."""

import inspect
import re
from functools import cache
from typing import Final

from penstock.records import Record
from penstockc.catalogue.example import Example
from penstockc.catalogue.examples.calls import CALLS
from penstockc.catalogue.examples.constants import CONSTANTS
from penstockc.catalogue.examples.declarations import DECLARATIONS
from penstockc.catalogue.examples.imports import IMPORTS
from penstockc.catalogue.examples.names import NAMES
from penstockc.catalogue.examples.statements import STATEMENTS
from penstockc.catalogue.examples.syntax import SYNTAX
from penstockc.catalogue.examples.target import TARGET
from penstockc.catalogue.examples.types import TYPES
from penstockc.catalogue.examples.warnings import WARNINGS
from penstockc.diagnostics import Diagnostic

EXAMPLES: Final = (
    *SYNTAX,
    *IMPORTS,
    *NAMES,
    *DECLARATIONS,
    *TYPES,
    *CONSTANTS,
    *STATEMENTS,
    *CALLS,
    *TARGET,
    *WARNINGS,
)
"""One row for each kind of diagnostic."""


class CatalogueEntry(Record, frozen=True):
    """The description of one code."""

    kind: type[Diagnostic]
    example: Example

    @property
    def code(self) -> str:
        """The code, as printed in brackets in messages."""
        return self.kind.code

    @property
    def meaning(self) -> str:
        """The meaning of the diagnostic: the first sentence of its class."""
        text = " ".join((inspect.getdoc(self.kind) or "").split())
        return re.split(r"(?<=[^.]\.)\s(?=[A-Z`])", text, maxsplit=1)[0]

    @property
    def diagnostic(self) -> Diagnostic:
        """The diagnostic of the failing example."""
        return _diagnostic(self.code)


@cache
def entries() -> dict[str, CatalogueEntry]:
    """Return the entries by their codes, in alphabetical order."""
    found = {example.kind.code: CatalogueEntry(example.kind, example) for example in EXAMPLES}
    return dict(sorted(found.items()))


@cache
def _diagnostic(code: str) -> Diagnostic:
    return entries()[code].example.diagnostic()
