"""Lock times: constants without effect, and constructor arguments that must be locks.

In: the script after its passes. Out: the mistakes among constants; for the artifact, the constructor's leaves that
must be locks. A check in a branch does not count there: a contract may use 0 for no lock.
"""

from collections.abc import Iterator
from typing import Final

from penstock.artifact.artifact import Kind, ParameterLock
from penstock.script.lock_times import Lock
from penstock.script.numbers import decode_number
from penstockc.errors.target import LockOutOfRange
from penstockc.ir import nodes
from penstockc.ir.nodes import walk
from penstockc.language.operations import Operation

LOCKS: Final = {Operation.CHECK_LOCK_TIME: Lock.LOCK_TIME, Operation.CHECK_SEQUENCE: Lock.SEQUENCE}


def wrong_locks(script: nodes.Script) -> Iterator[LockOutOfRange]:
    """Yield every constant lock that has no effect, or is later than any possible spend."""
    known = _constants(script)
    for statement, lock, operand in _checks(walk(script.body)):
        for number in known.get(operand, ()):
            if not lock.locks(number):
                yield LockOutOfRange(statement.span, number, lock)


def _constants(script: nodes.Script) -> dict[nodes.Value, tuple[int, ...]]:
    """Return the known numbers of values, including several that a branch may choose between."""
    known: dict[nodes.Value, tuple[int, ...]] = {}
    branches = list[nodes.If]()
    for statement in walk(script.body):
        match statement:
            case nodes.Constant(result=result, data=data) if result.kind is Kind.INT:
                known[result] = (decode_number(data, max_size=None, minimal=False),)
            case nodes.If():
                branches.append(statement)
            case _:
                pass
    for branch in reversed(branches):  # inner ones first
        for index, result in enumerate(branch.results):
            arms = [arm for arm in (branch.then, branch.otherwise) if not arm.ends_script]
            known[result] = tuple(number for arm in arms for number in known.get(arm.yields[index], ()))
    return known


def constructor_locks(script: nodes.Script) -> tuple[ParameterLock, ...]:
    """Return the constructor's leaves that some public function always checks as a lock, unchanged."""
    names = {each.result: each.name for each in walk(script.body) if isinstance(each, nodes.Placeholder)}
    found = {
        ParameterLock(names[operand], lock): None
        for region in _whole_regions(script.body)
        for _, lock, operand in _checks(region.statements)
        if operand in names
    }
    return tuple(found)


def _checks(
    statements: Iterator[nodes.Statement] | tuple[nodes.Statement, ...],
) -> Iterator[tuple[nodes.Apply, Lock, nodes.Value]]:
    for statement in statements:
        if isinstance(statement, nodes.Apply) and statement.operation in LOCKS:
            yield statement, LOCKS[statement.operation], statement.operands[0]


def _whole_regions(body: nodes.Region) -> Iterator[nodes.Region]:
    """Yield the regions that always run from end to end: the script's, and those of its functions."""
    yield body
    for statement in body.statements:
        if isinstance(statement, nodes.Dispatch):
            yield from (function.body for function in statement.functions)
