"""What compiling gives: the artifact, version 9 of the SDKs' format plus `asm`, `target` and `sourceMap` of our own.

In: the compiler's results, or JSON of this or of the official compiler (versions 8 and 9). Out: a frozen value, and
JSON that is the same to the byte whenever the value is the same: nothing in it depends on the machine or the hour.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from penstock.artifact.basic_types import BASIC_TYPES, BasicType, Kind
from penstock.artifact.errors import ArtifactError
from penstock.artifact.json_reader import JsonValue
from penstock.artifact.source_map import Location, Position, Segment, SourceFile, SourceMap
from penstock.artifact.source_warning import CompileWarning, SourceWarning
from penstock.artifact.template import Placeholder, Template, template_md5
from penstock.artifact.types import AbiEntry, Alias, Constructor, Function, Library, Parameter, ParameterLock, Struct
from penstock.errors import hides_frames
from penstock.script.chains import CHAINS, DEFAULT_CHAIN, Chain
from penstock.script.lock_times import Lock

if TYPE_CHECKING:
    from penstock.contract.instantiate import Contract

__tracebackhide__ = hides_frames

__all__ = [
    "ARTIFACT_VERSION",
    "BASIC_TYPES",
    "AbiEntry",
    "Alias",
    "Artifact",
    "ArtifactError",
    "BasicType",
    "CompileWarning",
    "Constructor",
    "Function",
    "Kind",
    "Library",
    "Location",
    "Parameter",
    "ParameterLock",
    "Placeholder",
    "Position",
    "Segment",
    "SourceFile",
    "SourceMap",
    "SourceWarning",
    "Struct",
    "Template",
    "template_md5",
]

ARTIFACT_VERSION: Final = 9
_READABLE_VERSIONS: Final = (8, 9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A compiled contract.

    Attributes:
        contract: the contract's name.
        compiler_version: the compiler that made it.
        hex: the locking script's template: lower-case hex with `<name>` placeholders, one push each.
        abi: the public functions in order of declaration, then the constructor.
        chain: the chain it was compiled for; `target` is its name.
        md5: md5 of the template (`template_md5`); files of other compilers may hold that of the source.
        structs: every struct that the sources declare.
        libraries: every library that the sources declare.
        aliases: every type alias that the sources declare.
        state_properties: the properties marked `@state`.
        implicit_constructor: whether the constructor's arguments are the properties, each by its name; artifacts of
            other compilers do not say so.
        build_type: `release` or `debug`.
        file: the source file; a bare name in artifacts of this compiler.
        source_map_file: where another compiler put its source map; ours is inside.
        source_map: which source line each opcode came from.
        locks: the constructor's leaves that are lock times; `instantiate` takes numbers that lock something for them.
        version: the format's version.
        warnings: what the compiler warns of, in source order. No part of the JSON, which other programs read, nor of
            what makes two artifacts equal.
    """

    contract: str
    compiler_version: str
    hex: str
    abi: tuple[AbiEntry, ...]
    chain: Chain = DEFAULT_CHAIN
    md5: str = ""
    structs: tuple[Struct, ...] = ()
    libraries: tuple[Library, ...] = ()
    aliases: tuple[Alias, ...] = ()
    state_properties: tuple[Parameter, ...] = ()
    implicit_constructor: bool = False
    build_type: str = "release"
    file: str = ""
    source_map_file: str = ""
    source_map: SourceMap = field(default=SourceMap(), repr=False)
    locks: tuple[ParameterLock, ...] = ()
    version: int = ARTIFACT_VERSION
    warnings: tuple[SourceWarning, ...] = field(default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.md5:
            object.__setattr__(self, "md5", template_md5(self.hex))

    @property
    def target(self) -> str:
        """The name of the chain it was compiled for: `bsv` or `btc`."""
        return self.chain.name

    @property
    def template(self) -> Template:
        """The locking script with its placeholders.

        Raises:
            ArtifactError: `hex` is no template.
        """
        return Template.parse(self.hex)

    @property
    def asm(self) -> str:
        """The template as assembler text, placeholders as `<name>`."""
        return self.template.asm(self.chain)

    @property
    def functions(self) -> tuple[Function, ...]:
        """The public functions, in order of declaration."""
        return tuple(entry for entry in self.abi if isinstance(entry, Function))

    @property
    def constructor(self) -> Constructor:
        """What `instantiate` takes; empty if the ABI lists none."""
        return next((entry for entry in self.abi if isinstance(entry, Constructor)), Constructor())

    @property
    def assembly_variables(self) -> tuple[str, ...]:
        """The names of the variables of inline assembly, `Owner.function.variable`, which `instantiate` takes as `asm`.

        Raises:
            ArtifactError: the constructor has a type that the artifact does not describe.
        """
        from penstock.contract.instantiate import assembly_variables  # noqa: PLC0415 - as below

        return assembly_variables(self)

    def location(self, opcode_index: int) -> Location | None:
        """Return the source place that opcode `opcode_index` of the locking script came from, if known."""
        return self.source_map.location(opcode_index)

    def source_line(self, opcode_index: int) -> str | None:
        """Return the source line that opcode `opcode_index` came from, stripped; None if it is not known."""
        location = self.location(opcode_index)
        return location.text if location and location.text else None

    def state_in(self, script: bytes) -> Mapping[str, int | bool | bytes]:
        """Return the state that a locking script carries, leaf by leaf (`board[3]`), whatever its code is.

        Nothing if the contract keeps no state, if the script has none of it, or before the first transition.
        """
        from penstock.contract.instantiate import state_in  # noqa: PLC0415 - as below

        return state_in(self, script)

    # Annotated loosely because a constructor takes whatever its parameters' types say.
    def instantiate(self, *args: Any, asm: Mapping[str, bytes | int] | None = None, **kwargs: Any) -> "Contract":
        """Fill the placeholders with constructor arguments, positional or by name.

        A contract with state begins in its genesis: its state is what these arguments make.

        Args:
            args: constructor arguments by position.
            asm: what the variables of inline assembly push, by their names in `assembly_variables`.
            kwargs: constructor arguments by name.

        Raises:
            ArgumentError: a value of the wrong type or length, one missing, one too many, a name unknown.
        """
        from penstock.contract.instantiate import instantiate  # noqa: PLC0415 - the compiler needs the value only

        return instantiate(self, args, kwargs, asm or {})

    def match(self, script: bytes) -> "Contract | None":
        """Return the contract whose locking script is `script`; None if it was not made from this template.

        The contract has the constructor's values back, and its state.
        """
        from penstock.contract.instantiate import match  # noqa: PLC0415 - as above

        return match(self, script)

    def to_json(self) -> str:
        """Return the artifact as JSON text with a final line end."""
        return json.dumps(_to_object(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Artifact":
        """Read an artifact of version 8 or 9, ours or the official compiler's.

        Raises:
            ArtifactError: no JSON, an unknown version, a field missing or damaged.
        """
        return _read(JsonValue.parse(text))


def _to_object(artifact: Artifact) -> dict[str, object]:
    """Name the fields as the format does, in its order; ours come last."""
    return {
        "version": artifact.version,
        "compilerVersion": artifact.compiler_version,
        "contract": artifact.contract,
        "md5": artifact.md5,
        "structs": [
            {"name": struct.name, "params": _typed(struct.params), "genericTypes": list(struct.generic_types)}
            for struct in artifact.structs
        ],
        "library": [
            {
                "name": library.name,
                "params": _typed(library.params),
                "properties": _typed(library.properties),
                "genericTypes": list(library.generic_types),
            }
            for library in artifact.libraries
        ],
        "alias": _typed(artifact.aliases),
        "abi": [_abi_object(entry) for entry in artifact.abi],
        "stateProps": _typed(artifact.state_properties),
        "buildType": artifact.build_type,
        "file": artifact.file,
        "hex": artifact.hex,
        "sourceMapFile": artifact.source_map_file,
        "implicitConstructor": artifact.implicit_constructor,
        "asm": artifact.asm,
        "target": artifact.target,
        "sourceMap": artifact.source_map.to_object(),
        "locks": [{"name": each.name, "lock": each.lock.value} for each in artifact.locks],
    }


def _typed(parameters: tuple[Parameter, ...] | tuple[Alias, ...]) -> list[dict[str, str]]:
    return [{"name": parameter.name, "type": parameter.type} for parameter in parameters]


def _abi_object(entry: AbiEntry) -> dict[str, object]:
    match entry:
        case Function(name=name, index=index, params=params):
            return {"type": entry.kind, "name": name, "index": index, "params": _typed(params)}
        case Constructor(params=params):
            return {"type": entry.kind, "params": _typed(params)}


def _read(source: JsonValue) -> Artifact:
    version = source.get("version")
    if version.natural() not in _READABLE_VERSIONS:
        raise version.error(f"version {version.value} cannot be read, only 8 and 9: compile the contract again")
    artifact = Artifact(
        version=version.natural(),
        compiler_version=_text(source, "compilerVersion"),
        contract=source.get("contract").text(),
        md5=_text(source, "md5"),
        structs=tuple(map(_read_struct, _list(source, "structs"))),
        libraries=tuple(map(_read_library, _list(source, "library"))),
        aliases=tuple(Alias(alias.get("name").text(), alias.get("type").text()) for alias in _list(source, "alias")),
        abi=_read_abi(source.get("abi")),
        state_properties=_parameters(source, "stateProps"),
        implicit_constructor=_truth(source, "implicitConstructor"),
        build_type=_text(source, "buildType"),
        file=_text(source, "file"),
        hex=source.get("hex").text(),
        source_map_file=_text(source, "sourceMapFile"),
        chain=_read_chain(source),
        source_map=_read_map(source),
        locks=tuple(map(_read_lock, _list(source, "locks"))),
    )
    artifact.template  # noqa: B018 - refuses a damaged template now rather than when it is used
    return artifact


def _text(source: JsonValue, name: str) -> str:
    found = source.find(name)
    return found.text() if found else ""


def _read_chain(source: JsonValue) -> Chain:
    """Read the target; artifacts of other compilers have none, and are for the default chain."""
    name = _text(source, "target") or DEFAULT_CHAIN.name
    if name not in CHAINS:
        raise ArtifactError("target", f"{name!r} is none of {', '.join(CHAINS)}")
    return CHAINS[name]


def _truth(source: JsonValue, name: str) -> bool:
    found = source.find(name)
    return found is not None and found.truth()


def _list(source: JsonValue, name: str) -> tuple[JsonValue, ...]:
    found = source.find(name)
    return tuple(found.items()) if found else ()


def _parameters(source: JsonValue, name: str) -> tuple[Parameter, ...]:
    return tuple(Parameter(item.get("name").text(), item.get("type").text()) for item in _list(source, name))


def _generic_types(source: JsonValue) -> tuple[str, ...]:
    return tuple(item.text() for item in _list(source, "genericTypes"))


def _read_struct(source: JsonValue) -> Struct:
    return Struct(source.get("name").text(), _parameters(source, "params"), _generic_types(source))


def _read_library(source: JsonValue) -> Library:
    return Library(
        source.get("name").text(),
        _parameters(source, "params"),
        _parameters(source, "properties"),
        _generic_types(source),
    )


def _read_abi(source: JsonValue) -> tuple[AbiEntry, ...]:
    entries = tuple(map(_read_abi_entry, source.items()))
    functions = [entry for entry in entries if isinstance(entry, Function)]
    if [function.index for function in functions] != list(range(len(functions))):
        raise source.error("the functions' indexes are not 0, 1, 2, … in order")
    if len({function.name for function in functions}) < len(functions):
        raise source.error("two functions have one name")
    if len(entries) - len(functions) > 1:
        raise source.error("more than one constructor")
    return entries


def _read_abi_entry(source: JsonValue) -> AbiEntry:
    kind = source.get("type")
    match kind.text():
        case Function.kind:
            return Function(source.get("name").text(), source.get("index").natural(), _parameters(source, "params"))
        case Constructor.kind:
            return Constructor(_parameters(source, "params"))
        case other:
            raise kind.error(f"{other!r} is neither a function nor a constructor")


def _read_lock(source: JsonValue) -> ParameterLock:
    lock = source.get("lock")
    if lock.text() not in tuple(Lock):
        raise lock.error(f"{lock.text()!r} is none of {', '.join(Lock)}")
    return ParameterLock(source.get("name").text(), Lock(lock.text()))


def _read_map(source: JsonValue) -> SourceMap:
    """Read our own map, or the list of places of version 8."""
    found = source.find("sourceMap")
    if found is None or found.value in ("", []):
        return SourceMap()
    if isinstance(found.value, list):
        return SourceMap.read_places(found, [SourceFile(file.text()) for file in _list(source, "sources")])
    return SourceMap.read(found)
