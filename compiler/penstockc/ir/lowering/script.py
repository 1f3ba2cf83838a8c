"""Lowering of a whole program: statics and constructor first, then the public function that the selector names."""

from penstock.contract.artifact import BasicType, Kind
from penstockc.diagnostics import InternalError
from penstockc.ir.lowering.builder import Builder
from penstockc.ir.lowering.code import Code
from penstockc.ir.lowering.environment import Environment, Leaves
from penstockc.ir.nodes import Dispatch, Function, Placeholder, Region, Require, Script, Value
from penstockc.language.types import ArrayType, LibraryType, Type, leaves
from penstockc.meaning.reach import used_statics
from penstockc.nesting import room_for_nesting
from penstockc.semantics import typed
from penstockc.source import Span


def lower(program: typed.Program) -> Script:
    """Return the script of the program's main contract.

    The statics in use come first, then one placeholder for each leaf of the constructor's parameters and the
    constructor itself, then the public function: its body if there is only one, a `Dispatch` if there are more. A
    class without public functions cannot be spent: its script fails.
    """
    with room_for_nesting():
        return _ScriptLowering(program).script()


class _ScriptLowering:
    def __init__(self, program: typed.Program) -> None:
        self.program = program
        self.builder = Builder()
        self.code = Code(program, self.builder, Environment({}))

    def script(self) -> Script:
        contract = self.program.contract
        entries = self.program.entry_points
        only = entries[0] if len(entries) == 1 else None
        arguments = self._arguments(only) if only else []
        selector = (self.builder.fresh(Kind.INT),) if len(entries) > 1 else ()
        this = self._prologue(contract)
        if only:
            self._body(only, this, arguments)
        elif selector:
            functions = tuple(self._function(entry, this) for entry in entries)
            self.builder.write(Dispatch(contract.span, *selector, functions))
        else:
            never = self.builder.constant(contract.span, Kind.BOOL, value=False)
            self.builder.write(Require(contract.span, never))
        script_arguments = selector or tuple(leaf for argument in arguments for leaf in argument)
        return Script(contract.span, script_arguments, Region(tuple(self.builder.statements)))

    def _arguments(self, function: typed.Function) -> list[Leaves]:
        return [tuple(self.builder.fresh(kind) for kind in leaves(local.type)) for local in function.parameters]

    def _prologue(self, contract: typed.ClassDefinition) -> Leaves:
        """Evaluate the statics, then run the constructor; return the contract's properties."""
        for key in used_statics(self.program):
            self.code.environment.variables[key] = self.code.value(self.program.statics[key].initial)
        arguments = [
            self._placeholders(local.span, local.name, local.type) for local in contract.constructor.parameters
        ]
        return self.code.construct(contract.constructor.span, contract.name, arguments)

    def _placeholders(self, span: Span, name: str, kind: Type) -> Leaves:
        """Write the placeholders of one constructor parameter; return its leaves.

        A library is given by its constructor's arguments, and its constructor runs on them: `<l.property>` if that is
        implicit, `<l.ctor.parameter>` if not.
        """
        match kind:
            case BasicType():
                result = self.builder.fresh(kind.kind)
                self.builder.write(Placeholder(span, result, name))
                return (result,)
            case ArrayType(element=element, size=size):
                parts = [self._placeholders(span, f"{name}[{index}]", element) for index in range(size)]
                return tuple(leaf for part in parts for leaf in part)
            case LibraryType(name=owner):
                constructor = self.program.classes[owner].constructor
                prefix = name if constructor.is_implicit else f"{name}.ctor"
                arguments = [
                    self._placeholders(span, f"{prefix}.{local.name}", local.type) for local in constructor.parameters
                ]
                return self.code.construct(span, owner, arguments)

    def _function(self, entry: typed.Function, this: Leaves) -> Function:
        arguments = self._arguments(entry)
        with self.builder.region() as statements:
            self._body(entry, this, arguments)
        values: tuple[Value, ...] = tuple(leaf for argument in arguments for leaf in argument)
        return Function(entry.span, entry.key.name, values, Region(tuple(statements)))

    def _body(self, entry: typed.Function, this: Leaves, arguments: list[Leaves]) -> None:
        before = self.code.environment
        self.code.environment = before.copy().for_call(this, entry.parameters, arguments)
        if self.code.block(entry.body) is not None:
            raise InternalError(f"public function {entry.key} returns")
        self.code.environment = before
