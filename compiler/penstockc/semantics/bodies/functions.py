"""Functions, constructors and first values of statics: headers and trees -> typed definitions."""

from collections.abc import Mapping, Sequence
from typing import Final

from penstock.artifact.artifact import BasicType
from penstockc.errors.statements import AsmNotAlone, Ending, EntryPointWithoutRequire, MissingReturn, ReturnWithoutValue
from penstockc.language.types import LibraryType, named_parts
from penstockc.semantics import typed
from penstockc.semantics.bodies.assembly import check_assembly
from penstockc.semantics.bodies.statements import check_statements
from penstockc.semantics.declarations.findings import of_class, of_constructor
from penstockc.semantics.declarations.headers import (
    ClassHeader,
    ConstructorHeader,
    FunctionHeader,
    ParameterHeader,
    StaticHeader,
)
from penstockc.semantics.expressions.context import BodyContext, Context
from penstockc.semantics.expressions.conversions import asked, convert
from penstockc.semantics.expressions.dispatch import check_expression
from penstockc.semantics.expressions.scope import Scope
from penstockc.semantics.typed import MemberKey
from penstockc.syntax import ast


def check_function(context: Context, owner: ClassHeader, header: FunctionHeader) -> typed.Function | None:
    """Return the typed function; None after a report."""
    body = _body(context, owner, header.key, is_static=header.is_static, is_public=header.is_public)
    if not header.is_static:
        body.use(of_class(owner.name))
    parameters = _parameters(body, header.parameters)
    for name, value in header.constants:
        body.scope.declare_constant(name, typed.Literal(name.span, BasicType.INT, value))
    code = _code(body, header)
    if parameters is None or code is None or (header.result is None and not header.is_public):
        body.lose()
        return None
    return typed.Function(
        header.node.span,
        header.key,
        header.is_public,
        header.is_static,
        parameters,
        header.result,
        code,
    )


def check_constructor(context: Context, owner: ClassHeader) -> typed.Constructor | None:
    """Return the explicit constructor, or the implicit one spelled out; None after a report."""
    header = owner.constructor
    body = _body(context, owner, of_constructor(owner.name), is_constructor=True)
    for parameter in header.parameters:
        for part in () if parameter.type is None else named_parts(parameter.type):
            if isinstance(part, LibraryType):
                body.use(of_constructor(part.name))
    parameters = _parameters(body, header.parameters)
    if parameters is None or owner.type is None:
        body.lose()
    if header.node is None:
        return _implicit(owner, header, parameters)
    statements = check_statements(body, header.node.body.statements)
    if parameters is None:
        return None
    block = typed.Block(header.node.body.span, statements)
    return typed.Constructor(header.span, parameters, block, is_implicit=False)


def first_value(context: Context, owner: ClassHeader, header: StaticHeader) -> typed.Expression | None:
    """Return the first value of a static property, converted to its declared type."""
    node = header.node
    if node.initial is None:
        return None
    body = class_level(context, owner, header.key)
    if node.type is None:
        return check_expression(body, node.initial)
    wanted = context.types.resolve(node.type, header.key, may_be_open=True)
    return convert(body, check_expression(body, node.initial, asked(wanted)), wanted)


def class_level(context: Context, owner: ClassHeader, key: MemberKey) -> BodyContext:
    """Return the body context of a definition without locals."""
    return _body(context, owner, key, is_static=True)


def _body(  # noqa: PLR0913 - the parts of a body
    context: Context,
    owner: ClassHeader,
    key: MemberKey,
    *,
    is_static: bool = False,
    is_constructor: bool = False,
    is_public: bool = False,
) -> BodyContext:
    return BodyContext(context, owner, key, Scope(context.findings), is_static, is_constructor, is_public)


def _parameters(body: BodyContext, headers: Sequence[ParameterHeader]) -> tuple[typed.Local, ...] | None:
    locals_ = [body.scope.declare(header.name, header.type, is_const=header.is_const) for header in headers]
    known = tuple(local for local in locals_ if local is not None)
    return known if len(known) == len(locals_) else None


def _code(body: BodyContext, header: FunctionHeader) -> typed.Block | typed.Assembly | None:
    """Return the code of a function: its statements, or the one block of assembly."""
    node = header.node.body
    match node.statements:
        case (ast.Asm() as assembly,):
            return check_assembly(body, assembly)
        case statements if found := [statement for statement in statements if isinstance(statement, ast.Asm)]:
            for assembly in found:
                body.report(AsmNotAlone(assembly.span))
            return None
        case _ if header.is_public:
            return typed.Block(node.span, _entry_point(body, header, node))
        case _:
            return typed.Block(node.span, _with_result(body, header, node))


def _entry_point(body: BodyContext, header: FunctionHeader, node: ast.Block) -> tuple[typed.Statement, ...]:
    """Check a public function: its last statement is a `require`."""
    last = node.statements[-1] if node.statements else None
    if isinstance(last, ast.Require):
        return check_statements(body, node.statements)
    span = header.node.name.span if last is None else last.span
    body.report(EntryPointWithoutRequire(span, header.key.name, _ENDINGS.get(type(last))))
    return check_statements(body, node.statements[:-1] if isinstance(last, ast.Return) else node.statements)


_ENDINGS: Final[Mapping[type, Ending]] = {
    ast.If: Ending.IF,
    ast.Loop: Ending.LOOP,
    ast.Return: Ending.RETURN,
}


def _with_result(body: BodyContext, header: FunctionHeader, node: ast.Block) -> tuple[typed.Statement, ...]:
    """Check any other function: its last statement, and no other, is a `return`."""
    last = node.statements[-1] if node.statements else None
    if not isinstance(last, ast.Return):
        body.report(MissingReturn(header.node.name.span, header.key.name, ends_in_if=isinstance(last, ast.If)))
        return check_statements(body, node.statements)
    statements = check_statements(body, node.statements[:-1])
    if last.value is None:
        body.report(ReturnWithoutValue(last.span))
        return statements
    value = check_expression(body, last.value, asked(header.result))
    value = convert(body, value, header.result, lenient=True)
    if value is None:
        body.lose()
        return statements
    return (*statements, typed.Return(last.span, value))


def _implicit(
    owner: ClassHeader, header: ConstructorHeader, parameters: tuple[typed.Local, ...] | None
) -> typed.Constructor | None:
    if parameters is None or owner.type is None:
        return None
    return typed.Constructor(
        header.span,
        parameters,
        typed.Block(header.span, tuple(_take(owner.type, parameter) for parameter in parameters)),
        is_implicit=True,
    )


def _take(owner: LibraryType, parameter: typed.Local) -> typed.Statement:
    """Return `this.x = x;`."""
    place = typed.Field(parameter.span, parameter.type, typed.This(parameter.span, owner), parameter.name)
    return typed.Assign(parameter.span, place, typed.LocalValue(parameter.span, parameter.type, parameter))
