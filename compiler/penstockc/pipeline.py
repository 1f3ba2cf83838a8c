"""The compiler on one screen: text -> syntax trees -> typed program -> intermediate form -> instructions -> artifact.

Each stage is a function from one frozen value to the next, and does no I/O; only `compile_file` and `read_file` read
files, with `reading`. A stage that finds mistakes raises `CompileError` with all of them.
"""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Final

from penstock.artifact.artifact import Artifact, ParameterLock
from penstock.errors import PenstockError, hides_frames
from penstock.records import Record
from penstock.script.chains import CHAINS, DEFAULT_CHAIN, Chain
from penstockc.codegen import generate
from penstockc.codegen.instructions.instruction import Code
from penstockc.diagnostics import CompileError, Diagnostic
from penstockc.ir.lowering import lower
from penstockc.ir.passes import run_passes
from penstockc.layouts import LAYOUTS, SMALLEST, ScriptLayout
from penstockc.lints import warnings
from penstockc.output.artifact import make_artifact
from penstockc.output.warnings import show_warnings, source_warnings
from penstockc.reading import Load, UnreadableSource, load_from, read_text
from penstockc.remappings import Remapping
from penstockc.semantics import check, typed
from penstockc.source import Sources
from penstockc.support.gc_pause import paused_gc
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax.imports import Modules, no_imports, read_modules
from penstockc.targets import Target, target_of
from penstockc.validation.availability import check_code, check_operations
from penstockc.validation.lock_times import constructor_locks

__tracebackhide__ = hides_frames

NAME: Final = "contract.scrypt"


def compile_source(
    text: str,
    *,
    name: str = NAME,
    target: Chain | str = DEFAULT_CHAIN,
    load: Load = no_imports,
    layout: ScriptLayout | str = SMALLEST,
) -> Artifact:
    """Compile a contract. The artifact contains its warnings, and Python's `warnings` shows each once.

    Args:
        text: the source.
        name: the file's name, in messages and in the artifact.
        target: the chain to compile for, or its name: `bsv` or `btc`.
        load: returns the text of an import; by default every import is an error.
        layout: how the script is laid out: `smallest`, or as by the `official` compiler (docs/scryptc.md).

    Raises:
        CompileError: the contract is wrong, or does more than the target can; with every mistake found.
        UnknownTarget: the target is unknown.
        UnknownLayout: the layout is unknown.
        UnreadableSource: `text` is not text.
    """
    artifact = compile_text(text, name, target, load, layout=layout)[1]
    show_warnings(artifact.warnings)
    return artifact


def compile_file(
    path: str | PathLike[str], target: Chain | str = DEFAULT_CHAIN, *, layout: ScriptLayout | str = SMALLEST
) -> Artifact:
    """Compile the contract in a file; imports are looked for relative to the file that names them.

    Warnings and `layout` are as with `compile_source`. The settings of a project are not read: `compile_in_project`
    reads them.

    Raises:
        CompileError: as `compile_source`.
        UnknownTarget: the target is unknown.
        UnknownLayout: the layout is unknown.
        UnreadableSource: the file is missing, or is not text.
    """
    file = Path(path)
    artifact = compile_text(read_text(file), file.name, target, load_from(file.parent), layout=layout)[1]
    show_warnings(artifact.warnings, file.parent)
    return artifact


class Checked(Record, frozen=True):
    """Result of `check`: errors and warnings in source order, and the files that their spans point into."""

    sources: Sources
    diagnostics: tuple[Diagnostic, ...]


def check_source(
    text: str,
    *,
    name: str = NAME,
    target: Chain | str = DEFAULT_CHAIN,
    load: Load = no_imports,
    layout: ScriptLayout | str = SMALLEST,
) -> Checked:
    """Return all errors and warnings of a contract; arguments and exceptions as `compile_source`."""
    try:
        return compile_text(text, name, target, load, layout=layout)[0]
    except CompileError as error:
        return Checked(error.sources, error.diagnostics)


def compile_text(  # noqa: PLR0913 - a request for compiling
    text: str,
    name: str,
    target: Chain | str,
    load: Load,
    remappings: Sequence[Remapping] = (),
    *,
    layout: ScriptLayout | str = SMALLEST,
) -> tuple[Checked, Artifact]:
    """Compile a contract, and return its warnings instead of showing them.

    The results depend on the arguments and the texts that `load` returns alone.

    Args:
        text: the source.
        name: the bare name of the file.
        target: the chain to compile for, or its name.
        load: returns the text of an import.
        remappings: folders for imports by a prefix.
        layout: the layout of the script, or its name.

    Raises:
        CompileError, UnknownTarget, UnknownLayout, UnreadableSource: as `compile_source`.
    """
    chosen, laid_out = target_named(target), layout_named(layout)
    if not isinstance(text, str):
        raise UnreadableSource(f"{name} is {type(text).__name__}, not text: decode it first")
    made = _stages(read_modules(text, name, load, remappings), chosen, laid_out)
    found = warnings(made.modules, made.program, chosen, laid_out)
    checked = Checked(made.program.sources, found)
    artifact_warnings = source_warnings(found, made.program.sources)
    return checked, make_artifact(
        made.program, made.code, chosen, layout=laid_out, locks=made.locks, warnings=artifact_warnings
    )


class Stages(Record, frozen=True):
    """Results of the stages of one contract: files with their trees, typed program, instructions, parameter locks."""

    modules: Modules
    program: typed.Program
    code: Code
    locks: tuple[ParameterLock, ...]


def read_file(path: str | PathLike[str], remappings: Sequence[Remapping] = ()) -> Modules:
    """Read and parse a file and all its imports; exceptions as `compile_file`."""
    file = Path(path)
    return read_modules(read_text(file), file.name, load_from(file.parent), remappings)


def compile_modules(
    modules: Modules, target: Chain | str = DEFAULT_CHAIN, layout: ScriptLayout | str = SMALLEST
) -> Stages:
    """Compile files that are already read, and return the stages' results; exceptions as `compile_source`."""
    return _stages(modules, target_named(target), layout_named(layout))


def _stages(modules: Modules, target: Target, layout: ScriptLayout) -> Stages:
    with raised_recursion_limit(), paused_gc():
        program = check(modules)
        script = lower(program, target, layout)
        script = run_passes(script, target)
        check_operations(script, target, program.sources)
        code = generate(script, target, layout)
        check_code(script, code, target, program.sources)
        return Stages(modules, program, code, constructor_locks(script))


class UnknownTarget(PenstockError, ValueError):  # noqa: N818 - the name is the message
    """The target is unknown."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is not a target: choose one of {', '.join(CHAINS)}")


class UnknownLayout(PenstockError, ValueError):  # noqa: N818 - the name is the message
    """The layout is unknown."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} is not a layout: choose one of {', '.join(LAYOUTS)}")


def target_named(chain: Chain | str) -> Target:
    """Return the target of this chain; raises UnknownTarget for an unknown name."""
    if isinstance(chain, Chain):
        return target_of(chain)
    if chain not in CHAINS:
        raise UnknownTarget(chain)
    return target_of(CHAINS[chain])


def layout_named(layout: ScriptLayout | str) -> ScriptLayout:
    """Return the layout of this name; raises UnknownLayout for an unknown one."""
    if isinstance(layout, ScriptLayout):
        return layout
    if layout not in LAYOUTS:
        raise UnknownLayout(layout)
    return LAYOUTS[layout]
