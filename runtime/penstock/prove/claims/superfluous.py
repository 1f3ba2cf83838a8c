"""Superfluous checks: words that verify something, without which a script accepts the same calls.

Each word that verifies is left out in turn, its operands dropped. If then the formulas of all functions have the form
that they had, for any bytes as arguments, and still no other selector is accepted, the check tells nothing new. Checks
are left out one by one: of two that demand the same, either is superfluous, and not both.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from penstock.artifact.source_map import Location
from penstock.prove.claims.formulas import Compilation, arguments_of, script_formula, stray_formula
from penstock.prove.script.words import Block, Branch, CannotJudge, Word
from penstock.prove.terms.node import Term, fresh_nodes
from penstock.script.opcodes import Op

_WITHOUT: Final = {
    Op.OP_VERIFY: Op.OP_DROP,
    Op.OP_EQUALVERIFY: Op.OP_2DROP,
    Op.OP_NUMEQUALVERIFY: Op.OP_2DROP,
}
"""For each word that verifies, the one that only drops its operands."""
_MOST_WORK: Final = 25_000
"""Words to run, in all: longer scripts are not looked through."""


def superfluous_checks(of: Compilation) -> tuple[Location, ...]:
    """Return the places of checks that can be left out, each without the others; those without a place are not told."""
    checks = [word for word in _words(of.block) if word.what in _WITHOUT]
    runs = len(of.program.entry_points) * len(checks)
    if runs * sum(1 for _ in _words(of.block)) > _MOST_WORK:
        return ()
    with fresh_nodes():
        try:
            demanded = _formulas(of)
        except CannotJudge:
            return ()
        found = [word for word in checks if _is_superfluous(of, word, demanded)]
    places = (of.artifact.source_map.location(word.index) for word in found)
    return tuple(dict.fromkeys(place for place in places if place is not None))


def _formulas(of: Compilation) -> list[Term]:
    """Return when the script accepts, for each function, and for other selectors."""
    entries = of.program.entry_points
    found = [script_formula(of, each, arguments_of(each, as_pushed=True)) for each in entries]
    return [*found, stray_formula(of)] if len(entries) > 1 else found


def _is_superfluous(of: Compilation, check: Word, demanded: list[Term]) -> bool:
    try:
        return _formulas(replace(of, block=_left_out(of.block, check))) == demanded
    except CannotJudge:
        return False


def _words(block: Block) -> Iterator[Word]:
    for each in block:
        if isinstance(each, Branch):
            yield from _words(each.then)
            yield from _words(each.otherwise)
        else:
            yield each


def _left_out(block: Block, check: Word) -> Block:
    """Return the block with a check replaced by the dropping of its operands."""
    return tuple(
        replace(each, then=_left_out(each.then, check), otherwise=_left_out(each.otherwise, check))
        if isinstance(each, Branch)
        else Word(each.index, _WITHOUT[check.what])
        if each is check and isinstance(check.what, Op)
        else each
        for each in block
    )
