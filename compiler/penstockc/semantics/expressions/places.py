"""Places: targets of assignments, and const ones among them."""

from penstockc.errors.names import ConstAssignment, NotAssignable
from penstockc.language.types import LibraryType
from penstockc.semantics import typed
from penstockc.semantics.declarations.mutation import ConstCall
from penstockc.semantics.declarations.state import is_state_text
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.typed import MemberKey
from penstockc.syntax import ast


def is_const(body: BodyContext, place: typed.Place) -> bool:
    """Return whether assigning the place would change something that was declared const."""
    match place:
        case typed.LocalValue(local=local):
            bound = body.scope.find(local.name)
            return bound is not None and bound.is_const
        case typed.StaticValue(key=key):
            return body.context.classes[key.owner].statics[key.name].is_const
        case typed.Field(base=base, name=name):
            return _is_const_property(body, base, name) or _is_part_of_const(body, base)
        case typed.Index(base=base):
            return _is_part_of_const(body, base)
        case typed.This():
            return False


def target(body: BodyContext, node: ast.Expression, value: typed.Expression | None) -> typed.Place | None:
    """Return the place that an assignment or increment to `node` changes; `value` is its current value."""
    if value is None:
        return None
    if typed.is_place(value) and not isinstance(value, typed.This):
        if is_const(body, value) and not is_state_text(node.span):
            body.report(ConstAssignment(node.span, _text(node)))
            return None
        if is_of_this(value):
            body.context.mutations.assigns_this(body.key)
        return value
    if isinstance(value, typed.Literal) and isinstance(node, ast.Name | ast.Member):
        body.report(ConstAssignment(node.span, _text(node)))
    else:
        body.report(NotAssignable(node.span))
    return None


def locate(body: BodyContext, place: typed.Place) -> tuple[tuple[typed.Declare, ...], typed.Place]:
    """Return declarations of a place's indices, and the place with their values: to read and then write it."""
    match place:
        case typed.Field(span=span, type=type_, base=base, name=name):
            before, located = _locate_base(body, base)
            return before, typed.Field(span, type_, located, name) if before else place
        case typed.Index(span=span, type=type_, base=base, index=index):
            before, located = _locate_base(body, base)
            if _is_fixed(body, index):
                return before, typed.Index(span, type_, located, index) if before else place
            local = body.scope.temporary("index", index.type, index.span)
            known = typed.LocalValue(index.span, local.type, local)
            return (*before, typed.Declare(index.span, local, index)), typed.Index(span, type_, located, known)
        case typed.LocalValue() | typed.This() | typed.StaticValue():
            return (), place


def _locate_base(body: BodyContext, base: typed.Expression) -> tuple[tuple[typed.Declare, ...], typed.Expression]:
    return locate(body, base) if typed.is_place(base) else ((), base)


def _is_fixed(body: BodyContext, index: typed.Expression) -> bool:
    """Return whether an index has the same value when it is evaluated again."""
    return isinstance(index, typed.Literal) or (isinstance(index, typed.LocalValue) and is_const(body, index))


def is_of_this(place: typed.Place) -> bool:
    """Return whether the place is `this` or a part of it."""
    match place:
        case typed.This():
            return True
        case typed.Field(base=base) | typed.Index(base=base):
            return typed.is_place(base) and is_of_this(base)
        case _:
            return False


def note_call(body: BodyContext, node: ast.Expression, receiver: typed.Expression, method: MemberKey) -> None:
    """Record the changes that a call of `method` on `receiver`, written as `node`, may make."""
    if not typed.is_place(receiver):
        return
    if is_const(body, receiver):
        body.context.mutations.calls_on_const(ConstCall(node.span, _text(node), method))
    elif is_of_this(receiver):
        body.context.mutations.calls_on_this(body.key, method)


def _is_part_of_const(body: BodyContext, base: typed.Expression) -> bool:
    return typed.is_place(base) and is_const(body, base)


def _is_const_property(body: BodyContext, base: typed.Expression, name: str) -> bool:
    """Return whether a field was declared const; constructors may assign those of their own instance."""
    if not isinstance(base.type, LibraryType) or (body.is_constructor and isinstance(base, typed.This)):
        return False
    return body.context.classes[base.type.name].properties[name].is_const


def _text(node: ast.Expression) -> str:
    match node:
        case ast.Name(text=text):
            return text
        case ast.Member(base=base, name=name):
            return f"{_text(base)}.{name.text}"
        case ast.Index(base=base):
            return f"{_text(base)}[..]"
        case ast.This():
            return "this"
        case _:
            return ".."
