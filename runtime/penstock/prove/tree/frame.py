"""Variables of a function that runs symbolically, and places of them: read and written part by part."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from penstock.prove.terms.comparisons import same_number
from penstock.prove.terms.node import Term
from penstock.prove.terms.numbers import ZERO, constant_of, number
from penstock.prove.terms.selection import selected
from penstock.prove.tree.values import Record, Value, chosen
from penstockc.semantics import typed

Variable = tuple[str, int] | typed.MemberKey | None
"""A local by its name and number, a static by its key, `this` as None."""
Step = str | Term
"""A field by its name, an element by its index."""


@dataclass(slots=True)
class Frame:
    """Variables of one running function, with the statics that all share."""

    variables: dict[Variable, Value] = field(default_factory=dict)

    def copy(self) -> "Frame":
        """Return the variables for an arm of a branch."""
        return Frame(dict(self.variables))

    def callee(self, this: Value | None) -> "Frame":
        """Return the variables of a function that is called: the statics, and its `this`."""
        inner: dict[Variable, Value] = {
            key: value for key, value in self.variables.items() if isinstance(key, typed.MemberKey)
        }
        if this is not None:
            inner[None] = this
        return Frame(inner)

    def take_statics(self, callee: "Frame") -> None:
        """Take over the statics as a function that was called left them."""
        for key, value in callee.variables.items():
            if isinstance(key, typed.MemberKey):
                self.variables[key] = value

    def merge(self, condition: Term, then: "Frame", otherwise: "Frame") -> None:
        """Take over the variables of both arms of a branch."""
        for key, before in self.variables.items():
            one, other = then.variables[key], otherwise.variables[key]
            if one is not before or other is not before:
                self.variables[key] = chosen(condition, one, other)

    def replace(self, arm: "Frame") -> None:
        """Take over the variables of the only arm that goes on."""
        for key in self.variables:
            self.variables[key] = arm.variables[key]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place whose indices have been evaluated."""

    variable: Variable
    steps: tuple[Step, ...] = ()


def read(frame: Frame, spot: Spot) -> Value:
    """Return the value at a place; its indices are within their arrays."""
    value = frame.variables[spot.variable]
    for step in spot.steps:
        value = part(value, step)
    return value


def part(value: Value, step: Step) -> Value:
    """Return a field or an element of a value."""
    if isinstance(step, str):
        assert isinstance(value, Record), "as the check promises"
        return value.fields[step]
    assert isinstance(value, tuple), "as the check promises"
    known = constant_of(step)
    if known is not None:
        return value[known] if 0 <= known < len(value) else value[0]
    return _element(step, value)


def _element(index: Term, elements: Sequence[Value]) -> Value:
    first = elements[0]
    match first:
        case Term():
            return selected(index, 0, [each for each in elements if isinstance(each, Term)])
        case tuple():
            columns = zip(*(each for each in elements if isinstance(each, tuple)), strict=True)
            return tuple(_element(index, column) for column in columns)
        case Record(fields=fields):
            records = [each for each in elements if isinstance(each, Record)]
            return Record({name: _element(index, [each.fields[name] for each in records]) for name in fields})


def write(frame: Frame, spot: Spot, value: Value) -> None:
    """Assign to a place."""
    frame.variables[spot.variable] = _replaced(frame.variables.get(spot.variable, ZERO), spot.steps, value)


def _replaced(whole: Value, steps: tuple[Step, ...], value: Value) -> Value:
    if not steps:
        return value
    step, *deeper = steps
    rest = tuple(deeper)
    if isinstance(step, str):
        assert isinstance(whole, Record), "as the check promises"
        return whole.replace(step, _replaced(whole.fields[step], rest, value))
    assert isinstance(whole, tuple), "as the check promises"
    known = constant_of(step)
    if known is not None:
        changed = list(whole)
        if 0 <= known < len(whole):
            changed[known] = _replaced(whole[known], rest, value)
        return tuple(changed)
    return tuple(
        chosen(same_number(step, number(at)), _replaced(each, rest, value), each) for at, each in enumerate(whole)
    )
