"""Loading of artifacts from a file: an artifact's JSON is read, any other file is compiled."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from penstock.artifact.artifact import Artifact
from penstock.artifact.errors import ArtifactError
from penstock.cli.failure import Failure, Refusal
from penstock.contract.errors import ArgumentError
from penstock.script.chains import CHAINS, DEFAULT_CHAIN
from penstockc.diagnostics import CompileError, render_all
from penstockc.layouts import LAYOUTS, SMALLEST
from penstockc.source import Sources

TARGET_OPTION: Final = click.option(
    "--target", type=click.Choice(list(CHAINS)), help=f"The chain to compile for.  [default: {DEFAULT_CHAIN}]"
)
LAYOUT_OPTION: Final = click.option(
    "--layout",
    type=click.Choice(list(LAYOUTS)),
    default=SMALLEST.name,
    show_default=True,
    help="The smallest script, or one laid out as by scryptc: placeholders first, the last require's value left.",
)
JSON_OPTION: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
ARTIFACT_SUFFIX: Final = ".json"
FILE_TYPE: Final = click.Path(dir_okay=False, path_type=Path)


def compile_file(path: Path, target: str | None, *, layout: str = SMALLEST.name, warn: bool = False) -> Artifact:
    """Compile a source file; errors are shown with paths relative to the current folder.

    Args:
        path: the file.
        target: the chain to compile for; None for the default.
        layout: the layout of the script.
        warn: whether to write warnings to the standard error.

    Raises:
        Failure: the file is an artifact.
        Refusal: the source does not compile.
        PenstockError: the source, or a file that it imports, cannot be read.
    """
    from penstockc.pipeline import compile_checked  # noqa: PLC0415 - an artifact needs no compiler

    demand_source(path)
    with mistakes_seen_from_here(path):
        checked, artifact = compile_checked(path, target or DEFAULT_CHAIN, layout)
    if warn and checked.diagnostics:
        click.echo(render_all(checked.diagnostics, seen_from_here(checked.sources, path)), err=True, nl=False)
    return artifact


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
        raise Refusal(render_all(error.diagnostics, seen_from_here(error.sources, path)).rstrip("\n")) from None


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
