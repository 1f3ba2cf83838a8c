"""A failing and a corrected example of one kind of diagnostic."""

from collections.abc import Mapping
from typing import Final

from penstock.records import Record, field
from penstock.script.chains import DEFAULT_CHAIN, Chain
from penstockc.catalogue.samples import whole
from penstockc.diagnostics import Diagnostic
from penstockc.habits.rows import SourceLevel
from penstockc.pipeline import Checked, check_source

NAME: Final = "sample.scrypt"


class Example(Record, frozen=True):
    """One row of the catalogue.

    Attributes:
        kind: the class of the diagnostic.
        failing: a piece of source with this diagnostic, and no other error.
        mended: the corrected piece: without errors, and without this warning.
        place: the level of both.
        chain: the chain that both are compiled for.
        imports: the files that they may import, by path; bytes that are not UTF-8 are unreadable.
    """

    kind: type[Diagnostic]
    failing: str
    mended: str
    place: SourceLevel = SourceLevel.STATEMENTS
    chain: Chain = DEFAULT_CHAIN
    imports: Mapping[str, str | bytes] = field(default_factory=dict)

    def check(self, piece: str) -> Checked:
        """Check one of the two pieces."""
        return check_source(whole(piece, self.place), name=NAME, target=self.chain, load=self._load)

    def diagnostic(self) -> Diagnostic:
        """Return the diagnostic of the failing piece."""
        return next(one for one in self.check(self.failing).diagnostics if type(one) is self.kind)

    def _load(self, importing: str, path: str) -> str:
        if path not in self.imports:
            raise FileNotFoundError(f"{importing} imports {path}")
        text = self.imports[path]
        return text if isinstance(text, str) else text.decode("utf-8")


def in_members(kind: type[Diagnostic], failing: str, mended: str) -> Example:
    """Return an example of members of a contract."""
    return Example(kind, failing, mended, place=SourceLevel.MEMBERS)


def in_file(kind: type[Diagnostic], failing: str, mended: str) -> Example:
    """Return an example of a whole file."""
    return Example(kind, failing, mended, place=SourceLevel.FILE)
