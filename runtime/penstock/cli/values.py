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
| `{"x": 1, "y": [true]}`  | the same as JSON; strings in it may be any of these                       |

A KEY is a private key in wallet import format, 32 bytes as `0x…`, or `@FILE` with one of them in it.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from penstock.artifact.artifact import BasicType, Kind
from penstock.contract.errors import ArgumentError
from penstock.contract.values.demanded import PREIMAGE
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape
from penstock.script.hashes import hash160, hash256, ripemd160, sha1, sha256
from penstock.tx.keys import KeyFormatError, PrivateKey

Sign = Callable[[PrivateKey, str], bytes]

_HASHES: Final = {"sha256": sha256, "hash256": hash256, "hash160": hash160, "ripemd160": ripemd160, "sha1": sha1}
_BOOLS: Final = {"true": True, "false": False}
_CLOSING: Final = {"[": "]", "{": "}"}
_BYTES_FORMS: Final = "0x…, @file, text:…, pub:KEY, sig:KEY or sha256:…"
_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class ValueReader:
    """Parses the text of an argument as a value of its type.

    Attributes:
        sign: makes the signature of `sig:`; None if there is nothing to sign yet.
        preimage: makes the preimage of a hash type; None as for `sign`.
    """

    sign: Sign | None = None
    preimage: Callable[[str], bytes] | None = None

    def read(self, name: str, shape: Shape, text: str) -> object:
        """Return the value of `text` for the parameter `name`.

        Raises:
            ArgumentError: the text is not a value of this type.
            KeyFormatError: a KEY is invalid.
            OSError: a file cannot be read.
        """
        match shape:
            case BasicType.SIG_HASH_PREIMAGE | BasicType.BYTES if text == "preimage" and self.preimage is not None:
                return PREIMAGE
            case BasicType():
                return self._leaf(name, shape, text)
            case ArrayShape() | RecordShape() if (value := _json(text)) is not None:
                return self._from_json(name, shape, value)
            case ArrayShape(element=element):
                items = _inside(name, shape, text, "[")
                return [self.read(f"{name}[{index}]", element, item) for index, item in enumerate(items)]
            case RecordShape(fields=fields):
                pairs = (item.partition("=") for item in _inside(name, shape, text, "{"))
                given = {key.strip(): value.strip() for key, _, value in pairs}
                shapes = {field.name: field.shape for field in fields}
                if set(given) != set(shapes):
                    raise ArgumentError(name, f"{{{', '.join(f'{key}=…' for key in shapes)}}} ({shape})", _shown(text))
                return {key: self.read(f"{name}.{key}", shapes[key], value) for key, value in given.items()}
            case _:
                assert_never(shape)

    def _from_json(self, name: str, shape: Shape, value: object) -> object:
        """Convert a value of JSON: strings in it are read as separate texts."""
        match shape, value:
            case ArrayShape(element=element), list():
                return [self._from_json(f"{name}[{index}]", element, item) for index, item in enumerate(value)]
            case RecordShape(fields=fields), dict():
                shapes = {field.name: field.shape for field in fields}
                return {
                    key: self._from_json(f"{name}.{key}", shapes[key], item) if key in shapes else item
                    for key, item in value.items()
                }
            case _, str():
                return self.read(name, shape, value)
            case _:
                return value

    def read_bytes(self, name: str, text: str) -> bytes:
        """Return the bytes of `text`; raises the errors of `read`."""
        return self._bytes(name, BasicType.BYTES, text)

    def _leaf(self, name: str, basic: BasicType, text: str) -> object:
        match basic.kind:
            case Kind.INT:
                return _number(name, basic, text)
            case Kind.BOOL:
                if text not in _BOOLS:
                    raise ArgumentError(name, "true or false", _shown(text))
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
        if text.startswith("@"):
            return Path(text[1:]).read_bytes()
        if text.startswith("0x"):
            return _hex(name, text)
        match form:
            case "text" if colon:
                return rest.encode("utf-8", "surrogateescape")  # restores bytes that the locale could not decode
            case "pub" if colon:
                return read_key(rest).public_key
            case "sig" if colon and self.sign is not None:
                key, _, hash_type = rest.partition(":")
                return self.sign(read_key(key), hash_type or "ALL")
            case "preimage" if colon and self.preimage is not None:
                return self.preimage(rest)
            case "sig" if colon:
                raise ArgumentError(name, "a value that is known before the spend", "a signature for it")
            case "preimage" if self.preimage is not None:
                raise ArgumentError(name, str(basic), "preimage (declare the parameter as SigHashPreimage)")
            case "preimage":
                raise ArgumentError(name, "a value that is known before the spend", "its preimage")
            case _:
                raise ArgumentError(name, f"{basic} as {_BYTES_FORMS}", _shown(text))


def read_key(text: str) -> PrivateKey:
    """Parse a private key: wallet import format, 32 bytes as `0x…`, or `@FILE` with one of them in it.

    Raises:
        KeyFormatError: it is none of these forms; the message does not repeat it.
        OSError: the file cannot be read.
    """
    if text.startswith("@"):
        text = Path(text[1:]).read_text("utf-8").strip()
    if not text.startswith("0x"):
        return PrivateKey.from_wif(text)
    try:
        secret = bytes.fromhex(text[2:])
    except ValueError:
        raise KeyFormatError("a private key as 0x… has 64 hexadecimal digits") from None
    return PrivateKey.from_bytes(secret)


def _json(text: str) -> object:
    """Parse JSON with strings in it, such as the names of fields; None for any other text."""
    try:
        return json.loads(text) if '"' in text else None
    except (ValueError, RecursionError):
        return None


def _number(name: str, basic: BasicType, text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise ArgumentError(name, f"{basic} as a decimal or 0x… number", _shown(text)) from None


def _hex(name: str, text: str) -> bytes:
    try:
        return bytes.fromhex(text[2:])
    except ValueError:
        raise ArgumentError(name, "whole bytes in hexadecimal after 0x", _shown(text)) from None


def _inside(name: str, shape: Shape, text: str, opening: str) -> list[str]:
    """Split the text inside the brackets at its commas, without splitting inner brackets."""
    closing = _CLOSING[opening]
    text = text.strip()
    if not (text.startswith(opening) and text.endswith(closing)):
        raise ArgumentError(name, f"{opening}…, …{closing} ({shape})", _shown(text))
    return [part.strip() for part in _parts(text[1:-1])] if text[1:-1].strip() else []


def _parts(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for index, character in enumerate(text):
        if character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "," and depth == 0:
            yield text[start:index]
            start = index + 1
    yield text[start:]


def _shown(text: str) -> str:
    return repr(text) if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]!r}…"
