"""Shapes: parameter types as stack items.

In: the type text of a parameter (`PubKey`, `int[3][2]`, `Pair<int,bytes>[2]`) and the structs, libraries and aliases
of its artifact. Out: a shape, whose leaves are basic types. Leaf paths are those of the template's placeholders:
`name`, `name.field`, `name[0]`, nested freely, first leaf deepest on the stack.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from penstock.artifact.artifact import BASIC_TYPES, Artifact, ArtifactError, BasicType, Parameter
from penstock.errors import hides_frames

__tracebackhide__ = hides_frames

_WORD: Final = re.compile(r"\s*([A-Za-z_][\w.]*|\d+|[<>,\[\]])\s*")
_STANDARD_STRUCTS: Final = {"SortedItem": (("T",), (Parameter("item", "T"), Parameter("idx", "int")))}
_STANDARD_LIBRARIES: Final = {
    "HashedMap": (("K", "V"), (Parameter("_data", "bytes"),)),
    "HashedSet": (("E",), (Parameter("_data", "bytes"),)),
}
"""Types of the standard library that are not listed in artifacts."""

_DEEPEST: Final = 64  # nested types; a deeper type is one of a damaged artifact that contains itself


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """`size` values of one shape."""

    element: "Shape"
    size: int

    def __str__(self) -> str:
        dimensions, inner = f"[{self.size}]", self.element
        while isinstance(inner, ArrayShape):
            dimensions, inner = f"{dimensions}[{inner.size}]", inner.element
        return f"{inner}{dimensions}"


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field: its name for users, the path below its record, and its shape."""

    name: str
    path: str
    shape: "Shape"


@dataclass(frozen=True, slots=True)
class RecordShape:
    """A struct, or the record of a library: its fields in order.

    Attributes:
        name: its name.
        fields: its fields.
        type_arguments: the shapes of its type arguments: of K and V for a `HashedMap<K,V>`.
    """

    name: str
    fields: tuple[RecordField, ...]
    type_arguments: "tuple[Shape, ...]" = ()

    def __str__(self) -> str:
        return self.name


Shape = BasicType | ArrayShape | RecordShape


@dataclass(frozen=True, slots=True)
class ValueLeaf:
    """One stack item of a value: its path, and its basic type."""

    path: str
    type: BasicType


def leaves(path: str, shape: Shape) -> Iterator[ValueLeaf]:
    """Yield the leaves of a value of `shape` at `path`, deepest on the stack first."""
    match shape:
        case BasicType():
            yield ValueLeaf(path, shape)
        case ArrayShape(element=element, size=size):
            for index in range(size):
                yield from leaves(f"{path}[{index}]", element)
        case RecordShape(fields=fields):
            for field in fields:
                yield from leaves(f"{path}.{field.path}", field.shape)
        case _:
            assert_never(shape)


def shape_of(parameter: Parameter, artifact: Artifact, *, constructing: bool) -> Shape:
    """Return the shape of a parameter.

    Args:
        parameter: its name and type text.
        artifact: contains the structs, libraries and aliases of the type.
        constructing: whether it is a constructor's parameter. There a library consists of the arguments of its own
            constructor, in a call of its properties.

    Raises:
        ArtifactError: the type text is invalid, or contains a type that the artifact does not describe.
    """
    return _TypeReader(parameter, artifact, constructing=constructing).read(parameter.type, {}, 0)


def state_leaves(artifact: Artifact) -> Iterator[ValueLeaf]:
    """Yield the leaves of the state properties of a contract.

    Raises:
        ArtifactError: as `shape_of`.
    """
    for parameter in artifact.state_properties:
        yield from leaves(parameter.name, shape_of(parameter, artifact, constructing=False))


class _TypeReader:
    """Parses the type texts of one parameter: recursive descent over `Name<type, …>[size]…`."""

    def __init__(self, parameter: Parameter, artifact: Artifact, *, constructing: bool) -> None:
        self._parameter = parameter
        self._aliases = {"PubKeyHash": "Ripemd160", **{alias.name: alias.type for alias in artifact.aliases}}
        self._structs = {
            **_STANDARD_STRUCTS,
            **{struct.name: (struct.generic_types, struct.params) for struct in artifact.structs},
        }
        self._libraries = _STANDARD_LIBRARIES | {
            library.name: (library.generic_types, library.params if constructing else library.properties)
            for library in artifact.libraries
        }

    def read(self, text: str, bound: Mapping[str, Shape], depth: int) -> Shape:
        """Parse a whole type text; `bound` gives the type parameters in scope."""
        if depth > _DEEPEST:
            raise self._error(f"type {self._parameter.type!r} contains itself")
        words = self._words(text)
        shape = self._type(words, bound, depth)
        if words:
            raise self._error(f"cannot read the type {text!r}")
        return shape

    def _words(self, text: str) -> list[str]:
        """Split a type text into words, last one first, so that `pop` takes the next."""
        words = _WORD.findall(text)
        if not words or "".join(words) != "".join(text.split()):
            raise self._error(f"cannot read the type {text!r}")
        return words[::-1]

    def _type(self, words: list[str], bound: Mapping[str, Shape], depth: int) -> Shape:
        name = words.pop()
        arguments: list[Shape] = []
        if words and words[-1] == "<":
            while self._next(words) != ">":
                arguments.append(self._type(words, bound, depth))
        sizes: list[int] = []
        while words and words[-1] == "[":
            words.pop()
            size = self._next(words)
            if not size.isdecimal() or self._next(words) != "]":
                raise self._error(f"an array of {name} has no size")
            sizes.append(int(size))
        shape = self._named(name, tuple(arguments), bound, depth)
        for size_ in reversed(sizes):
            shape = ArrayShape(shape, size_)
        return shape

    def _next(self, words: list[str]) -> str:
        if not words:
            raise self._error(f"cannot read the type {self._parameter.type!r}")
        return words.pop()

    def _named(self, name: str, arguments: tuple[Shape, ...], bound: Mapping[str, Shape], depth: int) -> Shape:
        if name in bound:
            return bound[name]
        if name in BASIC_TYPES:
            return BASIC_TYPES[name]
        if name in self._aliases:
            return self.read(self._aliases[name], {}, depth + 1)
        record = self._structs.get(name) or self._libraries.get(name)
        if record is None:
            raise self._error(f"the artifact does not describe the type {name!r}")
        generic_types, parameters = record
        if len(generic_types) != len(arguments):
            raise self._error(f"{name} takes {len(generic_types)} types, not {len(arguments)}")
        inner = dict(zip(generic_types, arguments, strict=True))
        return RecordShape(
            name,
            tuple(
                # the parameters of an explicit library constructor are listed as `ctor.name`
                RecordField(field.name.rpartition(".")[2], field.name, self.read(field.type, inner, depth + 1))
                for field in parameters
            ),
            arguments,
        )

    def _error(self, reason: str) -> ArtifactError:
        return ArtifactError("abi", f"parameter {self._parameter.name!r}: {reason}")
