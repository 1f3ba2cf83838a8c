"""Inline assembly whose known stack effect does not match its function."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from penstock.script.opcodes import Op
from penstockc.errors.warnings.assembly import AssemblyEffect
from penstockc.language.types import size_of
from penstockc.lints.tree import is_own, name_span
from penstockc.semantics import typed
from penstockc.semantics.bodies.assembly import Word

_REACHING: Final = frozenset({Op.OP_PICK, Op.OP_ROLL})
"""Opcodes that reach down to a depth given by a number, and otherwise move as many items as their row has."""

_OPENING: Final = frozenset({Op.OP_IF, Op.OP_NOTIF})


def assembly_effects(program: typed.Program) -> Iterator[AssemblyEffect]:
    """Find functions in assembly that take or leave a wrong number of items.

    Assembly with an opcode that moves a number of items that depends on the spend is skipped.
    """
    for function in program.functions.values():
        if isinstance(function.body, typed.Assembly) and is_own(function.span):
            given = sum(size_of(parameter.type) for parameter in function.parameters)
            wanted = 1 if function.result is None else size_of(function.result)
            fault = _fault(function.body.words, given, wanted)
            if fault is not None:
                yield AssemblyEffect(name_span(program.sources, function), function.key.name, fault)


@dataclass(slots=True)
class _Depths:
    """Items on both stacks, above those of the caller; `is_over`: the script has ended here."""

    main: int
    second: int = 0
    is_over: bool = False

    def copy(self) -> "_Depths":
        return _Depths(self.main, self.second, self.is_over)


@dataclass(slots=True)
class _Arms:
    """An open `OP_IF`: the depths at its beginning, and at the ends of the arms so far."""

    before: _Depths
    ends: list[_Depths] = field(default_factory=list)


def _fault(  # noqa: C901 - one case per kind of opcode
    words: tuple[Word, ...], given: int, wanted: int
) -> str | None:
    """Return the fault of assembly that takes `given` items and should leave `wanted`; None if right, or unknown."""
    now, opened = _Depths(given), list[_Arms]()
    for _, word in words:
        if not isinstance(word, Op):
            now.main += 1
            continue
        if word is Op.OP_RETURN:
            now.is_over = True
        if (word.variadic and word not in _REACHING) or word in {Op.OP_VERIF, Op.OP_VERNOTIF}:
            return None
        if now.main < word.takes and not now.is_over:
            return f"takes more items than the {given} of its parameters"
        now.main += word.gives - word.takes
        now.second += (word is Op.OP_TOALTSTACK) - (word is Op.OP_FROMALTSTACK)
        if now.second < 0 and not now.is_over:
            return "takes items from the alt stack that it has not put there"
        if word in _OPENING:
            opened.append(_Arms(now.copy()))
        elif word is Op.OP_ELSE:
            opened[-1].ends.append(now)
            now = opened[-1].before.copy()
        elif word is Op.OP_ENDIF:
            arms = opened.pop()
            ends = [end for end in (*arms.ends, now, *(() if arms.ends else (arms.before,))) if not end.is_over]
            if any((end.main, end.second) != (ends[0].main, ends[0].second) for end in ends):
                return "leaves another number of items in one arm of `OP_IF` than in the other"
            now = ends[0].copy() if ends else _Depths(now.main, now.second, is_over=True)
    if now.is_over or now.main == wanted:
        return None
    return f"leaves {now.main} item{'' if now.main == 1 else 's'}, where its function returns {wanted}"
