"""Sources hold nothing that only tests use: each public name is used in another part of them, or documented.

A name is documented if a page for users has it in code. A method that a class outside of ours calls by
its name (click, `string.Formatter`) overrides one of that class, and counts as used; so does a hook of pytest.
"""

import ast
import importlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = (ROOT / "compiler", ROOT / "runtime")
DECLARATIONS = {"penstockc.ir.passes ORDERS": "the constraints that the order of the passes has to meet"}
"""Names of rules that tests check in the sources, with the rules."""
PAGES = (
    *("api.md", "article.md", "bindings.md", "channel.md", "channel-store.md", "chain.md"),
    *("metered.md", "prepare.md", "sealed.md", "testing.md", "watch-chain.md", "serve.md", "watch.md", "x402.md"),
)


@dataclass(frozen=True)
class Definition:
    """A public name of a module, or of a class in it; `lines` are those of its definition."""

    module: str
    owner: str | None
    name: str
    lines: range


@dataclass
class Module:
    """Definitions of a file; the names and attributes that it reads, with their lines; its imports by module."""

    name: str
    definitions: list[Definition] = field(default_factory=list)
    names: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    attributes: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    imports: set[tuple[str, str]] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)


def read(name: str, text: str) -> Module:
    module, tree = Module(name), ast.parse(text)
    module.definitions += definitions(name, None, tree.body)
    listed = {  # lines of `__all__`, which uses nothing
        line
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    for node in ast.walk(tree):
        match node:
            case ast.MatchClass(kwd_attrs=names):
                for each in names:
                    module.attributes[each].add(node.lineno)
            case ast.ImportFrom(module=str(source), names=aliases):
                module.imports |= {(source, alias.name) for alias in aliases}
            case ast.Constant(value=str(words)) if node.lineno not in listed:
                module.texts.add(words)
                for each in re.findall(r"\{(\w+)", words):  # a template
                    module.attributes[each].add(node.lineno)
                read_annotation(module, words, node.lineno)
            case ast.Name() | ast.Attribute():
                read_name(module, node, node.lineno)
    return module


def read_name(module: Module, node: ast.AST, line: int) -> None:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            module.names[name].add(line)
        case ast.Attribute(attr=name):
            module.attributes[name].add(line)


def read_annotation(module: Module, text: str, line: int) -> None:
    """A text may be a type whose name comes later in the file."""
    if len(text) > 100:
        return
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        read_name(module, node, line)


def definitions(module: str, owner: str | None, body: list[ast.stmt]) -> Iterator[Definition]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names = [name]
            case ast.Assign(targets=targets) if owner is None:
                names = [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)) if owner is None:
                names = [name]
            case _:
                continue
        lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        yield from (Definition(module, owner, name, lines) for name in names if not name.startswith("_"))
        if isinstance(node, ast.ClassDef) and owner is None:
            yield from definitions(module, node.name, node.body)


@cache
def sources() -> dict[str, Module]:
    found = {}
    for root in SOURCE_ROOTS:
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = read(name, path.read_text("utf-8"))
    return found


@cache
def documented() -> frozenset[str]:
    pages = "\n".join((ROOT / "docs" / name).read_text("utf-8") for name in PAGES)
    code = re.findall(r"```.*?```|`[^`\n]+`", pages, re.DOTALL)
    return frozenset(re.findall(r"\w+", " ".join(code)))


@cache
def in_pages() -> frozenset[str]:
    """The names in the templates of HTML pages."""
    return frozenset(
        name for page in (ROOT / "runtime").rglob("*.j2") for name in re.findall(r"\w+", page.read_text("utf-8"))
    )


def is_override(definition: Definition) -> bool:
    if definition.module.startswith("penstock.testing") and definition.name.startswith(("pytest_", "coverage_init")):
        return True  # pytest and coverage.py call them
    if definition.module.startswith("penstock.service.store.migrations.versions"):
        return True  # alembic calls them
    if definition.owner is None:
        return False
    kind = getattr(importlib.import_module(definition.module), definition.owner)
    return any(hasattr(base, definition.name) for base in kind.__mro__[1:])


def homes(definition: Definition, modules: dict[str, Module]) -> set[str]:
    """The module of a name, and those that hand it on: they import it, and may be asked for it."""
    found = {definition.module}
    while more := {
        each.name
        for each in modules.values()
        if each.name not in found and any((home, definition.name) in each.imports for home in found)
    }:
        found |= more
    return found


def is_used(definition: Definition, modules: dict[str, Module]) -> bool:
    own = modules[definition.module]
    name, others = definition.name, [each for each in modules.values() if each.name != definition.module]
    is_attribute = any(name in each.attributes for each in others)
    if definition.owner is not None:
        return is_attribute or bool(own.attributes.get(name, set()) - set(definition.lines))
    if own.names.get(name, set()) - set(definition.lines):
        return True
    modules_of_it = homes(definition, modules)
    if any(name in each.names and any((home, name) in each.imports for home in modules_of_it) for each in others):
        return True
    parts = [home.rpartition(".") for home in modules_of_it]
    are_values = any((package, last) in each.imports for each in others for package, _, last in parts)
    return is_attribute and (are_values or any(own.name in each.texts for each in others))


def unused() -> set[str]:
    allowed = documented() | in_pages()
    return {
        f"{definition.module} {f'{definition.owner}.' if definition.owner else ''}{definition.name}"
        for module in sources().values()
        for definition in module.definitions
        if definition.name not in allowed and not is_used(definition, sources()) and not is_override(definition)
    }


def test_each_public_name_is_used_or_documented() -> None:
    assert unused() == set(DECLARATIONS)


SOURCE = """
LIMIT = 3

class Coin:
    value: int

    def spend(self) -> int:
        return self.spend() if self.value else LIMIT

    def hold(self) -> "Coin":
        return self

def make() -> Coin:
    return make()
"""


@pytest.mark.parametrize(
    ("other", "used"),
    [
        ("", {"LIMIT", "Coin"}),
        ("from a.coins import make\nmake().hold()", {"LIMIT", "Coin", "make", "hold"}),
        ("from a.coins import make\n__all__ = ['make']", {"LIMIT", "Coin"}),
        ("from a import coins\ncoins.make().spend()", {"LIMIT", "Coin", "make", "spend"}),
        ("import_module('a.coins').make", {"LIMIT", "Coin", "make"}),
        ("make = 1\nmake + 1\nf'{spend}'", {"LIMIT", "Coin"}),
    ],
)
def test_the_test_itself_finds_what_is_used(other: str, used: set[str]) -> None:
    modules = {"a.coins": read("a.coins", SOURCE), "b": read("b", other)}
    assert {each.name for each in modules["a.coins"].definitions if is_used(each, modules)} == used
