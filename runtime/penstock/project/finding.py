"""Source files of a command: those that are named, and those in folders, patterns and projects.

In: paths as given by the user. Out: the files, each once, with the folder that output mirrors.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from penstock.errors import PenstockError
from penstock.project.globs import fixed_part, has_wildcards, matches
from penstock.project.locating import project_of
from penstock.project.settings import TABLE, Project
from penstock.records import Record

SOURCES: Final = "*.scrypt"
"""Pattern of the names of contracts' files."""
_LEFT_OUT: Final = "node_modules"


class NoContracts(PenstockError, LookupError):  # noqa: N818 - the name is the message
    """A folder, a pattern or a project has no source files."""


class FoundFile(Record, frozen=True):
    """A source file.

    Attributes:
        path: the file.
        base: the folder whose layout is mirrored by output: a given folder, or that of a named file.
        named: whether the user named the file itself. Files that were found may have only types for others to import.
    """

    path: Path
    base: Path
    named: bool = False

    @property
    def below(self) -> Path:
        """The path of the file relative to its base."""
        return self.path.relative_to(self.base)


def find_contracts(paths: Sequence[Path]) -> list[FoundFile]:
    """Return the files that the paths stand for, in their order, each once.

    A folder stands for all `*.scrypt` files in it and in its folders, in the order of their paths; hidden folders and
    node_modules are left out. A path that does not exist and has wildcards stands for the `*.scrypt` files that it
    matches, `**` for any number of folders.

    Raises:
        NoContracts: a folder has no source files, or a pattern matches none.
    """
    found: dict[Path, FoundFile] = {}
    for path in paths:
        if path.is_dir():
            files = _in_folder(path, path)
            told = f"no .scrypt files in the folder {path}"
        elif has_wildcards(str(path)) and not path.exists():
            files = _matching(path)
            told = f"no .scrypt files match {path}"
        else:
            files, told = [FoundFile(path, path.parent, named=True)], ""
        if not files:
            raise NoContracts(told)
        for file in files:
            if file.named or file.path not in found:
                found[file.path] = file
    return list(found.values())


def contracts_of(project: Project) -> list[FoundFile]:
    """Return the source files of a project's folders; output mirrors the folder, or all of them below the root.

    Raises:
        NoContracts: a folder is missing, or has no source files.
    """
    found: dict[Path, FoundFile] = {}
    for name in project.contracts:
        folder = project.root / name
        if not folder.is_dir():
            raise NoContracts(f"{folder} is not a folder: name those with contracts in {TABLE}.contracts")
        files = _in_folder(folder, project.root if len(project.contracts) > 1 else folder)
        if not files:
            raise NoContracts(f"no .scrypt files in the folder {folder}")
        found.update({file.path: file for file in files if file.path not in found})
    return list(found.values())


def project_here() -> Project:
    """Return the project of the current folder.

    Raises:
        NoContracts: there is none.
    """
    project = project_of(Path())
    if project is None:
        raise NoContracts(
            f"no FILE is given, and neither this folder nor one above has a pyproject.toml with [{TABLE}]: "
            "name a file or folder"
        )
    return project


def _in_folder(folder: Path, base: Path) -> list[FoundFile]:
    return [FoundFile(path, base) for path in sorted(_sources(folder))]


def _sources(folder: Path) -> Iterator[Path]:
    """Yield the source files in a folder and its folders, except hidden folders and packages of npm."""
    for path in folder.rglob(SOURCES):
        if path.is_file() and _is_ours(path.relative_to(folder)):
            yield path


def _matching(pattern: Path) -> list[FoundFile]:
    base = Path(fixed_part(pattern.as_posix()))
    rest = pattern.relative_to(base).as_posix()
    return [file for file in _in_folder(base, base) if matches(file.below.as_posix(), rest)]


def _is_ours(path: Path) -> bool:
    """Return whether no folder of a relative path is hidden or has packages of npm."""
    return not any(name.startswith(".") or name == _LEFT_OUT for name in path.parts[:-1])
