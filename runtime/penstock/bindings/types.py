"""Types of the language as annotations of Python, and the records that they need.

In: shapes of parameters. Out: annotations, in one of three uses, and a dataclass for each struct or library, one for
each way in which a generic one is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Final, assert_never, cast

from penstock.artifact.artifact import BasicType, Kind
from penstock.bindings import rows
from penstock.bindings.naming import OF_PARAMETERS, TYPES, class_word, python_name, python_names
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape


class Use(Enum):
    """The use of a value: one that is read; a part of an argument, or an argument of a constructor; an argument."""

    VALUE = auto()
    PART = auto()
    ARGUMENT = auto()


_OF_KINDS: Final = {Kind.INT: "int", Kind.BOOL: "bool", Kind.BYTES: "bytes"}
_PARTS: Final = {
    BasicType.PUB_KEY: "bindings.PubKey",
    BasicType.RIPEMD160: "bindings.Ripemd160",
    BasicType.SIG: "bindings.Sig",
}
_ARGUMENTS: Final = _PARTS | {
    BasicType.SIG_HASH_PREIMAGE: "bindings.SigHashPreimage",
    BasicType.BYTES: "bindings.Bytes",
}
_ROWS: Final[Mapping[Use, Mapping[BasicType, str]]] = {Use.VALUE: {}, Use.PART: _PARTS, Use.ARGUMENT: _ARGUMENTS}
"""Types that take more than the Python type of their kind."""
_HASHED: Final = ("HashedMap", "HashedSet")
_SORTED: Final = "SortedItem"


@dataclass
class Annotator:
    """Writes annotations, and collects the records that they need.

    Attributes:
        comments: comments of structs and libraries by name.
        taken: names of classes that are used.
        records: the records found, each after those that it needs.
    """

    comments: Mapping[str, str]
    taken: set[str]
    records: list[rows.Record] = field(default_factory=list)
    _names: dict[RecordShape, str] = field(default_factory=dict)

    def annotation(self, shape: Shape, use: Use) -> str:
        """Return the annotation of a value of a shape."""
        match shape:
            case BasicType():
                return _ROWS[use].get(shape, _OF_KINDS[shape.kind])
            case ArrayShape(element=element) if use is Use.VALUE:
                return f"tuple[{self.annotation(element, use)}, ...]"
            case ArrayShape(element=element):
                return f"Sequence[{self.annotation(element, Use.PART)}]"
            case RecordShape(name=name) if name in _HASHED and use is Use.VALUE:
                return "bindings.HashedData"
            case RecordShape(name=name, type_arguments=(key, value)) if name in _HASHED:
                inner = self.annotation(value, Use.PART)
                if key in (BasicType.PUB_KEY, BasicType.RIPEMD160):
                    return f"bindings.KeyMap[{inner}]"
                return f"bindings.Map[{self.annotation(key, Use.VALUE)}, {inner}]"
            case RecordShape(name=name, type_arguments=(element,)) if name in _HASHED:
                return f"bindings.Set[{self.annotation(element, Use.PART)}]"
            case RecordShape(name=name, type_arguments=(item,)) if name == _SORTED:
                whole = f"bindings.{name}[{self.annotation(item, Use.VALUE)}]"
                return whole if use is Use.VALUE else f"{whole} | {self.annotation(item, Use.PART)}"
            case RecordShape():
                return self._record(shape)
            case _:
                assert_never(shape)

    def parameters(self, declared: Sequence[tuple[str, Shape, str]], use: Use) -> tuple[rows.Parameter, ...]:
        """Return the rows of the parameters of a function, of names, shapes and notes."""
        names = python_names((name for name, _, _ in declared), OF_PARAMETERS)
        return tuple(
            rows.Parameter(name, self.annotation(shape, use), type_text(shape), note)
            for name, (_, shape, note) in zip(names, declared, strict=True)
        )

    def _record(self, shape: RecordShape) -> str:
        """Return the class of a struct or library, which is added to the records if it is new."""
        if shape in self._names:
            return self._names[shape]
        name = python_name("".join([shape.name, *map(class_word, map(type_text, shape.type_arguments))]), self.taken)
        self.taken.add(name)
        self._names[shape] = name
        fields = self.members([(each.name, each.shape, "") for each in shape.fields], Use.PART)
        self.records.append(
            rows.Record(name, f"The type `{type_text(shape)}`.", self.comments.get(shape.name, ""), fields)
        )
        return name

    def members(self, declared: Sequence[tuple[str, Shape, str]], use: Use) -> tuple[rows.Parameter, ...]:
        """Return the rows of the fields of a record, of names, shapes and notes; none hides a type of another."""
        found = [
            rows.Parameter(name, self.annotation(shape, use), type_text(shape), note) for name, shape, note in declared
        ]
        names = python_names((each.name for each in found), TYPES | self.taken)
        return tuple(replace(each, name=name) for each, name in zip(found, names, strict=True))


def type_text(shape: Shape) -> str:
    """Return a type as the language writes it."""
    match shape:
        case BasicType():
            return shape.label
        case ArrayShape():
            sizes, inner = "", cast("Shape", shape)
            while isinstance(inner, ArrayShape):
                sizes, inner = f"{sizes}[{inner.size}]", inner.element
            return f"{type_text(inner)}{sizes}"
        case RecordShape(name=name, type_arguments=types):
            return f"{name}<{', '.join(map(type_text, types))}>" if types else name
        case _:
            assert_never(shape)
