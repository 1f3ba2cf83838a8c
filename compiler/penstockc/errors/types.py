"""What can be wrong with types."""

from dataclasses import dataclass
from typing import ClassVar

from penstock.artifact.artifact import BasicType, Kind
from penstockc.diagnostics import Diagnostic

_CONVERSIONS = {
    ("Sig", "PubKey"): "signatures stand first: `checkSig(sig, key)`, `checkMultiSig(sigs, keys)`",
    ("PubKey", "Sig"): "keys stand second: `checkSig(sig, key)`, `checkMultiSig(sigs, keys)`",
    ("int", "bytes"): "`unpack(b)` reads bytes as a number",
    ("bool", "int"): "compare it: `x != 0`",
    ("bool", "bytes"): "compare it: `b != b''`",
    ("bytes", "int"): "`pack(x)` gives the shortest bytes of a number, `num2bin(x, size)` a fixed size",
}
_BYTES_SUBTYPES = frozenset(
    basic.label for basic in BasicType if basic.kind is Kind.BYTES and basic is not BasicType.BYTES
)


@dataclass(frozen=True, slots=True)
class TypeMismatch(Diagnostic):
    """A value of another type than its place needs."""

    code: ClassVar[str] = "type-mismatch"
    expected: str
    found: str

    @property
    def message(self) -> str:
        return f"expected {self.expected}, found {self.found}"

    @property
    def hint(self) -> str | None:
        if self.expected.startswith("SortedItem<"):
            return f"a key goes with its place: take a `{self.expected}` as an argument, which has `item` and `idx`"
        return _CONVERSIONS.get((self.expected, self.found)) or _cast(self.expected, self.found)


@dataclass(frozen=True, slots=True)
class OperandMismatch(Diagnostic):
    """An operator on a value that it cannot take."""

    code: ClassVar[str] = "operand-mismatch"
    operator: str
    found: str

    @property
    def message(self) -> str:
        return f"`{self.operator}` cannot be applied to {self.found}"


@dataclass(frozen=True, slots=True)
class OperandsMismatch(Diagnostic):
    """An operator between values that it cannot take."""

    code: ClassVar[str] = "operands-mismatch"
    operator: str
    left: str
    right: str

    @property
    def message(self) -> str:
        return f"`{self.operator}` cannot stand between {self.left} and {self.right}"

    @property
    def hint(self) -> str | None:
        return _binding(self.operator, {self.left, self.right}) or _between(self.left, self.right)


@dataclass(frozen=True, slots=True)
class IncomparableTypes(Diagnostic):
    """`==` or `!=` between instances of different classes."""

    code: ClassVar[str] = "incomparable-types"
    left: str
    right: str

    @property
    def message(self) -> str:
        return f"{self.left} and {self.right} cannot be compared"


@dataclass(frozen=True, slots=True)
class ArmsMismatch(Diagnostic):
    """A conditional whose arms have nothing in common."""

    code: ClassVar[str] = "arms-mismatch"
    then: str
    otherwise: str

    @property
    def message(self) -> str:
        return f"the arms of this conditional are {self.then} and {self.otherwise}"


@dataclass(frozen=True, slots=True)
class NotACondition(Diagnostic):
    """A value that is neither true nor false."""

    code: ClassVar[str] = "not-a-condition"
    found: str

    @property
    def message(self) -> str:
        return f"{self.found} cannot be a condition"


@dataclass(frozen=True, slots=True)
class NotCastable(Diagnostic):
    """A cast between different kinds of values."""

    code: ClassVar[str] = "not-castable"
    found: str
    wanted: str

    @property
    def message(self) -> str:
        return f"{self.found} cannot become {self.wanted}"

    @property
    def hint(self) -> str | None:
        return _CONVERSIONS.get((self.wanted, self.found))


@dataclass(frozen=True, slots=True)
class NotAnArray(Diagnostic):
    """An index into something that is no array."""

    code: ClassVar[str] = "not-an-array"
    found: str

    @property
    def message(self) -> str:
        return f"{self.found} is not an array"

    @property
    def hint(self) -> str | None:
        return "one byte is a slice: `data[i : i + 1]`" if self.found != "int" else None


@dataclass(frozen=True, slots=True)
class UnexpectedTypeArguments(Diagnostic):
    """`<..>` behind a type that has no parameters."""

    code: ClassVar[str] = "unexpected-type-arguments"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` has no type parameters"

    @property
    def hint(self) -> str:
        return "a comparison needs parentheses here: `(a < b)`"


@dataclass(frozen=True, slots=True)
class RecursiveClass(Diagnostic):
    """A class with itself among its properties."""

    code: ClassVar[str] = "recursive-class"
    ring: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"`{self.ring[0]}` contains itself: {' -> '.join(self.ring)}"


@dataclass(frozen=True, slots=True)
class AliasCycle(Diagnostic):
    """An alias that stands for itself."""

    code: ClassVar[str] = "alias-cycle"
    ring: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"this type stands for itself: {' -> '.join(self.ring)}"


@dataclass(frozen=True, slots=True)
class PropertyWithValue(Diagnostic):
    """A first value of a property that is not static."""

    code: ClassVar[str] = "property-with-value"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` is not static and cannot have a value here"

    @property
    def hint(self) -> str:
        return "give it in the constructor, or make the property `static`"


@dataclass(frozen=True, slots=True)
class AutoProperty(Diagnostic):
    """`auto` for a property that is not static."""

    code: ClassVar[str] = "auto-property"
    name: str

    @property
    def message(self) -> str:
        return f"the type of `{self.name}` cannot be found"

    @property
    def hint(self) -> str:
        return "only static properties and locals may be `auto`"


@dataclass(frozen=True, slots=True)
class StaticWithoutValue(Diagnostic):
    """A static property without a first value."""

    code: ClassVar[str] = "static-without-value"
    name: str

    @property
    def message(self) -> str:
        return f"static property `{self.name}` needs a value"


def _cast(expected: str, found: str) -> str | None:
    if (found == "bytes" and expected in _BYTES_SUBTYPES) or (found == "int" and expected == "PrivKey"):
        return f"`{expected}(x)` declares that x is one"
    return None


def _binding(operator: str, found: set[str]) -> str | None:
    """What to do where another operator binds tighter than it looks."""
    if operator in {"&", "|", "^"} and "bool" in found and len(found) > 1:
        return f"comparisons bind tighter than `{operator}`: write `(x {operator} y) == z`"
    if operator in {"&", "|"} and found == {"bool"}:
        return f"between bools it is `{operator * 2}`"
    if operator == "^" and found == {"bool"}:
        return "between bools it is `!=`"
    if operator in {"==", "!="} and found == {"bool", "int"}:
        return "`!` binds tighter than a comparison: write `!(x == y)`; a number is compared with 0 to become a bool"
    return None


def _between(left: str, right: str) -> str | None:
    if {left, right} == {"int", "bytes"}:
        return "`pack(x)` gives the bytes of a number, `unpack(b)` the number in bytes"
    return None
