"""The semantics stage as a whole: files -> `typed.Program`.

In: the files of a compilation with their syntax trees, the compiled one first. Out: its typed program, or
`CompileError` with every mistake. Promised: all types in the tree fit without further conversion, every name is bound,
no function is recursive, and everything that the main contract reaches is included.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from penstock.errors import hides_frames
from penstockc.diagnostics import CompileError, InternalError
from penstockc.errors.calls import Recursion
from penstockc.errors.declarations import StaticRing
from penstockc.errors.names import OF_NAMES
from penstockc.language.types import named_parts
from penstockc.semantics import typed
from penstockc.semantics.bodies.constant_positions import constant_takers
from penstockc.semantics.bodies.functions import check_constructor, check_function, class_level, first_value
from penstockc.semantics.bodies.statics import Statics
from penstockc.semantics.declarations.declared_types import libraries, structs
from penstockc.semantics.declarations.findings import Findings, is_type, of_constructor, of_state
from penstockc.semantics.declarations.global_names import declare, main_class
from penstockc.semantics.declarations.graph import Uses
from penstockc.semantics.declarations.headers import ClassHeader, StaticHeader
from penstockc.semantics.declarations.instances import Instances
from penstockc.semantics.declarations.members import Classes, check_entry_points, check_heading, no_class
from penstockc.semantics.declarations.mutation import Mutations
from penstockc.semantics.declarations.state import check_state, loading
from penstockc.semantics.declarations.types import Types, is_as_declared
from penstockc.semantics.expressions.context import Context
from penstockc.semantics.expressions.sizes import array_size
from penstockc.semantics.expressions.static_parameters import instance
from penstockc.semantics.typed import MemberKey
from penstockc.source import Sources, Span
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax import ast
from penstockc.syntax.imports import Modules
from penstockc.syntax.standard import NAMES

__tracebackhide__ = hides_frames


def check(modules: Modules) -> typed.Program:
    """Check a compilation; raises CompileError with all mistakes."""
    with raised_recursion_limit():
        return _Check(modules).program()


class _Check:
    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.findings = Findings()
        self.uses = Uses()
        self.mutations = Mutations()
        self.declarations = declare(modules, self.findings)
        self.types = Types(self.declarations, self.findings, self.uses, self.size_in)
        self.classes = Classes(self.types, self.findings)
        self.statics = Statics(self.first_value, self.findings)
        self.context = Context(
            self.declarations,
            self.types,
            self.classes,
            self.statics.read,
            self.findings,
            self.uses,
            self.mutations,
            constant_takers(self.declarations.classes.values()),
            array_size,
            Instances(),
        )
        self.functions = dict[MemberKey, typed.Function]()
        self.constructors = dict[str, typed.Constructor]()
        self.checked = dict[str, None]()
        self.seen = set[Span]()

    def program(self) -> typed.Program:
        if self.declarations.refused:  # what else is wrong with their uses follows from that
            raise CompileError(self.sources, self.findings.errors)
        main = main_class(self.modules.trees[0], self.findings)
        aliases = [(name, self.types.of_alias(name)) for name in self.declarations.aliases]
        self.check_declared()
        self.check_used()
        self.check_uncalled()
        self.check_rings()
        self.mutations.check(self.findings)
        if main not in self.declarations.classes:
            main = None  # its name was refused
        if main is not None:
            check_entry_points(self.declarations.classes[main], self.findings)
            check_state(self.classes[main], self.uses, self.findings)
        if self.findings.errors or main is None:
            raise CompileError(self.sources, [*self.findings.errors, *self.findings.warnings])
        if self.findings.lost:
            raise InternalError(f"incomplete without a report: {', '.join(map(str, self.findings.lost))}")
        return self.assemble(
            main, tuple(typed.Alias(name, resolved) for name, resolved in aliases if resolved is not None)
        )

    @property
    def sources(self) -> Sources:
        """The files, and the generated texts of contracts with state."""
        return Sources((*self.modules.sources.files, *self.classes.state_texts.files))

    def check_declared(self) -> None:
        """Check all headings, and request the members of the files' own classes that take no type arguments."""
        for name in self.declarations.structs:
            self.types.as_declared(name)
        for name, node in self.declarations.classes.items():
            check_heading(node, self.findings)
            self.types.as_declared(name)
            if name not in NAMES:
                header = self.classes[self.types.open_name(name)]
                tuple(header.properties.values())  # checks each
                for key in self.members_of(header):
                    self.uses.want(key)

    def check_used(self) -> None:
        """Check every requested definition once; each may request others."""
        for key in self.uses.wanted:
            owner = None if is_as_declared(key.owner) else self.classes.find(key.owner)
            if owner is None:
                continue
            self.check_class(owner)
            if key.name in owner.statics:
                self.statics.find(owner.statics[key.name])
            elif key.name in owner.functions:
                header = self.context.instances.find(key) or owner.functions[key.name]
                with self.once_per_place(header.node.span):
                    function = None if header.takes_constants else check_function(self.context, owner, header)
                if function is not None:
                    self.functions[key] = function

    def check_uncalled(self) -> None:
        """Check functions with compile-time parameters that are never called: their names and calls only.

        The types in them may depend on constants that no call gives.
        """
        for name, node in self.declarations.classes.items():
            if name in NAMES or node.generics:
                continue
            owner = self.classes[name]
            for header in owner.functions.values():
                if header.takes_constants and not self.context.instances.has_any_of(header.key):
                    constants = tuple(1 for parameter in header.parameters if parameter.is_static)
                    with self.findings.only(OF_NAMES | {Recursion}):
                        check_function(self.context, owner, instance(self.context, header, constants))

    def check_class(self, owner: ClassHeader) -> None:
        """Check the constructor of a class that has a used member."""
        if owner.name not in self.checked:
            self.checked[owner.name] = None
            with self.once_per_place(owner.constructor.span):
                constructor = check_constructor(self.context, owner)
            if constructor is not None:
                self.constructors[owner.name] = constructor

    def once_per_place(self, span: Span) -> AbstractContextManager[None]:
        """Return a context that reports a mistake of the definition at `span` for its first instance only."""
        is_repeated = span in self.seen
        self.seen.add(span)
        return self.findings.repeated(is_repeated=is_repeated)

    def assemble(self, main: str, aliases: tuple[typed.Alias, ...]) -> typed.Program:
        """Return the program of all definitions."""
        functions = [*self.functions.values()]
        entries = {function.key: self.entry(function, main) for function in functions}
        statics = [*self.wanted_statics()]
        classes = {
            name: self.definition(
                self.classes[name],
                constructor,
                tuple(entries[function.key] for function in functions if function.key.owner == name),
                tuple(static for static in statics if static.key.owner == name),
            )
            for name, constructor in self.constructors.items()
        }
        return typed.Program(
            self.sources,
            main,
            classes,
            {entry.key: entry for entry in functions if entry.is_static or entry.key.owner in classes},
            {static.key: static for static in statics},
            aliases,
            *self.declared_types(classes[main]),
            warnings=tuple(self.findings.warnings),
        )

    def entry(self, function: typed.Function, main: str) -> typed.Function:
        """Return the function as entered from outside: an entry point of a contract with state reads that first."""
        header = self.classes[main]
        touches_state = function.key.owner == main and of_state(main) in self.uses.reached([function.key])
        return loading(function, header) if function.is_public and touches_state else function

    def declared_types(self, main: typed.ClassDefinition) -> tuple[tuple[typed.Struct, ...], tuple[typed.Library, ...]]:
        """Return the structs and libraries of the files, and others that occur in values of the contract."""
        parameters = [main.constructor.parameters, *(entry.parameters for entry in main.functions if entry.is_public)]
        kinds = [entry.type for entry in main.properties]
        kinds += (local.type for locals_ in parameters for local in locals_)
        taken = {part.declared_name for kind in kinds for part in named_parts(kind)}
        own_structs = [name for name in self.declarations.structs if name in taken or name not in NAMES]
        own_classes = [
            name
            for name, node in self.declarations.classes.items()
            if name in taken or not (node.is_contract or name in NAMES)
        ]
        return tuple(structs(self.types, own_structs)), tuple(libraries(self.types, self.classes, own_classes))

    def wanted_statics(self) -> Iterator[typed.Static]:
        """Yield the statics that are not constants, class by class in the order of their declaration."""
        wanted = set(self.uses.wanted)
        for owner in map(self.classes.__getitem__, self.checked):
            for header in owner.statics.values():
                found = self.statics.find(header) if header.key in wanted else None
                if isinstance(found, typed.Static):
                    yield found

    def definition(
        self,
        header: ClassHeader,
        constructor: typed.Constructor,
        functions: tuple[typed.Function, ...],
        statics: tuple[typed.Static, ...],
    ) -> typed.ClassDefinition:
        """Return the typed class."""
        if header.type is None:
            raise InternalError(f"{header.name} has a constructor and no type")
        return typed.ClassDefinition(
            header.node.span,
            header.name,
            header.node.is_contract,
            header.type,
            tuple(
                typed.Property(header.properties[name].span, name, kind, header.properties[name].is_state)
                for name, kind in header.type.fields
            ),
            constructor,
            functions,
            statics,
        )

    def first_value(self, header: StaticHeader) -> typed.Expression | None:
        """Return the first value of a static, converted to its declared type."""
        return first_value(self.context, self.classes[header.key.owner], header)

    def size_in(self, user: MemberKey, size: ast.Expression) -> int | None:
        """Return the value of an array size in a definition without locals."""
        home = self.declarations.homes.get(user.owner.partition("<")[0], "")
        owner = self.classes.find(user.owner) or self.classes.find(home) or no_class(user.owner, size.span)
        return array_size(class_level(self.context, owner, user), size)

    def members_of(self, main: ClassHeader) -> list[MemberKey]:
        """Return all definitions of the main class."""
        return [
            of_constructor(main.name),
            *(function.key for function in main.functions.values()),
            *(static.key for static in main.statics.values()),
        ]

    def check_rings(self) -> None:
        """Report every ring of functions, constructors and first values; `types` reports those of types."""
        for ring in self.uses.rings():
            names = tuple(map(str, ring))
            statics = [header for key in ring if (header := self.static_of(key)) is not None]
            if statics:
                self.findings.report(StaticRing(statics[0].span, names))
            elif any(is_type(key) for key in ring):
                continue
            else:
                owner = self.classes[ring[0].owner]
                function = owner.functions.get(ring[0].name)
                self.findings.report(Recursion((function or owner.constructor).span, names))

    def static_of(self, key: MemberKey) -> StaticHeader | None:
        """Return the header of the definition if it is a static property."""
        owner = self.classes.find(key.owner)
        return None if owner is None else owner.statics.get(key.name)
