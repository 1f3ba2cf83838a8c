"""The last stage: what was compiled, as an artifact.

In: the typed tree and the instructions. Out: the artifact with its ABI (types resolved, in the reference's spelling),
template and source map. Nothing in it depends on the machine or the hour.
"""

from collections.abc import Iterable, Iterator
from posixpath import basename
from typing import Final

from penstock.contract.artifact import (
    AbiEntry,
    Alias,
    Artifact,
    BasicType,
    Constructor,
    Function,
    Library,
    Parameter,
)
from penstockc.codegen.emit import source_map, template_hex
from penstockc.codegen.instructions import Code
from penstockc.language.types import ArrayType, LibraryType, Type
from penstockc.semantics import typed
from penstockc.targets import Target

COMPILER_VERSION: Final = "0.1.0+penstock"


def make_artifact(program: typed.Program, code: Code, target: Target) -> Artifact:
    """Return the artifact of a compiled program."""
    return Artifact(
        contract=program.main,
        compiler_version=COMPILER_VERSION,
        hex=template_hex(code),
        abi=tuple(_abi(program)),
        target=target.name,
        libraries=tuple(_libraries(program)),
        aliases=tuple(Alias(alias.name, str(alias.type)) for alias in program.aliases),
        file=basename(program.sources.files[0].name),
        source_map=source_map(code, program.sources),
    )


def _abi(program: typed.Program) -> Iterator[AbiEntry]:
    for index, entry in enumerate(program.entry_points):
        yield Function(entry.key.name, index, _parameters(entry.parameters))
    yield Constructor(_parameters(program.contract.constructor.parameters))


def _parameters(parameters: Iterable[typed.Local]) -> tuple[Parameter, ...]:
    return tuple(Parameter(parameter.name, str(parameter.type)) for parameter in parameters)


def _libraries(program: typed.Program) -> Iterator[Library]:
    """Yield the libraries, and the contracts whose instances the ABI takes: all that a value can be made of."""
    taken = {name for owner in _abi_types(program) for name in _classes_in(owner)}
    for definition in program.classes.values():
        if not definition.is_contract or definition.name in taken:
            constructor = definition.constructor
            prefix = "" if constructor.is_implicit else "ctor."
            yield Library(
                definition.name,
                tuple(Parameter(prefix + local.name, str(local.type)) for local in constructor.parameters),
                tuple(Parameter(entry.name, str(entry.type)) for entry in definition.properties),
            )


def _abi_types(program: typed.Program) -> Iterator[Type]:
    parameters = [program.contract.constructor.parameters, *(entry.parameters for entry in program.entry_points)]
    yield from (local.type for locals_ in parameters for local in locals_)


def _classes_in(kind: Type) -> Iterator[str]:
    match kind:
        case BasicType():
            return
        case ArrayType(element=element):
            yield from _classes_in(element)
        case LibraryType(name=name, fields=fields):
            yield name
            for _, field_type in fields:
                yield from _classes_in(field_type)
