"""Warnings about contracts that cut their own script at fixed places."""

from collections.abc import Iterator

from penstockc.errors.warnings.layouts import CutAtFixedPlace
from penstockc.ir import nodes
from penstockc.lints.paths.cuts import cuts
from penstockc.lints.paths.recording import ProgramTraces


def cut_warnings(recording: ProgramTraces) -> Iterator[CutAtFixedPlace]:
    """Find cuts of the script of a contract with placeholders, for a layout that does not begin with these."""
    if any(isinstance(step, nodes.Placeholder) for trace in recording.traces for step in trace):
        yield from map(CutAtFixedPlace, cuts(recording))
