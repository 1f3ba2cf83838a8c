"""Files of bindings: their places and texts, how a folder differs from them, and writing them.

In: source files with their artifacts, and the folder for the bindings. Out: files by path; changes; files on disk. Only
files that begin with `MARK` are ever written over or deleted.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from penstock.artifact.artifact import Artifact
from penstock.bindings.binding import BindingsError
from penstock.bindings.comments import comments_of
from penstock.bindings.describing import describe
from penstock.bindings.naming import module_name
from penstock.bindings.rendering import MARK, head, render, render_package
from penstock.project.finding import FoundFile
from penstock.project.locating import project_of, remappings_for
from penstockc.pipeline import read_file

_PACKAGE: Final = "__init__.py"


class Kind(StrEnum):
    """How a file on disk differs from the one that the contracts make."""

    MISSING = "missing"
    DIFFERENT = "differs"
    LEFT_OVER = "left over"


@dataclass(frozen=True, slots=True)
class Change:
    """A file that differs; `text` is what it should have, None for one that should not be there."""

    path: Path
    kind: Kind
    text: str | None


def place_of(file: FoundFile, folder: Path) -> Path:
    """Return the file for the bindings of a contract; folders are mirrored, in names that Python can import."""
    folders = (module_name(part) for part in file.below.parts[:-1])
    return folder.joinpath(*folders, f"{module_name(file.path.stem)}.py")


def module_text(artifact: Artifact, source: Path, place: Path, command: str) -> str:
    """Return the text of the bindings of a contract.

    Args:
        artifact: the compiled contract.
        source: its file.
        place: the file for the bindings.
        command: the command that makes them.
    """
    modules = read_file(source, remappings_for(project_of(source.parent), source))
    relative = Path(os.path.relpath(source.resolve(), place.parent.resolve())).as_posix()
    return render(describe(artifact, comments_of(modules, artifact.contract), relative), command)


def with_packages(files: Mapping[Path, str], folder: Path, command: str) -> dict[Path, str]:
    """Return the files with an `__init__.py` for each of their folders, from `folder` on."""
    folders = {parent for file in files for parent in file.parents if parent.is_relative_to(folder)}
    packages = {each / _PACKAGE: render_package(command) for each in sorted(folders)}
    return {path: text for path, text in {**packages, **files}.items() if path not in packages or not _foreign(path)}


def changes(files: Mapping[Path, str], folder: Path, command: str) -> Iterator[Change]:
    """Yield what is to be changed on disk: files that differ or are missing, then those that this command has left.

    The command in the first lines makes no difference: it may name the same contracts in another way.

    Raises:
        BindingsError: a file was not made by this command's kind, so that writing would lose someone's work.
    """
    for path, text in files.items():
        if _foreign(path):
            raise BindingsError(f"{path} was not made by `penstock bindings`: use another folder, or move it")
        found = path.read_text("utf-8") if path.exists() else None
        if found is None or _body(found) != _body(text):
            yield Change(path, Kind.MISSING if found is None else Kind.DIFFERENT, text)
    for path in sorted(folder.rglob("*.py")):
        if path not in files and _read(path).startswith(head(command)):
            yield Change(path, Kind.LEFT_OVER, None)


def apply_change(change: Change) -> None:
    """Write a file, or delete one that is left over."""
    if change.text is None:
        change.path.unlink()
        return
    change.path.parent.mkdir(parents=True, exist_ok=True)
    change.path.write_text(change.text, encoding="utf-8", newline="\n")


def _foreign(path: Path) -> bool:
    """Return whether there is a file that was not made by the command."""
    return path.exists() and not _read(path).startswith(MARK)


def _body(text: str) -> list[str]:
    """Return the lines of a file that was made, without the command."""
    lines = text.split("\n")
    return [*lines[:1], *lines[2:]]


def _read(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")
