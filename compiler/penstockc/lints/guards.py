"""Warnings about the paths through public functions."""

from collections.abc import Iterator

from penstock.artifact.artifact import BasicType
from penstockc.diagnostics import Diagnostic
from penstockc.errors.warnings.guards import (
    LockTimeByHand,
    PreimageWithoutCheck,
    StateBehindSeparator,
    StateNotHandedOn,
    StateWithoutCheck,
    UncheckedSignature,
    UnguardedFunction,
)
from penstockc.language.types import basic_leaves
from penstockc.lints.paths.dependencies import PreimageRead
from penstockc.lints.paths.recording import ProgramTraces
from penstockc.lints.paths.walking import UnguardedPaths, outcomes
from penstockc.lints.tree import name_span
from penstockc.semantics import typed


def guard_warnings(program: typed.Program, recording: ProgramTraces) -> Iterator[Diagnostic]:
    """Find values that public functions of the main contract trust, change or take, and do not check."""
    for outcome in outcomes(recording):
        yield from _warnings(program, outcome)


def _warnings(program: typed.Program, outcome: UnguardedPaths) -> Iterator[Diagnostic]:
    function, name = outcome.function, outcome.function.key.name
    place = name_span(program.sources, function)
    for owed in outcome.owed:
        if not isinstance(owed, PreimageRead):
            yield StateNotHandedOn(owed.span, name)
        elif owed.span == outcome.loading:
            yield StateWithoutCheck(place, name)
        else:
            yield PreimageWithoutCheck(owed.span, name)
    if outcome.is_in_part:
        yield StateBehindSeparator(place, name)
    if not outcome.is_guarded:
        yield UnguardedFunction(place, name)
    for local, signed in zip(function.parameters, outcome.signed, strict=True):
        kinds = basic_leaves(local.type)
        if any(kind is BasicType.SIG and not is_checked for kind, is_checked in zip(kinds, signed, strict=True)):
            yield UncheckedSignature(local.span, local.name)
    for span in outcome.lock_times:
        yield LockTimeByHand(span.shown)
