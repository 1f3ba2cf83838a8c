"""Placement: each value is made in the innermost region that contains all of its uses.

So a placeholder that only one arm needs is pushed in that arm, and a value is computed on the paths that use it.
Operations that may abort stay where they are, and so do values that several regions share and placeholders that
come first. This is the last pass: others would no longer find values before an `If` that are moved into its arms.
"""

from collections.abc import Mapping

from penstock.records import replace
from penstockc.ir import nodes
from penstockc.ir.nodes import operands_of, regions_of, results_of, uses
from penstockc.targets import Target

HERE = (-1, -1)
"""The region itself as a place of use; an arm is the index of its statement, and its own index there."""


def place(script: nodes.Script, target: Target) -> nodes.Script:
    """Return the script with every value where it is needed."""
    return replace(script, body=_sink(script.body, target))


def _sink(region: nodes.Region, target: Target) -> nodes.Region:
    users: dict[nodes.Value, set[tuple[int, int]]] = {value: {HERE} for value in region.yields}
    sunk: dict[tuple[int, int], list[nodes.Statement]] = {}
    kept: list[tuple[int, nodes.Statement]] = []
    for index in reversed(range(len(region.statements))):
        statement = region.statements[index]
        places = {place for value in results_of(statement) for place in users.get(value, ())}
        where = HERE
        if len(places) == 1 and _can_sink(statement, target):
            (where,) = places
        if where == HERE:
            kept.append((index, statement))
        else:
            sunk.setdefault(where, []).append(statement)
        for value in operands_of(statement):
            users.setdefault(value, set()).add(where)
        for arm, inner in enumerate(regions_of(statement)):
            for value in uses(inner):
                users.setdefault(value, set()).add((index, arm))
    statements = [_with_arms(statement, index, sunk, target) for index, statement in reversed(kept)]
    return nodes.Region(tuple(statements), region.yields)


def _can_sink(statement: nodes.Statement, target: Target) -> bool:
    match statement:
        case nodes.Constant():
            return True
        case nodes.Placeholder(comes_first=comes_first):
            return not comes_first
        case nodes.Apply(operation=operation):
            return not target.is_partial(operation)
        case _:
            return False


def _with_arms(
    statement: nodes.Statement, index: int, sunk: Mapping[tuple[int, int], list[nodes.Statement]], target: Target
) -> nodes.Statement:
    arms = [
        _sink(nodes.Region((*reversed(sunk.get((index, arm), ())), *inner.statements), inner.yields), target)
        for arm, inner in enumerate(regions_of(statement))
    ]
    match statement:
        case nodes.If():
            return replace(statement, then=arms[0], otherwise=arms[1])
        case nodes.Dispatch(functions=functions):
            placed = (
                nodes.Function(function.span, function.name, function.arguments, body)
                for function, body in zip(functions, arms, strict=True)
            )
            return replace(statement, functions=tuple(placed))
        case _:
            return statement
