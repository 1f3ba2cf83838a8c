"""Errors of imports: files that cannot be read, or that import each other."""

from penstockc.diagnostics import Diagnostic
from penstockc.source import Span


class ImportNotFound(Diagnostic, frozen=True):
    """An imported file does not exist.

    `existing` is the path of a file that differs from `path` in letter case only. `remapped` is the path, relative to
    the folder of the compiled file, that a remapping made of `path`.
    """

    path: str
    existing: str | None = None
    remapped: str | None = None
    message = 'file not found: "{path}"'

    @property
    def hint(self) -> str:
        if self.existing is not None:
            return f'the file there is "{self.existing}": upper and lower case differ'
        if self.remapped is not None:
            return f'a remapping makes it "{self.remapped}", relative to the folder of the compiled file'
        if self.path.startswith("@"):
            return "name the folder of such imports in pyproject.toml, under [tool.penstock.remappings]"
        return "paths are relative to the folder of the importing file, and every character counts"


class ImportUnreadable(Diagnostic, frozen=True):
    """An imported file is not UTF-8 text, or the system refuses to read it."""

    path: str
    reason: str
    message = 'cannot read "{path}": {reason}'


class ImportCycle(Diagnostic, frozen=True):
    """Files that import each other in a ring.

    `files` starts and ends with the same one. The span is that of the import that closes the ring, `first` that of the
    import that opens it.
    """

    files: tuple[str, ...]
    first: Span
    message = "these files import each other: {files:chain}"
