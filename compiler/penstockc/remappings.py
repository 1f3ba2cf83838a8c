"""Remappings of imports: folders for imports by a prefix, such as `@scope/name/file.scrypt`.

In: the path of an import as written, and remappings. Out: the file that it names.
"""

import posixpath
from collections.abc import Sequence

from penstock.records import Record


class Remapping(Record, frozen=True):
    """The folder for imports that start with a prefix.

    Attributes:
        prefix: whole parts of a path, without a final slash: `@scope/name` is not a prefix of `@scope/names/a.scrypt`.
        folder: the folder, with slashes, relative to the folder of the compiled file.
    """

    prefix: str
    folder: str


def remapped(path: str, remappings: Sequence[Remapping]) -> str | None:
    """Return the remapped path of an import; of several prefixes that fit, the longest is used."""
    fitting = [each for each in remappings if path.startswith(f"{each.prefix}/")]
    if not fitting:
        return None
    best = max(fitting, key=lambda each: len(each.prefix))
    return f"{best.folder}{path[len(best.prefix) :]}"


class Imports(Record, frozen=True):
    """The meaning of the imports of one compilation.

    Attributes:
        compiled: the name of the compiled file, as in `Source.name`.
        remappings: folders for imports by a prefix.
    """

    compiled: str
    remappings: Sequence[Remapping] = ()

    def place(self, importing: str, path: str) -> tuple[str, str]:
        """Return an import as a file to start from, and a path from there: a remapped one starts from the compiled."""
        place = remapped(path, self.remappings)
        return (importing, path) if place is None else (self.compiled, place)

    def name(self, importing: str, path: str) -> str:
        """Return the name of the imported file."""
        start, onwards = self.place(importing, path)
        return posixpath.normpath(posixpath.join(posixpath.dirname(start), onwards))
