"""Lowering of a whole program: statics and constructor first, then the selected public function."""

from penstock.artifact.artifact import BasicType, Kind
from penstock.records import Record
from penstockc.diagnostics import CompileError
from penstockc.errors.calls import CodeTooLarge
from penstockc.ir import nodes
from penstockc.ir.lowering.builder import Builder, TooMuchCode
from penstockc.ir.lowering.code import Lowering
from penstockc.ir.lowering.environment import Leaves
from penstockc.ir.nodes import walk
from penstockc.language.limits import LARGEST_SCRIPT
from penstockc.language.types import ArrayType, LibraryType, StructType, Type, leaves
from penstockc.layouts import SMALLEST, ScriptLayout
from penstockc.semantics import typed
from penstockc.semantics.typed.reach import statics_in_use
from penstockc.source import Span
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.targets import Target


def lower(program: typed.Program, target: Target, layout: ScriptLayout = SMALLEST) -> nodes.Script:
    """Return the script of the program's main contract.

    Operations on known values are computed, within the target's limits.

    One placeholder for each leaf of the constructor's parameters comes first, then the prologue (the statics in use
    and the constructor), then the public function: its body if there is only one, a `Dispatch` if there are more.
    A prologue that can exit must not depend on the items below, so each function after a dispatch has its own copy.
    A class without public functions cannot be spent: its script fails. With the layout's `leaves_last_requirement`
    each public function ends in a `Result`, if its end can be reached.

    Raises:
        CompileError: calls and loops expand the contract to too much code.
    """
    with raised_recursion_limit():
        try:
            return ScriptLowering(program, target, layout).script()
        except TooMuchCode as error:
            spans = [program.contract.span, *(span for span, _ in error.calls)]
            names = tuple(name for _, name in error.calls)
            raise CompileError(program.sources, [CodeTooLarge(spans[:3][-1], names, LARGEST_SCRIPT)]) from None


class _Given(Record, frozen=True):
    """A constructor argument as placeholders: its leaves, elements or fields, or a library's constructor arguments."""

    span: Span
    library: str | None
    parts: "tuple[nodes.Value | _Given, ...]"


class ScriptLowering:
    """Lowers one program; `code` lowers its statements, and may record facts about them."""

    def __init__(
        self, program: typed.Program, target: Target, layout: ScriptLayout = SMALLEST, code: Lowering | None = None
    ) -> None:
        self.program = program
        self.target = target
        self.layout = layout
        self.code = Lowering(program, Builder(target)) if code is None else code
        self.builder = self.code.builder

    def script(self) -> nodes.Script:
        """Return the script of the main contract."""
        contract = self.program.contract
        entries = self.program.entry_points
        given = self._given()
        script_arguments: Leaves = ()
        match entries:
            case ():
                self._prologue(given)
                never = self.builder.constant(contract.span, Kind.BOOL, value=False)
                self.builder.write(nodes.Require(contract.span, never))
            case (only,):
                arguments = self._arguments(only)
                script_arguments = tuple(leaf for argument in arguments for leaf in argument)
                self._body(only, self._prologue(given), arguments)
            case _:
                selector = self.builder.fresh(Kind.INT)
                script_arguments = (selector,)
                exits = ScriptLowering(self.program, self.target).prologue_exits()
                this = None if exits else self._prologue(given)
                functions = tuple(self._function(entry, this, given) for entry in entries)
                self.builder.write(nodes.Dispatch(contract.span, selector, functions))
        return nodes.Script(contract.span, script_arguments, nodes.Region(tuple(self.builder.statements)))

    def prologue_exits(self) -> bool:
        """Return whether the statics or the constructor can end the script."""
        self._prologue(self._given())
        return any(
            isinstance(statement, nodes.Exit) for statement in walk(nodes.Region(tuple(self.builder.statements)))
        )

    def _arguments(self, function: typed.Function) -> list[Leaves]:
        return [tuple(self.builder.fresh(kind) for kind in leaves(local.type)) for local in function.parameters]

    def _given(self) -> "list[_Given]":
        """Write every placeholder, before any code that can end the script: each must be in it."""
        constructor = self.program.contract.constructor
        return [self._placeholders(local.span, local.name, local.type) for local in constructor.parameters]

    def _prologue(self, given: "list[_Given]") -> Leaves:
        """Evaluate the statics, then run the constructor; return the contract's properties."""
        contract = self.program.contract
        for key in statics_in_use(self.program):
            self.code.environment[key] = self.code.value(self.program.statics[key].initial)
        return self.code.construct(contract.constructor.span, contract.name, [self._made(each) for each in given])

    def _placeholders(self, span: Span, name: str, kind: Type) -> "_Given":
        """Write the placeholders of one constructor parameter.

        A library is passed as its constructor's arguments, and its constructor runs on them: `<l.property>` if that is
        implicit, `<l.ctor.parameter>` if not.
        """
        match kind:
            case BasicType():
                result = self.builder.fresh(kind.kind)
                self.builder.write(nodes.Placeholder(span, result, name, self.layout.placeholders_first))
                return _Given(span, None, (result,))
            case ArrayType(element=element, size=size):
                return _Given(span, None, tuple(self._placeholders(span, f"{name}[{i}]", element) for i in range(size)))
            case StructType(fields=fields):
                return _Given(span, None, tuple(self._placeholders(span, f"{name}.{each}", of) for each, of in fields))
            case LibraryType(name=owner):
                constructor = self.program.classes[owner].constructor
                prefix = name if constructor.is_implicit else f"{name}.ctor"
                parts = (
                    self._placeholders(span, f"{prefix}.{local.name}", local.type) for local in constructor.parameters
                )
                return _Given(span, owner, tuple(parts))

    def _made(self, given: "_Given") -> Leaves:
        """Return the leaves of a constructor argument; the constructors of libraries run here."""
        parts = [(part,) if isinstance(part, nodes.Value) else self._made(part) for part in given.parts]
        if given.library is None:
            return tuple(leaf for part in parts for leaf in part)
        return self.code.construct(given.span, given.library, parts)

    def _function(self, entry: typed.Function, this: Leaves | None, given: "list[_Given]") -> nodes.Function:
        arguments = self._arguments(entry)
        with self.builder.region() as statements:
            self._body(entry, self._prologue(given) if this is None else this, arguments)
        values: tuple[nodes.Value, ...] = tuple(leaf for argument in arguments for leaf in argument)
        return nodes.Function(entry.span, entry.key.name, values, nodes.Region(tuple(statements)))

    def _body(self, entry: typed.Function, this: Leaves, arguments: list[Leaves]) -> None:
        before = self.code.environment
        self.code.environment = before.copy()  # each function starts with the statics as the prologue left them
        if self.layout.leaves_last_requirement:
            self.code.left = entry.body if isinstance(entry.body, typed.Assembly) else entry.body.statements[-1]
        self.code.call(entry.span, entry, this, arguments)
        self.code.environment = before
