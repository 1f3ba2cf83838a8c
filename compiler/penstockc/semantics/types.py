"""Types as they are written -> types as they are: aliases expanded, classes bound to their properties.

Resolving is lazy and order-free: a class's properties are looked at when somebody names the class, once.
"""

from typing import assert_never

from penstockc.errors.names import DuplicateName, UnknownType
from penstockc.errors.types import AliasCycle, RecursiveClass, UnexpectedTypeArguments
from penstockc.language.builtins import TYPE_NAMES
from penstockc.language.types import LibraryType, Type
from penstockc.semantics.declarations import Declarations
from penstockc.semantics.findings import Findings, of_alias, of_class
from penstockc.semantics.graph import Uses
from penstockc.semantics.suggestions import suggest
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span
from penstockc.syntax import ast


class Types:
    """Resolves the types of one compilation."""

    def __init__(self, declarations: Declarations, findings: Findings, uses: Uses) -> None:
        self.declarations = declarations
        self.findings = findings
        self.uses = uses
        self._classes = dict[str, LibraryType | None]()
        self._aliases = dict[str, Type | None]()
        self._open = list[str]()
        self._resolved = dict[Span, Type | None]()

    def resolve(self, written: ast.TypeExpression, user: MemberKey) -> Type | None:
        """The type that is `written` in the definition `user`; None after a report, which is made once."""
        if written.span not in self._resolved:
            self._resolved[written.span] = self._look(written, user)
        return self._resolved[written.span]

    def of_class(self, name: str) -> LibraryType | None:
        """The type of an instance of a declared class; None if a property has none."""
        if name not in self._classes:
            self._classes[name] = None
            self._open.append(name)
            self._classes[name] = self._properties(self.declarations.classes[name])
            self._open.pop()
        return self._classes[name]

    def of_alias(self, name: str) -> Type | None:
        """The type that a declared alias stands for."""
        if name not in self._aliases:
            self._aliases[name] = None
            self._open.append(name)
            self._aliases[name] = self.resolve(self.declarations.aliases[name].type, of_alias(name))
            self._open.pop()
        return self._aliases[name]

    def takes_arguments(self, name: str) -> bool:
        """Whether `name` is a generic class or struct of the contract's own."""
        node = self.declarations.classes.get(name) or self.declarations.structs.get(name)
        return node is not None and bool(node.generics)

    def check_struct(self, node: ast.Struct) -> None:
        """Resolve the fields of a struct, each of which has a name of its own."""
        seen = dict[str, Span]()
        for field in node.fields:
            self.resolve(field.type, of_alias(node.name.text))
            name = field.name
            if name.text in seen:
                self.findings.report(DuplicateName(name.span, name.text, seen[name.text]))
            seen.setdefault(name.text, name.span)

    def _look(self, written: ast.TypeExpression, user: MemberKey) -> Type | None:
        match written:
            case ast.SizedType():
                self.resolve(written.element, user)
                self.findings.unsupported(user, written.span, "arrays")
                return None
            case ast.NamedType():
                return self._named(written, user)
            case _:
                assert_never(written)

    def _named(self, written: ast.NamedType, user: MemberKey) -> Type | None:
        name = written.name.text
        if written.arguments:
            self._check_arguments(written, user)
            return None
        if name in TYPE_NAMES:
            return TYPE_NAMES[name]
        if name in self._open:
            self._report_ring(written)
            return None
        if name in self.declarations.aliases:
            self.uses.add(user, of_alias(name))
            return self.of_alias(name)
        node = self.declarations.classes.get(name)
        if node is not None and not node.generics:
            self.uses.add(user, of_class(name))
            return self.of_class(name)
        self._report(written, user)
        return None

    def _check_arguments(self, written: ast.NamedType, user: MemberKey) -> None:
        """`Name<..>`: nothing that can be compiled yet; find out what is wrong besides."""
        for argument in written.arguments:
            self.resolve(argument, user)
        name = written.name.text
        if name in self.declarations.names() and not self.takes_arguments(name):
            self.findings.report(UnexpectedTypeArguments(written.span, name))
        else:
            self._report(written, user)

    def _report(self, written: ast.NamedType, user: MemberKey) -> None:
        """Say why there is no such type."""
        name = written.name.text
        if self.takes_arguments(name) or self._is_type_parameter(name, user):
            self.findings.unsupported(user, written.span, "generic types")
        elif self.declarations.is_standard(name):
            self.findings.unsupported(user, written.span, f"the standard library's `{name}`")
        elif name in self.declarations.structs:
            self.findings.unsupported(user, written.span, "structs")
        else:
            close = suggest(name, self.declarations.names())
            self.findings.report(UnknownType(written.name.span, name, close))

    def _is_type_parameter(self, name: str, user: MemberKey) -> bool:
        """Whether `name` is a type parameter of the class or struct that `user` belongs to."""
        node = self.declarations.classes.get(user.owner) or self.declarations.structs.get(user.owner)
        return node is not None and any(generic.text == name for generic in node.generics)

    def _properties(self, node: ast.Class) -> LibraryType | None:
        fields = list[tuple[str, Type]]()
        seen = set[str]()
        whole = True
        for member in node.members:
            if not isinstance(member, ast.Property) or member.name.text in seen:
                continue
            seen.add(member.name.text)
            if ast.Modifier.STATIC in member.modifiers or member.type is None:
                continue
            resolved = self.resolve(member.type, of_class(node.name.text))
            if resolved is None:
                whole = False
            else:
                fields.append((member.name.text, resolved))
        return LibraryType(node.name.text, tuple(fields)) if whole else None

    def _report_ring(self, written: ast.NamedType) -> None:
        name = written.name.text
        ring = (*self._open[self._open.index(name) :], name)
        if any(part in self.declarations.classes for part in ring):
            self.findings.report(RecursiveClass(written.span, ring))
        else:
            self.findings.report(AliasCycle(written.span, ring))
