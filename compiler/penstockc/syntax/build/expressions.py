"""Names, types and expressions."""

from collections.abc import Sequence

from lark import Token, Tree

from penstockc.diagnostics import InternalError
from penstockc.errors.syntax import MissingIndex, NestedTooDeeply, NotAType
from penstockc.source import Source, Span
from penstockc.syntax import ast, literals
from penstockc.syntax.grammar import Node, parse_generic, too_deep

Child = Node | Token | None


class ExpressionBuilder:
    """Builds from trees of `source`, whose positions count from `base`; mistakes go to `report`."""

    def __init__(self, source: Source, base: int, report: literals.Report) -> None:
        self.source = source
        self.base = base
        self.report = report

    # Places -----------------------------------------------------------------------------------------------------------

    def span(self, node: Node | Token) -> Span:
        """Return the span of a token or a tree with at least one token."""
        if isinstance(node, Token):
            return Span(self.base + (node.start_pos or 0), self.base + (node.end_pos or 0))
        return Span(self.base + node.meta.start_pos, self.base + node.meta.end_pos)

    def text(self, span: Span) -> str:
        """Return the source text of a span."""
        return self.source.text[span.start - self.source.base : span.end - self.source.base]

    # Names and types --------------------------------------------------------------------------------------------------

    def identifier(self, token: Child) -> ast.Identifier:
        """NAME."""
        token = expect_token(token)
        return ast.Identifier(self.span(token), str(token))

    def type(self, tree: Child) -> ast.TypeExpression:
        """type: (NAME | GENERIC) dimension*; generic_type: GENERIC dimension*."""
        head, *dimensions = expect_tree(tree).children
        return self.sized(self.named_type(expect_token(head)), dimensions)

    def named_type(self, token: Token) -> ast.NamedType:
        """NAME, or GENERIC or GENERIC_VALUE, whose type arguments are parsed here."""
        if token.type == "NAME":
            name = self.identifier(token)
            return ast.NamedType(name.span, name, ())
        tree = parse_generic(token)
        span = self.span(token)
        if tree is None:
            self.report(NotAType(span, str(token)))
        elif too_deep(tree):
            self.report(NestedTooDeeply(span))
        else:
            return ExpressionBuilder(self.source, span.start, self.report).generic(tree)
        return ast.NamedType(span, ast.Identifier(span, str(token)), ())

    def generic(self, tree: Node) -> ast.NamedType:
        """generic: NAME "<" generic_argument ("," generic_argument)* ">"."""
        name, *arguments = tree.children
        return ast.NamedType(
            self.span(tree), self.identifier(name), tuple(self.generic_argument(argument) for argument in arguments)
        )

    def generic_argument(self, tree: Child) -> ast.TypeExpression:
        """generic_argument: (NAME | generic) dimension*."""
        head, *dimensions = expect_tree(tree).children
        inner = self.generic(head) if isinstance(head, Tree) else self.named_type(expect_token(head))
        return self.sized(inner, dimensions)

    def sized(self, inner: ast.TypeExpression, dimensions: Sequence[Child]) -> ast.TypeExpression:
        """dimension*: `T[2][3]` is 2 elements of `T[3]`, so the last dimension is the innermost."""
        for dimension in reversed(dimensions):
            tree = expect_tree(dimension)
            (size,) = tree.children
            span = inner.span.merge(self.span(tree))
            inner = ast.SizedType(span, inner, None if size is None else self.expression(size))
        return inner

    def type_of_postfix(self, tree: Child) -> ast.TypeExpression | None:
        """Return the type of a declaration, which the grammar reads as `postfix`; None for AUTO."""
        if isinstance(tree, Token) and tree.type == "AUTO":
            return None
        node, dimensions = expect_tree(tree), list[Child]()
        if node.data == "generic_type":
            return self.type(node)
        while node.data in {"index", "empty_index"}:
            base, size = node.children if node.data == "index" else (node.children[0], None)
            dimensions.append(Tree("dimension", [size], node.meta))
            node = expect_tree(base)
        if node.data == "name":
            (head,) = node.children
            return self.sized(self.named_type(expect_token(head)), dimensions[::-1])
        span = self.span(expect_tree(tree))
        self.report(NotAType(span, self.text(span)))
        return ast.NamedType(span, ast.Identifier(span, "int"), ())

    # Expressions ------------------------------------------------------------------------------------------------------

    def expression(self, child: Child) -> ast.Expression:  # noqa: C901 - one line per rule
        """expression, and all rules that it inlines."""
        tree = expect_tree(child)
        match tree.data:
            case "binary":
                return self.binary(tree)
            case "unary":
                return self.unary(tree)
            case "conditional":
                return self.conditional(tree)
            case "prefix_increment" | "postfix_increment":
                return self.increment(tree)
            case "number" | "bytes" | "old_bytes" | "string" | "true" | "false":
                return self.literal(tree)
            case "name" | "generic_name" | "this":
                return self.name(tree)
            case "parentheses":
                return self.expression(tree.children[0])
            case "index":
                return self.index(tree)
            case "empty_index":
                return self.empty_index(tree)
            case "slice":
                return self.slice(tree)
            case "member":
                return self.member(tree)
            case "call":
                return self.call(tree)
            case "method_call":
                return self.method_call(tree)
            case "new":
                return self.new(tree)
            case "array_literal":
                return ast.ArrayLiteral(self.span(tree), self.several(tree.children))
            case "struct_literal":
                return ast.StructLiteral(self.span(tree), self.several(tree.children))
            case other:
                raise InternalError(f"no expression is built from rule {other}")

    def several(self, children: Sequence[Child]) -> tuple[ast.Expression, ...]:
        """Build expressions between commas; the grammar gives one None for an empty list."""
        return tuple(self.expression(child) for child in children if child is not None)

    def arguments(self, tree: Child) -> tuple[ast.Expression, ...]:
        """arguments: [expression ("," expression)*]."""
        return self.several(expect_tree(tree).children)

    def name(self, tree: Node) -> ast.Expression:
        """name, generic_name, this."""
        match tree.data:
            case "name":
                return ast.Name(self.span(tree), str(tree.children[0]))
            case "generic_name":
                return ast.GenericName(self.span(tree), self.named_type(expect_token(tree.children[0])))
            case _:
                return ast.This(self.span(tree))

    def literal(self, tree: Node) -> ast.Expression:
        """number, bytes, old_bytes, string, true, false."""
        span, token = self.span(tree), str(tree.children[0])
        match tree.data:
            case "number":
                return ast.IntLiteral(span, literals.number(token, span, self.report))
            case "bytes":
                return ast.BytesLiteral(span, literals.hex_bytes(token, span, self.report))
            case "old_bytes":
                return ast.BytesLiteral(span, literals.old_bytes(token, span, self.report))
            case "string":
                return ast.StringLiteral(span, literals.string(token))
            case _:
                return ast.BoolLiteral(span, tree.data == "true")

    def binary(self, tree: Node) -> ast.Binary:
        """binary: left operator right."""
        left, operator, right = tree.children
        return ast.Binary(
            self.span(tree),
            self.expression(left),
            ast.BinaryOperator(str(expect_token(operator))),
            self.expression(right),
        )

    def unary(self, tree: Node) -> ast.Unary:
        """unary: operator operand."""
        operator, operand = tree.children
        return ast.Unary(self.span(tree), ast.UnaryOperator(str(operator)), self.expression(operand))

    def conditional(self, tree: Node) -> ast.Conditional:
        """conditional: condition "?" then ":" otherwise."""
        condition, then, otherwise = [self.expression(child) for child in tree.children]
        return ast.Conditional(self.span(tree), condition, then, otherwise)

    def increment(self, tree: Node) -> ast.Increment:
        """prefix_increment: operator target; postfix_increment: target operator."""
        prefix = tree.data == "prefix_increment"
        operator, target = tree.children if prefix else reversed(tree.children)
        return ast.Increment(self.span(tree), self.expression(target), 1 if operator == "++" else -1, prefix)

    def index(self, tree: Node) -> ast.Index:
        """index: base "[" index "]"."""
        base, index = [self.expression(child) for child in tree.children]
        return ast.Index(self.span(tree), base, index)

    def empty_index(self, tree: Node) -> ast.Expression:
        """empty_index: base "[" "]" is allowed in the type of a declaration only."""
        self.report(MissingIndex(self.span(tree)))
        return self.expression(tree.children[0])

    def slice(self, tree: Node) -> ast.Slice:
        """slice: base "[" [start] ":" [end] "]"."""
        base, *bounds = tree.children
        start, end = (None if bound is None else self.expression(bound) for bound in bounds)
        return ast.Slice(self.span(tree), self.expression(base), start, end)

    def member(self, tree: Node) -> ast.Member:
        """member: base "." NAME."""
        base, name = tree.children
        return ast.Member(self.span(tree), self.expression(base), self.identifier(name))

    def call(self, tree: Node) -> ast.Call:
        """call: (NAME | GENERIC_VALUE) "(" arguments ")"."""
        name, arguments = tree.children
        called = self.named_type(expect_token(name))
        return ast.Call(self.span(tree), called.name, called.arguments, self.arguments(arguments))

    def method_call(self, tree: Node) -> ast.MethodCall:
        """method_call: receiver "." NAME "(" arguments ")"."""
        receiver, name, arguments = tree.children
        return ast.MethodCall(
            self.span(tree), self.expression(receiver), self.identifier(name), self.arguments(arguments)
        )

    def new(self, tree: Node) -> ast.New:
        """new: "new" (NAME | GENERIC_VALUE) "(" arguments ")"."""
        name, arguments = tree.children
        return ast.New(self.span(tree), self.named_type(expect_token(name)), self.arguments(arguments))


def expect_tree(child: Child) -> Node:
    """Return the child, which is a tree by the grammar."""
    if isinstance(child, Tree):
        return child
    raise InternalError(f"the grammar promises a tree, not {child!r}")


def expect_token(child: Child) -> Token:
    """Return the child, which is a token by the grammar."""
    if isinstance(child, Token):
        return child
    raise InternalError(f"the grammar promises a token, not {child!r}")
