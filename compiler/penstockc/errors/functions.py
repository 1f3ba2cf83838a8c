"""What can be wrong with functions, constructors, statements and calls."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from penstockc.diagnostics import Diagnostic
from penstockc.source import Span

SHOWN_CALLS = 6  # of a chain, from the outermost on, and the last one


@dataclass(frozen=True, slots=True)
class NoEntryPoint(Diagnostic):
    """A contract without a public function."""

    code: ClassVar[str] = "no-entry-point"
    name: str

    @property
    def message(self) -> str:
        return f"contract `{self.name}` has no public function"

    @property
    def hint(self) -> str:
        return "a contract needs one to be spent; without any it is a `library`"


@dataclass(frozen=True, slots=True)
class LibraryEntryPoint(Diagnostic):
    """A public function of a library."""

    code: ClassVar[str] = "library-entry-point"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` cannot be public: a library is never spent"

    @property
    def hint(self) -> str:
        return "functions of a library can be called from everywhere without it"


@dataclass(frozen=True, slots=True)
class GenericContract(Diagnostic):
    """Type parameters of a contract."""

    code: ClassVar[str] = "generic-contract"
    name: str

    @property
    def message(self) -> str:
        return f"contract `{self.name}` cannot have type parameters"


@dataclass(frozen=True, slots=True)
class GenericFunction(Diagnostic):
    """Type parameters of a function."""

    code: ClassVar[str] = "generic-function"
    name: str

    @property
    def message(self) -> str:
        return f"function `{self.name}` cannot have type parameters"

    @property
    def hint(self) -> str:
        return "libraries and structs can: make it a static function of a library"


@dataclass(frozen=True, slots=True)
class SecondConstructor(Diagnostic):
    """More than one constructor."""

    code: ClassVar[str] = "second-constructor"
    owner: str
    previous: Span

    @property
    def message(self) -> str:
        return f"`{self.owner}` has a constructor already"

    @property
    def related(self) -> tuple[Span, str]:
        return self.previous, "the first one"


@dataclass(frozen=True, slots=True)
class EntryPointWithResult(Diagnostic):
    """A public function with a result type."""

    code: ClassVar[str] = "entry-point-with-result"
    name: str

    @property
    def message(self) -> str:
        return f"public function `{self.name}` cannot have a result"

    @property
    def hint(self) -> str:
        return "it says yes or no by its last `require`"


class Ending(StrEnum):
    """How a public function ends that does not end in `require`, and what to write instead."""

    IF = "add `require(true);` after it: what its arms require holds all the same"
    LOOP = "add `require(true);` after it, or require what the loop found: `require(done);`"
    RETURN = "`require(..);` says yes or no: write `require(x == 1);` instead of `return x == 1;`"


@dataclass(frozen=True, slots=True)
class EntryPointWithoutRequire(Diagnostic):
    """A public function that does not end in `require`."""

    code: ClassVar[str] = "entry-point-without-require"
    name: str
    ending: Ending | None = None

    @property
    def message(self) -> str:
        return f"public function `{self.name}` must end with `require(..);`"

    @property
    def hint(self) -> str:
        return str(self.ending or "say what the spender must bring: `require(checkSig(sig, this.owner));`")


@dataclass(frozen=True, slots=True)
class EntryPointOutsideRequire(Diagnostic):
    """A public function called anywhere but in the condition of a `require`."""

    code: ClassVar[str] = "entry-point-outside-require"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is public and has no result"

    @property
    def hint(self) -> str:
        return f"call it as the condition of a require: `require(x.{self.name}(..));`"


@dataclass(frozen=True, slots=True)
class MissingResultType(Diagnostic):
    """A function without a result type that is not public."""

    code: ClassVar[str] = "missing-result-type"
    name: str

    @property
    def message(self) -> str:
        return f"function `{self.name}` needs a result type"

    @property
    def hint(self) -> str:
        return f"write `function {self.name}(..) : int`, or `public` if it is for spending"


@dataclass(frozen=True, slots=True)
class MissingReturn(Diagnostic):
    """A function that does not end in `return`."""

    code: ClassVar[str] = "missing-return"
    name: str
    ends_in_if: bool = False

    @property
    def message(self) -> str:
        return f"function `{self.name}` must end with `return ..;`"

    @property
    def hint(self) -> str:
        if self.ends_in_if:
            return "write `return c ? a : b;`, or give a local its value in both arms and return that at the end"
        return "its last statement gives the result: `return x;`; a function without any gives a bool: `return true;`"


@dataclass(frozen=True, slots=True)
class MisplacedReturn(Diagnostic):
    """A `return` anywhere but at the end of a function with a result."""

    code: ClassVar[str] = "misplaced-return"
    is_public: bool = False

    @property
    def message(self) -> str:
        return "`return` can only be the last statement of a function with a result"

    @property
    def hint(self) -> str:
        if self.is_public:
            return "put what follows into the other arm: `if (c) { .. } else { .. }`; on bsv `exit(true);` accepts"
        return "keep the result in a local and return that at the end"


@dataclass(frozen=True, slots=True)
class ReturnWithoutValue(Diagnostic):
    """A `return` that returns nothing."""

    code: ClassVar[str] = "return-without-value"

    @property
    def message(self) -> str:
        return "`return` needs a value"


@dataclass(frozen=True, slots=True)
class UselessStatement(Diagnostic):
    """An expression as a statement that changes nothing."""

    code: ClassVar[str] = "useless-statement"
    severity: ClassVar[str] = "warning"

    @property
    def message(self) -> str:
        return "this statement does nothing"

    @property
    def hint(self) -> str:
        return "a statement is a call, an assignment, `++` or `--`"


@dataclass(frozen=True, slots=True)
class Recursion(Diagnostic):
    """Functions that call themselves, directly or not."""

    code: ClassVar[str] = "recursion"
    ring: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"`{self.ring[0]}` calls itself: {' -> '.join(self.ring)}"

    @property
    def hint(self) -> str:
        return "all calls are inlined, so there is no recursion"


@dataclass(frozen=True, slots=True)
class NotConstructible(Diagnostic):
    """Something that `new` or a call cannot make."""

    code: ClassVar[str] = "not-constructible"
    name: str
    reason: str

    @property
    def message(self) -> str:
        return f"`{self.name}` cannot be made like this: {self.reason}"


@dataclass(frozen=True, slots=True)
class WrongArgumentCount(Diagnostic):
    """A call with too many or too few arguments."""

    code: ClassVar[str] = "wrong-argument-count"
    name: str
    wanted: int
    given: int
    signature: str

    @property
    def message(self) -> str:
        return f"`{self.name}` takes {self.wanted} argument{'' if self.wanted == 1 else 's'}, not {self.given}"

    @property
    def hint(self) -> str:
        return f"it is `{self.signature}`"


@dataclass(frozen=True, slots=True)
class SwappedArguments(Diagnostic):
    """A call with two arguments in each other's place. The span is that of all arguments."""

    code: ClassVar[str] = "swapped-arguments"
    name: str
    signature: str

    @property
    def message(self) -> str:
        return f"two arguments of `{self.name}` stand in each other's place"

    @property
    def hint(self) -> str:
        return f"it is `{self.signature}`"


@dataclass(frozen=True, slots=True)
class MoreSignaturesThanKeys(Diagnostic):
    """A `checkMultiSig` of more signatures than keys."""

    code: ClassVar[str] = "more-signatures-than-keys"
    signatures: int
    keys: int

    @property
    def message(self) -> str:
        return f"{self.signatures} signatures cannot match {self.keys} key{'' if self.keys == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class CodeTooLarge(Diagnostic):
    """Calls and loops that make more code of a contract than can be compiled."""

    code: ClassVar[str] = "code-too-large"
    calls: tuple[str, ...]
    most: int

    @property
    def message(self) -> str:
        return f"calls and loops make more than {self.most} steps of this contract"

    @property
    def hint(self) -> str:
        if not self.calls:
            return "the body of a loop stands in the script once for each iteration"
        first, last = self.calls[:SHOWN_CALLS], self.calls[-1:] if len(self.calls) > SHOWN_CALLS else ()
        chain = " -> ".join((*first, "…", *last) if len(self.calls) > SHOWN_CALLS + 1 else self.calls)
        return f"each call is expanded in its place, here {chain}: keep the result of a call in a local"
