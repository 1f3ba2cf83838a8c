"""Loading of artifacts from a file: an artifact's JSON is read, any other file is compiled."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from penstock.artifact.artifact import Artifact
from penstock.artifact.errors import ArtifactError
from penstock.cli.failure import Failure, NothingFound, Refusal
from penstock.contract.errors import ArgumentError
from penstock.project.cache import Cache, default_cache
from penstock.project.compiling import compile_path
from penstock.project.finding import FoundFile, contracts_of, find_contracts, project_here
from penstock.project.globs import has_wildcards
from penstock.project.settings import FILE, TABLE
from penstock.script.chains import CHAINS, DEFAULT_CHAIN
from penstockc.diagnostics import CompileError, render_all
from penstockc.layouts import LAYOUTS, SMALLEST
from penstockc.source import Sources

TARGET_OPTION: Final = click.option(
    "--target",
    type=click.Choice(list(CHAINS)),
    help=f"The chain to compile for.  [default: that of pyproject.toml, else {DEFAULT_CHAIN}]",
)
LAYOUT_OPTION: Final = click.option(
    "--layout",
    type=click.Choice(list(LAYOUTS)),
    default=SMALLEST.name,
    show_default=True,
    help="The smallest script, or one laid out as by scryptc: placeholders first, the last require's value left.",
)
JSON_OPTION: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
_NO_CACHE: Final = "penstock.no_cache"


def _remember(context: click.Context, _parameter: click.Parameter, given: bool) -> None:  # noqa: FBT001 - click's call
    context.meta[_NO_CACHE] = given


NO_CACHE_OPTION: Final = click.option(
    "--no-cache", is_flag=True, expose_value=False, callback=_remember, help="Compile anew, and store nothing."
)
PATHS_ARGUMENT: Final = click.argument("paths", metavar="[FILE|FOLDER]...", nargs=-1, type=click.Path(path_type=Path))
ARTIFACT_SUFFIX: Final = ".json"
FILE_TYPE: Final = click.Path(dir_okay=False, path_type=Path)


def cache_of_command() -> Cache | None:
    """Return the cache of the running command: that of the user, None with `--no-cache`."""
    context = click.get_current_context(silent=True)
    return None if context and context.meta.get(_NO_CACHE) else default_cache()


def compile_file(path: Path, target: str | None, *, layout: str = SMALLEST.name, warn: bool = False) -> Artifact:
    """Compile a source file by the settings of its project; errors have paths relative to the current folder.

    Args:
        path: the file.
        target: the chain to compile for; None for that of the project.
        layout: the layout of the script.
        warn: whether to write warnings to the standard error.

    Raises:
        Failure: the file is an artifact.
        Refusal: the source does not compile.
        PenstockError: the source, a file that it imports, or the settings cannot be read.
    """
    demand_source(path)
    with mistakes_seen_from_here(path):
        compiled = compile_path(path, target, cache_of_command(), layout=layout)
    if warn and compiled.warnings:
        click.echo(render_all(compiled.warnings, seen_from_here(compiled.sources, path)), err=True, nl=False)
    return compiled.artifact


def compile_found(file: FoundFile, target: str | None, layout: str) -> Artifact | None:
    """Compile one of several source files, and write its warnings to the standard error; as `compile_file`.

    None for a file that was found in a folder and has only types, for others to import.
    """
    try:
        return compile_file(file.path, target, layout=layout, warn=True)
    except NothingFound:
        if file.named:
            raise
        return None


def sources_of(paths: Sequence[Path]) -> list[FoundFile]:
    """Return the source files that the arguments of a command stand for; without arguments, those of the project.

    Patterns in the project's settings that match none of its files are reported on the standard error: a mistyped one
    would leave a contract with another target.

    Raises:
        NoContracts: there are no files, or there is no project.
    """
    if paths:
        return find_contracts(paths)
    project = project_here()
    found = contracts_of(project)
    for pattern in project.idle_patterns([file.path for file in found]):
        click.echo(f"warning: {project.root / FILE}: {TABLE}.targets: no contract matches {pattern!r}", err=True)
    return found


def is_single(paths: Sequence[Path]) -> bool:
    """Return whether the arguments of a command are one file by its name, so that its output is that of one file."""
    return len(paths) == 1 and not paths[0].is_dir() and (paths[0].exists() or not has_wildcards(str(paths[0])))


def demand_source(path: Path) -> None:
    """Check that a file is not an artifact, where a source is needed.

    Raises:
        Failure: it is one, by its name.
    """
    if path.suffix == ARTIFACT_SUFFIX:
        raise Failure(f"error: {path} is an artifact, and a source is needed: `penstock inspect` lists its script")


@contextmanager
def mistakes_seen_from_here(path: Path) -> Iterator[None]:
    """Turn the errors in a source file into a `Refusal`, with paths relative to the current folder."""
    try:
        yield
    except CompileError as error:
        from penstockc.errors.declarations import NothingToCompile  # noqa: PLC0415 - needed for mistakes alone

        kind = NothingFound if all(isinstance(each, NothingToCompile) for each in error.diagnostics) else Refusal
        raise kind(render_all(error.diagnostics, seen_from_here(error.sources, path)).rstrip("\n")) from None


def seen_from_here(sources: Sources, path: Path) -> Sources:
    """Name the files of a compilation by paths relative to the current folder.

    An artifact names them relative to the compiled file, so that it is the same on every machine. A user or an editor
    needs them relative to the current folder.

    Args:
        sources: the files as the compiler named them.
        path: the compiled file, as given by the user.
    """
    return Sources(tuple(replace(file, name=str(_plain(path.parent / file.name))) for file in sources.files))


def _plain(path: Path) -> Path:
    """Remove `folder/..` from a path, unless that changes the file, as it may if the folder is a link."""
    plain = Path(os.path.normpath(path))
    try:
        return plain if plain.samefile(path) else path
    except OSError:
        return path


def load_artifact(path: Path, target: str | None) -> Artifact:
    """Read the artifact in a `.json` file, or compile a source file.

    Raises:
        Failure: the JSON is damaged.
        Refusal: the source does not compile.
        ArgumentError: the artifact was compiled for a target other than the requested one.
        OSError: the file cannot be read.
    """
    if path.suffix != ARTIFACT_SUFFIX:
        return compile_file(path, target)
    try:
        artifact = Artifact.from_json(path.read_bytes())
    except ArtifactError as error:
        raise Failure(f"error: {path}: {error}") from None
    if target not in (None, artifact.target):
        raise ArgumentError("--target", f"{artifact.target}, for which {path.name} was compiled", str(target))
    return artifact
