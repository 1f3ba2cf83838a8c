"""Properties that the constructor leaves unassigned, and assignments that the next spend does not see."""

from collections.abc import Iterator

from penstockc.errors.warnings.properties import LostAssignment, UnassignedProperty
from penstockc.lints.tree import is_own, root
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import expressions_in, statements_in


def unassigned_properties(program: typed.Program) -> Iterator[UnassignedProperty]:
    """Find properties without a value at the end of a path through an explicit constructor."""
    for entry in program.classes.values():
        constructor = entry.constructor
        if constructor.is_implicit or not is_own(entry.span):
            continue
        assigned = _assigned(program, constructor.body)
        for each in entry.properties:
            if each.name not in assigned:
                yield UnassignedProperty(each.span, each.name)


def _assigned(program: typed.Program, block: typed.Block) -> frozenset[str]:
    """Return the properties of `this` that get a value, or a part of one, on every path through a block."""
    found = frozenset[str]()
    for statement in block.statements:
        match statement:
            case typed.Block():
                found |= _assigned(program, statement)
            case typed.If(then=then, otherwise=otherwise):
                found |= _assigned_in(program, statement) | (_assigned(program, then) & _assigned(program, otherwise))
            case typed.Loop(iterations=(first, *_)):
                found |= _assigned(program, first)
            case typed.Assign(place=place):
                found |= _assigned_in(program, statement) | _name(place)
            case _:
                found |= _assigned_in(program, statement)
    return found


def _assigned_in(program: typed.Program, statement: typed.Statement) -> frozenset[str]:
    """Return the properties that calls in a statement assign, or methods of theirs."""
    found = frozenset[str]()
    for expression in expressions_in(statement):
        match expression:
            case typed.Invoke(receiver=typed.This(), function=key):
                body = program.functions[key].body
                found |= _assigned(program, body) if isinstance(body, typed.Block) else frozenset()
            case typed.Invoke(receiver=receiver) if receiver is not None:
                found |= _name(receiver)
            case typed.Increment(place=place):
                found |= _name(place)
            case _:
                pass
    return found


def _name(place: typed.Expression) -> frozenset[str]:
    _, name = root(place)
    return frozenset() if name is None else frozenset({name})


def lost_assignments(program: typed.Program) -> Iterator[LostAssignment]:
    """Find assignments to properties that are not state, in code that public functions of contracts run."""
    for entry in program.classes.values():
        if not (entry.is_contract and is_own(entry.span)):
            continue
        state = {each.name for each in entry.properties if each.is_state}
        for function in _running(program, entry):
            for statement in statements_in(function.body) if isinstance(function.body, typed.Block) else ():
                for place in _changed(statement):
                    _, name = root(place)
                    if name is not None and name not in state:
                        yield LostAssignment(statement.span, name)


def _running(program: typed.Program, entry: typed.ClassDefinition) -> Iterator[typed.Function]:
    """Yield the public functions of a contract, and its methods that they call on `this`."""
    waiting = [function for function in entry.functions if function.is_public]
    seen = {function.key for function in waiting}
    while waiting:
        function = waiting.pop()
        yield function
        for statement in statements_in(function.body) if isinstance(function.body, typed.Block) else ():
            for expression in expressions_in(statement):
                match expression:
                    case typed.Invoke(receiver=typed.This(), function=key) if key not in seen and is_own(
                        program.functions[key].span
                    ):
                        seen.add(key)
                        waiting.append(program.functions[key])
                    case _:
                        pass


def _changed(statement: typed.Statement) -> Iterator[typed.Expression]:
    """Yield the places that a statement itself assigns."""
    if isinstance(statement, typed.Assign):
        yield statement.place
    for expression in expressions_in(statement):
        if isinstance(expression, typed.Increment):
            yield expression.place
