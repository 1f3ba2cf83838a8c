"""Resolution of types: types as written -> types with aliases expanded, sizes known, classes bound to their properties.

Resolving is lazy and order-free: the properties of a class and the fields of a struct are resolved once, on the first
use of its name. A generic class or struct is resolved once for each tuple of type arguments; every such instance has
its own name, `Map<int,bytes>`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import assert_never

from penstock.records import Record
from penstockc.errors.declarations import AliasCycle, EmptyStruct, RecursiveClass, RecursiveStruct
from penstockc.errors.names import DuplicateName, UnknownType
from penstockc.errors.types import (
    EndlessInstances,
    MissingSize,
    MissingTypeArguments,
    UnexpectedTypeArguments,
    ValueTooLarge,
    WrongTypeArgumentCount,
)
from penstockc.language.builtins import TYPE_NAMES
from penstockc.language.types import OPEN, ArrayType, LibraryType, StructType, Type, size_of
from penstockc.semantics.declarations.findings import Findings, of_alias, of_class
from penstockc.semantics.declarations.global_names import Declarations
from penstockc.semantics.declarations.graph import Uses
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span
from penstockc.support.suggestions import suggest
from penstockc.syntax import ast

Size = Callable[[ast.Expression], int | None]
"""Evaluates the size of an array; None after a report."""

SizeIn = Callable[[MemberKey, ast.Expression], int | None]
"""Evaluates the size of an array in a definition at the level of its class, where no locals are in scope."""

LARGEST_VALUE = 100_000  # stack items of one value
LONGEST_NAME = 1_000  # characters; an instance with a longer one is in a ring of ever larger instances


class GenericInstance(Record, frozen=True):
    """A class or struct with a type for each of its parameters."""

    node: ast.Class | ast.Struct
    arguments: Mapping[str, Type]


class Types:
    """Resolves the types of one compilation."""

    def __init__(self, declarations: Declarations, findings: Findings, uses: Uses, size_in: SizeIn) -> None:
        self.declarations = declarations
        self.findings = findings
        self.uses = uses
        self.size_in = size_in
        self._instances = dict[str, GenericInstance]()
        self._named = dict[str, StructType | LibraryType | None]()
        self._aliases = dict[str, Type | None]()
        self._open = list[str]()
        self._resolved = dict[tuple[Span, str], Type | None]()

    def resolve(
        self, written: ast.TypeExpression, user: MemberKey, size: Size | None = None, *, may_be_open: bool = False
    ) -> Type | None:
        """Return the type that is `written` in the definition `user`; None after a report.

        `size` evaluates the sizes of arrays where locals are in scope; by default only the class's names are. With
        `may_be_open`, a size may be left to the declared value.
        """
        if size is not None or may_be_open:
            return self._look(written, user, size or self._size_of(user), may_be_open=may_be_open)
        place = written.span, user.owner
        if place not in self._resolved:
            self._resolved[place] = self._look(written, user, self._size_of(user), may_be_open=False)
        return self._resolved[place]

    def of_class(self, name: str) -> LibraryType | None:
        """Return the type of an instance of a class, which is declared or an instance; None if a property has none."""
        found = self._of(name)
        return found if isinstance(found, LibraryType) else None

    def of_alias(self, name: str) -> Type | None:
        """Return the type of a declared alias."""
        if name not in self._aliases:
            self._aliases[name] = None
            self._open.append(name)
            self._aliases[name] = self.resolve(self.declarations.aliases[name].type, of_alias(name))
            self._open.pop()
        return self._aliases[name]

    def takes_arguments(self, name: str) -> bool:
        """Return whether `name` is a generic class or struct."""
        return bool(self.parameters_of(name))

    def parameters_of(self, name: str) -> tuple[str, ...]:
        """Return the type parameters of a declared class or struct; () for any other type."""
        node = self._declared(name)
        return () if node is None else tuple(parameter.text for parameter in node.generics)

    def class_of(self, name: str) -> ast.Class | None:
        """Return the declaration of a class, or of the generic class of an instance."""
        instance = self._instance(name)
        return instance.node if instance and isinstance(instance.node, ast.Class) else None

    def as_declared(self, name: str) -> StructType | LibraryType | None:
        """Return a declared class or struct, each type parameter as a type of its own (see `parameter_type`)."""
        return self._of(self.open_name(name))

    def open_name(self, name: str) -> str:
        """Return the name of the instance that `as_declared` returns."""
        node = self._declared(name)
        if node is None or not node.generics:
            return name
        return self._instantiate(node, [parameter_type(parameter.text) for parameter in node.generics])

    # Types as written -------------------------------------------------------------------------------------------------

    def _size_of(self, user: MemberKey) -> Size:
        return lambda expression: self.size_in(user, expression)

    def _look(self, written: ast.TypeExpression, user: MemberKey, size: Size, *, may_be_open: bool) -> Type | None:
        match written:
            case ast.SizedType():
                return self._array(written, user, size, may_be_open=may_be_open)
            case ast.NamedType():
                return self._look_up(written, user, size)
            case _:
                assert_never(written)

    def _array(self, written: ast.SizedType, user: MemberKey, size: Size, *, may_be_open: bool) -> Type | None:
        element = self._look(written.element, user, size, may_be_open=may_be_open)
        count: int | None
        if written.size is not None:
            count = size(written.size)
        elif may_be_open:
            count = OPEN
        else:
            self.findings.report(MissingSize(written.span))
            return None
        if element is None or count is None:
            return None
        array = ArrayType(element, count)
        return array if self.fits_stack(written.span, array) else None

    def _look_up(self, written: ast.NamedType, user: MemberKey, size: Size) -> Type | None:
        name = written.name.text
        bound = self._bound(user).get(name)
        if written.arguments:
            return self._applied(written, user, size)
        if bound is not None:
            return bound
        if name in TYPE_NAMES:
            return TYPE_NAMES[name]
        if name in self._open:
            self._report_ring(written.span, name)
            return None
        if name in self.declarations.aliases:
            self.uses.add(user, of_alias(name))
            return self.of_alias(name)
        node = self._declared(name)
        if node is None:
            self._report_unknown(written, user)
            return None
        if node.generics:
            self.findings.report(MissingTypeArguments(written.name.span, name, self.parameters_of(name)))
            return None
        return self._use(written.span, name, user)

    def _applied(self, written: ast.NamedType, user: MemberKey, size: Size) -> Type | None:
        """Resolve `Name<..>`."""
        arguments = [self._look(argument, user, size, may_be_open=False) for argument in written.arguments]
        name = written.name.text
        node = self._declared(name)
        if node is None or not node.generics:
            if name in self.declarations.names() or name in self._bound(user):
                self.findings.report(UnexpectedTypeArguments(written.span, name))
            else:
                self._report_unknown(written, user)
            return None
        if len(arguments) != len(node.generics):
            self.findings.report(WrongTypeArgumentCount(written.span, name, len(node.generics), len(arguments)))
            return None
        known = [argument for argument in arguments if argument is not None]
        if len(known) < len(arguments):
            return None
        return self._use(written.span, self._instantiate(node, known), user)

    def _use(self, span: Span, name: str, user: MemberKey) -> Type | None:
        """Return the declared type or instance `name`, which `user` uses."""
        if name in self._open:
            self._report_ring(span, name)
            return None
        if len(name) > LONGEST_NAME:
            self.findings.report(EndlessInstances(span, name.partition("<")[0]))
            return None
        self.uses.add(user, of_class(name) if self.class_of(name) else of_alias(name))
        return self._of(name)

    def _report_unknown(self, written: ast.NamedType, user: MemberKey) -> None:
        name = written.name.text
        close = suggest(name, [*self.declarations.names(), *self._bound(user)])
        self.findings.report(UnknownType(written.name.span, name, close))

    def _report_ring(self, span: Span, name: str) -> None:
        ring = (*self._open[self._open.index(name) :], name)
        shown = tuple(map(as_written, ring))
        if any(self.class_of(part) for part in ring):
            self.findings.report(RecursiveClass(span, shown))
        elif any(self._instance(part) for part in ring):
            self.findings.report(RecursiveStruct(span, shown))
        else:
            self.findings.report(AliasCycle(span, shown))

    # Instances --------------------------------------------------------------------------------------------------------

    def _declared(self, name: str) -> ast.Class | ast.Struct | None:
        return self.declarations.classes.get(name) or self.declarations.structs.get(name)

    def _instance(self, name: str) -> GenericInstance | None:
        if name not in self._instances:
            node = self._declared(name)
            if node is None or node.generics:
                return None
            self._instances[name] = GenericInstance(node, {})
        return self._instances[name]

    def _instantiate(self, node: ast.Class | ast.Struct, arguments: list[Type]) -> str:
        """Return the name of an instance, and register it."""
        name = f"{node.name.text}<{','.join(map(str, arguments))}>"
        names = (parameter.text for parameter in node.generics)
        self._instances.setdefault(name, GenericInstance(node, dict(zip(names, arguments, strict=True))))
        return name

    def _bound(self, user: MemberKey) -> Mapping[str, Type]:
        """Return the arguments of the type parameters in the scope of `user`."""
        instance = self._instances.get(user.owner)
        return {} if instance is None else instance.arguments

    def _of(self, name: str) -> StructType | LibraryType | None:
        if name not in self._named:
            instance = self._instance(name)
            assert instance is not None, f"{name} was not instantiated"
            self._named[name] = None
            self._open.append(name)
            self._named[name] = self._make(name, instance)
            self._open.pop()
        return self._named[name]

    def _make(self, name: str, instance: GenericInstance) -> StructType | LibraryType | None:
        node, arguments = instance.node, tuple(instance.arguments.values())
        made: StructType | LibraryType
        if isinstance(node, ast.Struct):
            self._check_names(node)
            fields = self._fields(node.fields, of_alias(name))
            made = StructType(name, fields or (), arguments)
        else:
            fields = self._fields(_properties(node), of_class(name))
            made = LibraryType(name, fields or (), arguments)
        return made if fields is not None and self.fits_stack(node.name.span, made) else None

    def _fields(
        self, nodes: Iterable[ast.StructField | ast.Property], user: MemberKey
    ) -> tuple[tuple[str, Type], ...] | None:
        """Return the fields, each name once; None if one has no type."""
        fields = dict[str, Type | None]()
        for node in nodes:
            resolved = None if node.type is None else self.resolve(node.type, user)
            fields.setdefault(node.name.text, resolved)
        known = tuple((name, resolved) for name, resolved in fields.items() if resolved is not None)
        return known if len(known) == len(fields) else None

    def _check_names(self, node: ast.Struct) -> None:
        if not node.fields:
            self.findings.report(EmptyStruct(node.name.span, node.name.text))
        seen = dict[str, Span]()
        for field in node.fields:
            name = field.name
            if name.text in seen:
                self.findings.report(DuplicateName(name.span, name.text, seen[name.text]))
            seen.setdefault(name.text, name.span)

    def fits_stack(self, span: Span, made: Type) -> bool:
        """Return whether values of a type, written or found at `span`, have few enough leaves; report if not."""
        size = size_of(made)
        if size > LARGEST_VALUE:
            self.findings.report(ValueTooLarge(span, str(made), size, LARGEST_VALUE))
        return size <= LARGEST_VALUE


def parameter_type(name: str) -> StructType:
    """Return the type of a type parameter in a class or struct as declared; the name is not valid in source."""
    return StructType(f"'{name}", ())


def is_as_declared(name: str) -> bool:
    """Return whether a name is that of a class or struct with open type parameters."""
    return "'" in name


def as_written(declared: Type | str) -> str:
    """Return a type from `Types.as_declared`, or the name of one, as the source would write it."""
    return str(declared).replace("'", "")


def _properties(node: ast.Class) -> Iterable[ast.Property]:
    return (
        member
        for member in node.members
        if isinstance(member, ast.Property) and ast.Modifier.STATIC not in member.modifiers and member.type is not None
    )
