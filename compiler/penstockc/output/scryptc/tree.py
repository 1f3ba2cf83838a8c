"""The files of a compilation -> the syntax tree from which the SDKs make their ABI.

In: files with their trees. Out: a JSON object, one program per file under the file's name. Types are as
written, sizes and aliases unresolved: the SDKs resolve them. First values of statics are literals or left out.
"""

from collections.abc import Iterator
from typing import assert_never

from penstockc.language.builtins import TYPE_NAMES
from penstockc.output.scryptc.places import BUILT_IN, place
from penstockc.source import Source, Span
from penstockc.syntax import ast
from penstockc.syntax.ast.declarations import Modifier
from penstockc.syntax.imports import Modules
from penstockc.syntax.literals import unescaped

Node = dict[str, object]


def program_trees(modules: Modules) -> Node:
    """Return a program for each file, and an empty one for the standard library: the SDKs have its contents."""
    programs = {
        source.name: _TreeWriter(source).program(module)
        for source, module in zip(modules.sources.files, modules.trees, strict=False)  # the library has no tree
    }
    return {**programs, BUILT_IN: _program(f"{BUILT_IN}:1:1:1:1")}


def _program(src: str, **found: list[Node]) -> Node:
    return {"nodeType": "Program", "src": src, "imports": [], "structs": [], "alias": [], "contracts": [], **found}


class _TreeWriter:
    """Writes the nodes of one file."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def program(self, module: ast.Module) -> Node:
        """Return the node of one file; the compiled contract is the last of its classes."""
        items = module.declarations
        classes = [item for item in items if isinstance(item, ast.Class)]
        return _program(
            self.src(module.span),
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
            item.span,
            name=item.name.text,
            genericTypes=_names(item.generics),
            constructor=constructors[0] if constructors else None,
            properties=[self.property(member) for member in properties if Modifier.STATIC not in member.modifiers],
            statics=[self.static(member) for member in properties if Modifier.STATIC in member.modifiers],
            functions=[self.function(member) for member in item.members if isinstance(member, ast.Function)],
        )

    def constructor(self, member: ast.Constructor) -> Node:
        return self.node("Constructor", member.span, params=self.parameters(member.parameters))

    def function(self, member: ast.Function) -> Node:
        return self.node(
            "FunctionDefinition",
            member.span,
            name=member.name.text,
            visibility=_visibility(member.modifiers),
            static=Modifier.STATIC in member.modifiers,
            params=self.parameters(member.parameters),
            returnType=None if member.result is None else self.type(member.result),
        )

    def parameters(self, parameters: tuple[ast.Parameter, ...]) -> list[Node]:
        return [
            self.node("Parameter", parameter.span, const=Modifier.CONST in parameter.modifiers, **self.typed(parameter))
            for parameter in parameters
        ]

    def property(self, member: ast.Property) -> Node:
        return self.node(
            "Property",
            member.span,
            state=Modifier.STATE in member.modifiers,
            const=Modifier.CONST in member.modifiers,
            visibility=_visibility(member.modifiers),
            **self.typed(member),
        )

    def static(self, member: ast.Property) -> Node:
        return self.node(
            "Static",
            member.span,
            const=Modifier.CONST in member.modifiers,
            visibility=_visibility(member.modifiers),
            expr=self.node("Expression", member.span) if member.initial is None else self.value(member.initial),
            **self.typed(member),
        )

    def value(self, expression: ast.Expression) -> Node:
        """Return a first value: a literal, a literal cast to a subtype, or an expression that SDKs cannot evaluate."""
        literal = self.literal(expression)
        if literal is not None:
            return literal
        if isinstance(expression, ast.Call) and expression.function.text in TYPE_NAMES:
            literals = [found for value in expression.arguments if (found := self.literal(value)) is not None]
            if literals:
                return self.node("FunctionCall", expression.span, name=expression.function.text, params=literals)
        return self.node("Expression", expression.span)

    def literal(self, expression: ast.Expression) -> Node | None:
        match expression:
            case ast.BoolLiteral(span=span, value=value):
                return self.node("BoolLiteral", span, value=value)
            case ast.IntLiteral(span=span, value=value):
                return self.node("IntLiteral", span, value=value)
            case ast.Unary(span=span, operator=ast.UnaryOperator.NEGATE, operand=ast.IntLiteral(value=value)):
                return self.node("IntLiteral", span, value=-value)
            case ast.BytesLiteral(span=span, value=value):
                return self.node("BytesLiteral", span, value=list(value))
            case ast.StringLiteral(span=span, text=text):
                return self.node("BytesLiteral", span, value=list(unescaped(text).encode()))
            case _:
                return None

    def typed(self, declaration: ast.Property | ast.Parameter | ast.StructField) -> Node:
        return {"name": declaration.name.text, "type": self.type(declaration.type)}

    def type(self, written: ast.TypeExpression | None) -> str:
        """Return a type as written, without blanks."""
        return "auto" if written is None else "".join(self.type_words(written))

    def type_words(self, written: ast.TypeExpression) -> Iterator[str]:
        match written:
            case ast.NamedType(name=name, arguments=arguments):
                yield name.text
                if arguments:
                    yield f"<{','.join(map(self.type, arguments))}>"
            case ast.SizedType(size=size, element=element):
                sizes = [size]
                while isinstance(element, ast.SizedType):
                    sizes.append(element.size)
                    element = element.element
                yield from self.type_words(element)
                yield from (f"[{self.size(size)}]" for size in sizes)
            case _:
                assert_never(written)

    def size(self, written: ast.Expression | None) -> str:
        """Return the text of a size, without blanks."""
        if written is None:
            return ""
        start, end = written.span.start - self.source.base, written.span.end - self.source.base
        return "".join(self.source.text[start:end].split())

    def src(self, span: Span) -> str:
        return place(self.source, span)

    def node(self, kind: str, span: Span, **fields: object) -> Node:
        return {"nodeType": kind, "src": self.src(span), **fields}


def _names(identifiers: tuple[ast.Identifier, ...]) -> list[str]:
    return [identifier.text for identifier in identifiers]


def _visibility(modifiers: ast.Modifiers) -> str:
    if Modifier.PUBLIC in modifiers:
        return "Public"
    return "Private" if Modifier.PRIVATE in modifiers else "Default"
