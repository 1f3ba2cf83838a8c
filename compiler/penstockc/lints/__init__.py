"""Lints: warnings about code that compiles, and loses money or is likely a mistake.

In: the files of a compilation, their typed program, the target, the layout of the script. Out: warnings. The compiled
code is not changed. One module or package per kind; those about spends walk every path to acceptance (`paths`), those
about values track bounds and lengths (`constancy`); `allowing` removes the warnings that the source allows.
"""

from collections.abc import Iterator

from penstockc.diagnostics import Diagnostic
from penstockc.errors.warnings.guards import UncheckedSignature
from penstockc.errors.warnings.unused import UnusedParameter
from penstockc.layouts import SMALLEST, ScriptLayout
from penstockc.lints.allowing import filtered
from penstockc.lints.assembly import assembly_effects
from penstockc.lints.codes import ALLOWED
from penstockc.lints.constancy.walking import constant_results
from penstockc.lints.cuts import cut_warnings
from penstockc.lints.discarded import discarded_results
from penstockc.lints.guards import guard_warnings
from penstockc.lints.names import hidden_builtins, unused_imports, unused_names
from penstockc.lints.paths.recording import record
from penstockc.lints.properties import lost_assignments, unassigned_properties
from penstockc.semantics import typed
from penstockc.support.gc_pause import paused_gc
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax.imports import Modules
from penstockc.targets import Target


def warnings(
    modules: Modules, program: typed.Program, target: Target, layout: ScriptLayout = SMALLEST
) -> tuple[Diagnostic, ...]:
    """Return all warnings about a program that its sources do not allow, in source order, each once."""
    with raised_recursion_limit(), paused_gc():
        found = dict.fromkeys((*program.warnings, *_lints(modules, program, target, layout)))
    signatures = {each.span for each in found if isinstance(each, UncheckedSignature)}
    reported = [each for each in found if not (isinstance(each, UnusedParameter) and each.span in signatures)]
    return filtered(modules.sources.files[: len(modules.trees)], reported, ALLOWED)


def _lints(modules: Modules, program: typed.Program, target: Target, layout: ScriptLayout) -> Iterator[Diagnostic]:
    recording = record(program, target)
    yield from guard_warnings(program, recording)
    if not layout.placeholders_first:
        yield from cut_warnings(recording)
    yield from discarded_results(program)
    yield from unassigned_properties(program)
    yield from lost_assignments(program)
    yield from constant_results(program, target)
    yield from assembly_effects(program)
    yield from unused_imports(modules)
    for tree in modules.trees:
        yield from unused_names(tree)
        yield from hidden_builtins(tree)
