"""Tables: an element of an array of constants is cut out of one string of bytes, with all of them in equal widths.

An index outside of the array is outside of the string, too, so that one of the two cuts aborts.
"""

from typing import Final

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number, encode_number
from penstock.script.pushes import push_size
from penstockc.ir import nodes
from penstockc.ir.passes.expansions.reversal import CodeWriter
from penstockc.language.arithmetic import to_bytes
from penstockc.language.operations import Operation

CUT: Final = 6
"""Bytes of two cuts at a place and after a width of one byte, with a decoding."""
SCALE: Final = 1
"""Bytes of a product, and of the width that it takes besides."""
READ: Final = 8
"""Bytes of a check of the index, and of a read from the stack."""


def table_read(code: CodeWriter, read: nodes.Element) -> nodes.Value | None:
    """Write a read of one leaf from constants; return the leaf, or None if the read is shorter from the stack."""
    known = [code.known(element[0]) for element in read.elements]
    items = [item for item in known if item is not None]
    kind = read.results[0].kind
    if len(read.results) != 1 or len(items) < len(known) or kind is Kind.BOOL:
        return None
    width = max(1, *map(len, items))
    if kind is Kind.BYTES and {len(item) for item in items} != {width}:
        return None
    table = b"".join(item if kind is Kind.BYTES else to_bytes(decode_number(item), width) for item in items)
    scale = 0 if width == 1 else SCALE + push_size(encode_number(width))
    if push_size(table) + scale + CUT >= sum(map(push_size, items)) + len(items) // 2 + READ:
        return None
    span, size = read.span, code.constant(read.span, Kind.INT, encode_number(width))
    (place,) = (read.index,) if width == 1 else code.apply(span, Operation.MUL, read.index, size)
    _, rest = code.apply(span, Operation.SPLIT, code.constant(span, Kind.BYTES, table), place)
    item, _ = code.apply(span, Operation.SPLIT, rest, size)
    return item if kind is Kind.BYTES else code.apply(span, Operation.UNPACK, item)[0]
