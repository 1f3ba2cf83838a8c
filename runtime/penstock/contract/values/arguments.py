"""Arguments: Python values converted to stack items, with the checks of each type.

In: a parameter list and Python values, positional or by name. Out: one typed leaf value per stack item, deepest
first, or an `ArgumentError`. The rules:

| type                | accepts                                                                  |
|---------------------|--------------------------------------------------------------------------|
| `int`, `PrivKey`    | `int` (never `bool`)                                                     |
| `bool`              | `bool` (never 0 or 1)                                                    |
| `bytes`, subtypes   | `bytes` or `bytearray` (never `str`: it could be hex or text)            |
| `T[n]`              | a list or tuple of exactly n values                                      |
| struct, library     | a mapping with exactly its fields, or a dataclass or named tuple that has them |
| `HashedMap<K,V>`, `HashedSet<E>` | also a `HashedMap` or `HashedSet` of Penstock               |

Lengths, and that a public key is a point, are checked as `Lengths` describes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, auto
from typing import Final, Protocol, TypeAlias, assert_never, runtime_checkable

from penstock.artifact.artifact import Artifact, BasicType, Kind, Parameter
from penstock.contract.errors import ArgumentError
from penstock.contract.values.demanded import Demanded
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape, ValueLeaf, shape_of
from penstock.errors import hides_frames
from penstock.script.numbers import encode_number
from penstock.script.pushes import MAX_PUSH
from penstock.wording import counted

__tracebackhide__ = hides_frames

LeafValue: TypeAlias = int | bool | bytes
Value: TypeAlias = "LeafValue | list[Value] | dict[str, Value]"
"""A value of any type: a list for an array, a dict for a struct or library."""

_KEY_PREFIXES: Final = (2, 3, 4)  # the hybrid forms, 6 and 7, are refused by the nodes' STRICTENC
_LONGEST_SHOWN: Final = 16  # bytes of a value in an error message


class Lengths(Enum):
    """Check of the length of bytes that have a type such as `Sha256`, and that a `PubKey` is a point.

    Attributes:
        ANY: no check, for calls: a call must be possible with arguments that the script refuses.
        EXACT: a length of the type, for constructors.
        EXACT_OR_EMPTY: the same, or no bytes, for states: a contract may store `Sha256(b'')` for "none".
    """

    ANY = auto()
    EXACT = auto()
    EXACT_OR_EMPTY = auto()


@runtime_checkable
class HasFields(Protocol):
    """A value of Penstock for a struct or library."""

    def as_fields(self) -> Mapping[str, object]:
        """Return its fields."""
        ...


@dataclass(frozen=True, slots=True)
class Argument:
    """A value for one stack item: `path` names it (`alice`, `point.x`, `keys[2]`)."""

    path: str
    value: LeafValue

    @property
    def item(self) -> bytes:
        """The bytes on the stack: a minimal number; `01` or empty for a bool; bytes unchanged."""
        match self.value:
            case bytes():
                return self.value
            case bool():
                return b"\x01" if self.value else b""
            case int():
                return encode_number(self.value)
            case _:
                assert_never(self.value)


def parameter_list(parameters: Sequence[Parameter]) -> str:
    """Return parameters as a contract declares them: `(int a, bytes b)`."""
    return f"({', '.join(f'{parameter.type} {parameter.name}' for parameter in parameters)})"


def bind(
    what: str, parameters: Sequence[Parameter], args: Sequence[object], kwargs: Mapping[str, object]
) -> list[tuple[Parameter, object]]:
    """Pair each parameter with its value.

    Args:
        what: name of the called function, for messages (`Streaming.unlock`).
        parameters: its parameters.
        args: positional values.
        kwargs: values by parameter name.

    Raises:
        ArgumentError: too many or too few values, an unknown name, or one that is given twice.
    """
    names = [parameter.name for parameter in parameters]
    expected = parameter_list(parameters)
    if len(args) > len(names):
        raise ArgumentError(what, expected, f"{len(args)} positional arguments")
    values = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in names:
            raise ArgumentError(what, expected, f"an argument named {name!r}")
        if name in values:
            raise ArgumentError(what, expected, f"{name!r} twice")
        values[name] = value
    if missing := [name for name in names if name not in values]:
        raise ArgumentError(what, expected, f"nothing for {', '.join(map(repr, missing))}")
    return [(parameter, values[parameter.name]) for parameter in parameters]


def arguments(
    bound: Sequence[tuple[Parameter, object]], artifact: Artifact, *, constructing: bool, lengths: Lengths
) -> tuple[Argument, ...]:
    """Convert bound values to stack items, with checks.

    Args:
        bound: parameters with their values, from `bind`.
        artifact: describes the types.
        constructing: whether they are a constructor's arguments, as for `shape_of`.
        lengths: how lengths are checked.

    Raises:
        ArgumentError: a value that does not fit its type.
        ArtifactError: a type that the artifact does not describe.
    """
    return tuple(
        argument
        for parameter, value in bound
        for argument in flatten(
            parameter.name, shape_of(parameter, artifact, constructing=constructing), value, lengths
        )
    )


def flatten(path: str, shape: Shape, value: object, lengths: Lengths) -> Iterator[Argument]:
    """Yield the leaves of a value, deepest on the stack first; parameters and errors are those of `arguments`."""
    match shape:
        case BasicType():
            yield check_leaf(ValueLeaf(path, shape), value, lengths)
        case ArrayShape(element=element, size=size):
            if not isinstance(value, list | tuple) or len(value) != size:
                raise ArgumentError(path, f"a list of {size} values ({shape})", describe(value))
            for index, item in enumerate(value):
                yield from flatten(f"{path}[{index}]", element, item, lengths)
        case RecordShape(fields=inner):
            names = [field.name for field in inner]
            given = fields_of(value)
            if given is None or set(given) != set(names):
                raise ArgumentError(path, f"a mapping of {', '.join(names)} ({shape})", describe(value))
            for field in inner:
                yield from flatten(f"{path}.{field.path}", field.shape, given[field.name], lengths)
        case _:
            assert_never(shape)


def fields_of(value: object) -> Mapping[str, object] | None:
    """Return the fields of a value for a struct or library, by name; None if it is not such a value."""
    match value:
        case HasFields():
            return value.as_fields()
        case Mapping():
            return value
        case tuple() if hasattr(value, "_fields"):
            return dict(zip(value._fields, value, strict=True))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: getattr(value, field.name) for field in fields(value)}
        case _:
            return None


def nested(shape: Shape, values: Iterator[LeafValue]) -> Value:
    """Rebuild a value from its leaves: lists for arrays, dicts for structs and libraries.

    Args:
        shape: the value's shape.
        values: its leaves in order; as many are consumed as the shape has.
    """
    match shape:
        case BasicType():
            return next(values)
        case ArrayShape(element=element, size=size):
            return [nested(element, values) for _ in range(size)]
        case RecordShape(fields=inner):
            return {field.name: nested(field.shape, values) for field in inner}
        case _:
            assert_never(shape)


def check_leaf(leaf: ValueLeaf, value: object, lengths: Lengths) -> Argument:
    """Check one value against its basic type.

    Raises:
        ArgumentError: it does not fit.
    """
    match leaf.type.kind:
        case Kind.INT if isinstance(value, int) and not isinstance(value, bool):
            return Argument(leaf.path, value)
        case Kind.BOOL if isinstance(value, bool):
            return Argument(leaf.path, value)
        case Kind.BYTES if isinstance(value, bytes | bytearray):
            data = bytes(value)
            if len(data) > MAX_PUSH:
                raise ArgumentError(leaf.path, f"at most {MAX_PUSH} bytes", f"{len(data)} bytes")
            if lengths is Lengths.EXACT or (data and lengths is Lengths.EXACT_OR_EMPTY):
                _check_exactly(leaf, data)
            return Argument(leaf.path, data)
        case _:
            raise ArgumentError(leaf.path, _expected(leaf.type), describe(value))


def _check_exactly(leaf: ValueLeaf, data: bytes) -> None:
    if leaf.type.lengths and len(data) not in leaf.type.lengths:
        raise ArgumentError(leaf.path, _expected(leaf.type), describe(data))
    if leaf.type is BasicType.PUB_KEY and not _is_point(data):
        raise ArgumentError(leaf.path, "PubKey (a point of secp256k1, compressed or not)", describe(data))


def _is_point(data: bytes) -> bool:
    from penstock.tx.keys import is_public_key  # noqa: PLC0415 - loads the curve, which few callers need

    return data[0] in _KEY_PREFIXES and is_public_key(data)


def _expected(basic: BasicType) -> str:
    """Return the name of a type as an argument, with its Python type in brackets."""
    match basic.kind:
        case Kind.INT | Kind.BOOL:
            return f"{basic} (a Python {basic.kind})" if basic.label != basic.kind else f"a Python {basic.kind}"
        case Kind.BYTES:
            sizes = " or ".join(map(str, basic.lengths))
            size = f"{sizes} byte{'' if sizes == '1' else 's'}" if sizes else "Python bytes"
            return f"{basic} ({size})" if basic.label != basic.kind else "Python bytes"


def describe(value: object) -> str:
    """Return a short description of any value."""
    match value:
        case bool():
            return f"bool {value}"
        case int():
            return f"int {value}" if value.bit_length() <= 256 else f"an int of {value.bit_length()} bits"
        case bytes() | bytearray():
            shown = value[:_LONGEST_SHOWN].hex() + ("…" if len(value) > _LONGEST_SHOWN else "")
            return f"{counted(len(value), 'byte')} {shown}".rstrip()
        case str():
            return f"str {value[:40]!r} (for hex write bytes.fromhex(…), for text .encode())"
        case list() | tuple():
            return f"{type(value).__name__} of {len(value)}"
        case Demanded():
            return f"{value!r} (which only a spend can fill in, for a whole parameter: spend.call(…))"
        case Mapping():
            return f"a mapping of {', '.join(map(str, value)) or 'nothing'}"
        case _:
            return type(value).__name__
