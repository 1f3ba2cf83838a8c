"""Models: of all parts of one shape the first is scheduled, and the others are written like it."""

from collections.abc import Iterable
from typing import Final

from penstock.records import Record
from penstockc.codegen.instructions.instruction import Code, Instr
from penstockc.codegen.schedule.shapes import Place, Shape
from penstockc.codegen.stack.moves import DEAD, Layout
from penstockc.source import Span

NAMELESS: Final = -1_000_000
"""Below every number in a plan: names of values that a part does not touch, so that similar layouts are equal."""


class Likeness(Record, frozen=True, eq=False):
    """Values and places of a part beside those of its model.

    Attributes:
        values: the model's value for each of the part.
        back: the part's value for each of the model.
        places: the part's place for each of the model; None if they are the same.
    """

    values: dict[int, int]
    back: dict[int, int]
    places: dict[Place, Place] | None

    def names(self, window: Layout, touched: Iterable[int]) -> dict[int, int]:
        """Return the model's names of the items in a layout; those that are not touched lose theirs."""
        names = {item: NAMELESS - place for place, item in enumerate(window)}
        names.update({item: self.values[item] for item in touched if item in names})
        names[DEAD] = DEAD
        return names

    def values_of(self, names: dict[int, int]) -> dict[int, int]:
        """Return the part's value for each of the model and for each of these names."""
        return self.back | {name: item for item, name in names.items() if name <= NAMELESS}

    def code(self, code: Code) -> Code:
        """Return the part's code for that of the model."""
        if self.places is None:
            return code
        spans: dict[int, Span] = {}
        for instr in code:
            if id(instr.span) not in spans:
                spans[id(instr.span)] = _moved(instr.span, self.places)
        return tuple([Instr(instr.word, spans[id(instr.span)], instr.as_written) for instr in code])


def likeness(part: Shape, model: Shape) -> Likeness:
    """Return how a part is like its model, which has the same key."""
    return Likeness(
        dict(zip(part.values, model.values, strict=True)),
        dict(zip(model.values, part.values, strict=True)),
        None if part.places == model.places else dict(zip(model.places, part.places, strict=True)),
    )


def unlike(touched: Iterable[int]) -> Likeness:
    """Return the likeness of a part that is its own model."""
    return Likeness({item: item for item in touched}, {}, None)


def _moved(span: Span, places: dict[Place, Place]) -> Span:
    """Return a span with other places."""
    site = None if span.site is None else _moved(span.site, places)
    calls = tuple([_moved(call, places) for call in span.calls])
    return Span(*places[span.start, span.end], site, calls)
