"""Random libraries and contracts, as source text, with the facts that callers need."""

from dataclasses import dataclass, field, replace

from tests.support.generators.random_contracts.choice import Chooser
from tests.support.generators.random_contracts.expressions import Writer
from tests.support.generators.random_contracts.scope import Library, Routine, Scope, Variable
from tests.support.generators.random_contracts.statements import StatementWriter
from tests.support.generators.random_contracts.vocabulary import (
    BYTES_TYPES,
    CONSTANTS,
    FUNCTIONS,
    PROPERTIES,
    RESULT_TYPES,
    SEPARATOR,
    VARIABLES,
)

_PARAMETER_TYPES = ("int", "int", "bytes", "bool", "Sig", "PubKey", *BYTES_TYPES, "PrivKey", "PubKeyHash")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as callers see it; a function does not assign a `const` one."""

    name: str
    type: str
    is_const: bool = False


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A public function of the main contract."""

    name: str
    parameters: tuple[Parameter, ...]


@dataclass(slots=True)
class ClassWriter:
    """Writes one library or contract. `outside` is the scope of code of other classes."""

    write: Writer
    name: str
    is_library: bool
    outside: Scope
    fields: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    properties: list[tuple[Parameter, bool]] = field(default_factory=list)  # with: may be assigned anywhere
    statics: list[Variable] = field(default_factory=list)
    routines: list[Routine] = field(default_factory=list)  # as the class itself calls them
    separates: bool = False  # there is a code separator, and so no other one

    @property
    def choose(self) -> Chooser:
        """Where choices come from."""
        return self.write.choose

    def text(self) -> str:
        """Return the whole class."""
        members = [*self.fields, *self.members]
        if self.choose.chance(30):  # only the order of the properties means something
            members = [*self.members[::-1], *self.fields]
        body = "\n".join(f"    {line}" for member in members for line in member.splitlines())
        return f"{'library' if self.is_library else 'contract'} {self.name} {{\n{body}\n}}\n"

    # Statics and properties -------------------------------------------------------------------------------------------

    def add_statics(self, most: int) -> None:
        """Write up to `most` statics: compile-time constants, and globals made when the script starts."""
        names = CONSTANTS[: self.choose.number(0, most)]
        for name in names:
            type_ = self.choose.one_of(("int", "bytes", "int", "bool", *self.outside.plain))
            scope = replace(self.outside.inner(), routines=tuple(r for r in self.outside.routines if r.pure))
            for static in self.statics:
                scope.add(static)
            self.write.budget = 3
            match self.choose.one_of(("literal", "const", "global", "variable")):
                case "literal" if type_ in ("int", "bytes", "bool"):
                    self._static("static const", name, type_, self.write.literal(type_))
                case "const":
                    self._static("const static", name, type_, self.write.expression(type_, scope, 2, pure=True))
                case "global":
                    self._static("static const", name, type_, self.write.expression(type_, scope, 3, pure=True))
                case _:
                    value = self.write.expression(type_, scope, 2, pure=True)
                    self._static("static", name, type_, value, mutable=True)

    def _static(self, modifiers: str, name: str, type_: str, value: str, *, mutable: bool = False) -> None:
        self.write.constructs.add("static variable" if mutable else "static const")
        self.members.append(f"{modifiers} {self.write.spelled(type_)} {name} = {value};")
        self.statics.append(Variable(name, type_, mutable))
        self.outside.add(Variable(f"{self.name}.{name}", type_, mutable))

    def add_properties(self, most: int, types: tuple[str, ...]) -> None:
        """Write up to `most` properties."""
        names = _distinct(self.choose, PROPERTIES, self.choose.number(0, most))
        for name in names:
            type_ = self.choose.one_of(types)
            is_const = self.choose.chance(20)
            modifier = "const " if is_const else self.choose.one_of(("", "", "public ", ""))
            self.fields.append(f"{modifier}{self.write.spelled(type_)} {name};")
            self.properties.append((Parameter(name, type_), not is_const))

    def add_constructor(self) -> tuple[Parameter, ...]:
        """Write a constructor, unless the implicit one is to serve; return its parameters."""
        implicit = tuple(parameter for parameter, _ in self.properties)
        needs_one = any(parameter.type.partition("[")[0] in self.outside.libraries for parameter in implicit)
        if not needs_one and self.choose.chance(50):
            self.write.constructs.add("implicit constructor")
            return implicit
        self.write.constructs.add("explicit constructor")
        scope = self._scope(is_static=False, everything_mutable=True)
        scope.routines = tuple(routine for routine in scope.routines if not routine.text.startswith("this."))
        parameters = self._parameters(scope, _PARAMETER_TYPES if not self.is_library else ("int", "bytes", "bool"))
        self.write.budget = self.write.forms_per_function
        lines = [
            f"this.{parameter.name} = {self.write.expression(parameter.type, scope, 2)};"
            for parameter in implicit
            if self.choose.chance(85)  # the others keep their zero values
        ]
        lines += StatementWriter(self.write).body(scope, 1)
        self.members.append(_function(f"constructor({self._spelled(parameters)})", lines))
        return parameters

    # Functions --------------------------------------------------------------------------------------------------------

    def add_functions(self, most: int) -> None:
        """Write up to `most` functions that return a value."""
        for name in _distinct(self.choose, FUNCTIONS, self.choose.number(0, most)):
            is_static = self.choose.chance(40) or (self.is_library and not self.properties)
            is_private = self.choose.chance(30)
            is_pure = self.choose.chance(50)
            if is_static and self.choose.chance(25):
                self._counted(name, is_pure=is_pure)
                continue
            scope = self._scope(is_static=is_static, readonly=is_pure)
            parameters = self._parameters(scope, (*_PARAMETER_TYPES, *self.outside.aggregates))
            result = self.choose.one_of((*RESULT_TYPES, *self.outside.aggregates))
            self.write.budget = self.write.forms_per_function
            lines = StatementWriter(self.write).body(scope, 2)
            lines.append(f"return {self.write.expression(result, scope)};")
            access = "private " if is_private else ""
            heading = f"{access}{'static ' if is_static else ''}function {name}({self._spelled(parameters)}) : "
            heading += self.write.spelled(result)
            self.write.constructs.add(f"{access}{'static ' if is_static else ''}function")
            self.members.append(_function(heading, lines))
            types = tuple(parameter.type for parameter in parameters)
            self._publish(name, types, result, is_static=is_static, is_private=is_private, is_pure=is_pure)

    def _counted(self, name: str, *, is_pure: bool) -> None:
        """Write a static function that takes a constant, and arrays of that size."""
        self.write.constructs.add("static const parameter")
        scope = self._scope(is_static=True, readonly=is_pure)
        scope.declare("N", "int", mutable=False)
        scope.counts += ("N",)
        parameters = self._parameters(scope, ("int[N]", "bytes[N]", "int", "bool"), least=1)
        result = self.choose.one_of(RESULT_TYPES)
        self.write.budget = self.write.forms_per_function
        lines = StatementWriter(self.write).body(scope, 2)
        lines.append(f"return {self.write.expression(result, scope)};")
        heading = f"static function {name}({', '.join(('static const int N', self._spelled(parameters)))}) : {result}"
        self.members.append(_function(heading, lines))
        types = tuple(parameter.type for parameter in parameters)
        self.routines.append(Routine(name, types, result, None, is_pure, counted=True))
        if self.is_library:
            text = f"{self.name}.{name}"
            self.outside.routines += (Routine(text, types, result, None, is_pure, counted=True),)

    def _publish(
        self, name: str, types: tuple[str, ...], result: str, *, is_static: bool, is_private: bool, is_pure: bool
    ) -> None:
        own = f"{name}" if is_static else f"this.{name}"
        self.routines.append(Routine(own, types, result, None, is_pure))
        if is_private or not self.is_library:
            return
        if is_static:
            self.outside.routines += (Routine(f"{self.name}.{name}", types, result, None, is_pure),)
        else:
            self.outside.routines += (Routine(name, types, result, self.name, is_pure),)

    def add_entry_points(self, names: tuple[str, ...]) -> tuple[EntryPoint, ...]:
        """Write public functions, as many of these as one likes, but at least one."""
        entries = []
        for name in names[: self.choose.number(1, len(names))]:
            scope = self._scope(is_static=False)
            types = (*_PARAMETER_TYPES, *self.outside.plain)
            parameters = self._parameters(scope, types, least=1 if self.choose.chance(80) else 0)
            self.write.budget = self.write.forms_per_function
            statements = StatementWriter(self.write)
            lines = [*statements.body(scope, 3), statements.require(scope)]
            may_separate = self.write.target == "bsv" and self.name == "Main" and not self.separates
            if may_separate and self.choose.chance(10):
                self.write.constructs.add(SEPARATOR)
                self.separates = True
                lines.insert(self.choose.number(0, len(lines) - 1), "***")
            self.members.append(_function(f"public function {name}({self._spelled(parameters)})", lines))
            entries.append(EntryPoint(name, parameters))
        return tuple(entries)

    def publish_entry_points(self, entries: tuple[EntryPoint, ...]) -> None:
        """Let other contracts require that a public function of this one completes."""
        for entry in entries:
            types = tuple(parameter.type for parameter in entry.parameters)
            self.outside.gates += (Routine(entry.name, types, "bool", self.name, pure=False),)

    def library(self, constructor: tuple[Parameter, ...]) -> Library:
        """Return the facts that other classes need to make instances."""
        properties = tuple((parameter.name, parameter.type, mutable) for parameter, mutable in self.properties)
        return Library(self.name, properties, tuple(parameter.type for parameter in constructor))

    def _parameters(self, scope: Scope, types: tuple[str, ...], least: int = 0) -> tuple[Parameter, ...]:
        names = _distinct(self.choose, VARIABLES, self.choose.number(least, 3))
        parameters = tuple(Parameter(name, self.choose.one_of(types), self.choose.chance(10)) for name in names)
        for parameter in parameters:
            scope.declare(parameter.name, parameter.type, mutable=not parameter.is_const)
        return parameters

    def _spelled(self, parameters: tuple[Parameter, ...]) -> str:
        return ", ".join(
            f"{'const ' if each.is_const else ''}{self.write.spelled(each.type)} {each.name}" for each in parameters
        )

    def _scope(self, *, is_static: bool, readonly: bool = False, everything_mutable: bool = False) -> Scope:
        """Return the scope of a function of this class before its own parameters and locals."""
        scope = self.outside.inner()
        own = tuple(each for each in self.routines if not (is_static and each.text.startswith("this.")))
        scope.routines = tuple(each for each in (*scope.routines, *own) if each.pure or not readonly)
        for static in self.statics:
            scope.add(static)
        if not is_static:
            if self.name in self.outside.libraries:
                scope.add(Variable("this", self.name, mutable=False))
            for parameter, mutable in self.properties:
                scope.add(Variable(f"this.{parameter.name}", parameter.type, mutable or everything_mutable))
        if readonly:
            for text, variable in list(scope.variables.items()):
                scope.variables[text] = replace(variable, mutable=False)
        return scope


def _function(heading: str, lines: list[str]) -> str:
    return "\n".join([f"{heading} {{", *(f"    {line}" for line in lines), "}"])


def _distinct(choose: Chooser, names: tuple[str, ...], count: int) -> list[str]:
    start = choose.number(0, len(names) - 1)
    return [names[(start + step) % len(names)] for step in range(count)]
