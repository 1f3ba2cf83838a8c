"""Compiling by the settings of a project.

In: a source file, and a target if the settings are not to decide. Out: the artifact, with the compiler's warnings.
"""

from os import PathLike
from pathlib import Path

from penstock.artifact.artifact import Artifact
from penstock.errors import hides_frames
from penstock.project.cache import Cache, default_cache
from penstock.project.locating import project_of, remappings_for
from penstock.project.requests import Compiled, Request, compile_request
from penstock.records import Record
from penstock.script.chains import DEFAULT_CHAIN, Chain
from penstockc.layouts import SMALLEST
from penstockc.output.warnings import show_warnings
from penstockc.reading import load_from, read_text
from penstockc.remappings import Remapping

__tracebackhide__ = hides_frames


class Settings(Record, frozen=True):
    """The settings for one file: the chain to compile for, and remappings as the compiler takes them."""

    target: Chain | str
    remappings: tuple[Remapping, ...]


def settings_of(path: Path, target: Chain | str | None = None) -> Settings:
    """Return the settings for a file: the given target, else that of its project, else the default.

    Raises:
        ProjectError: the settings of the project are wrong.
    """
    project = project_of(path.parent)
    chosen = target or (project.target_of(path) if project else None) or DEFAULT_CHAIN.name
    return Settings(chosen, remappings_for(project, path))


def compile_path(
    path: Path, target: Chain | str | None = None, cache: Cache | None = None, *, layout: str = SMALLEST.name
) -> Compiled:
    """Compile the contract in a file by the settings of its project, and return its warnings instead of showing them.

    Exceptions as `compile_in_project`.
    """
    settings = settings_of(path, target)
    request = Request(read_text(path), path.name, settings.target, settings.remappings, layout)
    compile_it = compile_request if cache is None else cache.compile
    return compile_it(request, load_from(path.parent))


def compile_in_project(
    path: str | PathLike[str],
    target: Chain | str | None = None,
    *,
    cached: bool = True,
    layout: str = SMALLEST.name,
) -> Artifact:
    """Compile the contract in a file by the settings of its project, as `penstock compile` does.

    The project is that of the nearest pyproject.toml, from the file's folder upwards, with a table `[tool.penstock]`;
    without one this is `compile_file`. Warnings are as with `compile_source`, also of a contract in the cache.

    Args:
        path: the file.
        target: the chain to compile for, or its name; by default that of the settings.
        cached: whether to look in the user's cache first, and to store the artifact there. The environment variable
            `PENSTOCK_NO_CACHE` turns it off, `PENSTOCK_CACHE_DIR` names its folder.
        layout: the name of the layout of the script.

    Raises:
        CompileError: the contract is wrong, or does more than the target can; with every mistake found.
        ProjectError: the settings are wrong.
        UnknownTarget, UnknownLayout: there is no such target or layout.
        UnreadableSource: the file is missing, or is not text.
    """
    file = Path(path)
    artifact = compile_path(file, target, default_cache() if cached else None, layout=layout).artifact
    show_warnings(artifact.warnings, file.parent)
    return artifact
