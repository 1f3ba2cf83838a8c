"""What a piece of a random contract can see and use."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Variable:
    """Something readable: a local, `this.count`, `Lib.BASE`, `this.meter.total`; `mutable` if it may be assigned."""

    text: str
    type: str
    mutable: bool


@dataclass(frozen=True, slots=True)
class Routine:
    """A function that may be called: as `text(..)`, or for a method of library `receiver` as `value.text(..)`."""

    text: str
    parameters: tuple[str, ...]
    result: str
    receiver: str | None
    pure: bool


@dataclass(frozen=True, slots=True)
class Library:
    """A library that can be instantiated: its properties (name, type, may be assigned), what its constructor takes."""

    name: str
    properties: tuple[tuple[str, str, bool], ...]
    constructor: tuple[str, ...]


@dataclass(slots=True)
class Scope:
    """The names visible at one point of a function.

    Attributes:
        target: "bsv" or "btc".
        variables: by their text; an inner scope's hide an outer one's.
        routines: what may be called.
        gates: public functions of other contracts, which may be called as a whole requirement.
        libraries: by name.
        declared: names that this very block has declared, which it may not declare again.
    """

    target: str
    variables: dict[str, Variable] = field(default_factory=dict)
    routines: tuple[Routine, ...] = ()
    gates: tuple[Routine, ...] = ()
    libraries: dict[str, Library] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)

    def inner(self) -> "Scope":
        """Return a scope for a nested block: all that is visible here, nothing declared yet."""
        return replace(self, variables=dict(self.variables), declared=set())

    def add(self, variable: Variable) -> None:
        """Make `variable` visible, and the properties of a library value with it."""
        for text in [text for text in self.variables if text.startswith(f"{variable.text}.")]:
            del self.variables[text]  # those of the variable that this one hides
        self.variables[variable.text] = variable
        if variable.type in self.libraries:
            for name, type_, mutable in self.libraries[variable.type].properties:
                self.add(Variable(f"{variable.text}.{name}", type_, variable.mutable and mutable))

    def declare(self, name: str, type_: str, *, mutable: bool = True) -> None:
        """Make a local or parameter of this block visible."""
        self.declared.add(name)
        self.add(Variable(name, type_, mutable))

    def of_type(self, types: tuple[str, ...], *, mutable: bool = False) -> list[Variable]:
        """Return the variables of one of these types (only assignable ones, if `mutable`)."""
        return [each for each in self.variables.values() if each.type in types and (each.mutable or not mutable)]

    def giving(self, types: tuple[str, ...], *, pure: bool) -> Iterator[Routine]:
        """Yield the routines whose result is of one of these types (only ones without effects, if `pure`)."""
        for routine in self.routines:
            if routine.result in types and (routine.pure or not pure):
                yield routine
