"""Values of arguments from text: text and the parameter's type in, Python values out.

| text                     | means                                                                     |
|--------------------------|---------------------------------------------------------------------------|
| `42`, `-1`, `0x2a`       | a number, for `int`                                                       |
| `true`, `false`          | for `bool`                                                                |
| `0x00ff`, `0x`           | bytes                                                                     |
| `@movie.part1`           | the bytes of a file                                                       |
| `text:open sesame`       | the bytes of a text (UTF-8)                                               |
| `sig:KEY`, `sig:KEY:NONE` | a signature for this spend, of hash type ALL or the given one             |
| `pub:KEY`                | the public key of a private key                                           |
| `sha256:VALUE` …         | the hash of any of these; also hash256, hash160, ripemd160, sha1          |
| `preimage`, `preimage:NONE` | the preimage that the function requires, or of the given hash type      |
| `[1, 2]`, `{x=1, y=2}`   | an array, a struct                                                        |
| `{k=v, …}`, `{e, …}`     | a `HashedMap`, a `HashedSet`, with its keys and values                    |
| `item:MAP:KEY`           | the `SortedItem` of a key in a map or set of the state, with its index    |
| `{"x": 1, "y": [true]}`  | the same as JSON; strings in it may be any of these                       |

A KEY is a private key in wallet import format, 32 bytes as `0x…`, or `@FILE` with one of them in it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, assert_never

from penstock.artifact.artifact import BasicType, Kind
from penstock.cli.brackets import given_twice, inside, json_value, pair, shown
from penstock.contract.errors import ArgumentError
from penstock.contract.values.arguments import LeafValue, Lengths, flatten
from penstock.contract.values.demanded import PREIMAGE
from penstock.contract.values.hashed import HashedMap, HashedSet
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape
from penstock.script.hashes import hash160, hash256, ripemd160, sha1, sha256
from penstock.tx.keys import KeyFormatError, PrivateKey


class Signing(Protocol):
    """A spend, as far as values are made from it."""

    def sign(self, key: PrivateKey, hash_type: str = "ALL", *, separator: int | None = None) -> bytes:
        """Return a signature, see `Spend.sign`."""

    def preimage(self, hash_type: str = "ALL", *, separator: int | None = None) -> bytes:
        """Return a preimage, see `Spend.preimage`."""


Leaves = list[LeafValue]
"""A key, value or element of a map or set, leaf by leaf: so an array and a struct are alike."""
Hashed = HashedMap[Leaves, Leaves] | HashedSet[Leaves]
Maps = dict[str, Hashed]
"""Maps and sets by the names of their properties."""

_HASHES: Final = {"sha256": sha256, "hash256": hash256, "hash160": hash160, "ripemd160": ripemd160, "sha1": sha1}
_BOOLS: Final = {"true": True, "false": False}
_BYTES_FORMS: Final = "0x…, @file, text:…, pub:KEY, sig:KEY or sha256:…"
_RAW: Final = "_data="
"""A map given as the bytes that the contract stores: `{_data=0x…}`."""
_ITEM: Final = "item:"


@dataclass(frozen=True, slots=True)
class ValueReader:
    """Parses the text of an argument as a value of its type.

    Attributes:
        spend: makes the signature of `sig:`, and the preimage of a hash type; None if there is nothing to sign yet.
        maps: the maps and sets of `item:`; those that are read are added.
    """

    spend: Signing | None = None
    maps: Maps = field(default_factory=dict)

    def read(self, name: str, shape: Shape, text: str) -> object:
        """Return the value of `text` for the parameter `name`.

        Raises:
            ArgumentError: the text is not a value of this type.
            KeyFormatError: a KEY is invalid.
            OSError: a file cannot be read.
        """
        match shape:
            case BasicType.SIG_HASH_PREIMAGE | BasicType.BYTES if text == "preimage" and self.spend is not None:
                return PREIMAGE
            case BasicType():
                return self._leaf(name, shape, text)
            case RecordShape(name="SortedItem") if text.startswith(_ITEM):
                return self._item(name, shape, text)
            case ArrayShape() | RecordShape() if (value := json_value(name, text)) is not None:
                return self._convert(name, shape, value)
            case ArrayShape(element=element):
                items = inside(name, shape, text, "[")
                return [self.read(f"{name}[{index}]", element, item) for index, item in enumerate(items)]
            case RecordShape():
                parts = inside(name, shape, text, "{")
                if _is_hashed(shape) and not (parts and parts[0].startswith(_RAW)):
                    return self._hashed(name, shape, [pair(part) if _is_map(shape) else (part, None) for part in parts])
                return self._record(name, shape, [pair(part) for part in parts], text)
            case _:
                assert_never(shape)

    def _record(self, name: str, shape: RecordShape, given: Sequence[tuple[str, object]], text: str) -> object:
        """Return the value of a struct or library; a value in `given` is text, or from JSON."""
        shapes = {field.name: field.shape for field in shape.fields}
        if set(dict(given)) != set(shapes) or None in dict(given).values():
            raise ArgumentError(name, f"{{{', '.join(f'{key}=…' for key in shapes)}}} ({shape})", shown(text))
        _refuse_twice(name, [key for key, _ in given])
        return {key: self._convert(f"{name}.{key}", shapes[key], value) for key, value in given}

    def _hashed(self, name: str, shape: RecordShape, entries: Sequence[tuple[object, object]]) -> Hashed:
        """Return a map with its keys and values, or a set with its elements (None for values)."""
        of_key, of_value = shape.type_arguments[0], shape.type_arguments[-1]
        pairs: list[tuple[Leaves, Leaves]] = []
        known: set[tuple[LeafValue, ...]] = set()
        for key, value in entries:
            place = f"{name}[{key if isinstance(key, str) else json.dumps(key)}]"
            if _is_map(shape) and value is None:
                raise ArgumentError(name, f"{{key=value, …}} ({shape})", shown(str(key)))
            read = self._leaves(place, of_key, key)
            if tuple(read) in known:
                raise given_twice(name, str(key))
            known.add(tuple(read))
            pairs.append((read, self._leaves(place, of_value, value) if _is_map(shape) else []))
        made: Hashed = HashedMap(pairs) if _is_map(shape) else HashedSet(key for key, _ in pairs)
        self.maps[name] = made
        return made

    def _leaves(self, name: str, shape: Shape, value: object) -> Leaves:
        """Return a key, value or element, checked: the contract has only its hash."""
        found = flatten(name, shape, self._convert(name, shape, value), Lengths.EXACT_OR_EMPTY)
        return [argument.value for argument in found]

    def _item(self, name: str, shape: RecordShape, text: str) -> Mapping[str, object]:
        """Return the `SortedItem` of `item:MAP:KEY`: the key, and its present or future index."""
        map_name, colon, key = text.removeprefix(_ITEM).partition(":")
        if not colon or map_name not in self.maps:
            there_are = ", ".join(self.maps) or "none"
            raise ArgumentError(name, f"item:MAP:KEY with a map of --set or --state ({there_are})", shown(text))
        of_key = shape.type_arguments[0]
        index = self.maps[map_name].item(self._leaves(name, of_key, key)).idx
        return {"item": self.read(name, of_key, key), "idx": index}

    def _convert(self, name: str, shape: Shape, value: object) -> object:
        """Convert a value that is text, or from JSON: strings in that are read as separate texts."""
        match shape, value:
            case _, str():
                return self.read(name, shape, value)
            case ArrayShape(element=element), list():
                return [self._convert(f"{name}[{index}]", element, item) for index, item in enumerate(value)]
            case RecordShape(), dict() if _is_map(shape) and _RAW[:-1] not in value:
                return self._hashed(name, shape, list(value.items()))
            case RecordShape(), list() if _is_hashed(shape) and not _is_map(shape):
                return self._hashed(name, shape, [(item, None) for item in value])
            case RecordShape(), dict():
                return self._record(name, shape, list(value.items()), json.dumps(value))
            case BasicType(kind=Kind.BOOL), bool():
                return value
            case BasicType(kind=Kind.INT), int() if not isinstance(value, bool):
                return value
            case _:
                raise ArgumentError(name, _expected(shape), shown(json.dumps(value)))

    def read_bytes(self, name: str, text: str) -> bytes:
        """Return the bytes of `text`; raises the errors of `read`."""
        return self._bytes(name, BasicType.BYTES, text)

    def _leaf(self, name: str, basic: BasicType, text: str) -> object:
        match basic.kind:
            case Kind.INT:
                return _number(name, basic, text)
            case Kind.BOOL:
                if text not in _BOOLS:
                    raise ArgumentError(name, "true or false", shown(text))
                return _BOOLS[text]
            case Kind.BYTES:
                return self._bytes(name, basic, text)

    def _bytes(self, name: str, basic: BasicType, text: str) -> bytes:
        hashes: list[Callable[[bytes], bytes]] = []
        form, colon, rest = text.partition(":")
        while colon and form in _HASHES:
            hashes.append(_HASHES[form])
            text = rest
            form, colon, rest = text.partition(":")
        data = self._plain_bytes(name, basic, text)
        for digest in reversed(hashes):
            data = digest(data)
        return data

    def _plain_bytes(self, name: str, basic: BasicType, text: str) -> bytes:
        form, colon, rest = text.partition(":")
        if text.startswith("@") and len(text) > 1:
            return Path(text[1:]).read_bytes()
        if text.startswith("0x"):
            return _hex(name, text)
        match form:
            case "text" if colon:
                return rest.encode("utf-8", "surrogateescape")  # restores bytes that the locale could not decode
            case "pub" if colon:
                return read_key(rest).public_key
            case "sig" if colon:
                return self._signature(name, rest)
            case "preimage" if colon and self.spend is not None:
                hash_type, separator = _hash_type(name, rest)
                return self.spend.preimage(hash_type, separator=separator)
            case "preimage" if self.spend is not None:
                raise ArgumentError(name, str(basic), "preimage (declare the parameter as SigHashPreimage)")
            case "preimage":
                raise ArgumentError(name, "a value that is known before the spend", "its preimage")
            case _:
                raise ArgumentError(name, f"{basic} as {_BYTES_FORMS}", shown(text))

    def _signature(self, name: str, text: str) -> bytes:
        """Return the signature of `KEY`, `KEY:HASH_TYPE` or `KEY:HASH_TYPE@SEPARATOR`."""
        if self.spend is None:
            raise ArgumentError(name, "a value that is known before the spend", "a signature for it")
        key, _, rest = text.partition(":")
        hash_type, separator = _hash_type(name, rest)
        return self.spend.sign(read_key(key), hash_type, separator=separator)


def _hash_type(name: str, text: str) -> tuple[str, int | None]:
    """Parse `HASH_TYPE` or `HASH_TYPE@SEPARATOR`; the hash type is ALL if it is left out."""
    hash_type, at, separator = text.partition("@")
    if at and not (separator.isascii() and separator.isdigit()):
        raise ArgumentError(name, "the number of a code separator after @, from 0, as in ALL@0", shown(text))
    return hash_type or "ALL", int(separator) if at else None


def read_key(text: str) -> PrivateKey:
    """Parse a private key: wallet import format, 32 bytes as `0x…`, or `@FILE` with one of them in it.

    Raises:
        KeyFormatError: it is none of these forms; the message does not repeat it.
        OSError: the file cannot be read.
    """
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text("utf-8").strip()
        except UnicodeDecodeError:
            raise KeyFormatError(f"the file {text[1:]} is not text: a key is text, or 0x and 64 digits") from None
    if not text.startswith("0x"):
        return PrivateKey.from_wif(text)
    try:
        secret = bytes.fromhex(text[2:])
    except ValueError:
        raise KeyFormatError("a private key as 0x… has 64 hexadecimal digits") from None
    return PrivateKey.from_bytes(secret)


def _is_map(shape: RecordShape) -> bool:
    """Return whether values of a shape are maps whose keys and values are typed."""
    return shape.name == "HashedMap" and len(shape.type_arguments) == 2


def _is_hashed(shape: RecordShape) -> bool:
    """Return whether values of a shape are maps or sets whose keys, values and elements are typed."""
    return _is_map(shape) or (shape.name == "HashedSet" and len(shape.type_arguments) == 1)


def _refuse_twice(name: str, keys: Sequence[str]) -> None:
    """Raise ArgumentError for a field that is given twice."""
    if twice := [key for key in keys if keys.count(key) > 1]:
        raise given_twice(name, twice[0])


def _expected(shape: Shape) -> str:
    """Return the forms of a value, for a message about JSON."""
    match shape:
        case ArrayShape():
            return f"[…, …] ({shape})"
        case RecordShape():
            return f"{{…, …}} ({shape})"
        case BasicType():
            forms = {Kind.INT: "as a number", Kind.BOOL: "as true or false", Kind.BYTES: f"as {_BYTES_FORMS}"}
            return f"{shape} {forms[shape.kind]}"
        case _:
            assert_never(shape)


def _number(name: str, basic: BasicType, text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise ArgumentError(name, f"{basic} as a decimal or 0x… number", shown(text)) from None


def _hex(name: str, text: str) -> bytes:
    try:
        return bytes.fromhex(text[2:])
    except ValueError:
        raise ArgumentError(name, "whole bytes in hexadecimal after 0x", shown(text)) from None
