"""Hoisting: common computations and requirements of both arms of a branch move before it.

An operation that may abort moves only if no arm can end the script with success before it. A moved statement has the
span of the whole `If` in the source map, and its results in the arms are renamed.
"""

from penstock.records import replace
from penstockc.ir import nodes
from penstockc.ir.nodes import operands_of, results_of
from penstockc.ir.passes.share import Key, statement_key
from penstockc.ir.walking import Walk, checks_signatures, has_effect, separates_code, within
from penstockc.targets import Target


def hoist(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with the common statements of two arms before them."""
    return _Hoisting(script, target).script()


class _Hoisting(Walk):
    rewritten = nodes.BRANCHING
    looks_back = False

    def __init__(self, script: nodes.Script, target: Target) -> None:
        super().__init__(script)
        self.target = target

    def statement(self, statement: nodes.Statement) -> None:
        """Move the common statements of both arms of an `If`."""
        if isinstance(statement, nodes.If):
            statement = self._emptied(statement)
        super().statement(statement)

    def _emptied(self, statement: nodes.If) -> nodes.If:
        arms = statement.then, statement.otherwise
        may_exit = self.accepts_within(statement)
        movable = [{self._key(inner): inner for inner in self._movable(arm, may_exit=may_exit)} for arm in arms]
        moved: set[int] = set()
        for key, inner in movable[0].items():
            twin = movable[1].get(key)
            if twin is not None:
                self.write(replace(self.renamed(inner), span=statement.span))
                for result, same in zip(results_of(twin), results_of(inner), strict=True):
                    self.rename(result, same)
                moved |= {id(inner), id(twin)}
        if not moved:
            return statement
        kept = [
            nodes.Region(tuple(inner for inner in arm.statements if id(inner) not in moved), arm.yields) for arm in arms
        ]
        return nodes.If(statement.span, statement.condition, kept[0], kept[1], statement.results)

    def _movable(self, arm: nodes.Region, *, may_exit: bool) -> list[nodes.Statement]:
        """Return the statements of an arm that use no value from within it, and need not follow a code separator."""
        inner = {value for statement in arm.statements for value in results_of(statement)}
        movable: list[nodes.Statement] = []
        is_separated = False
        for statement in arm.statements:
            is_separated = is_separated or (self.separates_code and within(statement, separates_code))
            if (
                isinstance(statement, nodes.Apply | nodes.CheckMultiSig | nodes.Element | nodes.Require)
                and inner.isdisjoint(operands_of(statement))
                and not (may_exit and has_effect(statement, self.target.is_partial))
                and not (is_separated and checks_signatures(statement))
            ):
                movable.append(statement)
        return movable

    def _key(self, statement: nodes.Statement) -> Key | None:
        return statement_key(self.renamed(statement), signed=0)
