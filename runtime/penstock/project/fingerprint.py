"""Fingerprint of the compiler: a hash of all its sources.

In: the installed packages. Out: a hash that differs for any two compilers that may have different results.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_WHOLE: Final = ("penstockc", "penstock.artifact", "penstock.script", "penstock.project")
"""Packages with all their folders: the compiler, what it imports of ours, and the format of stored results."""
_FLAT: Final = ("penstock", "lark")
"""Packages without their folders; that of the parser has its version."""
_ENDINGS: Final = (".py", ".lark", ".scrypt")


@cache
def compiler_fingerprint() -> str | None:
    """Return the fingerprint of the compiler that this process runs; None if its sources cannot be read.

    The sources are read once in a process: as with all modules of Python, a change counts after a restart.
    """
    try:
        sources = [(name, file.read_bytes()) for name, file in _sources()]
    except OSError:
        return None
    digest = hashlib.sha256()
    for name, content in sources:
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest() if sources else None


def _sources() -> Iterator[tuple[str, Path]]:
    """Yield the sources with their names, in one order on every machine."""
    for package in _WHOLE:
        yield from _named(package, _folder(package).rglob("*"))
    for package in _FLAT:
        yield from _named(package, _folder(package).glob("*"))


def _named(package: str, files: Iterator[Path]) -> Iterator[tuple[str, Path]]:
    folder = _folder(package)
    named = ((f"{package}/{file.relative_to(folder).as_posix()}", file) for file in files)
    yield from sorted((name, file) for name, file in named if name.endswith(_ENDINGS))


def _folder(package: str) -> Path:
    """Return the folder of a package, which is not imported."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])
