"""Files, classes and their members as written."""

from enum import StrEnum

from penstock.records import Record
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


class Modifiers(Record, frozen=True):
    """The modifiers of one declaration, each at most once; `span` is empty when there are none."""

    span: Span
    present: frozenset[Modifier]

    def __contains__(self, modifier: object) -> bool:
        return modifier in self.present


class Property(Record, frozen=True):
    """`modifiers type name = initial;`; `type` is None for `auto`."""

    span: Span
    modifiers: Modifiers
    type: TypeExpression | None
    name: Identifier
    initial: Expression | None


class Parameter(Record, frozen=True):
    """`modifiers type name`."""

    span: Span
    modifiers: Modifiers
    type: TypeExpression
    name: Identifier


class Constructor(Record, frozen=True):
    """`constructor(parameters) { ... }`."""

    span: Span
    modifiers: Modifiers
    parameters: tuple[Parameter, ...]
    body: Block


class Function(Record, frozen=True):
    """`modifiers function name(parameters) : result { ... }`."""

    span: Span
    modifiers: Modifiers
    name: Identifier
    generics: tuple[Identifier, ...]
    parameters: tuple[Parameter, ...]
    result: TypeExpression | None
    body: Block


ClassMember = Property | Constructor | Function


class Import(Record, frozen=True):
    """`import "path";`, the path as written."""

    span: Span
    path: str


class Alias(Record, frozen=True):
    """`type name = type;`."""

    span: Span
    name: Identifier
    type: TypeExpression


class StructField(Record, frozen=True):
    """`type name;`."""

    span: Span
    type: TypeExpression
    name: Identifier


class Struct(Record, frozen=True):
    """`struct name<generics> { field ... }`."""

    span: Span
    name: Identifier
    generics: tuple[Identifier, ...]
    fields: tuple[StructField, ...]


class Class(Record, frozen=True):
    """A contract or a library: `contract name { member ... }`, `library name<generics> { member ... }`."""

    span: Span
    is_contract: bool
    name: Identifier
    generics: tuple[Identifier, ...]
    members: tuple[ClassMember, ...]


Declaration = Import | Alias | Struct | Class


class Module(Record, frozen=True):
    """One file."""

    span: Span
    declarations: tuple[Declaration, ...]
