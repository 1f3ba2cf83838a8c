"""Errors of declarations: classes, structs, aliases, properties, and the heads of functions."""

from dataclasses import dataclass

from penstockc.diagnostics import Diagnostic
from penstockc.source import Span


@dataclass(frozen=True, slots=True)
class NothingToCompile(Diagnostic):
    """A file without a contract or library."""

    message = "there is no contract or library in this file"


@dataclass(frozen=True, slots=True)
class NoEntryPoint(Diagnostic):
    """A contract without a public function."""

    name: str
    message = "contract `{name}` has no public function"
    hint = "a contract needs one to be spent; without any it is a `library`"


@dataclass(frozen=True, slots=True)
class LibraryEntryPoint(Diagnostic):
    """A public function of a library."""

    name: str
    message = "`{name}` cannot be public: a library is never spent"
    hint = "functions of a library can be called from everywhere without it"


@dataclass(frozen=True, slots=True)
class GenericContract(Diagnostic):
    """Type parameters of a contract."""

    name: str
    message = "contract `{name}` cannot have type parameters"


@dataclass(frozen=True, slots=True)
class GenericFunction(Diagnostic):
    """Type parameters of a function."""

    name: str
    message = "function `{name}` cannot have type parameters"
    hint = "libraries and structs can: make it a static function of a library"


@dataclass(frozen=True, slots=True)
class SecondConstructor(Diagnostic):
    """More than one constructor."""

    owner: str
    previous: Span
    message = "`{owner}` has a constructor already"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "the first one"


@dataclass(frozen=True, slots=True)
class EntryPointWithResult(Diagnostic):
    """A public function with a result type."""

    name: str
    message = "public function `{name}` cannot have a result"
    hint = "its last `require` decides"


@dataclass(frozen=True, slots=True)
class MissingResultType(Diagnostic):
    """A function without a result type that is not public."""

    name: str
    message = "function `{name}` needs a result type"
    hint = "write `function {name}(..) : int`, or `public` if it is for spending"


@dataclass(frozen=True, slots=True)
class PropertyWithValue(Diagnostic):
    """A first value of a property that is not static."""

    name: str
    message = "`{name}` is not static and cannot have a value here"
    hint = "give it in the constructor, or make the property `static`"


@dataclass(frozen=True, slots=True)
class AutoProperty(Diagnostic):
    """`auto` for a property that is not static."""

    name: str
    message = "the type of `{name}` cannot be inferred"
    hint = "only static properties and locals may be `auto`"


@dataclass(frozen=True, slots=True)
class StaticWithoutValue(Diagnostic):
    """A static property without a first value."""

    name: str
    message = "static property `{name}` needs a value"


@dataclass(frozen=True, slots=True)
class StaticRing(Diagnostic):
    """A static property whose first value needs itself."""

    ring: tuple[str, ...]
    message = "the value of `{ring[0]}` needs itself: {ring:chain}"


@dataclass(frozen=True, slots=True)
class StateOutsideContract(Diagnostic):
    """A `@state` property of a library."""

    name: str
    message = "`{name}` cannot be state: a library is never spent"
    hint = "mark the contract's property that holds the library instead"


@dataclass(frozen=True, slots=True)
class StateWithoutPreimage(Diagnostic):
    """A public function that uses state, and has no preimage to read it from."""

    name: str
    message = "`{name}` uses `@state` properties without a parameter of type SigHashPreimage"
    hint = "state is read from the preimage of the transaction that spends the contract: take it as an argument"


@dataclass(frozen=True, slots=True)
class EmptyStruct(Diagnostic):
    """A struct without fields."""

    name: str
    message = "`{name}` has no fields"


@dataclass(frozen=True, slots=True)
class RecursiveStruct(Diagnostic):
    """A struct that contains itself."""

    ring: tuple[str, ...]
    message = "`{ring[0]}` contains itself: {ring:chain}"


@dataclass(frozen=True, slots=True)
class RecursiveClass(Diagnostic):
    """A class that contains itself."""

    ring: tuple[str, ...]
    message = "`{ring[0]}` contains itself: {ring:chain}"


@dataclass(frozen=True, slots=True)
class AliasCycle(Diagnostic):
    """An alias that is defined by itself."""

    ring: tuple[str, ...]
    message = "this alias is defined by itself: {ring:chain}"
