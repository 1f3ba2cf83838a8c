"""Classes, their members, and the whole program in the typed tree."""

from collections.abc import Mapping

from penstock.records import Record
from penstockc.diagnostics import Diagnostic
from penstockc.language.types import LibraryType, Type
from penstockc.semantics.typed.expressions import Expression, Local, MemberKey
from penstockc.semantics.typed.statements import Assembly, Block
from penstockc.source import Sources, Span


class Property(Record, frozen=True):
    """A non-static property of a contract or library; `is_state`: `@state`, so that transactions carry it forward."""

    span: Span
    name: str
    type: Type
    is_state: bool = False


class Static(Record, frozen=True):
    """A static property that is not a compile-time constant: evaluated when the script starts, if it is used."""

    span: Span
    key: MemberKey
    type: Type
    initial: Expression


class Function(Record, frozen=True):
    """A function. Public ones return nothing and end in a `Require`; the others end in a `Return`."""

    span: Span
    key: MemberKey
    is_public: bool
    is_static: bool
    parameters: tuple[Local, ...]
    result: Type | None
    body: Block | Assembly


class Constructor(Record, frozen=True):
    """An explicit constructor, or the implicit one spelled out: a parameter and an assignment for each property.

    Every property starts as the zero value of its type.
    """

    span: Span
    parameters: tuple[Local, ...]
    body: Block
    is_implicit: bool


class ClassDefinition(Record, frozen=True):
    """A contract or library."""

    span: Span
    name: str
    is_contract: bool
    type: LibraryType
    properties: tuple[Property, ...]
    constructor: Constructor
    functions: tuple[Function, ...]
    statics: tuple[Static, ...]


class Struct(Record, frozen=True):
    """A struct as declared: its fields as written types, since those of a generic one are open."""

    name: str
    parameters: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


class Library(Record, frozen=True):
    """A library (or a contract whose instances occur in the ABI) as declared: constructor arguments and properties."""

    name: str
    parameters: tuple[str, ...]
    is_implicit: bool
    arguments: tuple[tuple[str, str], ...]
    properties: tuple[tuple[str, str], ...]


class Alias(Record, frozen=True):
    """`type name = type;` of the compiled file or of an import."""

    name: str
    type: Type


class Program(Record, frozen=True):
    """A whole compilation: the main contract and everything that it can reach."""

    sources: Sources
    main: str
    classes: Mapping[str, ClassDefinition]
    functions: Mapping[MemberKey, Function]
    statics: Mapping[MemberKey, Static]
    aliases: tuple[Alias, ...]
    structs: tuple[Struct, ...] = ()
    libraries: tuple[Library, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()

    @property
    def contract(self) -> ClassDefinition:
        """The main contract (or, in a file without one, its last library)."""
        return self.classes[self.main]

    @property
    def entry_points(self) -> tuple[Function, ...]:
        """The public functions of the main contract, in the order of their indices."""
        return tuple(function for function in self.contract.functions if function.is_public)
