"""Requests to the compiler, and their results, as values that can be stored.

In: a request, and a function that loads the texts of imports. Out: the result of compiling.
"""

from penstock.artifact.artifact import Artifact
from penstock.errors import hides_frames
from penstock.records import Record
from penstock.script.chains import CHAINS, Chain
from penstockc.diagnostics import Diagnostic
from penstockc.layouts import SMALLEST
from penstockc.reading import Load
from penstockc.remappings import Remapping
from penstockc.source import Sources, Span

__tracebackhide__ = hides_frames


class Request(Record, frozen=True):
    """All that decides the result of compiling, but for the texts of imports; the fields are in the key of the cache.

    Attributes:
        text: the source.
        name: the bare name of the file.
        target: the chain to compile for, or its name.
        remappings: folders for imports by a prefix.
        layout: the name of the layout of the script.
    """

    text: str
    name: str
    target: Chain | str
    remappings: tuple[Remapping, ...] = ()
    layout: str = SMALLEST.name

    @property
    def named_target(self) -> str | None:
        """The name of the chain; None for a chain of the user's own, which may have any name."""
        if isinstance(self.target, str):
            return self.target
        return self.target.name if CHAINS.get(self.target.name) == self.target else None


class Warned(Record, frozen=True):
    """A warning of the compiler, with its texts: the members are those of `Diagnostic`."""

    code: str
    message: str
    hint: str | None
    span: Span
    related: tuple[Span, str] | None
    severity: str = "warning"


class Compiled(Record, frozen=True):
    """A compiled file.

    Attributes:
        artifact: the artifact.
        sources: its files, which the spans of warnings point into.
        warnings: the compiler's warnings, in source order.
    """

    artifact: Artifact
    sources: Sources
    warnings: tuple[Warned, ...]


def compile_request(request: Request, load: Load) -> Compiled:
    """Compile; exceptions as `compile_source`."""
    from penstockc.pipeline import compile_text  # noqa: PLC0415 - a stored result needs no compiler

    checked, artifact = compile_text(
        request.text,
        request.name,
        target=request.target,
        load=load,
        remappings=request.remappings,
        layout=request.layout,
    )
    return Compiled(artifact, checked.sources, tuple(map(_warned, checked.diagnostics)))


def _warned(found: Diagnostic) -> Warned:
    span, related = Span(found.span.start, found.span.end), found.related
    place = related and (Span(related[0].start, related[0].end), related[1])
    return Warned(found.code, found.message, found.hint, span, place)
