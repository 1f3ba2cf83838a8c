"""JSON of the artifact: one row per field, with its name, its writer and its reader.

In: the attributes of an artifact, or a document of this or of the official compiler (versions 8 and 9). Out: the object
for `json`, or the attributes.
"""

from collections.abc import Callable
from typing import Any, Final

from penstock.artifact.errors import ArtifactError
from penstock.artifact.json_reader import JsonValue
from penstock.artifact.source_map import SourceFile, SourceMap
from penstock.artifact.types import AbiEntry, Alias, Constructor, Function, Library, Parameter, ParameterLock, Struct
from penstock.errors import hides_frames
from penstock.records import Record
from penstock.script.chains import CHAINS, DEFAULT_CHAIN, Chain
from penstock.script.lock_times import Lock

__tracebackhide__ = hides_frames

_READABLE_VERSIONS: Final = (8, 9)


class JsonField(Record, frozen=True):
    """A field of the JSON.

    Attributes:
        name: its name in the JSON.
        attribute: the attribute of `Artifact` with its value.
        write: converts the attribute's value to a value for `json`.
        read: returns the attribute's value from the document and the field's name; None for a derived field.
    """

    name: str
    attribute: str
    # Annotated loosely because each attribute has its own type.
    write: Callable[[Any], object]
    read: Callable[[JsonValue, str], Any] | None


def write_fields(artifact: object) -> dict[str, object]:
    """Return the JSON object of an artifact, in the order of `FIELDS`."""
    return {row.name: row.write(getattr(artifact, row.attribute)) for row in FIELDS}


def read_fields(document: JsonValue) -> dict[str, Any]:
    """Return the attributes of the artifact in a document.

    Raises:
        ArtifactError: an unknown version, a missing or damaged field.
    """
    return {row.attribute: row.read(document, row.name) for row in FIELDS if row.read is not None}


def _unchanged(value: object) -> object:
    return value


def _read_version(document: JsonValue, name: str) -> int:
    version = document.get(name)
    if version.natural() not in _READABLE_VERSIONS:
        raise version.error(f"version {version.value} cannot be read, only 8 and 9: compile the contract again")
    return version.natural()


def _required_text(document: JsonValue, name: str) -> str:
    return document.get(name).text()


def _text(document: JsonValue, name: str) -> str:
    found = document.find(name)
    return found.text() if found else ""


def _read_chain(document: JsonValue, name: str) -> Chain:
    """Read the target; artifacts of other compilers have none, and belong to the default chain."""
    target = _text(document, name) or DEFAULT_CHAIN.name
    if target not in CHAINS:
        raise ArtifactError(name, f"{target!r} is not one of {', '.join(CHAINS)}")
    return CHAINS[target]


def _truth(source: JsonValue, name: str) -> bool:
    found = source.find(name)
    return found is not None and found.truth()


def _list(source: JsonValue, name: str) -> tuple[JsonValue, ...]:
    found = source.find(name)
    return tuple(found.items()) if found else ()


def _parameters(source: JsonValue, name: str) -> tuple[Parameter, ...]:
    return tuple(map(_read_parameter, _list(source, name)))


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


def _read_abi(document: JsonValue, name: str) -> tuple[AbiEntry, ...]:
    source = document.get(name)
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
        raise lock.error(f"{lock.text()!r} is not one of {', '.join(Lock)}")
    return ParameterLock(source.get("name").text(), Lock(lock.text()))


def _many(read: Callable[[JsonValue], object]) -> Callable[[JsonValue, str], object]:
    """Return a function that reads a list; an absent one is empty."""
    return lambda document, name: tuple(map(read, _list(document, name)))


def _read_parameter(source: JsonValue) -> Parameter:
    return Parameter(source.get("name").text(), source.get("type").text())


def _read_alias(source: JsonValue) -> Alias:
    return Alias(source.get("name").text(), source.get("type").text())


def _read_map(document: JsonValue, name: str) -> SourceMap:
    """Read a map of this compiler, or the list of places of version 8."""
    found = document.find(name)
    if found is None or found.value in ("", []):
        return SourceMap()
    if isinstance(found.value, list):
        return SourceMap.read_places(found, [SourceFile(file.text()) for file in _list(document, "sources")])
    return SourceMap.read(found)


def _typed(parameters: tuple[Parameter, ...] | tuple[Alias, ...]) -> list[dict[str, str]]:
    return [{"name": parameter.name, "type": parameter.type} for parameter in parameters]


def _abi_object(entry: AbiEntry) -> dict[str, object]:
    match entry:
        case Function(name=name, index=index, params=params):
            return {"type": entry.kind, "name": name, "index": index, "params": _typed(params)}
        case Constructor(params=params):
            return {"type": entry.kind, "params": _typed(params)}


def _struct_object(struct: Struct) -> dict[str, object]:
    return {"name": struct.name, "params": _typed(struct.params), "genericTypes": list(struct.generic_types)}


def _library_object(library: Library) -> dict[str, object]:
    return {
        "name": library.name,
        "params": _typed(library.params),
        "properties": _typed(library.properties),
        "genericTypes": list(library.generic_types),
    }


def _lock_object(lock: ParameterLock) -> dict[str, object]:
    return {"name": lock.name, "lock": lock.lock.value}


def _objects(write: Callable[[Any], object]) -> Callable[[Any], object]:
    """Return a function that writes a list."""
    return lambda values: [write(value) for value in values]


FIELDS: Final = (
    JsonField("version", "version", _unchanged, _read_version),
    JsonField("compilerVersion", "compiler_version", _unchanged, _text),
    JsonField("contract", "contract", _unchanged, _required_text),
    JsonField("md5", "md5", _unchanged, _text),
    JsonField("structs", "structs", _objects(_struct_object), _many(_read_struct)),
    JsonField("library", "libraries", _objects(_library_object), _many(_read_library)),
    JsonField("alias", "aliases", _typed, _many(_read_alias)),
    JsonField("abi", "abi", _objects(_abi_object), _read_abi),
    JsonField("stateProps", "state_properties", _typed, _parameters),
    JsonField("buildType", "build_type", _unchanged, _text),
    JsonField("file", "file", _unchanged, _text),
    JsonField("hex", "hex", _unchanged, _required_text),
    JsonField("sourceMapFile", "source_map_file", _unchanged, _text),
    JsonField("implicitConstructor", "implicit_constructor", _unchanged, _truth),
    # Penstock's own:
    JsonField("asm", "asm", _unchanged, None),
    JsonField("target", "chain", str, _read_chain),
    JsonField("layout", "layout", _unchanged, _text),
    JsonField("sourceMap", "source_map", SourceMap.to_object, _read_map),
    JsonField("locks", "locks", _objects(_lock_object), _many(_read_lock)),
)
"""The fields in the names and the order of version 9 of the SDKs' format; Penstock's own are last."""
