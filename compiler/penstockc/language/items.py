"""Conversion between basic values and stack items."""

from typing import Final, assert_never

from penstock.artifact.artifact import Kind
from penstock.script.numbers import as_bool, decode_number, encode_number
from penstockc.language.operations import Value

TRUE: Final = b"\x01"
FALSE: Final = b""


def stack_bytes(value: Value) -> bytes:
    """Return the stack item of a value."""
    match value:
        case bool():
            return TRUE if value else FALSE
        case int():
            return encode_number(value)
        case bytes():
            return value
        case _:
            assert_never(value)


def read_item(kind: Kind, data: bytes) -> Value:
    """Decode a stack item as a value of its kind."""
    match kind:
        case Kind.INT:
            return decode_number(data)
        case Kind.BOOL:
            return as_bool(data)
        case Kind.BYTES:
            return data
        case _:
            assert_never(kind)
