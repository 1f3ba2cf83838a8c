"""What every typed tree promises to those who read it."""

from typing import assert_never

from penstock.artifact.artifact import BasicType, Kind
from penstockc.language.types import OPEN, ArrayType, LibraryType, StructType, Type, leaves
from penstockc.semantics import typed

VALUES = {Kind.INT: int, Kind.BOOL: bool, Kind.BYTES: bytes}


def check_program(program: typed.Program) -> None:
    """Fail unless all promises of `penstockc.semantics.typed` hold."""
    for definition in program.classes.values():
        _Checker(program, definition.constructor.parameters, definition.type).block(definition.constructor.body)
        for function in definition.functions:
            check_entry(program, function)
        for static in definition.statics:
            assert program.statics[static.key] is static
    for function in program.functions.values():
        owner = None if function.is_static else program.classes[function.key.owner].type
        checker = _Checker(program, function.parameters, owner)
        assert (function.result is None) == function.is_public
        if isinstance(function.body, typed.Assembly):
            continue
        checker.block(function.body)
        last = function.body.statements[-1]
        if function.is_public:
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


def check_entry(program: typed.Program, function: typed.Function) -> None:
    """Fail unless the function of a class is that of the program; entry points may read the state first."""
    inner = program.functions[function.key]
    if function is inner:
        return
    assert function.is_public
    assert isinstance(function.body, typed.Block)
    assert isinstance(inner.body, typed.Block)
    load, *statements = function.body.statements
    assert statements == [*inner.body.statements]
    _Checker(program, function.parameters, program.classes[function.key.owner].type).statement(load)


def check_type(kind: Type) -> None:
    """Fail unless the type is one that values have: sizes are known, no type parameter is left."""
    match kind:
        case ArrayType(element=element, size=size):
            assert size != OPEN
            check_type(element)
        case StructType(name=name, fields=fields) | LibraryType(name=name, fields=fields):
            assert "'" not in name
            assert len({field for field, _ in fields}) == len(fields)
            for _, field_type in fields:
                check_type(field_type)
        case BasicType():
            pass


class _Checker:
    def __init__(self, program: typed.Program, parameters: tuple[typed.Local, ...], this: LibraryType | None) -> None:
        self.program = program
        self.this = this
        self.seen = set[typed.Local]()
        self.numbers = set[int]()
        for local in parameters:
            self.declare(local)

    def declare(self, local: typed.Local) -> None:
        assert local.number not in self.numbers, "numbers tell locals apart"
        self.numbers.add(local.number)
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
            case typed.Loop():
                self.loop(node)
            case typed.CodeSeparator():
                pass
            case typed.Evaluate(expression=value) | typed.Return(value=value):
                self.expression(value)
            case typed.Block():
                self.block(node)

    def loop(self, node: typed.Loop) -> None:
        """Iterations share one block, or all of them differ."""
        if node.variable is not None:
            assert node.variable.type is BasicType.INT
            self.declare(node.variable)
        blocks = {id(block): block for block in node.iterations}
        assert len(blocks) in {min(len(node.iterations), 1), len(node.iterations)}
        for block in blocks.values():
            self.block(block)

    def condition(self, node: typed.Expression) -> None:
        self.expression(node)
        assert node.type is BasicType.BOOL

    def place(self, node: typed.Expression) -> None:
        match node:
            case typed.Field(base=base) | typed.Index(base=base):
                self.expression(node)
                self.place(base)
            case typed.LocalValue() | typed.This() | typed.StaticValue():
                self.expression(node)
            case _:
                raise AssertionError(node)

    def expression(self, node: typed.Expression) -> None:  # noqa: C901, PLR0915 - one arm per node
        check_type(node.type)
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
                assert isinstance(base.type, LibraryType | StructType)
                assert (name, node.type) in base.type.fields
            case typed.Index(base=base, index=index):
                self.expression(base)
                self.expression(index)
                assert isinstance(base.type, ArrayType)
                assert node.type == base.type.element
                assert index.type is BasicType.INT
            case typed.Apply():
                self.apply(node)
            case typed.Equals(left=left, right=right):
                self.expression(left)
                self.expression(right)
                assert leaves(left.type) == leaves(right.type)
                assert not isinstance(left.type, BasicType)
                assert not isinstance(right.type, BasicType)
            case typed.FlattenSha256(operand=operand):
                self.expression(operand)
                assert node.type is BasicType.SHA256
            case typed.ArrayLength(operand=operand):
                self.expression(operand)
                assert isinstance(operand.type, ArrayType)
                assert node.type is BasicType.INT
            case typed.Repeat(type=array_type, operand=operand):
                self.expression(operand)
                assert operand.type == array_type.element
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
                assert len(elements) == array_type.size > 0
                for element_node in elements:
                    self.expression(element_node)
                    assert element_node.type == array_type.element
            case typed.StructLiteral(type=struct, values=values):
                for value_node, (_, field_type) in zip(values, struct.fields, strict=True):
                    self.expression(value_node)
                    assert value_node.type == field_type
            case _:
                assert_never(node)

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
