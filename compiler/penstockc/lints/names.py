"""Unused locals, parameters and imports, and names that hide built-in ones; found in the syntax trees."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from penstockc.diagnostics import Diagnostic
from penstockc.errors.warnings.hiding import HiddenBuiltin
from penstockc.errors.warnings.unused import UnusedImport, UnusedLocal, UnusedParameter
from penstockc.language.builtins import BUILTINS
from penstockc.remappings import Imports
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.ast.walking import Node, walk
from penstockc.syntax.imports import Modules
from penstockc.syntax.standard import NAMES

_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_NO_CODE: Final = re.compile(r"""//[^\n]*|/\*.*?\*/|"[^"\n]*"|\bb'[^'\n]*'""", re.DOTALL)


def unused_names(tree: ast.Module) -> Iterator[Diagnostic]:
    """Find locals and parameters of a file that are never read. Names that begin with `_` are left out."""
    for declaration in tree.declarations:
        for member in declaration.members if isinstance(declaration, ast.Class) else ():
            if isinstance(member, ast.Property):
                continue
            is_assembly = any(isinstance(statement, ast.Asm) for statement in member.body.statements)
            if not is_assembly:  # which takes its parameters from the stack
                yield from _Names().definition(member)


def hidden_builtins(tree: ast.Module) -> Iterator[HiddenBuiltin]:
    """Find declarations of a file that hide something built in.

    A static function hides the built-in function of its name in its class; a variable hides a class of the standard
    library. Methods hide nothing, and variables hide no functions: those are called in other ways.
    """
    for declaration in tree.declarations:
        for member in declaration.members if isinstance(declaration, ast.Class) else ():
            if isinstance(member, ast.Property):
                continue
            is_static = isinstance(member, ast.Function) and ast.Modifier.STATIC in member.modifiers
            if isinstance(member, ast.Function) and is_static and member.name.text in BUILTINS:
                yield HiddenBuiltin(member.name.span, member.name.text, "the static function")
            variables = [(parameter.name, "the parameter") for parameter in member.parameters]
            variables += [(node.name, "the local") for node in walk(member.body) if isinstance(node, ast.Declare)]
            for name, what in variables:
                if name.text in NAMES:
                    yield HiddenBuiltin(name.span, name.text, what)


def unused_imports(modules: Modules) -> Iterator[UnusedImport]:
    """Find imports of files of which the importing file uses nothing, nor of their imports.

    A file that declares nothing itself imports for others.
    """
    sources = modules.sources.files[: len(modules.trees)]
    trees = {source.name: tree for source, tree in zip(sources, modules.trees, strict=True)}
    for source, tree in zip(sources, modules.trees, strict=True):
        imported = [item for item in tree.declarations if isinstance(item, ast.Import)]
        if len(imported) in {0, len(tree.declarations)}:
            continue
        words = set(_WORD.findall(_NO_CODE.sub(" ", source.text)))
        for item in imported:
            name = modules.imports.name(source.name, item.path)
            if words.isdisjoint(_declared(trees, modules.imports, name, set())):
                yield UnusedImport(item.span, item.path)


def _declared(trees: dict[str, ast.Module], imports: Imports, name: str, seen: set[str]) -> Iterator[str]:
    """Yield the names that a file declares, and those visible through its imports."""
    if name in seen or name not in trees:
        return
    seen.add(name)
    for item in trees[name].declarations:
        if isinstance(item, ast.Import):
            yield from _declared(trees, imports, imports.name(name, item.path), seen)
        else:
            yield item.name.text


@dataclass(slots=True)
class _Names:
    """The variables of one function, block by block, and which of them are read."""

    scopes: list[dict[str, Span]] = field(default_factory=lambda: [{}])
    read: set[Span] = field(default_factory=set)
    locals: list[ast.Identifier] = field(default_factory=list)

    def definition(self, member: ast.Function | ast.Constructor) -> Iterator[Diagnostic]:
        for parameter in member.parameters:
            self.declare(parameter.name)
        for parameter in member.parameters:
            self.look_at(parameter.type)
        if isinstance(member, ast.Function):
            self.look_at(member.result)
        self.block(member.body.statements)
        for parameter in member.parameters:
            if self.is_unused(parameter.name):
                yield UnusedParameter(parameter.name.span, parameter.name.text)
        for local in self.locals:
            if self.is_unused(local):
                yield UnusedLocal(local.span, local.text)

    def is_unused(self, name: ast.Identifier) -> bool:
        return name.span not in self.read and not name.text.startswith("_")

    def declare(self, name: ast.Identifier) -> None:
        self.scopes[-1][name.text] = name.span

    def block(self, statements: Iterable[ast.Statement]) -> None:
        self.scopes.append({})
        for statement in statements:
            self.statement(statement)
        self.scopes.pop()

    def statement(self, node: ast.Statement) -> None:
        match node:
            case ast.Block(statements=statements):
                self.block(statements)
            case ast.Declare(name=name, type=kind, value=value):
                self.look_at(kind)
                self.look_at(value)
                self.declare(name)
                self.locals.append(name)
            case ast.Assign(target=target, value=value):
                self.target(target)
                self.look_at(value)
            case ast.If(condition=condition, then=then, otherwise=otherwise):
                self.look_at(condition)
                self.block((then,))
                self.block(() if otherwise is None else (otherwise,))
            case ast.Loop(count=count, variable=variable, body=body):
                self.look_at(count)
                self.scopes.append({} if variable is None else {variable.text: variable.span})
                self.block((body,))
                self.scopes.pop()
            case ast.ExpressionStatement(expression=ast.Increment(target=target)):
                self.target(target)
            case ast.ExpressionStatement(expression=value) | ast.Return(value=value):
                self.look_at(value)
            case ast.Require(condition=condition) | ast.Exit(condition=condition):
                self.look_at(condition)
            case ast.CodeSeparator() | ast.Asm():
                pass
            case _:
                assert_never(node)

    def target(self, node: ast.Expression) -> None:
        """Visit an assigned place, which is not read; the indices of its elements are."""
        while isinstance(node, ast.Index | ast.Member):
            if isinstance(node, ast.Index):
                self.look_at(node.index)
            node = node.base
        if not isinstance(node, ast.Name):
            self.look_at(node)

    def look_at(self, node: Node | None) -> None:
        """Record which variables are read in an expression or a type."""
        for each in () if node is None else walk(node):
            match each:
                case ast.Name(text=text):
                    self.use(text)
                case ast.NamedType(name=name):
                    self.use(name.text)  # as in `f(a < b, c > (d))`
                case _:
                    pass

    def use(self, name: str) -> None:
        for scope in reversed(self.scopes):
            if name in scope:
                self.read.add(scope[name])
                return
