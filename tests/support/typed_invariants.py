"""What every typed tree promises to those who read it."""

from penstock.contract.artifact import BasicType, Kind
from penstockc.language.types import ArrayType, LibraryType
from penstockc.semantics import typed

VALUES = {Kind.INT: int, Kind.BOOL: bool, Kind.BYTES: bytes}


def check_program(program: typed.Program) -> None:
    """Fail unless all promises of `penstockc.semantics.typed` hold."""
    for definition in program.classes.values():
        _Checker(program, definition.constructor.parameters, definition.type).block(definition.constructor.body)
        for function in definition.functions:
            assert program.functions[function.key] is function
        for static in definition.statics:
            assert program.statics[static.key] is static
    for function in program.functions.values():
        owner = None if function.is_static else program.classes[function.key.owner].type
        checker = _Checker(program, function.parameters, owner)
        checker.block(function.body)
        last = function.body.statements[-1]
        if function.is_public:
            assert function.result is None
            assert isinstance(last, typed.Require)
        else:
            assert isinstance(last, typed.Return)
            assert last.value.type == function.result
    for static in program.statics.values():
        checker = _Checker(program, (), None)
        checker.expression(static.initial)
        assert static.initial.type == static.type
    for function in program.entry_points:
        assert function.is_public


class _Checker:
    def __init__(self, program: typed.Program, parameters: tuple[typed.Local, ...], this: LibraryType | None) -> None:
        self.program = program
        self.this = this
        self.seen = set[typed.Local]()
        for local in parameters:
            self.declare(local)

    def declare(self, local: typed.Local) -> None:
        assert all(other.number != local.number for other in self.seen), "numbers tell locals apart"
        self.seen.add(local)

    def block(self, block: typed.Block) -> None:
        before = set(self.seen)
        for statement in block.statements:
            assert block.span.start <= statement.span.start
            self.statement(statement)
        self.gone = self.seen - before

    def statement(self, node: typed.Statement) -> None:
        match node:
            case typed.Declare(local=local, value=value):
                self.expression(value)
                assert value.type == local.type
                self.declare(local)
            case typed.Assign(place=place, value=value):
                self.place(place)
                self.expression(value)
                assert place.type == value.type
            case typed.Require(condition=condition) | typed.Exit(condition=condition):
                self.condition(condition)
            case typed.If(condition=condition, then=then, otherwise=otherwise):
                self.condition(condition)
                for arm in (then, otherwise):
                    before = set(self.seen)
                    self.block(arm)
                    assert before <= self.seen
            case typed.Evaluate(expression=value) | typed.Return(value=value):
                self.expression(value)
            case typed.Block():
                self.block(node)

    def condition(self, node: typed.Expression) -> None:
        self.expression(node)
        assert node.type is BasicType.BOOL

    def place(self, node: typed.Expression) -> None:
        match node:
            case typed.Field(base=base):
                self.expression(node)
                self.place(base)
            case typed.LocalValue() | typed.This() | typed.StaticValue():
                self.expression(node)
            case _:
                raise AssertionError(node)

    def expression(self, node: typed.Expression) -> None:  # noqa: C901, PLR0912 - one arm per node
        match node:
            case typed.Literal(type=type_, value=value):
                assert type(value) is VALUES[type_.kind]
            case typed.LocalValue(local=local):
                assert local in self.seen
                assert node.type == local.type
            case typed.This():
                assert node.type == self.this
            case typed.StaticValue(key=key):
                assert node.type == self.program.statics[key].type
            case typed.Field(base=base, name=name):
                self.expression(base)
                assert isinstance(base.type, LibraryType)
                assert (name, node.type) in base.type.fields
            case typed.Apply():
                self.apply(node)
            case typed.CheckMultiSig(signatures=signatures, keys=keys):
                for array, element in ((signatures, BasicType.SIG), (keys, BasicType.PUB_KEY)):
                    self.expression(array)
                    assert isinstance(array.type, ArrayType)
                    assert array.type.element is element
            case typed.Cast(operand=operand):
                self.expression(operand)
                assert isinstance(operand.type, BasicType)
                assert operand.type.kind is node.type.kind
            case typed.And(left=left, right=right) | typed.Or(left=left, right=right):
                self.condition(left)
                self.condition(right)
            case typed.Conditional(condition=condition, then=then, otherwise=otherwise):
                self.condition(condition)
                self.expression(then)
                self.expression(otherwise)
                assert then.type == otherwise.type == node.type
            case typed.Increment(place=place, step=step):
                self.place(place)
                assert node.type is place.type is BasicType.INT
                assert step in {1, -1}
            case typed.Invoke():
                self.invoke(node)
            case typed.Construct(type=type_, arguments=arguments):
                self.arguments(self.program.classes[type_.name].constructor.parameters, arguments)
            case typed.ArrayLiteral(type=array_type, elements=elements):
                assert len(elements) == array_type.size
                for element_node in elements:
                    self.expression(element_node)
                    assert element_node.type == array_type.element

    def apply(self, node: typed.Apply) -> None:
        assert len(node.operands) == len(node.operation.takes)
        for operand, kind in zip(node.operands, node.operation.takes, strict=True):
            self.expression(operand)
            assert isinstance(operand.type, BasicType)
            assert operand.type.kind is kind
        assert node.operation.gives in {(node.type.kind,), ()}
        assert node.operation.gives or node.type is BasicType.BOOL

    def invoke(self, node: typed.Invoke) -> None:
        function = self.program.functions[node.function]
        assert node.type == (BasicType.BOOL if function.is_public else function.result)
        assert (node.receiver is None) == function.is_static
        if node.receiver is not None:
            self.expression(node.receiver)
            assert isinstance(node.receiver.type, LibraryType)
            assert node.receiver.type.name == node.function.owner
        self.arguments(function.parameters, node.arguments)

    def arguments(self, parameters: tuple[typed.Local, ...], arguments: tuple[typed.Expression, ...]) -> None:
        for parameter, argument in zip(parameters, arguments, strict=True):
            self.expression(argument)
            assert argument.type == parameter.type
