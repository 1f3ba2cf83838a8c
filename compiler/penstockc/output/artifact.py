"""Output stage: the artifact of a compiled program.

In: the typed tree and the instructions. Out: the artifact with its ABI (types resolved, in the reference's spelling),
template and source map. It does not depend on the machine or the time.
"""

from collections.abc import Iterable, Iterator
from posixpath import basename
from typing import Final

from penstock.artifact.artifact import (
    AbiEntry,
    Alias,
    Artifact,
    Constructor,
    Function,
    Library,
    Parameter,
    ParameterLock,
    SourceWarning,
    Struct,
)
from penstockc.codegen.instructions.emit import source_map, template_hex
from penstockc.codegen.instructions.instruction import Code
from penstockc.layouts import SMALLEST, ScriptLayout
from penstockc.semantics import typed
from penstockc.targets import Target

COMPILER_VERSION: Final = "0.1.0+penstock"


def make_artifact(  # noqa: PLR0913 - the parts of an artifact
    program: typed.Program,
    code: Code,
    target: Target,
    *,
    layout: ScriptLayout = SMALLEST,
    locks: tuple[ParameterLock, ...] = (),
    warnings: tuple[SourceWarning, ...] = (),
) -> Artifact:
    """Return the artifact of a compiled program."""
    return Artifact(
        contract=program.main,
        compiler_version=COMPILER_VERSION,
        hex=template_hex(code),
        abi=tuple(_abi(program)),
        chain=target.chain,
        layout=layout.name,
        structs=tuple(_structs(program)),
        libraries=tuple(_libraries(program)),
        aliases=tuple(Alias(alias.name, str(alias.type)) for alias in program.aliases),
        state_properties=tuple(_state(program)),
        implicit_constructor=program.contract.constructor.is_implicit,
        file=basename(program.sources.files[0].name),
        source_map=source_map(code, program.sources),
        locks=locks,
        warnings=warnings,
    )


def _abi(program: typed.Program) -> Iterator[AbiEntry]:
    for index, entry in enumerate(program.entry_points):
        yield Function(entry.key.name, index, _parameters(entry.parameters))
    yield Constructor(_parameters(program.contract.constructor.parameters))


def _state(program: typed.Program) -> Iterator[Parameter]:
    for entry in program.contract.properties:
        if entry.is_state:
            yield Parameter(entry.name, str(entry.type))


def _parameters(parameters: Iterable[typed.Local]) -> tuple[Parameter, ...]:
    return tuple(Parameter(parameter.name, str(parameter.type)) for parameter in parameters)


def _structs(program: typed.Program) -> Iterator[Struct]:
    for struct in program.structs:
        yield Struct(struct.name, _fields("", struct.fields), struct.parameters)


def _libraries(program: typed.Program) -> Iterator[Library]:
    for library in program.libraries:
        prefix = "" if library.is_implicit else "ctor."
        properties = _fields("", library.properties)
        yield Library(library.name, _fields(prefix, library.arguments), properties, library.parameters)


def _fields(prefix: str, fields: Iterable[tuple[str, str]]) -> tuple[Parameter, ...]:
    return tuple(Parameter(prefix + name, kind) for name, kind in fields)
