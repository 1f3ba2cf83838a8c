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
    """A function that may be called: as `text(..)`, or for a method of library `receiver` as `value.text(..)`.

    A `counted` one takes a compile-time constant first, `N`, of which the types of other parameters are made.
    """

    text: str
    parameters: tuple[str, ...]
    result: str
    receiver: str | None
    pure: bool
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """A library with instances: its properties (name, type, may be assigned), its constructor's parameters."""

    name: str
    properties: tuple[tuple[str, str, bool], ...]
    constructor: tuple[str, ...]


@dataclass(slots=True)
class Scope:
    """The names visible at one point of a function.

    Attributes:
        target: "bsv" or "btc".
        variables: by their text; an inner scope's hide an outer one's.
        routines: the functions that may be called.
        gates: public functions of other contracts, which may be called as a whole requirement.
        libraries: by name, generic ones by the names of their instances.
        structs: the fields (name, type) of each, by name.
        arrays: the array types that the contract likes to use.
        counts: names of compile-time constants that are small sizes.
        declared: names that this very block has declared, which it may not declare again.
    """

    target: str
    variables: dict[str, Variable] = field(default_factory=dict)
    routines: tuple[Routine, ...] = ()
    gates: tuple[Routine, ...] = ()
    libraries: dict[str, Library] = field(default_factory=dict)
    structs: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    arrays: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    declared: set[str] = field(default_factory=set)

    def inner(self) -> "Scope":
        """Return a scope for a nested block: all that is visible here, nothing declared yet."""
        return replace(self, variables=dict(self.variables), declared=set())

    @property
    def plain(self) -> tuple[str, ...]:
        """Return the structs and arrays without libraries: callers have to make them."""
        arrays = (each for each in self.arrays if each.partition("[")[0] not in self.libraries)
        return (*self.structs, *arrays)

    @property
    def aggregates(self) -> tuple[str, ...]:
        """Return the types whose values are made of other values."""
        return (*self.libraries, *self.structs, *self.arrays)

    def add(self, variable: Variable) -> None:
        """Make `variable` visible, with the parts of its value."""
        hidden = (f"{variable.text}.", f"{variable.text}[")
        for text in [text for text in self.variables if text.startswith(hidden)]:
            del self.variables[text]  # those of the variable that this one hides
        self.variables[variable.text] = variable
        if variable.type in self.libraries:
            for name, type_, mutable in self.libraries[variable.type].properties:
                self.add(Variable(f"{variable.text}.{name}", type_, variable.mutable and mutable))
        for name, type_ in self.structs.get(variable.type, ()):
            self.add(Variable(f"{variable.text}.{name}", type_, variable.mutable))
        array = array_type(variable.type)
        if array is not None:
            element, size = array
            for index in range(int(size) if size.isdigit() else 1):
                self.add(Variable(f"{variable.text}[{index}]", element, variable.mutable))

    def declare(self, name: str, type_: str, *, mutable: bool = True) -> None:
        """Make a local or parameter of this block visible."""
        self.declared.add(name)
        self.add(Variable(name, type_, mutable))

    def of_type(self, types: tuple[str, ...], *, mutable: bool = False) -> list[Variable]:
        """Return the variables of one of these types (only assignable ones, if `mutable`)."""
        return [each for each in self.variables.values() if each.type in types and (each.mutable or not mutable)]

    def elements(self, types: tuple[str, ...], *, mutable: bool = False) -> list[tuple[Variable, str]]:
        """Return the arrays with elements of one of these types, and their sizes; `mutable` as in `of_type`."""
        arrays = ((each, array_type(each.type)) for each in self.variables.values() if each.mutable or not mutable)
        return [(each, array[1]) for each, array in arrays if array is not None and array[0] in types]

    def giving(self, types: tuple[str, ...], *, pure: bool) -> Iterator[Routine]:
        """Yield the routines whose result is of one of these types (only ones without effects, if `pure`)."""
        for routine in self.routines:
            if routine.result in types and (routine.pure or not pure):
                yield routine


def array_type(type_: str) -> tuple[str, str] | None:
    """Return of which elements an array type is, and how many (a number, or a name); None for other types."""
    if not type_.endswith("]"):
        return None
    start = type_.index("[")
    end = type_.index("]")
    return type_[:start] + type_[end + 1 :], type_[start + 1 : end]


def array_of(element: str, size: object) -> str:
    """Return the type of so many elements."""
    start = element.index("[") if element.endswith("]") else len(element)
    return f"{element[:start]}[{size}]{element[start:]}"
