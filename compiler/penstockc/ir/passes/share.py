"""What was computed before on the same path is not computed again.

An operation that may abort is shared like any other: where its result is wanted once more, it has not aborted. Leaves
nothing unused behind: the second computation is gone, its results renamed.
"""

from collections import ChainMap

from penstockc.ir.nodes import (
    Apply,
    CheckMultiSig,
    Constant,
    Region,
    Script,
    Statement,
    Value,
    results_of,
)
from penstockc.ir.walking import Walk
from penstockc.targets import Target

Key = tuple[object, ...]


def share(script: Script, target: Target) -> Script:  # noqa: ARG001 - a pass
    """Return the script with each value computed once on every path."""
    return _Sharing(script).script()


class _Sharing(Walk):
    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.available: ChainMap[Key, tuple[Value, ...]] = ChainMap()

    def region(self, region: Region) -> Region:
        """Rewrite a region, which sees what was computed around it; what it computes stays its own."""
        self.available = self.available.new_child()
        rewritten = super().region(region)
        self.available = self.available.parents
        return rewritten

    def statement(self, statement: Statement) -> None:
        """Drop a statement whose values are there already."""
        key = _key(statement)
        if key is None:
            super().statement(statement)
            return
        before = self.available.get(key)
        if before is None:
            self.available[key] = results_of(statement)
            self.write(statement)
            return
        for result, same in zip(results_of(statement), before, strict=True):
            self.rename(result, same)


def _key(statement: Statement) -> Key | None:
    """Return what two statements have in common exactly if they give the same values."""
    match statement:
        case Constant(result=result, data=data):
            return result.kind, data
        case Apply(operation=operation, operands=operands, results=results) if results:
            if operation.commutes:
                operands = tuple(sorted(operands, key=lambda operand: operand.number))
            return operation, operands
        case CheckMultiSig(signatures=signatures, keys=keys):
            return signatures, keys
        case _:
            return None
