"""Parts of values: fields and elements as steps into a tuple of leaves, read and written.

A known step selects its leaves directly. Where an index is known only when the script runs, a read is
an `Element`, and a write is a choice for every possible leaf. Outside of the array both fail at run time.
"""

from collections.abc import Iterator
from typing import assert_never

from penstock.artifact.artifact import Kind
from penstock.records import Record
from penstockc.ir import nodes
from penstockc.ir.lowering.builder import Builder
from penstockc.ir.lowering.environment import Leaves, Variable
from penstockc.language.operations import Operation
from penstockc.source import Span


class Part(Record, frozen=True):
    """The leaves from `start` on, `size` of them."""

    start: int
    size: int


class Chosen(Record, frozen=True):
    """One of `count` elements of `size` leaves each: the one at `index`, known only when the script runs."""

    span: Span
    index: nodes.Value
    count: int
    size: int


class Outside(Record, frozen=True):
    """An element outside of the array; it would have `size` leaves."""

    span: Span
    size: int


Step = Part | Chosen | Outside


class LeafPlace(Record, frozen=True):
    """A place whose indices have been evaluated: a variable, and the steps into its leaves."""

    variable: Variable
    steps: tuple[Step, ...] = ()


def element(builder: Builder, span: Span, index: nodes.Value, count: int, size: int) -> Step:
    """Return the step to the element at `index` of an array of `count` elements of `size` leaves."""
    known = builder.known_number(index)
    if known is None:
        return Chosen(span, index, count, size)
    return Part(known * size, size) if 0 <= known < count else Outside(span, size)


def read(builder: Builder, leaves: Leaves, steps: tuple[Step, ...]) -> Leaves:
    """Return the leaves that the steps select."""
    for position, step in enumerate(steps):
        match step:
            case Part(start=start, size=size):
                leaves = leaves[start : start + size]
            case Chosen():
                start, size, further = _narrowed(step.size, steps[position + 1 :])
                starts = [start + number * step.size for number in range(step.count)]
                return read(builder, _element(builder, step, tuple(leaves[at : at + size] for at in starts)), further)
            case Outside(span=span, size=size):
                builder.fail(span)
                leaves = tuple(_nothing(builder, span, leaf) for leaf in leaves[:size])
            case _:
                assert_never(step)
    return leaves


def _narrowed(size: int, steps: tuple[Step, ...]) -> tuple[int, int, tuple[Step, ...]]:
    """Return the leaves (start, size) of every element that the known steps after it select, and the other steps."""
    start = 0
    for position, step in enumerate(steps):
        if not isinstance(step, Part):
            return start, size, steps[position:]
        start, size = start + step.start, step.size
    return start, size, ()


def _element(builder: Builder, step: Chosen, elements: tuple[Leaves, ...]) -> Leaves:
    if not elements[0]:
        _require_inside(builder, step)
        return ()
    results = tuple(builder.fresh(leaf.kind) for leaf in elements[0])
    builder.write(nodes.Element(step.span, results, step.index, elements))
    return results


def _require_inside(builder: Builder, step: Chosen) -> None:
    bounds = (builder.constant(step.span, Kind.INT, bound) for bound in (0, step.count))
    builder.write(nodes.Require(step.span, *builder.apply(step.span, Operation.WITHIN, step.index, *bounds)))


def _nothing(builder: Builder, span: Span, leaf: nodes.Value) -> nodes.Value:
    return builder.item(span, leaf.kind, b"")


def write(builder: Builder, leaves: Leaves, steps: tuple[Step, ...], value: Leaves) -> Leaves:
    """Return the leaves with those that the steps select replaced by `value`."""
    for step in steps:
        match step:
            case Outside(span=span):
                builder.fail(span)
                return leaves
            case Chosen():
                _require_inside(builder, step)
            case Part():
                pass
    changed = list(leaves)
    for start, conditions in _targets(builder, steps):
        place = slice(start, start + len(value))
        changed[place] = _chosen(builder, steps, conditions, value, tuple(leaves[place]))
    return tuple(changed)


def _targets(builder: Builder, steps: tuple[Step, ...]) -> Iterator[tuple[int, Leaves]]:
    """Yield every possible place: its start, and the conditions under which it is the one."""
    targets: list[tuple[int, Leaves]] = [(0, ())]
    for step in steps:
        match step:
            case Part(start=start):
                targets = [(before + start, conditions) for before, conditions in targets]
            case Chosen(span=span, index=index, count=count, size=size):
                here = [
                    builder.apply(span, Operation.NUM_EQUAL, index, builder.constant(span, Kind.INT, number))
                    for number in range(count)
                ]
                targets = [
                    (before + number * size, (*conditions, *is_here))
                    for before, conditions in targets
                    for number, is_here in enumerate(here)
                ]
            case Outside():
                return iter(())
    return iter(targets)


def _chosen(builder: Builder, steps: tuple[Step, ...], conditions: Leaves, new: Leaves, old: Leaves) -> Leaves:
    """Return the new leaves where all conditions are true, else the old ones."""
    if not conditions:
        return new
    span = next(step.span for step in steps if isinstance(step, Chosen))
    condition, *others = conditions
    for other in others:
        (condition,) = builder.apply(span, Operation.BOOL_AND, condition, other)
    results = tuple(builder.fresh(leaf.kind) for leaf in new)
    builder.write(nodes.If(span, condition, nodes.Region((), new), nodes.Region((), old), results))
    return results
