"""Files, classes and their members."""

from lark import Token

from penstockc.diagnostics import InternalError
from penstockc.errors.syntax import BadModifier
from penstockc.source import Span
from penstockc.syntax import ast, literals
from penstockc.syntax.build.expressions import Child, expect_token, expect_tree
from penstockc.syntax.build.statements import StatementBuilder
from penstockc.syntax.grammar import Node

_MODIFIERS = {str(modifier): modifier for modifier in ast.Modifier}
_ACCESS = frozenset({ast.Modifier.PUBLIC, ast.Modifier.PRIVATE, ast.Modifier.DEFAULT})


class ModuleBuilder(StatementBuilder):
    """Builds files, classes and their members; statements and expressions by its base classes."""

    def module(self, tree: Node) -> ast.Module:
        """module: (import_file | alias | struct | library | contract)*."""
        span = Span(self.base, self.base + len(self.source.text))
        return ast.Module(span, tuple(self.file_level(expect_tree(child)) for child in tree.children))

    def file_level(self, tree: Node) -> ast.Declaration:
        """import_file, alias, struct, library, contract."""
        match tree.data:
            case "import_file":
                return ast.Import(self.span(tree), literals.string(str(tree.children[0])))
            case "alias":
                name, type_ = tree.children
                return ast.Alias(self.span(tree), self.identifier(name), self.type(type_))
            case "struct":
                head, *fields = tree.children
                return ast.Struct(self.span(tree), *self.head(head), tuple(map(self.field, fields)))
            case "library" | "contract":
                head, *members = tree.children
                is_contract = tree.data == "contract"
                return ast.Class(self.span(tree), is_contract, *self.head(head), tuple(map(self.member_of, members)))
            case other:
                raise InternalError(f"no declaration is built from rule {other}")

    def head(self, child: Child) -> tuple[ast.Identifier, tuple[ast.Identifier, ...]]:
        """head: NAME | GENERIC, whose arguments are the names of type parameters."""
        (token,) = expect_tree(child).children
        named = self.named_type(expect_token(token))
        return named.name, tuple(
            argument.name if isinstance(argument, ast.NamedType) else ast.Identifier(argument.span, "")
            for argument in named.arguments
        )

    def field(self, child: Child) -> ast.StructField:
        """field: type NAME ";"."""
        tree = expect_tree(child)
        type_, name = tree.children
        return ast.StructField(self.span(tree), self.type(type_), self.identifier(name))

    def member_of(self, child: Child) -> ast.ClassMember:
        """property, constructor, function."""
        tree = expect_tree(child)
        match tree.data:
            case "property":
                return self.property(tree)
            case "constructor":
                return self.constructor(tree)
            case "function":
                return self.function(tree)
            case other:
                raise InternalError(f"no member is built from rule {other}")

    def property(self, tree: Node) -> ast.Property:
        """property: modifiers (type | AUTO) NAME ["=" expression] ";"."""
        modifiers, type_, name, initial = tree.children
        is_auto = isinstance(type_, Token)
        return ast.Property(
            self.span(tree),
            self.modifiers(modifiers),
            None if is_auto else self.type(type_),
            self.identifier(name),
            None if initial is None else self.expression(initial),
        )

    def constructor(self, tree: Node) -> ast.Constructor:
        """constructor: modifiers "constructor" "(" parameters ")" block."""
        modifiers, parameters, body = tree.children
        return ast.Constructor(
            self.span(tree), self.modifiers(modifiers), self.parameters(parameters), self.block(body)
        )

    def function(self, tree: Node) -> ast.Function:
        """function: modifiers "function" head "(" parameters ")" [":" type] block."""
        modifiers, head, parameters, result, body = tree.children
        return ast.Function(
            self.span(tree),
            self.modifiers(modifiers),
            *self.head(head),
            self.parameters(parameters),
            None if result is None else self.type(result),
            self.block(body),
        )

    def parameters(self, child: Child) -> tuple[ast.Parameter, ...]:
        """parameters: [parameter ("," parameter)*]."""
        return tuple(self.parameter(child) for child in expect_tree(child).children if child is not None)

    def parameter(self, child: Child) -> ast.Parameter:
        """parameter: modifiers type NAME."""
        tree = expect_tree(child)
        modifiers, type_, name = tree.children
        return ast.Parameter(self.span(tree), self.modifiers(modifiers), self.type(type_), self.identifier(name))

    def modifiers(self, child: Child) -> ast.Modifiers:
        """modifiers: (DECORATOR | PUBLIC | PRIVATE | DEFAULT | STATIC | CONST)*, each at most once, one of access."""
        present = set[ast.Modifier]()
        tree = expect_tree(child)
        for token in map(expect_token, tree.children):
            modifier = _MODIFIERS.get(str(token))
            if modifier is None:
                self.report(BadModifier(self.span(token), str(token), "is unknown: `@state` is the only decorator"))
            elif modifier in present:
                self.report(BadModifier(self.span(token), str(token), "is repeated here"))
            elif modifier in _ACCESS and present & _ACCESS:
                (other,) = present & _ACCESS
                self.report(BadModifier(self.span(token), str(token), f"contradicts `{other}`"))
            else:
                present.add(modifier)
        span = Span(self.base, self.base) if not tree.children else self.span(tree)
        return ast.Modifiers(span, frozenset(present))
