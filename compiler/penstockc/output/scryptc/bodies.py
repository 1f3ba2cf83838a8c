"""Bodies of functions and constructors in the syntax tree for SDKs: statements, and hand-written code.

The fields of `Loop`, `If` and `Block` are those of the official compiler; where its trees show none (`Exit`,
code separators, calls as statements, assembly), they are ours.
"""

from typing import assert_never

from penstockc.output.scryptc.expressions import BINARY, ExpressionWriter
from penstockc.output.scryptc.nodes import Node
from penstockc.syntax import ast


class BodyWriter(ExpressionWriter):
    """Writes bodies."""

    def body(self, block: ast.Block) -> Node:
        """Return the node of a constructor's body."""
        match block.statements:
            case (ast.Asm(items=items),):
                return self.node("FunctionBodyAsm", block.span, stmts=[self.item(item) for item in items])
            case statements:
                return self.node("FunctionBodyRegular", block.span, stmts=[self.statement(each) for each in statements])

    def function_body(self, block: ast.Block) -> Node:
        """Return the node of a function's body, with the value of its `return` at the end, or null."""
        match block.statements:
            case (*before, ast.Return(value=value)):
                return {**self.body(ast.Block(block.span, tuple(before))), "return": self.optional(value)}
            case _:
                return {**self.body(block), "return": None}

    def statement(self, statement: ast.Statement) -> Node:  # noqa: C901 - one arm per node of a closed union
        """Return the node of a statement."""
        match statement:
            case ast.Block(span=span, statements=inner):
                return self.node("Block", span, stmts=[self.statement(each) for each in inner])
            case ast.Declare(span=span, is_const=is_const, type=written, name=name, value=value):
                declared = {"name": name.text, "const": is_const, "type": self.type(written)}
                return self.node("VariableDeclaration", span, expr=self.expression(value), **declared)
            case ast.Assign(span=span, target=target):
                return self.node("Assignment", span, lhs=self.expression(target), rhs=self._assigned(statement))
            case ast.Require(span=span, condition=condition):
                return self.node("Requirement", span, expr=self.expression(condition))
            case ast.Exit(span=span, condition=condition):
                return self.node("Exit", span, expr=self.expression(condition))
            case ast.If(span=span, condition=condition, then=then, otherwise=otherwise):
                other = None if otherwise is None else self.statement(otherwise)
                arms = {"trueBranch": self.statement(then), "falseBranch": other}
                return self.node("If", span, cond=self.expression(condition), **arms)
            case ast.Loop(span=span, count=count, variable=variable, body=body):
                induction = None if variable is None else variable.text
                return self.node("Loop", span, count=self.expression(count), var=induction, body=self.statement(body))
            case ast.Return(span=span, value=value):
                return self.node("Return", span, expr=self.optional(value))
            case ast.CodeSeparator(span=span):
                return self.node("CodeSeparator", span)
            case ast.ExpressionStatement(span=span, expression=expression):
                return self.node("ExpressionStatement", span, expr=self.expression(expression))
            case ast.Asm(span=span, items=items):
                return self.node("Asm", span, stmts=[self.item(item) for item in items])
            case _:
                assert_never(statement)

    def _assigned(self, statement: ast.Assign) -> Node:
        """Return the assigned value: of `x += 1` that is `x + 1`."""
        if statement.operator is None:
            return self.expression(statement.value)
        span = statement.target.span.merge(statement.value.span)
        return self.binary(span, BINARY[statement.operator], statement.target, self.expression(statement.value))

    def item(self, item: ast.AsmItem) -> Node:
        """Return the node of a part of hand-written code."""
        match item:
            case ast.AsmWord(span=span, text=text):
                return self.node("AsmWord", span, name=text)
            case ast.AsmData(span=span, value=value):
                return self.node("BytesLiteral", span, value=list(value))
            case ast.AsmVariable(span=span, name=name):
                return self.node("AsmVariable", span, name=name)
            case ast.AsmLoop(span=span, count=count, variable=variable, items=items):
                inner = [self.item(each) for each in items]
                return self.node("AsmLoop", span, count=count, var=variable, stmts=inner)
            case _:
                assert_never(item)
