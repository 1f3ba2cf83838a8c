"""Statics that an evaluation needs, found without the compiler's own search.

Compiled scripts are compared with the evaluator, so the two share no code here. This one follows the definition: a
static is used if the constructor or a public function of the main contract can reach it through any chain of calls.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final

from penstock.records import Record
from penstockc.semantics import typed

_MOST_KEPT: Final = 64
_KEPT: OrderedDict[int, tuple[typed.Program, tuple[typed.MemberKey, ...]]] = OrderedDict()
"""Results by the identity of the program, which stays in the entry: the search takes longer than most calls."""


def used_statics(program: typed.Program) -> tuple[typed.MemberKey, ...]:
    """Return the statics in use, each after those that its initial value needs."""
    kept = _KEPT.get(id(program))
    if kept is None:
        kept = _KEPT[id(program)] = program, _searched(program)
        if len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    return kept[1]


def _searched(program: typed.Program) -> tuple[typed.MemberKey, ...]:
    roots: list[object] = [program.contract.constructor, *program.entry_points]
    used = {key for key in _reached(program, roots) if key in program.statics}
    ordered: list[typed.MemberKey] = []
    while len(ordered) < len(used):
        ordered += [
            key
            for key in program.statics
            if key in used and key not in ordered and _needs(program, key) <= set(ordered)
        ]
    return tuple(ordered)


def _needs(program: typed.Program, key: typed.MemberKey) -> set[typed.MemberKey]:
    """Return the statics that the initial value of a static needs."""
    return {found for found in _reached(program, [program.statics[key].initial]) if found in program.statics}


def _reached(program: typed.Program, roots: list[object]) -> set[typed.MemberKey]:
    """Return the keys of all functions and statics that are reachable from some nodes."""
    reached = set[typed.MemberKey]()
    constructed = set[str]()
    waiting = list(roots)
    seen = set[int]()
    while waiting:
        for node in _nodes(waiting.pop(), seen):
            match node:
                case typed.StaticValue(key=key) if key not in reached:
                    reached.add(key)
                    waiting.append(program.statics[key].initial)
                case typed.Invoke(function=key) if key not in reached:
                    reached.add(key)
                    waiting.append(program.functions[key].body)
                case typed.Construct(type=library) if library.name not in constructed:
                    constructed.add(library.name)
                    waiting.append(program.classes[library.name].constructor.body)
                case _:
                    pass
    return reached


def _nodes(node: object, seen: set[int]) -> Iterator[object]:
    """Yield a node and all nodes inside it; iterations of a loop are often one block, which is visited once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, tuple):
        inside: tuple[object, ...] = node
    elif isinstance(node, Record) and type(node).__module__.startswith(typed.__name__):
        yield node
        inside = tuple(getattr(node, name) for name in node.__struct_fields__)
    else:
        return
    for part in inside:
        yield from _nodes(part, seen)
