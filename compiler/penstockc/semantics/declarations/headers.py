"""Headers: the signatures of classes' members, known before any body is checked.

Headers are made on demand: the size of an array may need a static of a class whose other members need that array.
A type that is None could not be resolved; the reason is reported once, and users of the header report nothing more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from penstock.records import Record
from penstockc.language.types import LibraryType, Type
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span
from penstockc.syntax import ast


class ParameterHeader(Record, frozen=True):
    """A parameter of a function or constructor; `is_static`: its arguments are compile-time constants.

    In a function that has such parameters, the types of all are open (None) until a call fixes them: see `instances`.
    """

    name: ast.Identifier
    type: Type | None
    is_const: bool
    is_static: bool = False


class FunctionHeader(Record, frozen=True):
    """A function, or the instance of one for certain compile-time constants.

    `result` is None for public functions, which have none, and where it is open. `constants` are the names and values
    of an instance's compile-time parameters, which are not among its `parameters`.
    """

    key: MemberKey
    node: ast.Function
    parameters: tuple[ParameterHeader, ...]
    result: Type | None
    is_public: bool
    is_private: bool
    is_static: bool
    constants: tuple[tuple[ast.Identifier, int], ...] = ()

    @property
    def span(self) -> Span:
        """Span of the declared name."""
        return self.node.name.span

    @property
    def takes_constants(self) -> bool:
        """Whether it takes compile-time constants: then only its instances have a meaning."""
        return any(parameter.is_static for parameter in self.parameters)


class PropertyHeader(Record, frozen=True):
    """A property of each instance."""

    name: str
    span: Span
    type: Type | None
    is_const: bool
    is_private: bool
    is_state: bool = False


class StaticHeader(Record, frozen=True):
    """A property of the class; its type may have to be inferred from its first value (`auto`)."""

    key: MemberKey
    node: ast.Property
    is_const: bool
    is_private: bool

    @property
    def span(self) -> Span:
        """Span of the declared name."""
        return self.node.name.span


class ConstructorHeader(Record, frozen=True):
    """The constructor; `node` is None for the implicit one."""

    span: Span
    parameters: tuple[ParameterHeader, ...]
    node: ast.Constructor | None


@dataclass(frozen=True)
class ClassHeader:
    """A contract or library, or an instance of a generic one: its members by name, each made on first access.

    `find_type` and `make_constructor` are called once, on first access.
    """

    node: ast.Class
    name: str
    properties: Mapping[str, PropertyHeader]
    statics: Mapping[str, StaticHeader]
    functions: Mapping[str, FunctionHeader]
    find_type: Callable[[], LibraryType | None] = field(repr=False)
    make_constructor: Callable[[], ConstructorHeader] = field(repr=False)
    has_state: bool = False

    @cached_property
    def type(self) -> LibraryType | None:
        """The type of its instances; None when a property has no type."""
        return self.find_type()

    @cached_property
    def constructor(self) -> ConstructorHeader:
        """The constructor, explicit or implicit."""
        return self.make_constructor()
