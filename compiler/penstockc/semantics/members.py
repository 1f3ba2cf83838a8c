"""A class as it is written -> its header: every member by name, every declared type resolved.

Checks what needs no look into a body: modifiers, names that stand twice, what a member must or must not have.
"""

from collections.abc import Iterable, Mapping

from penstockc.errors.functions import (
    EntryPointWithResult,
    GenericContract,
    LibraryEntryPoint,
    MissingResultType,
    NoEntryPoint,
    SecondConstructor,
)
from penstockc.errors.names import DuplicateName
from penstockc.errors.syntax import BadModifier
from penstockc.errors.types import AutoProperty, PropertyWithValue, StaticWithoutValue
from penstockc.semantics.findings import Findings, of_class, of_constructor
from penstockc.semantics.headers import (
    ClassHeader,
    ConstructorHeader,
    FunctionHeader,
    ParameterHeader,
    PropertyHeader,
    StaticHeader,
)
from penstockc.semantics.typed import MemberKey
from penstockc.semantics.types import Types
from penstockc.syntax import ast
from penstockc.syntax.ast import Modifier

_ACCESS = frozenset({Modifier.PUBLIC, Modifier.PRIVATE, Modifier.DEFAULT})

Header = PropertyHeader | StaticHeader | FunctionHeader


def class_header(node: ast.Class, types: Types, findings: Findings) -> ClassHeader:
    """Make the header of one class."""
    return _Headers(node, types, findings).whole()


class _Headers:
    def __init__(self, node: ast.Class, types: Types, findings: Findings) -> None:
        self.node = node
        self.owner = node.name.text
        self.types = types
        self.findings = findings

    def whole(self) -> ClassHeader:
        properties = dict[str, PropertyHeader]()
        statics = dict[str, StaticHeader]()
        functions = dict[str, FunctionHeader]()
        constructors = list[ast.Constructor]()
        for member in self.node.members:
            match member:
                case ast.Property() if Modifier.STATIC in member.modifiers:
                    if self.is_new(member.name, properties, statics, functions):
                        statics[member.name.text] = self.static(member)
                case ast.Property() if self.is_new(member.name, properties, statics):
                    properties[member.name.text] = self.property(member)
                case ast.Function() if self.is_new(member.name, statics, functions):
                    functions[member.name.text] = self.function(member)
                case ast.Constructor():
                    constructors.append(member)
                case _:
                    pass
        self.check_generics()
        self.check_entry_points(functions.values())
        instance = self.types.of_class(self.owner)
        constructor = self.constructor(constructors, properties.values())
        return ClassHeader(self.node, self.owner, instance, properties, statics, functions, constructor)

    def is_new(self, name: ast.Identifier, *taken: Mapping[str, Header]) -> bool:
        """Whether none of these has a member of that name; a static and a function cannot share one."""
        for members in taken:
            if name.text in members:
                self.findings.report(DuplicateName(name.span, name.text, members[name.text].span))
                return False
        return True

    # Members ----------------------------------------------------------------------------------------------------------

    def property(self, node: ast.Property) -> PropertyHeader:
        self.allow(node.modifiers, _ACCESS | {Modifier.CONST, Modifier.STATE}, "properties")
        if Modifier.STATE in node.modifiers:
            self.findings.unsupported(of_class(self.owner), node.span, "`@state` properties")
        if node.initial is not None:
            self.findings.report(PropertyWithValue(node.initial.span, node.name.text))
        if node.type is None:
            self.findings.report(AutoProperty(node.name.span, node.name.text))
        return PropertyHeader(
            node.name.text,
            node.name.span,
            None if node.type is None else self.types.resolve(node.type, of_class(self.owner)),
            is_const=Modifier.CONST in node.modifiers,
            is_private=Modifier.PRIVATE in node.modifiers,
        )

    def static(self, node: ast.Property) -> StaticHeader:
        self.allow(node.modifiers, _ACCESS | {Modifier.CONST, Modifier.STATIC}, "static properties")
        if node.initial is None:
            self.findings.report(StaticWithoutValue(node.name.span, node.name.text))
        return StaticHeader(
            MemberKey(self.owner, node.name.text),
            node,
            is_const=Modifier.CONST in node.modifiers,
            is_private=Modifier.PRIVATE in node.modifiers,
        )

    def function(self, node: ast.Function) -> FunctionHeader:
        key = MemberKey(self.owner, node.name.text)
        self.allow(node.modifiers, _ACCESS | {Modifier.STATIC}, "functions")
        if node.generics:
            self.findings.unsupported(key, node.name.span, "generic functions")
        is_public = Modifier.PUBLIC in node.modifiers
        result = None
        if is_public and node.result is not None:
            self.findings.report(EntryPointWithResult(node.result.span, node.name.text))
        elif not is_public and node.result is None:
            self.findings.report(MissingResultType(node.name.span, node.name.text))
        elif node.result is not None:
            result = self.types.resolve(node.result, key)
        return FunctionHeader(
            key,
            node,
            self.parameters(node.parameters, key),
            result,
            is_public,
            is_private=Modifier.PRIVATE in node.modifiers,
            is_static=Modifier.STATIC in node.modifiers,
        )

    def constructor(self, nodes: list[ast.Constructor], properties: Iterable[PropertyHeader]) -> ConstructorHeader:
        for node in nodes:
            self.allow(node.modifiers, frozenset({Modifier.PUBLIC}), "constructors")
        for node in nodes[1:]:
            self.findings.report(SecondConstructor(node.span, self.owner, nodes[0].span))
        key = of_constructor(self.owner)
        self.types.uses.add(key, of_class(self.owner))
        if nodes:
            return ConstructorHeader(nodes[0].span, self.parameters(nodes[0].parameters, key), nodes[0])
        parameters = tuple(
            ParameterHeader(ast.Identifier(entry.span, entry.name), entry.type, is_const=False) for entry in properties
        )
        return ConstructorHeader(self.node.name.span, parameters, None)

    def parameters(self, nodes: Iterable[ast.Parameter], user: MemberKey) -> tuple[ParameterHeader, ...]:
        return tuple(self.parameter(node, user) for node in nodes)

    def parameter(self, node: ast.Parameter, user: MemberKey) -> ParameterHeader:
        self.allow(node.modifiers, frozenset({Modifier.CONST, Modifier.STATIC}), "parameters")
        resolved = self.types.resolve(node.type, user)
        is_static = Modifier.STATIC in node.modifiers
        if is_static:
            self.findings.unsupported(user, node.span, "compile-time parameters of functions")
        return ParameterHeader(node.name, resolved, Modifier.CONST in node.modifiers, is_static)

    # Rules ------------------------------------------------------------------------------------------------------------

    def allow(self, modifiers: ast.Modifiers, allowed: frozenset[Modifier], what: str) -> None:
        for modifier in sorted(modifiers.present - allowed):
            self.findings.report(BadModifier(modifiers.span, modifier, f"has no meaning for {what}"))

    def check_generics(self) -> None:
        if not self.node.generics:
            return
        if self.node.is_contract:
            self.findings.report(GenericContract(self.node.name.span, self.owner))
        else:
            self.findings.unsupported(of_class(self.owner), self.node.name.span, "generic types")

    def check_entry_points(self, functions: Iterable[FunctionHeader]) -> None:
        entry_points = [function for function in functions if function.is_public]
        if self.node.is_contract and not entry_points:
            self.findings.report(NoEntryPoint(self.node.name.span, self.owner))
        if not self.node.is_contract:
            for function in entry_points:
                self.findings.report(LibraryEntryPoint(function.node.name.span, function.key.name))
