"""`penstock bindings`: typed Python modules for contracts."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from penstock.bindings.writing import apply_change, changes, module_text, place_of, with_packages
from penstock.cli.failure import REFUSED, Failure, Refusal, naming
from penstock.cli.loading import NO_CACHE_OPTION, PATHS_ARGUMENT, TARGET_OPTION, compile_found, sources_of
from penstock.project.finding import FoundFile
from penstock.project.locating import project_of
from penstock.wording import counted
from penstockc.layouts import SMALLEST


@click.command(
    "bindings",
    epilog="""\b
Examples:
  penstock bindings -o tests/bindings                   the contracts of the project
  penstock bindings contracts -o tests/bindings
  penstock bindings contracts/vault.scrypt -o shop/contracts --target btc
  penstock bindings -o tests/bindings --check           in continuous integration

docs/bindings.md shows how they are used. The exit code is 1 if a contract has errors, and with --check if a file
differs.""",
)
@PATHS_ARGUMENT
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder for the modules.",
)
@TARGET_OPTION
@NO_CACHE_OPTION
@click.option("--check", is_flag=True, help="Write nothing; name the files that differ, are missing or left over.")
def command(paths: tuple[Path, ...], folder: Path, target: str | None, *, check: bool) -> None:
    """Write a typed Python module for the contract in each FILE.

    A module has a class for the contract, one for its coins with a method for each public function, and a dataclass for
    its state and for each struct. FOLDERs and patterns stand for files as in `penstock check`, and their folders are
    mirrored; without any, the modules are for the contracts of the project. Modules that the same command has made
    before, of contracts that are gone, are deleted.
    """
    made = _command(paths, folder, target)
    files, refused = _files(sources_of(paths), folder, target, made)
    found = [] if refused else list(changes(with_packages(files, folder, made), folder, made))
    for change in found:
        click.echo(f"{change.path}: {change.kind if check or change.text is None else 'written'}")
        if not check:
            with naming(change.path):
                apply_change(change)
    counts = f"{counted(len(files), 'contract')}, {counted(len(found), 'file')} {'to change' if check else 'changed'}"
    click.echo(f"{counts}, {counted(refused, 'contract')} with errors" if refused else counts, err=bool(refused))
    if refused or (check and found):
        raise SystemExit(REFUSED)


def _files(sources: Sequence[FoundFile], folder: Path, target: str | None, made: str) -> tuple[dict[Path, str], int]:
    """Return the modules by their paths, and the number of contracts with errors, which are shown."""
    files: dict[Path, str] = {}
    origins: dict[Path, Path] = {}
    refused = 0
    for source in sources:
        try:
            artifact = compile_found(source, target, SMALLEST.name)
        except Refusal as refusal:
            refusal.show()
            refused += 1
            continue
        if artifact is None:  # types for others to import
            continue
        place = place_of(source, folder)
        if place in files:
            told = f"{place} would be the module of {origins[place]} and of {source.path}"
            raise Failure(f"error: {told}: rename one of them, or use two folders")
        files[place], origins[place] = module_text(artifact, source.path, place, made), source.path
    return files, refused


def _command(paths: Sequence[Path], folder: Path, target: str | None) -> str:
    """Return the command as it is run in the root of the project, so that it is the same from every folder."""
    project = project_of(Path())
    root = Path() if project is None else project.root
    words = ["penstock", "bindings", *(_from(root, path) for path in paths), "-o", _from(root, folder)]
    return shlex.join([*words, *(() if target is None else ("--target", target))])


def _from(root: Path, path: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()
