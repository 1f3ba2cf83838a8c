"""Constant folding.

An operation on constants is folded where the result is not longer in the script, or the target has no opcodes for it.

A value that stays an operation because its bytes would take more room (a hash, many zero bytes) is still known:
operations on it can be folded. Operations that abort on their constants stay, and abort. An element with a known index
is replaced by that element, or by its failure. Leaves unused constants; `dead_code` removes
them.
"""

from penstock.artifact.artifact import Kind
from penstock.script.numbers import decode_number
from penstock.script.pushes import push_size
from penstockc.ir import nodes
from penstockc.ir.folding import computed, cost, is_shorter
from penstockc.ir.walking import Walk
from penstockc.language.items import FALSE
from penstockc.targets import Target


def fold(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with operations on constants computed."""
    return _Folding(script, target).script()


class _Folding(Walk):
    rewritten = nodes.BRANCHING | {nodes.Apply, nodes.Constant, nodes.Element}

    def __init__(self, script: nodes.Script, target: Target) -> None:
        super().__init__(script)
        self.target = target
        self.values: dict[nodes.Value, bytes] = {}
        self.costs: dict[nodes.Value, int] = {}

    def statement(self, statement: nodes.Statement) -> None:
        """Compute operations on known values."""
        match statement:
            case nodes.Constant(result=result, data=data):
                self.values[result] = data
                self.costs[result] = push_size(data)
                self.write(statement)
            case nodes.Apply():
                self._apply(statement)
            case nodes.Element(index=index) if index in self.values:
                self._element(statement, decode_number(self.values[index]))
            case _:
                super().statement(statement)

    def _apply(self, statement: nodes.Apply) -> None:
        operation, operands = statement.operation, statement.operands
        items = computed(operation, operands, self.values, self.target.limits)
        if items is None:
            self.write(statement)
            return
        self.values |= zip(statement.results, items, strict=True)
        if self.target.has(operation) and not is_shorter(items, operation, operands, self.costs):
            self.costs |= dict.fromkeys(statement.results, cost(operation, operands, self.costs))
            self.write(statement)
            return
        for value, data in zip(statement.results, items, strict=True):
            self.costs[value] = push_size(data)
            self.write(nodes.Constant(statement.span, value, data))

    def _element(self, statement: nodes.Element, index: int) -> None:
        if 0 <= index < len(statement.elements):
            for result, leaf in zip(statement.results, statement.elements[index], strict=True):
                self.rename(result, leaf)
            return
        self.write(nodes.Require(statement.span, self.constant(statement.span, Kind.BOOL, FALSE)))
        for result in statement.results:
            self.write(nodes.Constant(statement.span, result, b""))  # unreachable code follows
