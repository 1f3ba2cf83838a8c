"""The whole stage: files -> `typed.Program`.

In: the files of a compilation with their syntax trees, the compiled one first. Out: its meaning, or `CompileError` with
every mistake. Promised: all types in the tree fit without further conversion, every name is bound, no function is
recursive, and everything that the main contract reaches is there.
"""

from collections.abc import Mapping, Sequence

from penstockc.diagnostics import CompileError, Diagnostic, InternalError
from penstockc.errors.constants import StaticRing
from penstockc.errors.functions import Recursion
from penstockc.nesting import room_for_nesting
from penstockc.semantics import typed
from penstockc.semantics.bodies import check_constructor, check_function, first_value, fit_first_value
from penstockc.semantics.body import World
from penstockc.semantics.declarations import declare, main_class
from penstockc.semantics.demands import constant_takers
from penstockc.semantics.findings import Findings, is_type, of_constructor
from penstockc.semantics.graph import Uses
from penstockc.semantics.headers import ClassHeader, StaticHeader
from penstockc.semantics.members import class_header
from penstockc.semantics.mutation import Mutations
from penstockc.semantics.statics import Statics
from penstockc.semantics.typed import MemberKey
from penstockc.semantics.types import Types
from penstockc.syntax.imports import Modules


def check(modules: Modules) -> typed.Program:
    """Check a compilation; raises CompileError with all that is wrong."""
    with room_for_nesting():
        return _Check(modules).program()


class _Check:
    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.findings = Findings()
        self.uses = Uses()
        self.mutations = Mutations()
        self.declarations = declare(modules, self.findings)
        self.types = Types(self.declarations, self.findings, self.uses)
        self.classes = {
            name: class_header(node, self.types, self.findings) for name, node in self.declarations.classes.items()
        }
        for struct in self.declarations.structs.values():
            self.types.check_struct(struct)
        self.statics = Statics(self.first_value, self.findings)
        self.world = World(
            self.declarations,
            self.types,
            self.classes,
            self.statics.read,
            self.findings,
            self.uses,
            self.mutations,
            constant_takers(self.declarations.classes.values()),
        )

    def program(self) -> typed.Program:
        main = main_class(self.modules.trees[0], self.findings)
        functions = [
            check_function(self.world, owner, header)
            for owner in self.classes.values()
            for header in owner.functions.values()
        ]
        constructors = {name: check_constructor(self.world, owner) for name, owner in self.classes.items()}
        statics = [static for owner in self.classes.values() for static in self.statics.all_of(owner.statics)]
        aliases = [(name, self.types.of_alias(name)) for name in self.declarations.aliases]
        self.check_rings()
        self.mutations.check(self.findings)
        errors = self.errors(main)
        if errors or main is None:
            raise CompileError(self.modules.sources, [*errors, *self.findings.warnings])
        broken = self.uses.needing(self.findings.broken())
        return self.assemble(
            main,
            {
                name: made
                for name, made in constructors.items()
                if made is not None and of_constructor(name) not in broken
            },
            [function for function in functions if function is not None and function.key not in broken],
            [static for static in statics if static.key not in broken],
            tuple(typed.Alias(name, resolved) for name, resolved in aliases if resolved is not None),
        )

    def errors(self, main: str | None) -> list[Diagnostic]:
        """All errors; what is unsupported counts where the main contract reaches it."""
        reached = set[MemberKey]() if main is None else self.uses.reached(self.members_of(self.classes[main]))
        errors = self.findings.all_errors(reached)
        if main is not None and not errors and not reached.isdisjoint(self.findings.broken()):
            raise InternalError(f"incomplete without a report: {', '.join(map(str, reached & self.findings.broken()))}")
        return errors

    def assemble(
        self,
        main: str,
        constructors: Mapping[str, typed.Constructor],
        functions: Sequence[typed.Function],
        statics: Sequence[typed.Static],
        aliases: tuple[typed.Alias, ...],
    ) -> typed.Program:
        """The program of all definitions that can be compiled."""
        classes = {
            name: self.definition(
                header,
                constructors[name],
                tuple(function for function in functions if function.key.owner == name),
                tuple(static for static in statics if static.key.owner == name),
            )
            for name, header in self.classes.items()
            if name in constructors
        }
        return typed.Program(
            self.modules.sources,
            main,
            classes,
            {entry.key: entry for entry in functions if entry.is_static or entry.key.owner in classes},
            {static.key: static for static in statics},
            aliases,
            warnings=tuple(self.findings.warnings),
        )

    def definition(
        self,
        header: ClassHeader,
        constructor: typed.Constructor,
        functions: tuple[typed.Function, ...],
        statics: tuple[typed.Static, ...],
    ) -> typed.ClassDefinition:
        """The typed class."""
        if header.type is None:
            raise InternalError(f"{header.name} has a constructor and no type")
        return typed.ClassDefinition(
            header.node.span,
            header.name,
            header.node.is_contract,
            header.type,
            tuple(typed.Property(header.properties[name].span, name, kind) for name, kind in header.type.fields),
            constructor,
            functions,
            statics,
        )

    def first_value(self, header: StaticHeader) -> typed.Expression | None:
        """The first value of a static as one of its declared type."""
        if header.node.initial is None:
            return None
        owner = self.classes[header.key.owner]
        value = first_value(self.world, owner, header.key, header.node.initial)
        if header.node.type is None:
            return value
        return fit_first_value(self.world, owner, header.key, value, header.node.type)

    def members_of(self, main: ClassHeader) -> list[MemberKey]:
        """All definitions of the main class."""
        return [
            of_constructor(main.name),
            *(function.key for function in main.functions.values()),
            *(static.key for static in main.statics.values()),
        ]

    def check_rings(self) -> None:
        """Report every ring of functions, constructors and first values; `types` reports those of types."""
        for ring in self.uses.rings():
            if any(is_type(key) for key in ring):
                continue
            owner = self.classes[ring[0].owner]
            names = tuple(map(str, ring))
            statics = [key for key in ring if key.name in self.classes[key.owner].statics]
            if statics:
                node = self.classes[statics[0].owner].statics[statics[0].name].node
                self.findings.report(StaticRing(node.name.span, names))
            elif ring[0].name in owner.functions:
                self.findings.report(Recursion(owner.functions[ring[0].name].node.name.span, names))
            else:
                self.findings.report(Recursion(owner.constructor.span, names))
