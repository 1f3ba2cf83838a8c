"""Statics that a contract uses, in the order in which they are evaluated: each after those that its value needs.

A static is used if the constructor or a public function of the main contract can get to it through any calls.
"""

from collections.abc import Iterator

from penstockc.semantics import typed
from penstockc.semantics.typed.walking import distinct, expressions_of, inside


def statics_of(program: typed.Program) -> list[typed.MemberKey]:
    """Return the keys of the statics in use, in order."""
    order: list[typed.MemberKey] = []
    seen: set[object] = set()
    bodies = [program.contract.constructor.body, *(each.body for each in program.entry_points)]
    for body in bodies:
        if isinstance(body, typed.Block):
            _block(program, body, seen, order)
    return order


def _block(program: typed.Program, block: typed.Block, seen: set[object], order: list[typed.MemberKey]) -> None:
    for expression in _expressions(block):
        _expression(program, expression, seen, order)


def _expression(
    program: typed.Program, expression: typed.Expression, seen: set[object], order: list[typed.MemberKey]
) -> None:
    for each in inside(expression):
        match each:
            case typed.StaticValue(key=key) if key not in seen:
                seen.add(key)
                _expression(program, program.statics[key].initial, seen, order)
                order.append(key)
            case typed.Invoke(function=key) if key not in seen:
                seen.add(key)
                body = program.functions[key].body
                if isinstance(body, typed.Block):
                    _block(program, body, seen, order)
            case typed.Construct(type=owner) if owner.name not in seen:
                seen.add(owner.name)
                _block(program, program.classes[owner.name].constructor.body, seen, order)
            case _:
                pass


def _expressions(block: typed.Block) -> Iterator[typed.Expression]:
    """Yield the expressions of a block, outer ones only."""
    for statement in block.statements:
        match statement:
            case typed.Block():
                yield from _expressions(statement)
            case typed.If(condition=condition, then=then, otherwise=otherwise):
                yield condition
                yield from _expressions(then)
                yield from _expressions(otherwise)
            case typed.Loop(iterations=iterations):
                for iteration in distinct(iterations):
                    yield from _expressions(iteration)
            case _:
                yield from expressions_of(statement)
