"""Lark's trees -> `ast` nodes, by hand: one method per rule of the grammar and per alias in it.

`ModuleBuilder` does files and classes, on top of `StatementBuilder`, on top of `ExpressionBuilder`. What the grammar
lets through and the language does not (digits of numbers, an expression where a type belongs, ...) is reported, and
building goes on with something harmless: whoever finds reports must not use the tree.
"""

from penstockc.syntax.build.declarations import ModuleBuilder

__all__ = ["ModuleBuilder"]
