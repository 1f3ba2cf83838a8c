"""Lark's trees -> `ast` nodes, by hand: one method per rule of the grammar and per alias in it.

`ModuleBuilder` does files and classes, on top of `StatementBuilder`, on top of `ExpressionBuilder`. Texts that the
grammar accepts and the language does not (digits of numbers, an expression in place of a type, ...) are reported, and
building continues with a harmless value: after a report the tree must not be used.
"""

from penstockc.syntax.build.declarations import ModuleBuilder

__all__ = ["ModuleBuilder"]
