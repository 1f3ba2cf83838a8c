"""Aliases: operations without instructions, whose result is their operand's item under another name."""

from penstockc.ir import nodes
from penstockc.ir.walking import Walk


def without_aliases(script: nodes.Script) -> nodes.Script:
    """Return the script with one name for each item: a value is used where its bytes, or its truth as a number, were.

    So an item that is needed under both names is not copied. Kinds of values do not fit their uses any more.
    """
    return _Unaliasing(script).script()


class _Unaliasing(Walk):
    def statement(self, statement: nodes.Statement) -> None:
        """Drop an operation without instructions."""
        if isinstance(statement, nodes.Apply) and statement.operation.opcodes == ():
            self.rename(statement.results[0], statement.operands[0])
        else:
            super().statement(statement)
