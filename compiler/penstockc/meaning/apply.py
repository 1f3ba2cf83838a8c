"""Application of one operation to values: the row's meaning within a target's limits.

The evaluator and constant folding share it, so that a folded expression aborts exactly where an evaluated one does.
"""

from penstock.artifact.artifact import Kind
from penstockc.diagnostics import InternalError
from penstockc.language.abort import Abort
from penstockc.language.operations import Operation, Value
from penstockc.language.value_limits import ValueLimits


def apply(operation: Operation, operands: tuple[Value, ...], limits: ValueLimits) -> tuple[Value, ...]:
    """Return the results of `operation` for `operands`, as many as its row has.

    Raises:
        Abort: the script fails here: by the row's meaning, or by a number or byte string over the target's limits.
        InternalError: the result depends on the spend (signatures, lock times).
    """
    if operation.meaning is None:
        raise InternalError(f"{operation.name} has no meaning outside of a spend")
    read_numbers(operation, operands, limits.operand)
    if operation is Operation.NUM_TO_BIN:
        _check_element(int(operands[1]), limits)  # before the meaning makes that many bytes
    given = operation.meaning(*operands)
    results: tuple[Value, ...] = given if isinstance(given, tuple) else (given,)
    for kind, result in zip(operation.gives, results, strict=True):
        if kind is Kind.INT:
            _check_number(int(result), limits.result)
        elif isinstance(result, bytes):
            _check_element(len(result), limits)
    return results


def read_numbers(operation: Operation, operands: tuple[Value, ...], limit: int | None) -> None:
    """Raise `Abort` when `operation` reads a number that is longer than `limit` bytes."""
    if limit is None or operation.opcodes == ():  # without an opcode nothing is read
        return
    for kind, operand in zip(operation.takes, operands, strict=True):
        if kind is Kind.INT:
            _check_number(int(operand), limit)


def _check_number(number: int, limit: int | None) -> None:
    # The sign takes one bit more than the magnitude; zero has no bytes.
    size = (number.bit_length() >> 3) + 1 if number else 0
    if limit is not None and size > limit:
        raise Abort(f"a number of {size} bytes, of which {limit} are allowed")


def _check_element(size: int, limits: ValueLimits) -> None:
    if limits.element is not None and size > limits.element:
        raise Abort(f"{size} bytes, of which {limits.element} are allowed")
