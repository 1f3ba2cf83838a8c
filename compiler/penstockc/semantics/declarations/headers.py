"""What the members of classes promise each other, before anybody looks into a body.

Headers are made on demand: the size of an array may need a static of a class whose other members need that array.
A type that is None could not be resolved; the reason is reported, and whoever meets the None stays silent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from penstockc.language.types import LibraryType, Type
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span
from penstockc.syntax import ast


@dataclass(frozen=True, slots=True)
class ParameterHeader:
    """A parameter of a function or constructor; `is_static`: its arguments are compile-time constants.

    In a function that has such parameters, the types of all are open (None) until it is called: see `instances`.
    """

    name: ast.Identifier
    type: Type | None
    is_const: bool
    is_static: bool = False


@dataclass(frozen=True, slots=True)
class FunctionHeader:
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
        """Where its name is declared."""
        return self.node.name.span

    @property
    def takes_constants(self) -> bool:
        """Whether it has no meaning of its own, only its instances for compile-time constants."""
        return any(parameter.is_static for parameter in self.parameters)


@dataclass(frozen=True, slots=True)
class PropertyHeader:
    """A property of each instance."""

    name: str
    span: Span
    type: Type | None
    is_const: bool
    is_private: bool
    is_state: bool = False


@dataclass(frozen=True, slots=True)
class StaticHeader:
    """A property of the class; its type may have to be found from its first value (`auto`)."""

    key: MemberKey
    node: ast.Property
    is_const: bool
    is_private: bool

    @property
    def span(self) -> Span:
        """Where its name is declared."""
        return self.node.name.span


@dataclass(frozen=True, slots=True)
class ConstructorHeader:
    """The constructor; `node` is None for the implicit one."""

    span: Span
    parameters: tuple[ParameterHeader, ...]
    node: ast.Constructor | None


@dataclass(frozen=True)
class ClassHeader:
    """A contract or library, or an instance of a generic one: its members by name, each made when first asked for.

    `find_type` and `make_constructor` are asked once, on first demand.
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
        """The type of its instances; None when a property has none."""
        return self.find_type()

    @cached_property
    def constructor(self) -> ConstructorHeader:
        """The constructor, explicit or implicit."""
        return self.make_constructor()
