"""Errors of names: unknown, duplicate, private, used in the wrong way, or not assignable."""

from dataclasses import dataclass
from typing import Final

from penstockc.diagnostics import Diagnostic
from penstockc.habits.calls import FUNCTIONS, MEMBERS
from penstockc.habits.rows import Word, find_word
from penstockc.habits.words import NAMES, STATEMENTS, TYPES
from penstockc.source import Span


@dataclass(frozen=True, slots=True)
class DuplicateName(Diagnostic):
    """Two declarations of one name in one scope."""

    name: str
    previous: Span
    message = "`{name}` is already defined"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "first defined"


@dataclass(frozen=True, slots=True)
class PredeclaredName(Diagnostic):
    """A declaration with the name of a basic type, or of a part of the standard library or of state."""

    name: str
    message = "`{name}` is a predeclared name and cannot be declared"
    hint = "rename it, with its uses"


@dataclass(frozen=True, slots=True)
class ForeignStatement(Diagnostic):
    """A statement of other languages."""

    word: str
    message = "the language has no `{word}`"

    @property
    def hint(self) -> str | None:
        return _instead(STATEMENTS, self.word)


@dataclass(frozen=True, slots=True)
class UnknownName(Diagnostic):
    """A name that is not in scope."""

    name: str
    suggestion: str | None
    message = "unknown name `{name}`"

    @property
    def hint(self) -> str | None:
        return _instead(NAMES, self.name) or _meant(self.suggestion)


@dataclass(frozen=True, slots=True)
class UnknownType(Diagnostic):
    """A type that is not declared."""

    name: str
    suggestion: str | None
    message = "there is no type `{name}`"

    @property
    def hint(self) -> str | None:
        return _instead(TYPES, self.name) or _meant(self.suggestion)


@dataclass(frozen=True, slots=True)
class UnknownFunction(Diagnostic):
    """A call of an unknown function."""

    name: str
    suggestion: str | None
    message = "there is no function `{name}`"

    @property
    def hint(self) -> str | None:
        return _instead(FUNCTIONS, self.name) or _meant(self.suggestion)


@dataclass(frozen=True, slots=True)
class UnknownMember(Diagnostic):
    """A member that a type or class does not have."""

    name: str
    owner: str
    suggestion: str | None
    message = "`{owner}` has no member `{name}`"

    @property
    def hint(self) -> str | None:
        return _meant(self.suggestion) or _instead(MEMBERS, self.name)


@dataclass(frozen=True, slots=True)
class BareProperty(Diagnostic):
    """A property without `this.` before it."""

    name: str
    message = "`{name}` is a property"
    hint = "write `this.{name}`"


@dataclass(frozen=True, slots=True)
class MethodCalledBare(Diagnostic):
    """A function that needs an instance, called without one."""

    name: str
    message = "`{name}` is not static and needs an instance"
    hint = "write `this.{name}(..)`"


@dataclass(frozen=True, slots=True)
class NeedsInstance(Diagnostic):
    """A member of instances, accessed through the name of the class."""

    owner: str
    name: str
    message = "`{name}` is not static: it belongs to an instance of `{owner}`"


@dataclass(frozen=True, slots=True)
class ThroughInstance(Diagnostic):
    """A static member, accessed through an instance."""

    owner: str
    name: str
    message = "`{name}` is static and does not belong to an instance"
    hint = "write `{owner}.{name}`, or `{name}` inside of `{owner}`"


@dataclass(frozen=True, slots=True)
class ThisInStatic(Diagnostic):
    """`this` without an instance."""

    message = "there is no `this` in a static function"
    hint = "leave out `static`, or pass the value as a parameter"


@dataclass(frozen=True, slots=True)
class PrivateMember(Diagnostic):
    """A private member, accessed from another class."""

    owner: str
    name: str
    message = "`{name}` is private to `{owner}`"


@dataclass(frozen=True, slots=True)
class ClassAsValue(Diagnostic):
    """The name of a type, used as a value."""

    name: str
    message = "`{name}` is a type, not a value"


@dataclass(frozen=True, slots=True)
class FunctionAsValue(Diagnostic):
    """The name of a function, used as a value."""

    name: str
    message = "`{name}` is a function, not a value"
    hint = "call it: `{name}(..)`"


@dataclass(frozen=True, slots=True)
class NotAssignable(Diagnostic):
    """A target of an assignment that is not a variable."""

    message = "this cannot be assigned"
    hint = "variables, properties of `this` and static properties can"


@dataclass(frozen=True, slots=True)
class ConstAssignment(Diagnostic):
    """An assignment to something that was declared const."""

    name: str
    message = "`{name}` is const"
    hint = "const properties are assigned in the constructor only, other const names never"


@dataclass(frozen=True, slots=True)
class ChangingCallOnConst(Diagnostic):
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
