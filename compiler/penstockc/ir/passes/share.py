"""Sharing: a value that was computed before on the same path is not computed again.

An operation that may abort is shared like any other: where it is needed again, the first one has not aborted. Leaves
nothing unused: the second computation is removed, its results renamed.
"""

from typing import Final, assert_never

from penstockc.ir import nodes
from penstockc.ir.nodes import results_of
from penstockc.ir.walking import Walk, separates_code
from penstockc.language.operations import Operation
from penstockc.targets import Target

Key = tuple[object, ...]

LARGEST_SHARED: Final = 200  # statements in an `If` that may be shared as a whole; larger ones are skipped


def share(script: nodes.Script, target: Target) -> nodes.Script:  # noqa: ARG001 - a pass
    """Return the script with each value computed once on every path."""
    return _Sharing(script).script()


class _Sharing(Walk):
    looks_back = False

    def __init__(self, script: nodes.Script) -> None:
        super().__init__(script)
        self.available: dict[Key, tuple[nodes.Value, ...]] = {}
        """Results computed on the path to here, by key."""
        self.own: list[Key] = []
        """Keys of the open region."""
        self.separators = 0
        """Number of code separators so far: between two of them signatures sign the same."""
        self.met = 0
        """Number of statements so far."""

    def region(self, region: nodes.Region) -> nodes.Region:
        """Rewrite a region, which can use results from around it; its own are dropped after it."""
        outer, self.own = self.own, []
        rewritten = super().region(region)
        for key in self.own:
            del self.available[key]
        self.own = outer
        return rewritten

    def statement(self, statement: nodes.Statement) -> None:
        """Drop a statement whose values were computed, or whose requirement was checked, before."""
        before = self.met
        statement = self.with_regions(statement)
        self.met += 1
        is_small = self.met - before <= LARGEST_SHARED
        key = statement_key(statement, self.separators) if is_small else None
        if key is None:
            self.separators += separates_code(statement)
            self.write(statement)
            return
        there = self.available.get(key)
        if there is None:
            self.available[key] = results_of(statement)
            self.own.append(key)
            self.write(statement)
            return
        for result, same in zip(results_of(statement), there, strict=True):
            self.rename(result, same)


def statement_key(statement: nodes.Statement, signed: int) -> Key | None:
    """Return a key that is equal for two statements if the second one is redundant; None for statements that never are.

    `signed` identifies the part of the script that signatures checked in it sign.
    """
    return _key(statement, signed, {})


def _key(statement: nodes.Statement, signed: int, inner: dict[nodes.Value, int]) -> Key | None:
    """Return the key with values by their numbers; those made within an `If` by their order, which `inner` holds."""
    match statement:
        case nodes.Apply(operation=Operation.CHECK_SIG, operands=operands):
            return Operation.CHECK_SIG, signed, *_names(operands, inner)
        case nodes.Apply(operation=operation, operands=operands):
            names = _names(operands, inner)
            return operation, *(sorted(names) if operation.commutes else names)
        case nodes.Constant(result=result, data=data):
            return result.kind, data
        case nodes.CheckMultiSig(signatures=signatures, keys=keys):
            return nodes.CheckMultiSig, signed, _names(signatures, inner), _names(keys, inner)
        case nodes.Element(index=index, elements=elements):
            return nodes.Element, _names((index,), inner), tuple(_names(element, inner) for element in elements)
        case nodes.Require(condition=condition):
            return nodes.Require, _names((condition,), inner)
        case nodes.If(condition=condition, then=then, otherwise=otherwise):
            arms = _region_key(then, signed, inner), _region_key(otherwise, signed, inner)
            return None if None in arms else (nodes.If, _names((condition,), inner), arms)
        case (
            nodes.Placeholder()
            | nodes.Assembly()
            | nodes.Separator()
            | nodes.Exit()
            | nodes.Result()
            | nodes.Dispatch()
        ):
            return None
        case _:
            assert_never(statement)


def _names(values: tuple[nodes.Value, ...], inner: dict[nodes.Value, int]) -> tuple[int, ...]:
    return tuple([inner.get(value, value.number) if inner else value.number for value in values])


def _region_key(region: nodes.Region, signed: int, outer: dict[nodes.Value, int]) -> Key | None:
    inner = dict(outer)
    keys = []
    for statement in region.statements:
        key = _key(statement, signed, inner)
        if key is None:
            return None
        keys.append(key)
        for result in results_of(statement):
            inner[result] = -1 - len(inner)
    return tuple(keys), _names(region.yields, inner)
