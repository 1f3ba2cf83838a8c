"""Statements and inline assembly."""

from collections.abc import Sequence

from penstockc.diagnostics import Diagnostic, InternalError
from penstockc.errors.names import ForeignStatement
from penstockc.errors.syntax import MissingInitialiser
from penstockc.habits.rows import find_word
from penstockc.habits.words import STATEMENTS
from penstockc.syntax import ast, literals
from penstockc.syntax.build.expressions import Child, ExpressionBuilder, expect_tree
from penstockc.syntax.grammar import Node


def _without_value(declared: ast.TypeExpression | None, name: ast.Identifier) -> Diagnostic:
    """Return the error for a declaration without a value: it may be a statement of another language, as `delete x;`."""
    if isinstance(declared, ast.NamedType) and find_word(STATEMENTS, declared.name.text):
        return ForeignStatement(declared.span, declared.name.text)
    return MissingInitialiser(name.span, name.text)


class StatementBuilder(ExpressionBuilder):
    """Builds statements; expressions by its base class."""

    def block(self, child: Child) -> ast.Block:
        """block: "{" statement* "}"."""
        tree = expect_tree(child)
        return ast.Block(self.span(tree), tuple(self.statement(child) for child in tree.children))

    def statement(self, child: Child) -> ast.Statement:  # noqa: C901 - one line per rule
        """The rule statement, and all rules that it inlines."""
        tree = expect_tree(child)
        match tree.data:
            case "block":
                return self.block(tree)
            case "declaration" | "const_declaration":
                return self.declaration(tree)
            case "assignment" | "compound_assignment":
                return self.assignment(tree)
            case "require":
                return ast.Require(self.span(tree), self.expression(tree.children[0]))
            case "exit":
                return ast.Exit(self.span(tree), self.expression(tree.children[0]))
            case "if":
                return self.if_(tree)
            case "loop":
                return self.loop(tree)
            case "return":
                (value,) = tree.children
                return ast.Return(self.span(tree), None if value is None else self.expression(value))
            case "code_separator":
                return ast.CodeSeparator(self.span(tree))
            case "call_statement":
                return ast.ExpressionStatement(self.span(tree), self.expression(tree.children[0]))
            case "increment_statement":
                return self.increment_statement(tree)
            case "asm":
                return ast.Asm(self.span(tree), self.asm_items(tree.children))
            case other:
                raise InternalError(f"no statement is built from rule {other}")

    def declaration(self, tree: Node) -> ast.Declare:
        """declaration: (postfix | AUTO) NAME ["=" expression] ";"; const_declaration the same after CONST."""
        is_const = tree.data == "const_declaration"
        type_, name, value = tree.children[1:] if is_const else tree.children
        declared = self.type_of_postfix(type_)
        identifier = self.identifier(name)
        if value is None:
            self.report(_without_value(declared, identifier))
            first: ast.Expression = ast.IntLiteral(identifier.span, 0)
        else:
            first = self.expression(value)
        return ast.Declare(self.span(tree), is_const, declared, identifier, first)

    def assignment(self, tree: Node) -> ast.Assign:
        """assignment: postfix "=" expression ";"; compound_assignment: postfix ASSIGN_OP expression ";"."""
        target, *operator, value = tree.children
        return ast.Assign(
            self.span(tree),
            self.expression(target),
            ast.BinaryOperator(str(operator[0]).removesuffix("=")) if operator else None,
            self.expression(value),
        )

    def if_(self, tree: Node) -> ast.If:
        """if: "if" "(" condition ")" then ["else" otherwise]."""
        condition, then, otherwise = tree.children
        return ast.If(
            self.span(tree),
            self.expression(condition),
            self.statement(then),
            None if otherwise is None else self.statement(otherwise),
        )

    def loop(self, tree: Node) -> ast.Loop:
        """loop: "loop" "(" count ")" [":" NAME] body."""
        count, variable, body = tree.children
        return ast.Loop(
            self.span(tree),
            self.expression(count),
            None if variable is None else self.identifier(variable),
            self.statement(body),
        )

    def increment_statement(self, tree: Node) -> ast.ExpressionStatement:
        """increment_statement: ("++" | "--") target ";"."""
        operator, target, _semicolon = tree.children
        expression = self.expression(target)
        step = 1 if operator == "++" else -1
        span = self.span(tree)
        return ast.ExpressionStatement(span, ast.Increment(span, expression, step, prefix=True))

    def asm_items(self, children: Sequence[Child]) -> tuple[ast.AsmItem, ...]:
        """_asm_item*."""
        return tuple(self.asm_item(expect_tree(child)) for child in children)

    def asm_item(self, tree: Node) -> ast.AsmItem:
        """asm_loop, asm_word, asm_string, asm_variable, asm_bytes."""
        span = self.span(tree)
        match tree.data:
            case "asm_loop":
                count, variable, *items = tree.children
                name = None if variable is None else str(variable)
                return ast.AsmLoop(span, str(count), name, self.asm_items(items))
            case "asm_word":
                return ast.AsmWord(span, str(tree.children[0]))
            case "asm_string":
                return ast.AsmData(span, literals.string(str(tree.children[0])).encode())
            case "asm_bytes":
                return ast.AsmData(span, literals.hex_bytes(str(tree.children[0]), span, self.report))
            case "asm_variable":
                return ast.AsmVariable(span, str(tree.children[0])[1:])
            case other:
                raise InternalError(f"no item of assembly is built from rule {other}")
