"""Knowledge of variables at one place of a function."""

from dataclasses import dataclass, field
from typing import Final

from penstock.artifact.basic_types import BasicType, Kind
from penstockc.lints.constancy.values import KnownValue, of_type, of_value
from penstockc.lints.tree import root
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import distinct, expressions_in, statements_in

Key = tuple[str, int]
"""A local by name and number; a property of `this` by name, with the number -1."""

PROPERTY = -1


def key_of(place: typed.Expression) -> Key | None:
    """Return the variable of an expression that is one; None for any other."""
    match place:
        case typed.LocalValue(local=local):
            return local.name, local.number
        case typed.Field(base=typed.This(), name=name):
            return name, PROPERTY
        case typed.Cast(operand=operand):
            return key_of(operand)
        case _:
            return None


_ZEROS: Final = {Kind.INT: of_value(0), Kind.BOOL: of_value(value=False), Kind.BYTES: of_value(b"")}


def zero_properties(owner: typed.ClassDefinition) -> "KnownVariables":
    """Return the properties of a class before its constructor runs: each has the zero value of its type."""
    kinds = [(each.name, each.type) for each in owner.properties]
    return KnownVariables({(name, PROPERTY): _ZEROS[kind.kind] for name, kind in kinds if isinstance(kind, BasicType)})


@dataclass(slots=True)
class KnownVariables:
    """The variables with knowledge beyond their types."""

    known: dict[Key, KnownValue] = field(default_factory=dict)

    def copy(self) -> "KnownVariables":
        """Return an independent copy."""
        return KnownVariables(dict(self.known))

    def read(self, place: typed.Expression) -> KnownValue:
        """Return the knowledge of a place."""
        key = key_of(place)
        found = None if key is None else self.known.get(key)
        return of_type(place.type) if found is None else found

    def write(self, place: typed.Expression, known: KnownValue) -> None:
        """Assign a value to a place."""
        key = key_of(place)
        if key is None:
            self.forget(place)
        else:
            self.known[key] = known

    def forget(self, place: typed.Expression) -> None:
        """Drop the knowledge of the variable that a place is a part of; for `this`, of all properties."""
        variable, name = root(place)
        match variable:
            case typed.LocalValue(local=local):
                self.known.pop((local.name, local.number), None)
            case typed.This() if name is not None:
                self.known.pop((name, PROPERTY), None)
            case typed.This():
                for key in [key for key in self.known if key[1] == PROPERTY]:
                    del self.known[key]
            case _:
                pass

    def join(self, other: "KnownVariables") -> None:
        """Keep only knowledge that is true for both."""
        self.known = {key: known.joined(other.known[key]) for key, known in self.known.items() if key in other.known}

    def forget_changed(self, iterations: tuple[typed.Block, ...]) -> None:
        """Drop the knowledge of all variables that the iterations of a loop change."""
        for block in distinct(iterations):
            for statement in statements_in(block):
                if isinstance(statement, typed.Assign):
                    self.forget(statement.place)
                for expression in expressions_in(statement):
                    match expression:
                        case typed.Increment(place=place):
                            self.forget(place)
                        case typed.Invoke(receiver=receiver) if receiver is not None:
                            self.forget(receiver)
                        case _:
                            pass
