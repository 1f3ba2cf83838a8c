"""Operations on known items: what they give, and whether a script is shorter with that written down.

Lowering folds while it writes, and the pass `fold` what other passes leave to be folded; both ask here.
"""

from collections.abc import Mapping
from typing import Final

from penstock.script.pushes import push_size
from penstockc.ir.nodes import Value
from penstockc.language.abort import Abort
from penstockc.language.items import read_item, stack_bytes
from penstockc.language.operations import Operation
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.apply import apply

MAX_KNOWN: Final = 10_000  # bytes; longer values are left to the script
SIZED: Final = {Operation.NUM_TO_BIN, Operation.INT_SHIFT_LEFT}
"""Operations whose second operand says how long the result is."""
EXPANDED: Final = 4  # bytes that an operation without opcodes will take, at least

Items = Mapping[Value, bytes]
"""The values that are known, as they lie on the stack."""
Costs = Mapping[Value, int]
"""How many bytes of script it takes to make each of them: a push, or operations that stay because they are shorter."""


def computed(
    operation: Operation, operands: tuple[Value, ...], known: Items, limits: ValueLimits
) -> tuple[bytes, ...] | None:
    """Return the items that an operation gives; None if that is not known, only a spend can tell, or if it aborts."""
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


def cost(operation: Operation, operands: tuple[Value, ...], costs: Costs) -> int:
    """Return how much room an operation takes in a script, with what makes its operands."""
    size = EXPANDED if operation.opcodes is None else len(operation.opcodes)
    return size + sum(costs[operand] for operand in operands)


def is_shorter(items: tuple[bytes, ...], operation: Operation, operands: tuple[Value, ...], costs: Costs) -> bool:
    """Tell whether these results take no more room in a script than the operation and its operands."""
    return sum(map(push_size, items)) <= cost(operation, operands, costs)
