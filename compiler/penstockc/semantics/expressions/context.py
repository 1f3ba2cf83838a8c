"""Context of the check of one body (a function's, a constructor's, a static's first value)."""

from collections.abc import Callable

from penstock.records import Record, field
from penstockc.diagnostics import Diagnostic
from penstockc.language.types import LibraryType, Type
from penstockc.semantics import typed
from penstockc.semantics.declarations.findings import Findings
from penstockc.semantics.declarations.global_names import Declarations
from penstockc.semantics.declarations.graph import Uses
from penstockc.semantics.declarations.headers import ClassHeader, StaticHeader
from penstockc.semantics.declarations.instances import Instances
from penstockc.semantics.declarations.members import Classes
from penstockc.semantics.declarations.mutation import Mutations
from penstockc.semantics.declarations.types import Types
from penstockc.semantics.expressions.scope import Scope
from penstockc.semantics.expressions.unrolled_size import Extent
from penstockc.semantics.typed import MemberKey
from penstockc.source import Span
from penstockc.syntax import ast


class Context(Record, frozen=True):
    """State that all bodies share.

    `static_value` returns the expression of a read of a static, with the span of the read; `constant_takers` are the
    names of the functions that take compile-time constants; `size` evaluates the size of an array; `instances` are
    the functions that such calls made.
    """

    declarations: Declarations
    types: Types
    classes: Classes
    static_value: Callable[[StaticHeader, Span], "typed.Literal | typed.StaticValue | None"]
    findings: Findings
    uses: Uses
    mutations: Mutations
    constant_takers: frozenset[str]
    size: "Callable[[BodyContext, ast.Expression], int | None]"
    instances: Instances


class BodyContext(Record, frozen=True):
    """One body: `owner` is its class, `key` the definition that it belongs to."""

    context: Context
    owner: ClassHeader
    key: MemberKey
    scope: Scope
    is_static: bool
    is_constructor: bool
    is_public: bool = False
    extent: Extent = field(default_factory=Extent)

    def report(self, diagnostic: Diagnostic) -> None:
        """Report an error or a warning."""
        self.context.findings.report(diagnostic)

    def lose(self) -> None:
        """Note that a part of this body has no typed form."""
        self.context.findings.lose(self.key)

    def use(self, key: MemberKey) -> None:
        """Record that this body needs another definition."""
        self.context.uses.add(self.key, key)

    def resolve(self, written: ast.TypeExpression, *, may_be_open: bool = False) -> Type | None:
        """Return the type written here; None after a report. With `may_be_open`, its value may determine its sizes."""
        return self.context.types.resolve(
            written, self.key, lambda size: self.context.size(self, size), may_be_open=may_be_open
        )

    def class_named(self, name: str) -> ClassHeader | None:
        """Return the class with this name here, itself or as an alias, unless a local hides it."""
        if self.scope.find(name):
            return None
        if name in self.context.declarations.aliases:
            meant = self.context.types.of_alias(name)
            return self.context.classes[meant.name] if isinstance(meant, LibraryType) else None
        return self.owner if name == self.owner.node.name.text else self.context.classes.find(name)

    @property
    def this(self) -> Type | None:
        """The type of `this`."""
        return self.owner.type
