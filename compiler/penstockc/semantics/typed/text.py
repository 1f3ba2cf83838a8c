"""The typed tree as text (`penstock show --stage typed`).

One definition after the other, statements indented. Locals have their number (`x#2`), operations the name of their row
(`ADD(x#2, 1)`), calls their owner, literals of subtypes their type (`PubKey b'02'`), casts their result type
(`(bytes) x#2`). The same tree always gives the same text.
"""

from collections.abc import Iterator
from typing import assert_never

from penstock.artifact.artifact import BasicType
from penstock.script.opcodes import Op
from penstockc.semantics import typed

_PLAIN = frozenset({BasicType.INT, BasicType.BOOL, BasicType.BYTES})


def show_program(program: typed.Program) -> str:
    """Format all classes of the program, the main contract last."""
    classes = [definition for name, definition in program.classes.items() if name != program.main]
    return "\n".join(show_class(definition) for definition in [*classes, program.contract])


def show_class(definition: typed.ClassDefinition) -> str:
    """Format a class with its members."""
    constructor = definition.constructor
    implicit = "implicit " if constructor.is_implicit else ""
    lines = [f"{'contract' if definition.is_contract else 'library'} {definition.name}"]
    lines += [f"  property {entry.type} {entry.name}" for entry in definition.properties]
    lines += [
        f"  static {entry.type} {entry.key.name} = {show_expression(entry.initial)}" for entry in definition.statics
    ]
    lines += [f"  {implicit}constructor({_parameters(constructor.parameters)})", *_block(constructor.body, "    ")]
    lines += [f"  {line}" for function in definition.functions for line in show_function(function).splitlines()]
    return "\n".join(lines) + "\n"


def show_function(function: typed.Function) -> str:
    """Format a function alone."""
    return "\n".join([_heading(function), *_body(function.body, "  ")]) + "\n"


def show_expression(node: typed.Expression) -> str:  # noqa: C901 - one arm per kind of node
    """Format an expression on one line."""
    match node:
        case typed.Literal():
            return _literal(node)
        case typed.LocalValue(local=local):
            return f"{local.name}#{local.number}"
        case typed.This():
            return "this"
        case typed.StaticValue(key=key):
            return str(key)
        case typed.Field(base=base, name=name):
            return f"{show_expression(base)}.{name}"
        case typed.Index(base=base, index=index):
            return f"{show_expression(base)}[{show_expression(index)}]"
        case typed.Equals(left=left, right=right):
            return f"EQUALS({_list((left, right))})"
        case typed.FlattenSha256(operand=operand):
            return f"FLATTEN_SHA256({show_expression(operand)})"
        case typed.Apply(operation=operation, operands=operands):
            return f"{operation.name}({_list(operands)})"
        case typed.CheckMultiSig(signatures=signatures, keys=keys):
            return f"CHECK_MULTI_SIG({_list((signatures, keys))})"
        case typed.Cast(type=type_, operand=operand):
            return f"({type_}) {show_expression(operand)}"
        case typed.And() | typed.Or() | typed.Conditional():
            return _choice(node)
        case typed.Increment(place=place, step=step, prefix=prefix):
            sign = "++" if step > 0 else "--"
            return f"{sign}{show_expression(place)}" if prefix else f"{show_expression(place)}{sign}"
        case typed.Invoke(function=key, receiver=receiver, arguments=arguments):
            subject = "" if receiver is None else f"{show_expression(receiver)}."
            return f"{subject}{key.owner}.{_name(key)}({_list(arguments)})"
        case typed.Construct(type=type_, arguments=arguments):
            return f"new {type_}({_list(arguments)})"
        case typed.Repeat() | typed.ArrayLength() | typed.ArrayLiteral() | typed.StructLiteral():
            return _aggregate(node)
        case _:
            assert_never(node)


def _choice(node: typed.Choice) -> str:
    match node:
        case typed.And(left=left, right=right):
            return f"({show_expression(left)} && {show_expression(right)})"
        case typed.Or(left=left, right=right):
            return f"({show_expression(left)} || {show_expression(right)})"
        case typed.Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"({show_expression(condition)} ? {show_expression(then)} : {show_expression(otherwise)})"


def _aggregate(node: typed.Aggregate) -> str:
    match node:
        case typed.Repeat(type=type_, operand=operand):
            return f"REPEAT({show_expression(operand)}, {type_.size})"
        case typed.ArrayLength(operand=operand):
            return f"ARRAY_LENGTH({show_expression(operand)})"
        case typed.ArrayLiteral(elements=elements):
            return f"[{_list(elements)}]"
        case typed.StructLiteral(values=values):
            return f"{{{_list(values)}}}"


def _body(body: typed.Block | typed.Assembly, indent: str) -> Iterator[str]:
    if isinstance(body, typed.Block):
        return _block(body, indent)
    return iter((f"{indent}asm {' '.join(_word(word) for _, word in body.words)}",))


def _word(word: Op | bytes | typed.AssemblyVariable) -> str:
    match word:
        case Op():
            return word.name
        case bytes():
            return f"b'{word.hex()}'"
        case typed.AssemblyVariable(name=name):
            return f"${name}"


def _statement(node: typed.Statement, indent: str) -> Iterator[str]:  # noqa: C901 - one line per node
    match node:
        case typed.Declare(local=local, value=value):
            yield f"{indent}{local.type} {local.name}#{local.number} = {show_expression(value)}"
        case typed.Assign(place=place, value=value):
            yield f"{indent}{show_expression(place)} = {show_expression(value)}"
        case typed.Require(condition=condition):
            yield f"{indent}require {show_expression(condition)}"
        case typed.Exit(condition=condition):
            yield f"{indent}exit {show_expression(condition)}"
        case typed.If(condition=condition, then=then, otherwise=otherwise):
            yield f"{indent}if {show_expression(condition)}"
            yield from _block(then, f"{indent}  ")
            if otherwise.statements:
                yield f"{indent}else"
                yield from _block(otherwise, f"{indent}  ")
        case typed.Loop():
            yield from _loop(node, indent)
        case typed.CodeSeparator():
            yield f"{indent}***"
        case typed.Evaluate(expression=expression):
            yield f"{indent}{show_expression(expression)}"
        case typed.Return(value=value):
            yield f"{indent}return {show_expression(value)}"
        case typed.Block():
            yield f"{indent}block"
            yield from _block(node, f"{indent}  ")
        case _:
            assert_never(node)


def _loop(node: typed.Loop, indent: str) -> Iterator[str]:
    """Yield a body that all iterations share once, else each with its number."""
    count = len(node.iterations)
    variable = "" if node.variable is None else f" : {node.variable.name}#{node.variable.number}"
    yield f"{indent}loop {count}{variable}"
    if count and all(block is node.iterations[0] for block in node.iterations):
        yield from _block(node.iterations[0], f"{indent}  ")
        return
    for number, block in enumerate(node.iterations):
        yield f"{indent}  iteration {number}"
        yield from _block(block, f"{indent}    ")


def _block(block: typed.Block, indent: str) -> Iterator[str]:
    for statement in block.statements:
        yield from _statement(statement, indent)


def _name(key: typed.MemberKey) -> str:
    """Return the name of a function, an instance's with its constants: `sum[3]`."""
    return f"{key.name}{list(key.constants) if key.constants else ''}"


def _heading(function: typed.Function) -> str:
    modifiers = ("public " if function.is_public else "") + ("static " if function.is_static else "")
    result = "" if function.result is None else f" : {function.result}"
    return f"{modifiers}function {_name(function.key)}({_parameters(function.parameters)}){result}"


def _parameters(parameters: tuple[typed.Local, ...]) -> str:
    return ", ".join(f"{local.type} {local.name}#{local.number}" for local in parameters)


def _list(nodes: tuple[typed.Expression, ...]) -> str:
    return ", ".join(map(show_expression, nodes))


def _literal(node: typed.Literal) -> str:
    match node.value:
        case bool():
            text = str(node.value).lower()
        case int():
            text = str(node.value) if node.value.bit_length() <= _DECIMAL_BITS else hex(node.value)
        case bytes():
            text = f"b'{node.value.hex()}'"
    return text if node.type in _PLAIN else f"{node.type} {text}"


_DECIMAL_BITS = 256
