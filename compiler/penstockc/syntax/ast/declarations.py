"""Files, classes and their members as written."""

from dataclasses import dataclass
from enum import StrEnum

from penstockc.source import Span
from penstockc.syntax.ast.expressions import Expression, Identifier, TypeExpression
from penstockc.syntax.ast.statements import Block


class Modifier(StrEnum):
    """Words before a member or parameter, in any order."""

    STATE = "@state"
    PUBLIC = "public"
    PRIVATE = "private"
    DEFAULT = "default"
    STATIC = "static"
    CONST = "const"


@dataclass(frozen=True, slots=True)
class Modifiers:
    """The modifiers of one declaration, each at most once; `span` is empty when there are none."""

    span: Span
    present: frozenset[Modifier]

    def __contains__(self, modifier: object) -> bool:
        return modifier in self.present


@dataclass(frozen=True, slots=True)
class Property:
    """`modifiers type name = initial;`; `type` is None for `auto`."""

    span: Span
    modifiers: Modifiers
    type: TypeExpression | None
    name: Identifier
    initial: Expression | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """`modifiers type name`."""

    span: Span
    modifiers: Modifiers
    type: TypeExpression
    name: Identifier


@dataclass(frozen=True, slots=True)
class Constructor:
    """`constructor(parameters) { ... }`."""

    span: Span
    modifiers: Modifiers
    parameters: tuple[Parameter, ...]
    body: Block


@dataclass(frozen=True, slots=True)
class Function:
    """`modifiers function name(parameters) : result { ... }`."""

    span: Span
    modifiers: Modifiers
    name: Identifier
    generics: tuple[Identifier, ...]
    parameters: tuple[Parameter, ...]
    result: TypeExpression | None
    body: Block


ClassMember = Property | Constructor | Function


@dataclass(frozen=True, slots=True)
class Import:
    """`import "path";`, the path as written."""

    span: Span
    path: str


@dataclass(frozen=True, slots=True)
class Alias:
    """`type name = type;`."""

    span: Span
    name: Identifier
    type: TypeExpression


@dataclass(frozen=True, slots=True)
class StructField:
    """`type name;`."""

    span: Span
    type: TypeExpression
    name: Identifier


@dataclass(frozen=True, slots=True)
class Struct:
    """`struct name<generics> { field ... }`."""

    span: Span
    name: Identifier
    generics: tuple[Identifier, ...]
    fields: tuple[StructField, ...]


@dataclass(frozen=True, slots=True)
class Class:
    """A contract or a library: `contract name { member ... }`, `library name<generics> { member ... }`."""

    span: Span
    is_contract: bool
    name: Identifier
    generics: tuple[Identifier, ...]
    members: tuple[ClassMember, ...]


Declaration = Import | Alias | Struct | Class


@dataclass(frozen=True, slots=True)
class Module:
    """One file."""

    span: Span
    declarations: tuple[Declaration, ...]
