"""Errors of names: unknown, duplicate, private, used in the wrong way, or not assignable."""

from typing import Final

from penstockc.diagnostics import Diagnostic
from penstockc.habits.calls import FUNCTIONS, MEMBERS
from penstockc.habits.rows import Word, find_word
from penstockc.habits.words import NAMES, STATEMENTS, TYPES
from penstockc.source import Span


class DuplicateName(Diagnostic, frozen=True):
    """Two declarations of one name in one scope."""

    name: str
    previous: Span
    message = "`{name}` is already defined"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "first defined"


class PredeclaredName(Diagnostic, frozen=True):
    """A declaration with the name of a basic type, or of a part of the standard library or of state."""

    name: str
    message = "`{name}` is a predeclared name and cannot be declared"
    hint = "rename it, with its uses"


class ForeignStatement(Diagnostic, frozen=True):
    """A statement of other languages."""

    word: str
    message = "the language has no `{word}`"

    @property
    def hint(self) -> str | None:
        return _instead(STATEMENTS, self.word)


class UnknownName(Diagnostic, frozen=True):
    """A name that is not in scope."""

    name: str
    suggestion: str | None
    message = "unknown name `{name}`"

    @property
    def hint(self) -> str | None:
        return _instead(NAMES, self.name) or _meant(self.suggestion)


class UnknownType(Diagnostic, frozen=True):
    """A type that is not declared."""

    name: str
    suggestion: str | None
    message = "there is no type `{name}`"

    @property
    def hint(self) -> str | None:
        return _instead(TYPES, self.name) or _meant(self.suggestion)


class UnknownFunction(Diagnostic, frozen=True):
    """A call of an unknown function."""

    name: str
    suggestion: str | None
    message = "there is no function `{name}`"

    @property
    def hint(self) -> str | None:
        return _instead(FUNCTIONS, self.name) or _meant(self.suggestion)


class UnknownMember(Diagnostic, frozen=True):
    """A member that a type or class does not have."""

    name: str
    owner: str
    suggestion: str | None
    message = "`{owner}` has no member `{name}`"

    @property
    def hint(self) -> str | None:
        return _meant(self.suggestion) or _instead(MEMBERS, self.name)


class BareProperty(Diagnostic, frozen=True):
    """A property without `this.` before it."""

    name: str
    message = "`{name}` is a property"
    hint = "write `this.{name}`"


class MethodCalledBare(Diagnostic, frozen=True):
    """A function that needs an instance, called without one."""

    name: str
    message = "`{name}` is not static and needs an instance"
    hint = "write `this.{name}(..)`"


class NeedsInstance(Diagnostic, frozen=True):
    """A member of instances, accessed through the name of the class."""

    owner: str
    name: str
    message = "`{name}` is not static: it belongs to an instance of `{owner}`"


class ThroughInstance(Diagnostic, frozen=True):
    """A static member, accessed through an instance."""

    owner: str
    name: str
    message = "`{name}` is static and does not belong to an instance"
    hint = "write `{owner}.{name}`, or `{name}` inside of `{owner}`"


class ThisInStatic(Diagnostic, frozen=True):
    """`this` without an instance."""

    message = "there is no `this` in a static function"
    hint = "leave out `static`, or pass the value as a parameter"


class PrivateMember(Diagnostic, frozen=True):
    """A private member, accessed from another class."""

    owner: str
    name: str
    message = "`{name}` is private to `{owner}`"


class ClassAsValue(Diagnostic, frozen=True):
    """The name of a type, used as a value."""

    name: str
    message = "`{name}` is a type, not a value"


class FunctionAsValue(Diagnostic, frozen=True):
    """The name of a function, used as a value."""

    name: str
    message = "`{name}` is a function, not a value"
    hint = "call it: `{name}(..)`"


class NotAssignable(Diagnostic, frozen=True):
    """A target of an assignment that is not a variable."""

    message = "this cannot be assigned"
    hint = "variables, properties of `this` and static properties can"


class ConstAssignment(Diagnostic, frozen=True):
    """An assignment to something that was declared const."""

    name: str
    message = "`{name}` is const"
    hint = "const properties are assigned in the constructor only, other const names never"


class ChangingCallOnConst(Diagnostic, frozen=True):
    """A call of a method that changes its instance, on an instance that was declared const."""

    name: str
    method: str
    message = "`{name}` is const, and `{method}` changes it"
    hint = "copy it into a local that is not const"


def _instead(rows: tuple[Word, ...], name: str) -> str | None:
    """Return the hint for a name of other languages."""
    row = find_word(rows, name)
    return row.instead if row else None


def _meant(suggestion: str | None) -> str | None:
    return f"did you mean `{suggestion}`?" if suggestion else None


OF_NAMES: Final[frozenset[type[Diagnostic]]] = frozenset(
    {DuplicateName, ForeignStatement, UnknownFunction, UnknownMember, UnknownName, UnknownType}
)
"""Errors of names alone, independent of types."""
