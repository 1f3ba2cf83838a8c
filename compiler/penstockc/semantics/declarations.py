"""What the files declare at their top level: one name space for all files, in no order.

The names of basic types and of the standard library are taken from the start.
"""

from dataclasses import dataclass, field

from penstockc.errors.names import DuplicateName, NothingToCompile, PredeclaredName
from penstockc.language.builtins import STANDARD_LIBRARY, TYPE_NAMES
from penstockc.semantics.findings import Findings
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.imports import Modules

Named = ast.Alias | ast.Struct | ast.Class


@dataclass(frozen=True, slots=True)
class Declarations:
    """Classes, structs and aliases by name."""

    classes: dict[str, ast.Class] = field(default_factory=dict)
    structs: dict[str, ast.Struct] = field(default_factory=dict)
    aliases: dict[str, ast.Alias] = field(default_factory=dict)

    def names(self) -> list[str]:
        """All names that types can have, for suggestions."""
        return [*self.classes, *self.structs, *self.aliases, *TYPE_NAMES]

    def is_standard(self, name: str) -> bool:
        """Whether `name` is of the standard library (which a contract's own declaration hides)."""
        return name in STANDARD_LIBRARY and name not in (self.classes | self.structs | self.aliases)


def declare(modules: Modules, findings: Findings) -> Declarations:
    """Gather the declarations of all files; report names that are declared twice."""
    declarations = Declarations()
    spans = dict[str, Span]()
    for module in modules.trees:
        for item in module.declarations:
            if isinstance(item, ast.Import) or not _is_new(item, spans, findings):
                continue
            match item:
                case ast.Alias():
                    declarations.aliases[item.name.text] = item
                case ast.Struct():
                    declarations.structs[item.name.text] = item
                case ast.Class():
                    declarations.classes[item.name.text] = item
    return declarations


def main_class(module: ast.Module, findings: Findings) -> str | None:
    """The main contract: the last contract of the compiled file, or its last library; None after a report."""
    classes = [item for item in module.declarations if isinstance(item, ast.Class)]
    contracts = [item for item in classes if item.is_contract]
    candidates = [item for item in contracts or classes if not item.generics]
    if not candidates and not contracts:
        findings.report(NothingToCompile(Span(module.span.start, module.span.start)))
    return candidates[-1].name.text if candidates else None


def _is_new(item: Named, spans: dict[str, Span], findings: Findings) -> bool:
    name = item.name
    if name.text in TYPE_NAMES:
        findings.report(PredeclaredName(name.span, name.text))
        return False
    if name.text in spans:
        findings.report(DuplicateName(name.span, name.text, spans[name.text]))
        return False
    spans[name.text] = name.span
    return True
