"""The typed program of an artifact, from the sources that the artifact carries."""

import posixpath
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import PurePath

from penstock.artifact.artifact import Artifact
from penstockc.diagnostics import CompileError
from penstockc.semantics import check, typed
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax.imports import read_modules


def program_of(artifact: Artifact) -> typed.Program | None:
    """Return the typed program of an artifact that has its sources in it; None otherwise."""
    texts = tuple((file.name, file.text) for file in artifact.source_map.files if file.text is not None)
    names = [name for name, _ in texts]
    if len(texts) < len(artifact.source_map.files) or len(set(names)) < len(names):
        return None
    main = PurePath(artifact.file).name
    return _program(main, texts) if main in names else None


@lru_cache(maxsize=64)
def _program(main: str, texts: tuple[tuple[str, str], ...]) -> typed.Program | None:
    try:
        return check_texts(main, dict(texts))
    except CompileError:
        return None  # the sources of another compiler


def check_texts(main: str, texts: Mapping[str, str]) -> typed.Program:
    """Return the typed program of a file, given its text and those of its imports.

    Args:
        main: the name of the file.
        texts: texts by name.

    Raises:
        CompileError: the program is wrong.
    """

    def load(importing: str, path: str) -> str:
        name = _name_of(importing, path, texts)
        if name is None:
            raise FileNotFoundError(f"{importing} imports {path}")
        return texts[name]

    with raised_recursion_limit():
        return check(read_modules(texts[main], main, load))


def _name_of(importing: str, path: str, names: Iterable[str]) -> str | None:
    """Return the name of an imported file: by its path, or if a prefix was remapped, the only one of its bare name."""
    exact = posixpath.normpath(posixpath.join(posixpath.dirname(importing), path))
    found = [name for name in names if posixpath.normpath(name) == exact]
    found = found or [name for name in names if PurePath(name).name == PurePath(path).name]
    return found[0] if len(found) == 1 else None
