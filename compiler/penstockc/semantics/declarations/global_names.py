"""Top-level declarations of the files: one name space for all files, in no order.

The names of basic types and of the standard library are taken from the start.
"""

from penstock.records import Record, field
from penstockc.errors.declarations import NothingToCompile
from penstockc.errors.names import DuplicateName, PredeclaredName
from penstockc.language.builtins import TYPE_NAMES
from penstockc.semantics.declarations.findings import Findings
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.imports import Modules
from penstockc.syntax.standard import NAMES

Named = ast.Alias | ast.Struct | ast.Class

PREDECLARED = frozenset({*TYPE_NAMES, *NAMES})
"""The names of basic types and of the parts of the standard library."""


class Declarations(Record, frozen=True):
    """Classes, structs and aliases by name.

    `homes` are the main classes of the files that declare structs and aliases: a struct or alias has the statics of its
    home in scope. `refused` are the declared names that are predeclared.
    """

    classes: dict[str, ast.Class] = field(default_factory=dict)
    structs: dict[str, ast.Struct] = field(default_factory=dict)
    aliases: dict[str, ast.Alias] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def names(self) -> list[str]:
        """Return all names of types, for suggestions."""
        return [*self.classes, *self.structs, *self.aliases, *NAMES, *TYPE_NAMES]

    def add(self, item: Named) -> None:
        """Add a declaration whose name is new."""
        match item:
            case ast.Alias():
                self.aliases[item.name.text] = item
            case ast.Struct():
                self.structs[item.name.text] = item
            case ast.Class():
                self.classes[item.name.text] = item


def declare(modules: Modules, findings: Findings) -> Declarations:
    """Collect the declarations of all files; report names that are declared twice."""
    declarations = Declarations()
    spans = dict[str, Span]()
    for module in modules.trees:
        home = _main_of(module)
        for item in module.declarations:
            if isinstance(item, ast.Import):
                continue
            if not _is_new(item, spans, findings):
                declarations.refused.update({item.name.text} & PREDECLARED)
                continue
            declarations.add(item)
            if home is not None:
                declarations.homes[item.name.text] = home
    for item in modules.standard:
        declarations.add(item)
    return declarations


def main_class(module: ast.Module, findings: Findings) -> str | None:
    """Return the main contract: the last contract of the compiled file, or its last library; None after a report."""
    main = _main_of(module)
    if main is None and not any(isinstance(item, ast.Class) and item.is_contract for item in module.declarations):
        findings.report(NothingToCompile(Span(module.span.start, module.span.start)))
    return main


def _main_of(module: ast.Module) -> str | None:
    """Return the last contract of a file, or else its last library; classes with type parameters do not count."""
    classes = [item for item in module.declarations if isinstance(item, ast.Class)]
    contracts = [item for item in classes if item.is_contract]
    candidates = [item.name.text for item in contracts or classes if not item.generics]
    return candidates[-1] if candidates else None


def _is_new(item: Named, spans: dict[str, Span], findings: Findings) -> bool:
    name = item.name
    if name.text in PREDECLARED:
        findings.report(PredeclaredName(name.span, name.text))
        return False
    if name.text in spans:
        findings.report(DuplicateName(name.span, name.text, spans[name.text]))
        return False
    spans[name.text] = name.span
    return True
