"""Errors of declarations: classes, structs, aliases, properties, and the heads of functions."""

from penstockc.diagnostics import Diagnostic
from penstockc.source import Span


class NothingToCompile(Diagnostic, frozen=True):
    """A file without a contract or library."""

    message = "there is no contract or library in this file"


class NoEntryPoint(Diagnostic, frozen=True):
    """A contract without a public function."""

    name: str
    message = "contract `{name}` has no public function"
    hint = "a contract needs one to be spent; without any it is a `library`"


class LibraryEntryPoint(Diagnostic, frozen=True):
    """A public function of a library."""

    name: str
    message = "`{name}` cannot be public: a library is never spent"
    hint = "functions of a library can be called from everywhere without it"


class GenericContract(Diagnostic, frozen=True):
    """Type parameters of a contract."""

    name: str
    message = "contract `{name}` cannot have type parameters"


class GenericFunction(Diagnostic, frozen=True):
    """Type parameters of a function."""

    name: str
    message = "function `{name}` cannot have type parameters"
    hint = "libraries and structs can: make it a static function of a library"


class SecondConstructor(Diagnostic, frozen=True):
    """More than one constructor."""

    owner: str
    previous: Span
    message = "`{owner}` has a constructor already"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "the first one"


class EntryPointWithResult(Diagnostic, frozen=True):
    """A public function with a result type."""

    name: str
    message = "public function `{name}` cannot have a result"
    hint = "its last `require` decides"


class MissingResultType(Diagnostic, frozen=True):
    """A function without a result type that is not public."""

    name: str
    message = "function `{name}` needs a result type"
    hint = "write `function {name}(..) : int`, or `public` if it is for spending"


class PropertyWithValue(Diagnostic, frozen=True):
    """A first value of a property that is not static."""

    name: str
    message = "`{name}` is not static and cannot have a value here"
    hint = "give it in the constructor, or make the property `static`"


class AutoProperty(Diagnostic, frozen=True):
    """`auto` for a property that is not static."""

    name: str
    message = "the type of `{name}` cannot be inferred"
    hint = "only static properties and locals may be `auto`"


class StaticWithoutValue(Diagnostic, frozen=True):
    """A static property without a first value."""

    name: str
    message = "static property `{name}` needs a value"


class StaticRing(Diagnostic, frozen=True):
    """A static property whose first value needs itself."""

    ring: tuple[str, ...]
    message = "the value of `{ring[0]}` needs itself: {ring:chain}"


class StateOutsideContract(Diagnostic, frozen=True):
    """A `@state` property of a library."""

    name: str
    message = "`{name}` cannot be state: a library is never spent"
    hint = "mark the contract's property that holds the library instead"


class StateWithoutPreimage(Diagnostic, frozen=True):
    """A public function that uses state, and has no preimage to read it from."""

    name: str
    message = "`{name}` uses `@state` properties without a parameter of type SigHashPreimage"
    hint = "state is read from the preimage of the transaction that spends the contract: take it as an argument"


class EmptyStruct(Diagnostic, frozen=True):
    """A struct without fields."""

    name: str
    message = "`{name}` has no fields"


class RecursiveStruct(Diagnostic, frozen=True):
    """A struct that contains itself."""

    ring: tuple[str, ...]
    message = "`{ring[0]}` contains itself: {ring:chain}"


class RecursiveClass(Diagnostic, frozen=True):
    """A class that contains itself."""

    ring: tuple[str, ...]
    message = "`{ring[0]}` contains itself: {ring:chain}"


class AliasCycle(Diagnostic, frozen=True):
    """An alias that is defined by itself."""

    ring: tuple[str, ...]
    message = "this alias is defined by itself: {ring:chain}"
