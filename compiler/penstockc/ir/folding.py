"""Operations on known items: their results, and whether a script is shorter with these as constants.

Lowering folds while it writes, and the pass `fold` after other passes; both use this module.
"""

from collections.abc import Mapping
from typing import Final

from penstock.script.pushes import push_size
from penstockc.ir import nodes
from penstockc.language.abort import Abort
from penstockc.language.items import read_item, stack_bytes
from penstockc.language.operations import Operation
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.apply import apply

MAX_KNOWN: Final = 10_000  # bytes; longer values are left to the script
SIZED: Final = {Operation.NUM_TO_BIN, Operation.INT_SHIFT_LEFT}
"""Operations whose second operand is the length of the result."""
EXPANDED: Final = 4  # bytes that an operation without opcodes will take, at least

Items = Mapping[nodes.Value, bytes]
"""The known values, as stack items."""
Costs = Mapping[nodes.Value, int]
"""Bytes of script that make each of them: a push, or operations that stay because they are shorter."""


def computed(
    operation: Operation, operands: tuple[nodes.Value, ...], known: Items, limits: ValueLimits
) -> tuple[bytes, ...] | None:
    """Return the result items of an operation; None if unknown, if they depend on the spend, or if it aborts."""
    if operation.meaning is None or not all(operand in known for operand in operands):
        return None
    values = tuple(read_item(operand.kind, known[operand]) for operand in operands)
    if operation in SIZED and int(values[1]) > MAX_KNOWN:
        return None
    try:
        results = apply(operation, values, limits)
    except Abort:
        return None
    items = tuple(map(stack_bytes, results))
    return items if sum(map(len, items)) <= MAX_KNOWN else None


def cost(operation: Operation, operands: tuple[nodes.Value, ...], costs: Costs) -> int:
    """Return the size of an operation in a script, in bytes, with the code of its operands."""
    size = EXPANDED if operation.opcodes is None else len(operation.opcodes)
    return size + sum(costs[operand] for operand in operands)


def is_shorter(items: tuple[bytes, ...], operation: Operation, operands: tuple[nodes.Value, ...], costs: Costs) -> bool:
    """Return whether these results take no more bytes in a script than the operation and its operands."""
    return sum(map(push_size, items)) <= cost(operation, operands, costs)
