"""The project of a file or folder.

In: a path. Out: the settings of the nearest pyproject.toml above it that has them, or None.
"""

import os
from pathlib import Path
from typing import Final

from penstock.errors import hides_frames
from penstock.project.settings import FILE, Project, ProjectError, read_project
from penstockc.remappings import Remapping

__tracebackhide__ = hides_frames

_TABLE_NAME: Final = b"penstock"


def project_of(path: Path) -> Project | None:
    """Return the project of a file or folder, which need not exist; None if there is none.

    The folders above it are searched upwards for a pyproject.toml with a table `[tool.penstock]`; the first one counts.
    The project's root is relative to the current folder if the path is.

    Raises:
        ProjectError: the settings are wrong, or the pyproject.toml cannot be read.
    """
    place = _without_dots(path)
    for folder in (place, *place.parents):
        root = folder if path.is_absolute() else Path(os.path.relpath(folder))
        text = _read(root / FILE)
        if text is not None and (project := read_project(text, root)):
            return project
    return None


def remappings_for(project: Project | None, file: Path) -> tuple[Remapping, ...]:
    """Return a project's remappings as the compiler takes them: relative to the real folder of the compiled file."""
    if project is None:
        return ()
    folder = os.path.realpath(file.parent)
    return tuple(
        Remapping(each.prefix, Path(os.path.relpath(os.path.realpath(project.root / each.folder), folder)).as_posix())
        for each in project.remappings
    )


def _read(file: Path) -> str | None:
    """Return the text of a pyproject.toml; None if there is none, or if it cannot have the table."""
    try:
        raw = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise ProjectError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if _TABLE_NAME not in raw:  # of other people's projects, which may be damaged
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProjectError(f"{file} is not UTF-8 text: {error.reason} at byte {error.start}") from None


def _without_dots(path: Path) -> Path:
    """Return the absolute path without `..`, unless that changes the file, as it may after a link."""
    absolute = path.absolute()
    plain = Path(os.path.normpath(absolute))
    try:
        return plain if plain.samefile(absolute) else absolute.resolve()
    except OSError:
        return plain
