"""Operations on constants become constants, wherever the constant is not longer in the script than the operation.

A value that stays an operation because its bytes would take more room (a hash, many zero bytes) is known all the same:
what is computed from it can be folded. Operations that abort on their constants stay, and abort. Leaves constants
that nobody uses; `dead_code` takes them away.
"""

from typing import Final

from penstock.contract.artifact import Kind
from penstock.script.numbers import as_bool, decode_number
from penstock.script.pushes import push_size
from penstockc.ir.lowering.builder import stack_bytes
from penstockc.ir.nodes import Apply, Constant, Script, Statement, Value
from penstockc.ir.walking import Walk
from penstockc.language.abort import Abort
from penstockc.language.operations import Operation
from penstockc.language.operations import Value as BasicValue
from penstockc.meaning.apply import apply
from penstockc.targets import Target

MAX_KNOWN: Final = 10_000  # bytes; longer values are left to the script
SIZED: Final = {Operation.NUM_TO_BIN, Operation.INT_SHIFT_LEFT}
"""Operations whose second operand says how long the result is."""
EXPANDED: Final = 4  # bytes that an operation without opcodes will take, at least


def fold(script: Script, target: Target) -> Script:
    """Return the script with operations on constants computed."""
    return _Folding(script, target).script()


class _Folding(Walk):
    def __init__(self, script: Script, target: Target) -> None:
        super().__init__(script)
        self.target = target
        self.values: dict[Value, bytes] = {}

    def statement(self, statement: Statement) -> None:
        """Compute what can be computed now."""
        match statement:
            case Constant(result=result, data=data):
                self.values[result] = data
                self.write(statement)
            case Apply(operands=operands) if all(operand in self.values for operand in operands):
                self._apply(statement)
            case _:
                super().statement(statement)

    def _apply(self, statement: Apply) -> None:
        results = self._results(statement)
        if results is None:
            self.write(statement)
            return
        self.values |= dict(zip(statement.results, results, strict=True))
        opcodes = statement.operation.opcodes
        computed = EXPANDED if opcodes is None else len(opcodes)
        computed += sum(push_size(self.values[operand]) for operand in statement.operands)
        if sum(map(push_size, results)) > computed:
            self.write(statement)
            return
        for value, data in zip(statement.results, results, strict=True):
            self.write(Constant(statement.span, value, data))

    def _results(self, statement: Apply) -> tuple[bytes, ...] | None:
        """Return the bytes that the operation gives; None if only a spend can tell, or if it aborts."""
        if statement.operation.meaning is None:
            return None
        operands = tuple(_read(operand.kind, self.values[operand]) for operand in statement.operands)
        if statement.operation in SIZED and int(operands[1]) > MAX_KNOWN:
            return None
        try:
            results = apply(statement.operation, operands, self.target.limits)
        except Abort:
            return None
        data = tuple(map(stack_bytes, results))
        return data if sum(map(len, data)) <= MAX_KNOWN else None


def _read(kind: Kind, data: bytes) -> BasicValue:
    match kind:
        case Kind.INT:
            return decode_number(data)
        case Kind.BOOL:
            return as_bool(data)
        case Kind.BYTES:
            return data
