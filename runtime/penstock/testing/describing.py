"""Values of calls and contracts for readers: by name, decoded by type, with the names of test keys."""

from collections.abc import Iterator, Mapping
from typing import Final

from penstock.artifact.basic_types import BasicType, Kind
from penstock.contract.contract import Call
from penstock.contract.values.arguments import describe
from penstock.contract.values.shape import ValueLeaf, leaves, shape_of
from penstock.script.numbers import as_bool, decode_number, encode_number
from penstock.testing.keys import name_of

_MOST_BITS: Final = 256
"""Bits of a number that is shown digit by digit."""

Named = tuple[str, str]
"""A name, `order.amount` or `sigs[1]`, and the text of its value."""


def leaves_of(call: Call) -> Iterator[ValueLeaf]:
    """Yield the parts of the arguments of a call, one for each stack item."""
    for parameter in call.function.params:
        yield from leaves(parameter.name, shape_of(parameter, call.contract.artifact, constructing=False))


def arguments_of(call: Call) -> Iterator[Named]:
    """Yield the arguments of a call, part by part."""
    for leaf, item in zip(leaves_of(call), call.items, strict=False):  # the items may end with the function's index
        yield leaf.path, item_text(leaf.type, item)


def named_values(values: Mapping[str, object]) -> Iterator[Named]:
    """Yield the properties of a contract."""
    for name, value in values.items():
        yield name, value_text(value)


def item_text(kind: BasicType, item: bytes) -> str:
    """Return a stack item as a value of a type; a number that is not in its shortest form is shown with its bytes."""
    match kind.kind:
        case Kind.INT:
            number = decode_number(item)
            text = value_text(number)
            return text if encode_number(number) == item else f"{text}, written as {item.hex()}"
        case Kind.BOOL:
            value = value_text(as_bool(item))
            return value if item in (b"", b"\x01") else f"{value}, written as {item.hex()}"
        case Kind.BYTES:
            return value_text(item)


def value_text(value: object) -> str:
    """Return a value of the API for readers: numbers and truth values as they are written, bytes with their length."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value) if value.bit_length() <= _MOST_BITS else f"a number of {value.bit_length()} bits"
        case bytes():
            return name_of(value) or describe(value)
        case list() | tuple():
            return f"[{', '.join(map(value_text, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{name}: {value_text(each)}' for name, each in value.items())}}}"
        case _:
            return describe(value)
