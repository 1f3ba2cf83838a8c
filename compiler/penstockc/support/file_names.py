"""File names that differ in letter case only.

In: a folder and a relative path that does not exist in it. Out: the path as the file is really named, if there is one.
"""

from pathlib import Path, PurePosixPath


def other_letter_case(folder: Path, path: str) -> str | None:
    """Return the path of the existing file that differs from `path` in upper and lower case only; None without one."""
    found = PurePosixPath()
    for part in PurePosixPath(path).parts:
        name = part if (folder / found / part).exists() else _entry(folder / found, part)
        if name is None:
            return None
        found /= name
    return str(found)


def _entry(folder: Path, name: str) -> str | None:
    """Return the first entry of a folder that is `name` in another letter case."""
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return None
    return next((each for each in names if each.casefold() == name.casefold()), None)
