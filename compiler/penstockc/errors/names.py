"""What can be wrong with names: unknown, taken, private, or reached in the wrong way."""

from dataclasses import dataclass
from typing import ClassVar, Final

from penstockc.diagnostics import Diagnostic
from penstockc.habits.calls import FUNCTIONS, MEMBERS
from penstockc.habits.rows import Word, find_word
from penstockc.habits.words import NAMES, STATEMENTS, TYPES
from penstockc.source import Span


@dataclass(frozen=True, slots=True)
class DuplicateName(Diagnostic):
    """Two declarations of one name in one place."""

    code: ClassVar[str] = "duplicate-name"
    name: str
    previous: Span

    @property
    def message(self) -> str:
        return f"`{self.name}` is already defined"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "first defined"


@dataclass(frozen=True, slots=True)
class PredeclaredName(Diagnostic):
    """A declaration takes the name of a basic type, or one that the standard library or a contract with state has."""

    code: ClassVar[str] = "predeclared-name"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is a name of the language's own and cannot be declared"


@dataclass(frozen=True, slots=True)
class NothingToCompile(Diagnostic):
    """A file without a contract or library."""

    code: ClassVar[str] = "nothing-to-compile"

    @property
    def message(self) -> str:
        return "there is no contract or library in this file"


@dataclass(frozen=True, slots=True)
class ForeignStatement(Diagnostic):
    """A word that is a statement of its own in other languages."""

    code: ClassVar[str] = "foreign-statement"
    word: str

    @property
    def message(self) -> str:
        return f"the language has no `{self.word}`"

    @property
    def hint(self) -> str | None:
        return _instead(STATEMENTS, self.word)


@dataclass(frozen=True, slots=True)
class UnknownName(Diagnostic):
    """A bare name that nothing in sight has."""

    code: ClassVar[str] = "unknown-name"
    name: str
    suggestion: str | None

    @property
    def message(self) -> str:
        return f"nothing here is called `{self.name}`"

    @property
    def hint(self) -> str | None:
        return _instead(NAMES, self.name) or _meant(self.suggestion)


@dataclass(frozen=True, slots=True)
class UnknownType(Diagnostic):
    """A type that is not declared."""

    code: ClassVar[str] = "unknown-type"
    name: str
    suggestion: str | None

    @property
    def message(self) -> str:
        return f"there is no type `{self.name}`"

    @property
    def hint(self) -> str | None:
        return _instead(TYPES, self.name) or _meant(self.suggestion)


@dataclass(frozen=True, slots=True)
class UnknownFunction(Diagnostic):
    """A bare call of a name that no function has."""

    code: ClassVar[str] = "unknown-function"
    name: str
    suggestion: str | None

    @property
    def message(self) -> str:
        return f"there is no function `{self.name}`"

    @property
    def hint(self) -> str | None:
        return _instead(FUNCTIONS, self.name) or _meant(self.suggestion)


@dataclass(frozen=True, slots=True)
class UnknownMember(Diagnostic):
    """A member that a type or class does not have."""

    code: ClassVar[str] = "unknown-member"
    name: str
    owner: str
    suggestion: str | None

    @property
    def message(self) -> str:
        return f"`{self.owner}` has no member `{self.name}`"

    @property
    def hint(self) -> str | None:
        return _meant(self.suggestion) or _instead(MEMBERS, self.name)


@dataclass(frozen=True, slots=True)
class BareProperty(Diagnostic):
    """A property without `this.` before it."""

    code: ClassVar[str] = "bare-property"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is a property"

    @property
    def hint(self) -> str:
        return f"write `this.{self.name}`"


@dataclass(frozen=True, slots=True)
class MethodCalledBare(Diagnostic):
    """A function that needs an instance, called without one."""

    code: ClassVar[str] = "method-called-bare"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is not static and needs an instance"

    @property
    def hint(self) -> str:
        return f"write `this.{self.name}(..)`"


@dataclass(frozen=True, slots=True)
class NeedsInstance(Diagnostic):
    """A member of instances, reached through the name of the class."""

    code: ClassVar[str] = "needs-instance"
    owner: str
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is not static: it belongs to an instance of `{self.owner}`"


@dataclass(frozen=True, slots=True)
class ThroughInstance(Diagnostic):
    """A static, reached through an instance."""

    code: ClassVar[str] = "through-instance"
    owner: str
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is static and does not belong to an instance"

    @property
    def hint(self) -> str:
        return f"write `{self.owner}.{self.name}`, or `{self.name}` inside of `{self.owner}`"


@dataclass(frozen=True, slots=True)
class ThisInStatic(Diagnostic):
    """`this` where there is no instance."""

    code: ClassVar[str] = "this-in-static"

    @property
    def message(self) -> str:
        return "there is no `this` in a static function"

    @property
    def hint(self) -> str:
        return "leave out `static`, or pass what is needed as a parameter"


@dataclass(frozen=True, slots=True)
class ThisAsClass(Diagnostic):
    """`this` in a static function, before a static member: older compilers took it for the class."""

    code: ClassVar[str] = "this-as-class"
    severity: ClassVar[str] = "warning"
    owner: str

    @property
    def message(self) -> str:
        return f"there is no `this` in a static function: it is taken for `{self.owner}`"

    @property
    def hint(self) -> str:
        return f"write `{self.owner}`"


@dataclass(frozen=True, slots=True)
class PrivateMember(Diagnostic):
    """A private member, reached from another class."""

    code: ClassVar[str] = "private-member"
    owner: str
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is private to `{self.owner}`"


@dataclass(frozen=True, slots=True)
class ClassAsValue(Diagnostic):
    """The name of a type where a value stands."""

    code: ClassVar[str] = "class-as-value"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is a type, not a value"


@dataclass(frozen=True, slots=True)
class FunctionAsValue(Diagnostic):
    """The name of a function where a value stands."""

    code: ClassVar[str] = "function-as-value"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is a function, not a value"

    @property
    def hint(self) -> str:
        return f"call it: `{self.name}(..)`"


@dataclass(frozen=True, slots=True)
class NotAssignable(Diagnostic):
    """A target of an assignment that is no variable."""

    code: ClassVar[str] = "not-assignable"

    @property
    def message(self) -> str:
        return "this cannot be assigned"

    @property
    def hint(self) -> str:
        return "variables, properties of `this` and static properties can"


@dataclass(frozen=True, slots=True)
class ConstAssignment(Diagnostic):
    """An assignment to something that was declared const."""

    code: ClassVar[str] = "const-assignment"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is const"

    @property
    def hint(self) -> str:
        return "const properties are assigned in the constructor only, everything else that is const never"


@dataclass(frozen=True, slots=True)
class ChangingCallOnConst(Diagnostic):
    """A call of a method that changes its instance, on an instance that was declared const."""

    code: ClassVar[str] = "changing-call-on-const"
    name: str
    method: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is const, and `{self.method}` changes it"

    @property
    def hint(self) -> str:
        return "copy it into a local that is not const"


@dataclass(frozen=True, slots=True)
class ShadowedName(Diagnostic):
    """A local that hides one of an outer block."""

    code: ClassVar[str] = "shadowed-name"
    severity: ClassVar[str] = "warning"
    name: str
    previous: Span

    @property
    def message(self) -> str:
        return f"`{self.name}` hides another variable of this name"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "the hidden one"


def _instead(rows: tuple[Word, ...], name: str) -> str | None:
    """What to write instead of a name that other languages have."""
    row = find_word(rows, name)
    return row.instead if row else None


def _meant(suggestion: str | None) -> str | None:
    return f"did you mean `{suggestion}`?" if suggestion else None


OF_NAMES: Final[frozenset[type[Diagnostic]]] = frozenset(
    {DuplicateName, ForeignStatement, UnknownFunction, UnknownMember, UnknownName, UnknownType}
)
"""What can be wrong with names alone, whatever the types of anything."""
