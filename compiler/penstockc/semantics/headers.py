"""What the members of classes promise each other, before anybody looks into a body.

A type that is None could not be resolved; the reason is reported, and whoever meets the None stays silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from penstockc.language.types import LibraryType, Type
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span
from penstockc.syntax import ast


@dataclass(frozen=True, slots=True)
class ParameterHeader:
    """A parameter of a function or constructor; `is_static`: its arguments are compile-time constants."""

    name: ast.Identifier
    type: Type | None
    is_const: bool
    is_static: bool = False


@dataclass(frozen=True, slots=True)
class FunctionHeader:
    """A function. `result` is None for public functions, which have none."""

    key: MemberKey
    node: ast.Function
    parameters: tuple[ParameterHeader, ...]
    result: Type | None
    is_public: bool
    is_private: bool
    is_static: bool

    @property
    def span(self) -> Span:
        """Where its name is declared."""
        return self.node.name.span


@dataclass(frozen=True, slots=True)
class PropertyHeader:
    """A property of each instance."""

    name: str
    span: Span
    type: Type | None
    is_const: bool
    is_private: bool


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


@dataclass(frozen=True, slots=True)
class ClassHeader:
    """A contract or library; `type` is None when a property has none."""

    node: ast.Class
    name: str
    type: LibraryType | None
    properties: Mapping[str, PropertyHeader]
    statics: Mapping[str, StaticHeader]
    functions: Mapping[str, FunctionHeader]
    constructor: ConstructorHeader
