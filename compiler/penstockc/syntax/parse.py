"""Text of one file -> `ast.Module`.

In: a `Source` with the whole language in it. Out: its tree, or `CompileError` with all syntax errors that one run can
distinguish. Promised: nothing else is raised, for any text; time is linear in its length.
"""

from penstock.errors import hides_frames
from penstockc.diagnostics import CompileError, Diagnostic
from penstockc.errors.syntax import NestedTooDeeply
from penstockc.source import Source, Sources
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax import ast
from penstockc.syntax.build import ModuleBuilder
from penstockc.syntax.grammar import parse_module, too_deep
from penstockc.syntax.lexical import surrogates, unterminated
from penstockc.syntax.recovery import Recovery

__tracebackhide__ = hides_frames


def parse(source: Source) -> ast.Module:
    """Parse one file; raises CompileError for a text that is not valid."""
    found = [*surrogates(source), *unterminated(source)]
    if found:
        raise _error(source, found)
    recovery = Recovery(source)
    tree = parse_module(source.text, recovery)
    if recovery.diagnostics or tree is None:
        raise _error(source, recovery.diagnostics)
    builder = ModuleBuilder(source, source.base, found.append)
    deep = too_deep(tree)
    if deep is not None:
        raise _error(source, [NestedTooDeeply(builder.span(deep))])
    with raised_recursion_limit():
        module = builder.module(tree)
    if found:
        raise _error(source, found)
    return module


def _error(source: Source, found: list[Diagnostic]) -> CompileError:
    return CompileError(Sources((source,)), found)
