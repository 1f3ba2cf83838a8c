"""Artifact: the result of compiling, version 9 of the SDKs' format plus Penstock's `asm`, `target` and `sourceMap`.

In: the compiler's results, or JSON of this or of the official compiler (versions 8 and 9). Out: a frozen value, and
JSON that is identical for identical values: it does not depend on the machine or the time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from penstock.artifact.basic_types import BASIC_TYPES, BasicType, Kind
from penstock.artifact.errors import ArtifactError
from penstock.artifact.json_fields import read_fields, write_fields
from penstock.artifact.json_reader import JsonValue
from penstock.artifact.source_map import Location, Position, Segment, SourceFile, SourceMap
from penstock.artifact.source_warning import CompileWarning, SourceWarning
from penstock.artifact.template import Placeholder, Template, template_md5
from penstock.artifact.types import AbiEntry, Alias, Constructor, Function, Library, Parameter, ParameterLock, Struct
from penstock.errors import hides_frames
from penstock.script.chains import DEFAULT_CHAIN, Chain

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A compiled contract.

    Attributes:
        contract: the contract's name.
        compiler_version: the version of the compiler.
        hex: the locking script's template: lower-case hex with `<name>` placeholders, one push each.
        abi: the public functions in order of declaration, then the constructor.
        chain: the chain it was compiled for; `target` is its name.
        layout: the layout of the script, `smallest` or `official`; empty in artifacts of other compilers.
        md5: md5 of the template (`template_md5`); files of other compilers may hold that of the source.
        structs: every struct that the sources declare.
        libraries: every library that the sources declare.
        aliases: every type alias that the sources declare.
        state_properties: the properties marked `@state`.
        implicit_constructor: whether the constructor's arguments are the properties, each by its name; unknown in
            artifacts of other compilers.
        build_type: `release` or `debug`.
        file: the source file; a bare name in artifacts of this compiler.
        source_map_file: the source map's file of another compiler; this compiler's map is inside.
        source_map: the source line of each opcode.
        locks: the constructor's leaves that are lock times; `instantiate` refuses numbers that lock nothing for them.
        version: the format's version.
        warnings: the compiler's warnings, in source order. Not part of the JSON, which other programs read, nor of
            the comparison of two artifacts.
    """

    contract: str
    compiler_version: str
    hex: str
    abi: tuple[AbiEntry, ...]
    chain: Chain = DEFAULT_CHAIN
    layout: str = ""
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
        """The name of the artifact's chain: `bsv` or `btc`."""
        return self.chain.name

    @property
    def template(self) -> Template:
        """The locking script with its placeholders.

        Raises:
            ArtifactError: `hex` is not a template.
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
        """The constructor, for `instantiate`; empty if the ABI lists none."""
        return next((entry for entry in self.abi if isinstance(entry, Constructor)), Constructor())

    @property
    def assembly_variables(self) -> tuple[str, ...]:
        """The names of the variables of inline assembly, `Owner.function.variable`, which are the keys of `asm`.

        Raises:
            ArtifactError: the constructor has a type that the artifact does not describe.
        """
        from penstock.contract.instantiate import assembly_variables  # noqa: PLC0415 - as below

        return assembly_variables(self)

    def location(self, opcode_index: int) -> Location | None:
        """Return the source place of opcode `opcode_index` of the locking script; None if unknown.

        None too for an index outside the code: negative, in the state after the code, or past the end of the script.
        """
        location = self.source_map.location(opcode_index)
        return location if location and opcode_index < self.template.opcode_count else None

    def source_line(self, opcode_index: int) -> str | None:
        """Return the source line of opcode `opcode_index`, stripped; None if unknown."""
        location = self.location(opcode_index)
        return location.text if location and location.text else None

    def state_in(self, script: bytes) -> Mapping[str, int | bool | bytes]:
        """Return the state in a locking script, leaf by leaf (`board[3]`), independent of its code.

        Empty if the contract has no state, if the script contains none, or before the first transition.
        """
        from penstock.contract.instantiate import state_in  # noqa: PLC0415 - as below

        return state_in(self, script)

    # Annotated loosely because the types of a constructor's parameters are known at run time only.
    def instantiate(self, *args: Any, asm: Mapping[str, bytes | int] | None = None, **kwargs: Any) -> "Contract":
        """Fill the placeholders with constructor arguments, positional or by name.

        A contract with state starts with the state that these arguments make.

        Args:
            args: constructor arguments by position.
            asm: the values of the variables of inline assembly, by their names in `assembly_variables`.
            kwargs: constructor arguments by name.

        Raises:
            ArgumentError: a value of the wrong type or length, a missing or surplus value, or an unknown name.
        """
        from penstock.contract.instantiate import instantiate  # noqa: PLC0415 - the compiler does not need it

        return instantiate(self, args, kwargs, asm or {})

    def match(self, script: bytes) -> "Contract | None":
        """Return the contract whose locking script is `script`; None if it was not made from this template.

        The contract has the constructor's values and the state from the script.
        """
        from penstock.contract.instantiate import match  # noqa: PLC0415 - as above

        return match(self, script)

    def to_json(self) -> str:
        """Return the artifact as JSON text with a final newline."""
        return json.dumps(write_fields(self), indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Artifact":
        """Parse an artifact of version 8 or 9, of this or of the official compiler.

        Raises:
            ArtifactError: invalid JSON, an unknown version, a missing or damaged field.
        """
        artifact = cls(**read_fields(JsonValue.parse(text)))
        artifact.template  # noqa: B018 - reports a damaged template now rather than when it is used
        return artifact
