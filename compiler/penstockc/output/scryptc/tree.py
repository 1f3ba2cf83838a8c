"""The files of a compilation -> the syntax tree from which the SDKs make their ABI.

In: files with their trees. Out: a JSON object, one program per file under the file's name. Types are as
written, sizes and aliases unresolved, nothing is folded: the SDKs do that.
"""

import re

from penstockc.language.builtins import TYPE_NAMES
from penstockc.output.scryptc.bodies import BodyWriter
from penstockc.output.scryptc.nodes import Node
from penstockc.output.scryptc.places import BUILT_IN, place
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast.declarations import Modifier
from penstockc.syntax.imports import Modules


def program_trees(modules: Modules) -> Node:
    """Return a program for each file, and an empty one for the standard library: the SDKs have its contents."""
    programs = {
        source.name: _TreeWriter(source).program(module)
        for source, module in zip(modules.sources.files, modules.trees, strict=False)  # the library has no tree
    }
    return {**programs, BUILT_IN: _program(f"{BUILT_IN}:1:1:1:1")}


def _program(src: str, **found: list[Node]) -> Node:
    return {"nodeType": "Program", "src": src, "imports": [], "structs": [], "alias": [], "contracts": [], **found}


class _TreeWriter(BodyWriter):
    """Writes the program of one file."""

    def program(self, module: ast.Module) -> Node:
        """Return the node of one file; the compiled contract is the last of its classes."""
        items = module.declarations
        classes = [item for item in items if isinstance(item, ast.Class)]
        return _program(
            place(self.source, module.span),
            imports=[self.import_(item) for item in items if isinstance(item, ast.Import)],
            structs=[self.struct(item) for item in items if isinstance(item, ast.Struct)],
            alias=[self.alias(item) for item in items if isinstance(item, ast.Alias)],
            contracts=[self.class_(item) for item in sorted(classes, key=lambda item: item.is_contract)],
        )

    def import_(self, item: ast.Import) -> Node:
        return self.node("Import", item.span, path=item.path)

    def alias(self, item: ast.Alias) -> Node:
        return self.node("Alias", item.span, alias=item.name.text, type=self.type(item.type))

    def struct(self, item: ast.Struct) -> Node:
        fields = [self.node("StructField", field.span, **self.typed(field)) for field in item.fields]
        return self.node("Struct", item.span, name=item.name.text, fields=fields, genericTypes=_names(item.generics))

    def class_(self, item: ast.Class) -> Node:
        constructors = [self.constructor(member) for member in item.members if isinstance(member, ast.Constructor)]
        properties = [member for member in item.members if isinstance(member, ast.Property)]
        return self.node(
            "Contract" if item.is_contract else "Library",
            Span(item.name.span.start, item.span.end),
            name=item.name.text,
            **({} if item.is_contract else {"genericTypes": _names(item.generics)}),
            constructor=constructors[0] if constructors else None,
            properties=[self.property(member) for member in properties if Modifier.STATIC not in member.modifiers],
            statics=[self.static(member) for member in properties if Modifier.STATIC in member.modifiers],
            functions=[self.function(member) for member in item.members if isinstance(member, ast.Function)],
        )

    def constructor(self, member: ast.Constructor) -> Node:
        parts = {"params": self.parameters(member.parameters), "body": self.body(member.body)}
        return self.node("Constructor", self.from_word("constructor", member), **parts)

    def function(self, member: ast.Function) -> Node:
        return self.node(
            "FunctionDefinition",
            self.from_word("function", member),
            name=member.name.text,
            visibility=_visibility(member.modifiers),
            static=Modifier.STATIC in member.modifiers,
            params=self.parameters(member.parameters),
            returnType=None if member.result is None else self.type(member.result),
            body=self.function_body(member.body),
        )

    def parameters(self, parameters: tuple[ast.Parameter, ...]) -> list[Node]:
        return [
            self.node("Parameter", parameter.span, const=Modifier.CONST in parameter.modifiers, **self.typed(parameter))
            for parameter in parameters
        ]

    def property(self, member: ast.Property) -> Node:
        return self.node(
            "Property",
            self.declared(member),
            state=Modifier.STATE in member.modifiers,
            const=Modifier.CONST in member.modifiers,
            visibility=_visibility(member.modifiers),
            **self.typed(member),
        )

    def static(self, member: ast.Property) -> Node:
        return self.node(
            "Static",
            self.declared(member),
            const=Modifier.CONST in member.modifiers,
            visibility=_visibility(member.modifiers),
            expr=self.node("Expression", member.span) if member.initial is None else self.value(member.initial),
            **self.typed(member),
        )

    def value(self, expression: ast.Expression) -> Node:
        """Return a first value; of casts the SDKs can evaluate only those of literals, and fail on others."""
        if isinstance(expression, ast.Call) and expression.function.text in TYPE_NAMES:
            literals = [found for value in expression.arguments if (found := self.literal(value)) is not None]
            if not literals:
                return self.node("Expression", expression.span)
        return self.expression(expression)

    def typed(self, declaration: ast.Property | ast.Parameter | ast.StructField) -> Node:
        return {"name": declaration.name.text, "type": self.type(declaration.type)}

    def declared(self, member: ast.Property) -> Span:
        """Return the place of a property: up to its `;`."""
        end = member.name if member.initial is None else member.initial
        return Span(member.span.start, end.span.end)

    def from_word(self, word: str, member: ast.Function | ast.Constructor) -> Span:
        """Return the place of a member from its keyword on, without the modifiers before that."""
        start = member.modifiers.span.end if member.modifiers.present else member.span.start
        before = re.compile(rf"(?:\s|//[^\n]*|/\*.*?\*/)*({word})", re.DOTALL)
        found = before.match(self.source.text, start - self.source.base)
        assert found is not None, "as the grammar promises"
        return Span(found.start(1) + self.source.base, member.span.end)


def _names(identifiers: tuple[ast.Identifier, ...]) -> list[str]:
    return [identifier.text for identifier in identifiers]


def _visibility(modifiers: ast.Modifiers) -> str:
    if Modifier.PUBLIC in modifiers:
        return "Public"
    return "Private" if Modifier.PRIVATE in modifiers else "Default"
