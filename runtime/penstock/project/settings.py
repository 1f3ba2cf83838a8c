"""Settings of a project: the table `[tool.penstock]` of a pyproject.toml.

In: the text of the file, and the folder that it is in. Out: a `Project`, or None without the table.

    [tool.penstock]
    contracts = "contracts"  # or a list of folders
    target = "bsv"

    [tool.penstock.targets]  # for some of the files
    "contracts/vault.scrypt" = "btc"

    [tool.penstock.remappings]  # imports such as "@scope/name/file.scrypt"
    "@scope/name" = "libraries/name"

All paths are relative to the folder of the pyproject.toml, with slashes on every system.
"""

import os
import posixpath
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from penstock.errors import PenstockError, hides_frames
from penstock.project.globs import matches
from penstock.records import Record
from penstock.script.chains import CHAINS
from penstockc.remappings import Remapping
from penstockc.support.suggestions import suggest

__tracebackhide__ = hides_frames

FILE: Final = "pyproject.toml"
TABLE: Final = "tool.penstock"
_TARGETS: Final = " or ".join(f'"{name}"' for name in CHAINS)


class ProjectError(PenstockError, ValueError):
    """The settings of a project are wrong: the file, the key, and what to write."""


class Project(Record, frozen=True):
    """A project.

    Attributes:
        root: the folder of its pyproject.toml.
        contracts: folders with contracts, relative to it.
        target: the chain to compile for; None if the settings have none.
        targets: patterns of files, and the chain for each; of those that match a file the last counts.
        remappings: folders, relative to `root`, for imports by a prefix.
    """

    root: Path = Path()
    contracts: tuple[str, ...] = ("contracts",)
    target: str | None = None
    targets: tuple[tuple[str, str], ...] = ()
    remappings: tuple[Remapping, ...] = ()

    def target_of(self, file: Path) -> str | None:
        """Return the chain to compile a file for; None if the settings have none."""
        path = self._inside(file)
        fitting = [target for pattern, target in self.targets if matches(path, pattern)]
        return fitting[-1] if fitting else self.target

    def idle_patterns(self, files: list[Path]) -> tuple[str, ...]:
        """Return the patterns of `targets` that match none of these files."""
        paths = [self._inside(file) for file in files]
        return tuple(pattern for pattern, _ in self.targets if not any(matches(path, pattern) for path in paths))

    def _inside(self, file: Path) -> str:
        """Return a file's path relative to the root, with slashes."""
        return Path(os.path.relpath(file, self.root)).as_posix()


def read_project(text: str, root: Path = Path()) -> Project | None:
    """Read the settings.

    Args:
        text: the contents of a pyproject.toml.
        root: its folder, for the result and for messages.

    Raises:
        ProjectError: the text is not TOML, a key is unknown, or a value is wrong.
    """
    file = root / FILE
    try:
        whole = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a ValueError also for a number of too many digits
        raise ProjectError(f"{file}: not TOML: {error}") from None
    tool = whole.get("tool")
    if not isinstance(tool, dict) or "penstock" not in tool:
        return None
    table = tool["penstock"]
    if not isinstance(table, dict):
        raise ProjectError(f"{file}: {TABLE}: write a table, [{TABLE}]")
    return Project(root, **{key: _read(file, key, value) for key, value in table.items()})


def _read(file: Path, key: str, value: object) -> Any:
    """Return the value of one key."""
    reader = _READERS.get(key)
    if reader is None:
        near = suggest(key, _READERS)
        told = f"did you mean `{near}`?" if near else f"the keys are {', '.join(_READERS)}"
        raise ProjectError(f"{file}: {TABLE}.{key}: unknown key: {told}")
    try:
        return reader(value)
    except _WrongValueError as wrong:
        name = ".".join([TABLE, key, *wrong.keys])
        raise ProjectError(f"{file}: {name}: write {wrong.expected}, not {_shown(wrong.value)}") from None


class _WrongValueError(Exception):
    """A value that is not the expected one; `keys` lead to it inside of its setting."""

    def __init__(self, expected: str, value: object, *keys: str) -> None:
        super().__init__(expected)
        self.expected, self.value, self.keys = expected, value, keys


def _contracts(value: object) -> tuple[str, ...]:
    expected = 'a folder of the project, such as "contracts", or a list of folders'
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given:
        raise _WrongValueError(expected, value)
    return tuple(dict.fromkeys(_folder(each, expected, inside=True) for each in given))


def _target(value: object) -> str:
    if not isinstance(value, str) or value not in CHAINS:
        raise _WrongValueError(_TARGETS, value)
    return value


def _targets(value: object) -> tuple[tuple[str, str], ...]:
    rows = _table(value, 'a table of files and targets, such as {"contracts/vault.scrypt" = "btc"}')
    for pattern, target in rows.items():
        if not isinstance(target, str) or target not in CHAINS:
            raise _WrongValueError(_TARGETS, target, _key(pattern))
        if _normal(pattern) != pattern or pattern.startswith(("/", "../")):
            raise _WrongValueError("a path or pattern from the project's folder as key", pattern, _key(pattern))
    return tuple(rows.items())


def _remappings(value: object) -> tuple[Remapping, ...]:
    rows = _table(value, 'a table of prefixes and folders, such as {"@scope/name" = "libraries/name"}')
    found: dict[str, Remapping] = {}
    for key, folder in rows.items():
        prefix = key.removesuffix("/")
        if prefix.startswith(("/", ".")) or _normal(prefix) != prefix:
            raise _WrongValueError('the start of imports, such as "@scope/name", as key', key, _key(key))
        if prefix in found:
            raise _WrongValueError("each prefix once", key, _key(key))
        expected = 'a folder, relative to that of pyproject.toml, such as "libraries/name"'
        try:
            found[prefix] = Remapping(prefix, _folder(folder, expected, inside=False))
        except _WrongValueError as wrong:
            raise _WrongValueError(wrong.expected, wrong.value, _key(key)) from None
    return tuple(found.values())


def _table(value: object, expected: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _WrongValueError(expected, value)
    return value


def _folder(value: object, expected: str, *, inside: bool) -> str:
    """Return a relative folder with slashes; absolute ones would make artifacts that differ between machines."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise _WrongValueError(expected, value)
    folder = _normal(value)
    if "\\" in value or folder.startswith("/") or re.match(r"[A-Za-z]:", folder):
        raise _WrongValueError(expected, value)
    if inside and folder.split("/")[0] == "..":
        raise _WrongValueError(expected, value)
    return folder


def _normal(path: str) -> str:
    return posixpath.normpath(path)


def _key(text: str) -> str:
    """Return a key as TOML has it."""
    return text if re.fullmatch(r"[\w-]+", text, re.ASCII) else f'"{text}"'


def _shown(value: object) -> str:
    """Return a wrong value for a message, cut if it is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "contracts": _contracts,
    "target": _target,
    "targets": _targets,
    "remappings": _remappings,
}
"""The keys of the table, and the reader of each value."""
