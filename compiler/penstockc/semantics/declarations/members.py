"""Headers of classes: a class as written -> its header, every member by name, every declared type resolved.

Checks everything outside of bodies: modifiers, duplicate names, what a member must or must not have.
A member is checked on first access, the names of all on first access to the class.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import ParamSpec, TypeVar

from penstock.artifact.artifact import BasicType
from penstockc.diagnostics import InternalError
from penstockc.errors.declarations import (
    AutoProperty,
    EntryPointWithResult,
    GenericContract,
    GenericFunction,
    LibraryEntryPoint,
    MissingResultType,
    NoEntryPoint,
    PropertyWithValue,
    SecondConstructor,
    StateOutsideContract,
    StaticWithoutValue,
)
from penstockc.errors.names import DuplicateName, PredeclaredName
from penstockc.errors.syntax import BadModifier
from penstockc.errors.types import TypeMismatch
from penstockc.language.types import Type
from penstockc.semantics.declarations.findings import Findings, of_class, of_constructor
from penstockc.semantics.declarations.headers import (
    ClassHeader,
    ConstructorHeader,
    FunctionHeader,
    ParameterHeader,
    PropertyHeader,
    StaticHeader,
)
from penstockc.semantics.declarations.lazy import Extended, OnDemand
from penstockc.semantics.declarations.state import FUNCTIONS, STATICS, StateTexts
from penstockc.semantics.declarations.types import Types
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast import Modifier

_ACCESS = frozenset({Modifier.PUBLIC, Modifier.PRIVATE, Modifier.DEFAULT})

Node = ast.Property | ast.Function
Seeds = ParamSpec("Seeds")
Made = TypeVar("Made")


class Classes:
    """The headers of all classes and instances of generic ones, made on first access."""

    def __init__(self, types: Types, findings: Findings) -> None:
        self._types = types
        self._findings = findings
        self._headers = dict[str, ClassHeader]()
        self.state_texts = StateTexts()

    def find(self, name: str) -> ClassHeader | None:
        """Return the header of a class without type parameters, or of an instance; None for an unknown class."""
        if name not in self._headers:
            node = self._types.class_of(name)
            if node is None:
                return None
            is_repeated = any(header.node is node for header in self._headers.values())
            headers = _Headers(node, name, self._types, self._findings, self.state_texts, is_repeated=is_repeated)
            with self._findings.repeated(is_repeated=is_repeated):
                self._headers[name] = headers.whole()
        return self._headers[name]

    def __getitem__(self, name: str) -> ClassHeader:
        """Return the header of a class that is known to exist."""
        header = self.find(name)
        if header is None:
            raise InternalError(f"{name} is not a class")
        return header


def no_class(name: str, span: Span) -> ClassHeader:
    """Return the header of a class without members: the scope of an alias or a struct."""
    node = ast.Class(span, is_contract=False, name=ast.Identifier(span, name), generics=(), members=())
    implicit = ConstructorHeader(span, (), None)
    return ClassHeader(node, name, {}, {}, {}, lambda: None, lambda: implicit)


def check_heading(node: ast.Class, findings: Findings) -> None:
    """Report mistakes in a class outside of its members."""
    if node.is_contract and node.generics:
        findings.report(GenericContract(node.name.span, node.name.text))


class _Headers:
    """Makes the header of one class; `is_repeated`: another instance of the class was checked before."""

    def __init__(  # noqa: PLR0913 - what all classes share, and the parts of this one
        self,
        node: ast.Class,
        owner: str,
        types: Types,
        findings: Findings,
        state_texts: StateTexts,
        *,
        is_repeated: bool,
    ) -> None:
        self.node = node
        self.state_texts = state_texts
        self.is_repeated = is_repeated
        self.owner = owner
        self.types = types
        self.findings = findings

    def whole(self) -> ClassHeader:
        properties = dict[str, ast.Property]()
        statics = dict[str, ast.Property]()
        functions = dict[str, ast.Function]()
        constructors = list[ast.Constructor]()
        for member in self.node.members:
            match member:
                case ast.Property() if Modifier.STATIC in member.modifiers:
                    if self.is_new(member.name, properties, statics, functions):
                        statics[member.name.text] = member
                case ast.Property() if self.is_new(member.name, properties, statics):
                    properties[member.name.text] = member
                case ast.Function() if self.is_new(member.name, statics, functions):
                    functions[member.name.text] = member
                case ast.Constructor():
                    constructors.append(member)
                case _:
                    pass
        self.check_entry_points(functions.values())
        headers = OnDemand(properties, self.once(self.property))
        state = [name for name, member in properties.items() if Modifier.STATE in member.modifiers]
        has_state = self.node.is_contract and bool(state)
        if has_state:
            self.check_predeclared([*functions.values(), *statics.values()])
        added = cache(lambda: self.state_texts.members(self.owner, _typed(map(headers.__getitem__, state))))
        return ClassHeader(
            self.node,
            self.owner,
            headers,
            OnDemand(Extended(statics, STATICS if has_state else (), lambda: added().statics), self.once(self.static)),
            OnDemand(
                Extended(functions, FUNCTIONS if has_state else (), lambda: added().functions), self.once(self.function)
            ),
            lambda: self.types.of_class(self.owner),
            self.once(lambda: self.constructor(constructors, headers.values())),
            has_state,
        )

    def once(self, make: Callable[Seeds, Made]) -> Callable[Seeds, Made]:
        """Wrap `make`, so that mistakes that another instance of the class has reported are not reported again."""

        def made(*seeds: Seeds.args, **named: Seeds.kwargs) -> Made:
            with self.findings.repeated(is_repeated=self.is_repeated):
                return make(*seeds, **named)

        return made

    def is_new(self, name: ast.Identifier, *taken: Mapping[str, Node]) -> bool:
        """Return whether the name is new among these members; a static and a function cannot share one."""
        for members in taken:
            if name.text in members:
                self.findings.report(DuplicateName(name.span, name.text, members[name.text].name.span))
                return False
        return True

    # Members ----------------------------------------------------------------------------------------------------------

    def property(self, node: ast.Property) -> PropertyHeader:
        self.allow(node.modifiers, _ACCESS | {Modifier.CONST, Modifier.STATE}, "properties")
        is_state = Modifier.STATE in node.modifiers
        if is_state and not self.node.is_contract:
            self.findings.report(StateOutsideContract(node.name.span, node.name.text))
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
            is_state=is_state,
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
            self.findings.report(GenericFunction(node.generics[0].span, node.name.text))
        is_public = Modifier.PUBLIC in node.modifiers
        is_open = not is_public and any(Modifier.STATIC in parameter.modifiers for parameter in node.parameters)
        result = None
        if is_public and node.result is not None:
            self.findings.report(EntryPointWithResult(node.result.span, node.name.text))
        elif not is_public and node.result is None:
            self.findings.report(MissingResultType(node.name.span, node.name.text))
        elif node.result is not None and not is_open:
            result = self.types.resolve(node.result, key)
        return FunctionHeader(
            key,
            node,
            self.parameters(node.parameters, key, is_open=is_open),
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

    def parameters(
        self, nodes: Iterable[ast.Parameter], user: MemberKey, *, is_open: bool = False
    ) -> tuple[ParameterHeader, ...]:
        """Return the parameters; open ones get their types when the compile-time ones among them get values."""
        return tuple(self.parameter(node, user, is_open=is_open) for node in nodes)

    def parameter(self, node: ast.Parameter, user: MemberKey, *, is_open: bool) -> ParameterHeader:
        if is_open:
            self.allow(node.modifiers, frozenset({Modifier.CONST, Modifier.STATIC}), "parameters")
        else:
            self.allow(node.modifiers, frozenset({Modifier.CONST}), "parameters of constructors and public functions")
        is_static = is_open and Modifier.STATIC in node.modifiers
        resolved = None if is_open and not is_static else self.types.resolve(node.type, user)
        if is_static and resolved not in {BasicType.INT, None}:
            self.findings.report(TypeMismatch(node.type.span, str(BasicType.INT), str(resolved)))
        return ParameterHeader(node.name, resolved, Modifier.CONST in node.modifiers, is_static)

    # Rules ------------------------------------------------------------------------------------------------------------

    def allow(self, modifiers: ast.Modifiers, allowed: frozenset[Modifier], subject: str) -> None:
        for modifier in sorted(modifiers.present - allowed):
            self.findings.report(BadModifier(modifiers.span, modifier, f"has no meaning for {subject}"))

    def check_predeclared(self, members: Iterable[Node]) -> None:
        """Report members with the name of a predeclared member of a contract with state."""
        for member in members:
            if member.name.text in FUNCTIONS or member.name.text in STATICS:
                self.findings.report(PredeclaredName(member.name.span, member.name.text))

    def check_entry_points(self, functions: Iterable[ast.Function]) -> None:
        entry_points = [function for function in functions if Modifier.PUBLIC in function.modifiers]
        if not self.node.is_contract:
            for function in entry_points:
                self.findings.report(LibraryEntryPoint(function.name.span, function.name.text))


def check_entry_points(node: ast.Class, findings: Findings) -> None:
    """Report the contract that is compiled if it has no public function. Any other contract without is a library."""
    functions = [member for member in node.members if isinstance(member, ast.Function)]
    if node.is_contract and not any(Modifier.PUBLIC in function.modifiers for function in functions):
        findings.report(NoEntryPoint(node.name.span, node.name.text))


def _typed(properties: Iterable[PropertyHeader]) -> Iterator[tuple[str, Type]]:
    """Yield the properties whose types are known."""
    for entry in properties:
        if entry.type is not None:
            yield entry.name, entry.type
