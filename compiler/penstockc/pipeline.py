"""The compiler on one screen: text -> trees -> meaning -> values in regions -> instructions -> artifact.

Each stage is a function from one frozen value to the next, and does no I/O; only `compile_file` and `check_file` read
files. A stage that finds mistakes raises `CompileError` with all of them.
"""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Final

from penstock.artifact.artifact import Artifact, ParameterLock
from penstock.errors import PenstockError, hides_frames
from penstock.script.chains import CHAINS, DEFAULT_CHAIN, Chain
from penstockc.codegen import generate
from penstockc.codegen.instructions.instruction import Code
from penstockc.diagnostics import CompileError, Diagnostic
from penstockc.ir.lowering import lower
from penstockc.ir.passes import run_passes
from penstockc.lints import warnings
from penstockc.output.artifact import make_artifact
from penstockc.output.warnings import tell, told
from penstockc.semantics import check, typed
from penstockc.source import Sources
from penstockc.support.gc_pause import without_collection
from penstockc.support.recursion_limit import room_for_nesting
from penstockc.syntax.imports import Load, Modules, no_imports, read_modules
from penstockc.targets import Target, target_of
from penstockc.validation.availability import check_code, check_operations
from penstockc.validation.locks import constructor_locks

__tracebackhide__ = hides_frames

NAME: Final = "contract.scrypt"


def compile_source(
    text: str, *, name: str = NAME, target: Chain | str = DEFAULT_CHAIN, load: Load = no_imports
) -> Artifact:
    """Compile a contract. The artifact carries its warnings, and Python's `warnings` shows each once.

    Args:
        text: the source.
        name: what to call it in messages and in the artifact.
        target: the chain to compile for, or its name: `bsv` or `btc`.
        load: gives the text of an import; without it nothing can be imported.

    Raises:
        CompileError: the contract is wrong, or does more than the target can; with every mistake found.
        UnknownTarget: there is no such target.
        UnreadableSource: `text` is no text.
    """
    artifact = _compile(text, name, target_named(target), load)[1]
    tell(artifact.warnings)
    return artifact


def compile_file(path: str | PathLike[str], target: Chain | str = DEFAULT_CHAIN) -> Artifact:
    """Compile the contract in a file; imports are looked for relative to the file that names them.

    Warnings are as with `compile_source`.

    Raises:
        CompileError: as `compile_source`.
        UnknownTarget: there is no such target.
        UnreadableSource: the file is not there, or is not text.
    """
    artifact = compile_checked(path, target)[1]
    tell(artifact.warnings, Path(path).parent)
    return artifact


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found: errors and warnings in source order, and the files that their spans point into."""

    sources: Sources
    diagnostics: tuple[Diagnostic, ...]


def check_source(
    text: str, *, name: str = NAME, target: Chain | str = DEFAULT_CHAIN, load: Load = no_imports
) -> Checked:
    """Say everything that is wrong with a contract, warnings included; arguments and errors as `compile_source`."""
    try:
        return _compile(text, name, target_named(target), load)[0]
    except CompileError as error:
        return Checked(error.sources, error.diagnostics)


def check_file(path: str | PathLike[str], target: Chain | str = DEFAULT_CHAIN) -> Checked:
    """Say everything that is wrong with the contract in a file; errors as `compile_file`."""
    file = Path(path)
    return check_source(_read(file), name=file.name, target=target, load=load_from(file.parent))


def compile_checked(path: str | PathLike[str], target: Chain | str = DEFAULT_CHAIN) -> tuple[Checked, Artifact]:
    """Compile the contract in a file, and give its warnings too instead of showing them; errors as `compile_file`."""
    file = Path(path)
    return _compile(_read(file), file.name, target_named(target), load_from(file.parent))


@dataclass(frozen=True, slots=True)
class Stages:
    """What the stages made of one contract: files with their trees, their meaning, instructions, its locks."""

    modules: Modules
    program: typed.Program
    code: Code
    locks: tuple[ParameterLock, ...]


def read_file(path: str | PathLike[str]) -> Modules:
    """Read and parse a file and all that it imports; errors as `compile_file`."""
    file = Path(path)
    return read_modules(_read(file), file.name, load_from(file.parent))


def compile_modules(modules: Modules, target: Chain | str = DEFAULT_CHAIN) -> Stages:
    """Compile files that were read already, and keep what the stages hand on; errors as `compile_source`."""
    return _stages(modules, target_named(target))


def _compile(text: str, name: str, target: Target, load: Load) -> tuple[Checked, Artifact]:
    if not isinstance(text, str):
        raise UnreadableSource(f"{name} is {type(text).__name__}, not text: decode it first")
    made = _stages(read_modules(text, name, load), target)
    found = warnings(made.modules, made.program, target)
    checked = Checked(made.program.sources, found)
    told_warnings = told(found, made.program.sources)
    return checked, make_artifact(made.program, made.code, target, made.locks, told_warnings)


def _stages(modules: Modules, target: Target) -> Stages:
    with room_for_nesting(), without_collection():
        program = check(modules)
        script = lower(program, target)
        script = run_passes(script, target)
        check_operations(script, target, program.sources)
        code = generate(script, target)
        check_code(script, code, target, program.sources)
        return Stages(modules, program, code, constructor_locks(script))


class UnknownTarget(PenstockError, ValueError):  # noqa: N818 - says what it is
    """There is no target of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is no target: choose one of {', '.join(CHAINS)}")


class UnreadableSource(PenstockError, OSError):  # noqa: N818 - says what it is
    """A source file that is not there, or is not text."""


def target_named(chain: Chain | str) -> Target:
    """Return the target of this chain; raises UnknownTarget for a name that no chain has."""
    if isinstance(chain, Chain):
        return target_of(chain)
    if chain not in CHAINS:
        raise UnknownTarget(chain)
    return target_of(CHAINS[chain])


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise UnreadableSource(f"{file} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UnreadableSource(f"{file} is no UTF-8 text: {error.reason} at byte {error.start}") from None


def load_from(folder: Path) -> Load:
    """Return a `Load` for files, with names relative to `folder`."""

    def load(importing: str, path: str) -> str:
        return (folder / importing).parent.joinpath(path).read_bytes().decode("utf-8")

    return load
