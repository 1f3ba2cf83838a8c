"""Names and members used as values."""

from collections.abc import Iterable

from penstockc.errors.names import (
    BareProperty,
    ClassAsValue,
    FunctionAsValue,
    NeedsInstance,
    PrivateMember,
    ThisInStatic,
    ThroughInstance,
    UnknownMember,
    UnknownName,
)
from penstockc.errors.types import MissingTypeArguments, UnexpectedTypeArguments
from penstockc.errors.warnings.expressions import ThisAsClass
from penstockc.habits.rows import find_word
from penstockc.habits.words import NAMES, STATEMENTS
from penstockc.language.builtins import BUILTINS
from penstockc.language.types import LibraryType, StructType
from penstockc.semantics import typed
from penstockc.semantics.declarations.findings import of_alias, of_state
from penstockc.semantics.declarations.headers import ClassHeader, StaticHeader
from penstockc.semantics.declarations.state import is_state_text
from penstockc.semantics.expressions.context import BodyContext
from penstockc.source import Span
from penstockc.support.suggestions import suggest
from penstockc.syntax import ast


def name(body: BodyContext, node: ast.Name) -> typed.Expression | None:
    """Check a bare name: a local, or a static of the owner."""
    bound = body.scope.find(node.text)
    if bound is not None:
        if bound.constant is not None:
            return typed.Literal(node.span, bound.constant.type, bound.constant.value)
        return None if bound.local is None else typed.LocalValue(node.span, bound.local.type, bound.local)
    static = body.owner.statics.get(node.text)
    if static is not None:
        return static_value(body, static, node.span)
    _report_unknown(body, node)
    return None


def is_foreign_statement(body: BodyContext, text: str) -> bool:
    """Return whether a word alone is a statement of other languages, and undeclared here."""
    return find_word(STATEMENTS, text) is not None and not _is_known(body, text)


def foreign_member(body: BodyContext, node: ast.Member | ast.MethodCall) -> UnknownName | None:
    """Return the error for `msg.sender` and similar names, where the first name is undeclared."""
    base = node.base if isinstance(node, ast.Member) else node.receiver
    name = node.name if isinstance(node, ast.Member) else node.function
    if not isinstance(base, ast.Name) or _is_known(body, base.text):
        return None
    dotted = f"{base.text}.{name.text}"
    return None if find_word(NAMES, dotted) is None else UnknownName(base.span.merge(name.span), dotted, None)


def _is_known(body: BodyContext, text: str) -> bool:
    """Return whether the name is in scope."""
    return body.scope.find(text) is not None or any(
        text in names
        for names in (
            body.owner.statics,
            body.owner.properties,
            body.owner.functions,
            body.context.declarations.names(),
        )
    )


def generic(body: BodyContext, node: ast.NamedType) -> ClassHeader | None:
    """Return the class of `Name<..>` before a static; None after a report.

    Where nothing generic has that name, it is a comparison without parentheses.
    """
    if not body.context.types.takes_arguments(node.name.text):
        body.report(UnexpectedTypeArguments(node.name.span, node.name.text))
        return None
    found = body.resolve(node)
    if found is None:
        return None
    if isinstance(found, LibraryType):
        return body.context.classes[found.name]
    body.report(ClassAsValue(node.span, str(found)))
    return None


def this(body: BodyContext, node: ast.This) -> typed.This | None:
    """Check `this`."""
    if body.is_static:
        body.report(ThisInStatic(node.span))
        return None
    return typed.This(node.span, body.this) if isinstance(body.this, LibraryType) else None


def whole(body: BodyContext, node: ast.This) -> typed.This | None:
    """Check `this` as a value: all of it, including its state."""
    if body.owner.has_state:
        body.use(of_state(body.owner.name))
    return this(body, node)


def static_of_class(body: BodyContext, owner: ClassHeader, node: ast.Member) -> typed.Expression | None:
    """Check `Owner.name`."""
    static = owner.statics.get(node.name.text)
    if static is not None:
        if static.is_private and owner is not body.owner:
            body.report(PrivateMember(node.name.span, owner.name, node.name.text))
            return None
        return static_value(body, static, node.span)
    if node.name.text in owner.properties:
        body.report(NeedsInstance(node.span, owner.name, node.name.text))
    elif node.name.text in owner.functions:
        body.report(FunctionAsValue(node.span, node.name.text))
    else:
        body.report(_unknown_member(node.name, owner, owner.statics))
    return None


def property_of_this(body: BodyContext, node: ast.Member) -> typed.Expression | None:
    """Check `this.name`."""
    if body.is_static and node.name.text in body.owner.statics:
        body.report(ThisAsClass(node.base.span, body.owner.name))
        return static_of_class(body, body.owner, node)
    if body.is_static:
        body.report(ThisInStatic(node.base.span))
        return None
    entry = body.owner.properties.get(node.name.text)
    if entry is None:
        _report_no_property(body, body.owner, node)
        return None
    receiver = this(body, ast.This(node.base.span))
    if entry.type is None or receiver is None:
        return None
    if entry.is_state:
        body.use(of_state(body.owner.name))
    return typed.Field(node.span, entry.type, receiver, entry.name)


def property_of_value(body: BodyContext, node: ast.Member, base: typed.Expression) -> typed.Expression | None:
    """Check `base.name` for any other base."""
    if isinstance(base.type, StructType):
        return _field(body, node, base, base.type)
    if not isinstance(base.type, LibraryType):
        body.report(UnknownMember(node.name.span, node.name.text, str(base.type), None))
        return None
    owner = body.context.classes[base.type.name]
    entry = owner.properties.get(node.name.text)
    if entry is None:
        _report_no_property(body, owner, node)
        return None
    if entry.is_private and owner is not body.owner and not is_state_text(node.span):
        body.report(PrivateMember(node.name.span, owner.name, entry.name))
        return None
    return None if entry.type is None else typed.Field(node.span, entry.type, base, entry.name)


def _field(body: BodyContext, node: ast.Member, base: typed.Expression, struct: StructType) -> typed.Expression | None:
    fields = dict(struct.fields)
    if node.name.text in fields:
        return typed.Field(node.span, fields[node.name.text], base, node.name.text)
    close = suggest(node.name.text, fields)
    body.report(UnknownMember(node.name.span, node.name.text, struct.name, close))
    return None


def static_value(body: BodyContext, static: StaticHeader, span: Span) -> typed.Expression | None:
    """Return the value of a static property: a literal when it is a compile-time constant."""
    value = body.context.static_value(static, span)
    if not isinstance(value, typed.Literal):
        body.use(static.key)
    return value


def _report_no_property(body: BodyContext, owner: ClassHeader, node: ast.Member) -> None:
    if node.name.text in owner.statics:
        body.report(ThroughInstance(node.span, owner.name, node.name.text))
    elif node.name.text in owner.functions:
        body.report(FunctionAsValue(node.span, node.name.text))
    else:
        body.report(_unknown_member(node.name, owner, owner.properties))


def _unknown_member(name: ast.Identifier, owner: ClassHeader, candidates: Iterable[str]) -> UnknownMember:
    return UnknownMember(name.span, name.text, owner.name, suggest(name.text, candidates))


def _report_unknown(body: BodyContext, node: ast.Name) -> None:
    owner, text = body.owner, node.text
    declared = body.context.declarations
    if text in owner.properties:
        body.report(BareProperty(node.span, text))
    elif text in declared.aliases and body.context.types.of_alias(text) is None:
        body.use(of_alias(text))  # where the reason is reported
    elif body.context.types.takes_arguments(text):
        body.report(MissingTypeArguments(node.span, text, body.context.types.parameters_of(text)))
    elif text in declared.names():
        body.report(ClassAsValue(node.span, text))
    elif text in owner.functions or text in BUILTINS:
        body.report(FunctionAsValue(node.span, text))
    else:
        known = [*body.scope.names(), *owner.statics, *owner.properties]
        body.report(UnknownName(node.span, text, suggest(text, known)))
